import { expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { applyLabels } from '../../server/core/kustomize/labels';
import { withLinkedValues, withoutLinks } from '../../server/core/kustomize/linked-values';
import { strategicMerge } from '../../server/core/kustomize/strategic-merge';
import { fromFile } from '../../server/core/manifest/edit-tree';
import { nodeAt, toPlain, type MapNode } from '../../server/core/manifest/node';
import { contextOf, itemsOf } from './transformers';

const manifest = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: n}\nspec: {template: {spec: {}}}\n';

/** The Deployment with `app: x` as `commonLabels`, and what a patch makes of it. */
function patched(body: string): { readonly before: MapNode; readonly after: MapNode } {
  const [item] = applyLabels(itemsOf(manifest), contextOf('commonLabels: {app: x}\n').context, defaultConfig);
  const [patch] = itemsOf(`apiVersion: apps/v1\nkind: Deployment\n${body}\n`);
  if (!item || !patch) throw new Error('no Deployment');
  return { before: item.root, after: merged(item.root, patch.root) };
}

function merged(root: MapNode, patch: MapNode): MapNode {
  const result = strategicMerge(root, fromFile(patch, 'file:///repo/patch.yaml'));
  if (result.problem || !result.root) throw new Error('refused');
  return result.root;
}

function apps(root: MapNode): readonly unknown[] {
  return [
    ['metadata', 'labels', 'app'],
    ['spec', 'selector', 'matchLabels', 'app'],
    ['spec', 'template', 'metadata', 'labels', 'app'],
  ].map((path) => {
    const node = nodeAt(root, ...path);
    return node && toPlain(node);
  });
}

// What `kubectl kustomize` makes of a base with `commonLabels` and an overlay with this patch.
it.each([
  ['metadata: {name: n, labels: {app: z}}', ['z', 'z', 'z']],
  ['metadata: {name: n}\nspec: {template: {metadata: {labels: {app: z}}}}', ['z', 'z', 'z']],
  [
    'metadata: {name: n}\nspec: {selector: {matchLabels: {app: s}}, template: {metadata: {labels: {app: t}}}}',
    ['t', 't', 't'],
  ],
  ['metadata: {name: n, labels: {other: z}}', ['x', 'x', 'x']],
  ['metadata: {name: n, labels: {app: null}}', [undefined, 'x', 'x']],
])('a patch of one linked value changes all of them: %s', (body, expected) => {
  const { before, after } = patched(body);
  expect(apps(withLinkedValues(before, after))).toEqual(expected);
});

it('what changed lands where the patch says it', () => {
  const { before, after } = patched('metadata: {name: n, labels: {app: z}}');
  const node = nodeAt(withLinkedValues(before, after), 'spec', 'selector', 'matchLabels', 'app');
  expect(node).toEqual({ ...nodeAt(after, 'metadata', 'labels', 'app'), shared: true });
  expect(node?.file).toBe('file:///repo/patch.yaml');
});

it('links last through changes, until a resource is written anew', () => {
  const { before, after } = patched('metadata: {name: n, labels: {app: z}}');
  const linked = withLinkedValues(before, after);
  const change = (root: MapNode): readonly unknown[] => {
    const patch = itemsOf('apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: n, labels: {app: w}}\n')[0];
    return patch ? apps(withLinkedValues(root, merged(root, patch.root))) : [];
  };
  expect(change(linked)).toEqual(['w', 'w', 'w']);
  expect(withoutLinks(linked)).toEqual(linked);
  expect(change(withoutLinks(linked))).toEqual(['w', 'z', 'z']);
});

it('a tree without links stays the same', () => {
  const [item] = itemsOf(manifest);
  const [other] = itemsOf(manifest.replace('name: n', 'name: o'));
  if (!item || !other) throw new Error('no Deployment');
  expect(withLinkedValues(item.root, other.root)).toBe(other.root);
  expect(withoutLinks(item.root)).toBe(item.root);
});
