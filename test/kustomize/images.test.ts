import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { applyImages } from '../../server/core/kustomize/images';
import { nodeAt } from '../../server/core/manifest/node';
import { contextOf, itemsOf, plain } from './transformers';

const pod = (image: string): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: c, image: "${image}"}]}\n`;

function imageAfter(entries: string, image: string): unknown {
  const { context, problems } = contextOf(`images: [${entries}]\n`);
  const [item] = applyImages(itemsOf(pod(image)), context, defaultConfig);
  expect(problems).toEqual([]);
  const node = nodeAt(item?.root, 'spec', 'containers', 0, 'image');
  return node?.type === 'scalar' ? node.value : undefined;
}

describe('images', () => {
  // What `kubectl kustomize` makes of each.
  it.each([
    ['{name: nginx, newTag: v1}', 'nginx', 'nginx:v1'],
    ['{name: nginx, newTag: v1}', 'nginx:1', 'nginx:v1'],
    ['{name: nginx, newTag: v1}', 'nginx:1@sha256:abc', 'nginx:v1'],
    ['{name: nginx, newTag: ""}', 'nginx:1', 'nginx:1'],
    ['{name: nginx, newTag: }', 'nginx:1', 'nginx:1'],
    ['{name: nginx, newName: "repo:5000/x", newTag: v1}', 'nginx:1', 'repo:5000/x:v1'],
    ['{name: "repo:5000/x", newTag: v1}', 'repo:5000/x:3', 'repo:5000/x:v1'],
    ['{name: "repo:5000/x", newTag: v1}', 'repo:5000/x', 'repo:5000/x:v1'],
    ['{name: nginx, digest: "sha256:a"}', 'nginx:1', 'nginx@sha256:a'],
    ['{name: nginx, digest: "sha256:a", newTag: v2}', 'nginx@sha256:b', 'nginx:v2@sha256:a'],
    ['{name: nginx, newTag: v3, tagSuffix: -x}', 'nginx:1', 'nginx:v3'],
    ['{name: nginx, newTag: v1}', 'docker.io/nginx:1', 'docker.io/nginx:1'],
    ['{name: nginx, newTag: v1}', 'nginx-x:1', 'nginx-x:1'],
    ['{name: nginx, newName: a}, {name: a, newTag: v9}', 'nginx:1', 'a:v9'],
    ['{newTag: v9}', 'nginx:1', 'nginx:1'],
    // Twice: kustomize goes over these fields twice.
    ['{name: nginx, tagSuffix: -x}', 'nginx:1@sha256:abc', 'nginx:1-x-x'],
  ])('%s makes %s into %s', (entries, before, after) => {
    expect(imageAfter(entries, before)).toBe(after);
  });

  it('reach containers wherever they are, once where no field spec leads', () => {
    const { context } = contextOf('images: [{name: nginx, tagSuffix: -x}]\n');
    const items = itemsOf(
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: p}\nspec: {jobTemplate: {spec: {template: {spec: ' +
        '{initContainers: [{image: "nginx:1"}, {name: none}], ephemeralContainers: [{image: "nginx:1"}]}}}}}\n',
    );
    expect(JSON.stringify(plain(applyImages(items, context, defaultConfig)))).toContain(
      '{"initContainers":[{"image":"nginx:1-x"},{"name":"none"}],"ephemeralContainers":[{"image":"nginx:1"}]}',
    );
  });

  it('keep the place of the image, worked out', () => {
    const [item] = applyImages(itemsOf(pod('nginx:1')), contextOf('images: [{name: nginx, newTag: v1}]').context, {
      ...defaultConfig,
    });
    const node = nodeAt(item?.root, 'spec', 'containers', 0, 'image');
    expect(pod('nginx:1').slice(node?.start, node?.end)).toBe('"nginx:1"');
    expect(node).toMatchObject({ shared: true, style: 'double' });
  });

  it('leave items without such images the same', () => {
    const items = itemsOf(pod('nginx:1'));
    expect(applyImages(items, contextOf('images: [{name: other, newTag: v1}]').context, defaultConfig)[0]).toBe(
      items[0],
    );
  });

  it.each([
    ['{name: nginx, newTag: 1.10}', '[1.10] `images newTag` is a number'],
    ['{name: nginx, tag: v1}', '[tag] kustomize knows no `tag` under `images`'],
    ['nginx', '[nginx] An entry of `images` must be a mapping'],
  ])('are refused: %s', (entry, problem) => {
    const { context, problems } = contextOf(`images:\n- ${entry}\n`);
    applyImages(itemsOf(pod('nginx:1')), context, defaultConfig);
    expect(problems).toEqual([expect.stringContaining(`invalid ${problem}`)]);
  });
});
