import { describe, expect, test } from 'vitest';
import { createAnalyzer } from '../../server/core/index';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace } from '../../server/workspace/workspace';
import { deployment, service } from '../support/manifests';
import { tempFolder } from '../support/temp-folder';

/** Scopes of a workspace as `name: file file`, sorted, with `?` behind an incomplete one. */
async function scopesOf(
  files: Readonly<Record<string, string>>,
  ...roots: readonly string[]
): Promise<readonly string[]> {
  const folder = tempFolder(files);
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const uris = roots.length > 0 ? roots.map((root) => folder.uriOf(root)) : [folder.uri];
  await createWorkspace({ roots: uris, analyzer, settings: defaultSettings, logger }).scan();
  return analyzer
    .scopes()
    .map(
      ({ name, complete, files: list }) =>
        `${name}${complete ? '' : '?'}: ${list.map(({ uri, namespace }) => uri.slice(folder.uri.length + 1) + (namespace === undefined ? '' : `@${namespace}`)).join(' ')}`,
    )
    .sort();
}

describe('application directories', () => {
  test('one directory is one scope, and so is a tree of them', async () => {
    const files = {
      'web/service.yaml': service('web', 'web'),
      'web/deployment.yaml': deployment('web', 'web'),
      'db/db.yaml': service('db', 'db'),
    };
    expect(await scopesOf(files)).toEqual(['.: db/db.yaml web/deployment.yaml web/service.yaml']);
  });

  test('is named by the directory that holds all of its files', async () => {
    expect(
      await scopesOf({
        'deploy/k8s/a.yaml': service('a', 'a'),
        'deploy/k8s/b/b.yaml': service('b', 'b'),
        'README.md': '',
      }),
    ).toEqual(['deploy/k8s: deploy/k8s/a.yaml deploy/k8s/b/b.yaml']);
  });

  test('directories that disagree about a resource stay apart, the others stay together', async () => {
    const files = {
      'shared/db.yaml': service('db', 'db'),
      'dev/web.yaml': service('web', 'web', undefined, 8080),
      'prod/web.yaml': service('web', 'web', undefined, 80),
    };
    expect(await scopesOf(files)).toEqual(['dev: dev/web.yaml', 'prod: prod/web.yaml', 'shared: shared/db.yaml']);
  });

  test('a copy that says the same, and a repeated Namespace, keep nothing apart', async () => {
    const namespace = (label: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n  labels: {a: ${label}}\n`;
    const files = {
      'a/x.yaml': service('x', 'x'),
      'b/x.yaml': `# copied\n${service('x', 'x')}`,
      'a/ns.yaml': namespace('one'),
      'b/ns.yaml': namespace('two'),
    };
    expect(await scopesOf(files)).toEqual(['.: a/ns.yaml a/x.yaml b/ns.yaml b/x.yaml']);
  });

  test('the same name in two namespaces is no disagreement', async () => {
    expect(
      await scopesOf({ 'a/x.yaml': service('x', 'x', 'a', 1), 'b/x.yaml': service('x', 'x', 'b', 2) }),
    ).toHaveLength(1);
  });

  test('one collision within a directory is a mistake: its files stay together', async () => {
    expect(
      await scopesOf({ 'x.yaml': service('x', 'x', undefined, 1), 'y.yaml': service('x', 'x', undefined, 2) }),
    ).toEqual(['.: x.yaml y.yaml']);
  });

  test('several collisions mean alternatives: the fullest file keeps what nobody disputes', async () => {
    const variant = (port: number): string =>
      `${service('a', 'a', undefined, port)}---\n${service('b', 'b', undefined, port)}`;
    const files = {
      'full.yaml': `${variant(1)}---\n${service('c', 'c')}`,
      'slim.yaml': variant(2),
      'other.yaml': service('d', 'd'),
    };
    expect(await scopesOf(files)).toEqual(['.: full.yaml other.yaml', 'slim.yaml: slim.yaml']);
  });

  test('below examples and tests, directories have nothing to do with each other and one collision is enough', async () => {
    const files = {
      'examples/a/s.yaml': service('a', 'a'),
      'examples/b/s.yaml': service('b', 'b'),
      'examples/c/one.yaml': service('c', 'c', undefined, 1),
      'examples/c/two.yaml': service('c', 'c', undefined, 2),
    };
    expect(await scopesOf(files)).toEqual([
      'examples/a: examples/a/s.yaml',
      'examples/b: examples/b/s.yaml',
      'examples/c/two.yaml: examples/c/two.yaml',
      'examples/c: examples/c/one.yaml',
    ]);
  });

  test('several folders are named by their own names', async () => {
    expect(
      await scopesOf({ 'one/s.yaml': service('a', 'a'), 'two/k/s.yaml': service('b', 'b') }, 'one', 'two'),
    ).toEqual(['one: one/s.yaml', 'two/k: two/k/s.yaml']);
  });

  test('a single file is a scope of its own', async () => {
    expect(await scopesOf({ 'a.yaml': service('a', 'a'), 'b.yaml': service('b', 'b') }, 'a.yaml')).toEqual([
      '.: a.yaml',
    ]);
  });
});

describe('kustomizations', () => {
  const kustomization = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;

  test('a leaf is a scope with its bases; the base is none', async () => {
    const files = {
      'base/kustomization.yaml': kustomization('resources: [web.yaml]'),
      'base/web.yaml': service('web', 'web'),
      'overlays/prod/kustomization.yaml': kustomization(
        'namespace: prod',
        'resources:',
        '  - ../../base',
        '  - extra.yaml',
      ),
      'overlays/prod/extra.yaml': service('extra', 'web'),
      'overlays/dev/kustomization.yml': kustomization('bases: [../../base/]'),
    };
    expect(await scopesOf(files)).toEqual([
      'overlays/dev: base/web.yaml',
      'overlays/prod: base/web.yaml@prod overlays/prod/extra.yaml@prod',
    ]);
  });

  test('the outermost namespace wins', async () => {
    const files = {
      'base/kustomization.yaml': kustomization('namespace: inner', 'resources: [a.yaml]'),
      'base/a.yaml': service('a', 'a'),
      'top/kustomization.yaml': kustomization('namespace: outer', 'resources: [../base]'),
    };
    expect(await scopesOf(files)).toEqual(['top: base/a.yaml@outer']);
  });

  test('patches and what stands unnamed beside a kustomization are not taken for deployed', async () => {
    const files = {
      'k/kustomization.yaml': kustomization('resources: [a.yaml]', 'patches:', '  - path: ../patches/p.yaml'),
      'k/a.yaml': service('a', 'a'),
      'k/scaffold.yaml': service('s', 's'),
      'patches/p.yaml': deployment('a', 'a'),
    };
    expect(await scopesOf(files)).toEqual(['k?: k/a.yaml']);
  });

  test.each([
    ['a remote base', 'resources: [a.yaml, "github.com/acme/base?ref=v1"]'],
    ['a URL', 'resources: [a.yaml, "https://example.com/a.yaml"]'],
    ['a missing file', 'resources: [a.yaml, missing.yaml]'],
    ['patches', 'resources: [a.yaml]\npatches:\n  - patch: |\n      - op: remove\n        path: /x\n'],
    ['common labels', 'resources: [a.yaml]\ncommonLabels:\n  app: x\n'],
    ['a Helm chart', 'resources: [a.yaml]\nhelmCharts:\n  - name: x\n'],
  ])('%s makes a scope incomplete', async (_, text) => {
    expect(await scopesOf({ 'k/kustomization.yaml': text, 'k/a.yaml': service('a', 'a') })).toEqual(['k?: k/a.yaml']);
  });

  test('a component forms no scope of its own, and belongs to whoever includes it', async () => {
    const files = {
      'c/kustomization.yaml': kustomization(
        'apiVersion: kustomize.config.k8s.io/v1alpha1',
        'kind: Component',
        'resources: [c.yaml]',
      ),
      'c/c.yaml': service('c', 'c'),
      'k/kustomization.yaml': kustomization('components: [../c]'),
    };
    expect(await scopesOf(files)).toEqual(['k?: c/c.yaml']);
  });

  test('a loop of kustomizations ends', async () => {
    const files = {
      'a/kustomization.yaml': kustomization('resources: [../b, a.yaml]'),
      'a/a.yaml': service('a', 'a'),
      'b/kustomization.yaml': kustomization('resources: [../a]'),
      'c/kustomization.yaml': kustomization('resources: [../a]'),
    };
    expect(await scopesOf(files)).toEqual(['c?: a/a.yaml']);
  });

  test('a base outside of the folder that is checked is read too', async () => {
    const files = {
      'base/kustomization.yaml': kustomization('resources: [web.yaml]'),
      'base/web.yaml': service('web', 'web'),
      'overlays/prod/kustomization.yaml': kustomization('resources: [../../base]'),
    };
    expect(await scopesOf(files, 'overlays/prod')).toEqual(['.: base/web.yaml']);
  });

  test("Flux's Kustomization is another thing, and a broken one harms nobody", async () => {
    const files = {
      'flux/kustomization.yaml': 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n',
      'broken/kustomization.yaml': 'resources: [a.yaml\n',
      'app/a.yaml': service('a', 'a'),
    };
    expect(await scopesOf(files)).toEqual(['app: app/a.yaml']);
  });
});

test("a chart's templates are Helm's business", async () => {
  const files = {
    'chart/Chart.yaml': 'name: chart\nversion: 1.0.0\n',
    'chart/templates/s.yaml': service('s', 's'),
    'chart/ci/v.yaml': service('v', 'v'),
    'app/a.yaml': service('a', 'a'),
  };
  expect(await scopesOf(files)).toEqual(['app: app/a.yaml']);
});
