import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { deployedOf, findingsOf, readWorkspace, scopesOf } from '../support/scopes-of';

function kustomization(...lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}

describe('scopes', () => {
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
      'overlays/prod: base/web.yaml overlays/prod/extra.yaml',
    ]);
    expect(await deployedOf(files)).toEqual([
      'overlays/dev: Service default/web',
      'overlays/prod: Service prod/extra, Service prod/web',
    ]);
  });

  test('the outermost namespace wins', async () => {
    const files = {
      'base/kustomization.yaml': kustomization('namespace: inner', 'resources: [a.yaml]'),
      'base/a.yaml': service('a', 'a'),
      'top/kustomization.yaml': kustomization('namespace: outer', 'resources: [../base]'),
    };
    expect(await deployedOf(files)).toEqual(['top: Service outer/a']);
  });

  test('patches and what stands unnamed beside a kustomization are not taken for deployed', async () => {
    const files = {
      'k/kustomization.yaml': kustomization('resources: [a.yaml]', 'patches:', '  - path: ../patches/p.yaml'),
      'k/a.yaml': deployment('a', 'a'),
      'k/scaffold.yaml': service('s', 's'),
      'patches/p.yaml': deployment('a', 'b'),
    };
    expect(await scopesOf(files)).toEqual(['k: k/a.yaml']);
  });

  test.each([
    ['a remote base', 'resources: [a.yaml, "github.com/acme/base?ref=v1"]'],
    ['a URL', 'resources: [a.yaml, "https://example.com/a.yaml"]'],
    ['a missing file', 'resources: [a.yaml, missing.yaml]'],
    ['a missing base', 'resources: [a.yaml, ../missing]'],
    ['a missing component', 'resources: [a.yaml]\ncomponents: [../missing]'],
    ['a Helm chart', 'resources: [a.yaml]\nhelmCharts:\n  - name: x\n'],
    ['a plugin', 'resources: [a.yaml]\ntransformers: [plugin.yaml]'],
  ])('%s makes a scope incomplete, and is told in one information', async (_, text) => {
    const files = {
      'k/kustomization.yaml': text,
      'k/a.yaml': service('a', 'a'),
      'k/plugin.yaml': 'apiVersion: example.com/v1\nkind: Stamp\nmetadata: {name: stamp}\n',
    };
    expect(await scopesOf(files)).toEqual(['k?: k/a.yaml']);
    const found = await findingsOf(files);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^k\/kustomization\.yaml:\d kustomization-incomplete: /);
  });

  test('several things that cannot be had are one information, with the others linked', async () => {
    const found = await findingsOf({
      'k/kustomization.yaml': kustomization(
        'resources:',
        '  - a.yaml',
        '  - b.yaml',
        '  - github.com/acme/x',
        '  - s.yaml',
      ),
      'k/s.yaml': service('s', 's'),
    });
    expect(found).toEqual([
      'k/kustomization.yaml:2 kustomization-incomplete: a.yaml does not exist. 2 things more here cannot be had.',
    ]);
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
    expect(await scopesOf(files)).toEqual(['k: c/c.yaml']);
  });

  test('a base outside of the folder that is checked is read too', async () => {
    const files = {
      'base/kustomization.yaml': kustomization('resources: [web.yaml]'),
      'base/web.yaml': service('web', 'web'),
      'overlays/prod/kustomization.yaml': kustomization('resources: [../../base]'),
    };
    expect(await scopesOf(files, 'overlays/prod')).toEqual(['.: base/web.yaml']);
  });

  test("Flux's Kustomization is another thing", async () => {
    const files = {
      'flux/kustomization.yaml': 'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n',
      'app/a.yaml': service('a', 'a'),
    };
    expect(await scopesOf(files)).toEqual(['app: app/a.yaml']);
  });
});

test('replacements and variables copy from kinds that networking does not read', async () => {
  const files = {
    'k/kustomization.yaml': kustomization(
      'resources: [widget.yaml, service.yaml]',
      'replacements:',
      '  - source: {kind: Widget, name: w, fieldPath: spec.port}',
      '    targets: [{select: {kind: Service}, fieldPaths: [spec.ports.0.port]}]',
    ),
    'k/widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {port: 8443}\n',
    'k/service.yaml': service('web', 'web'),
  };
  const { analyzer } = await readWorkspace(files);
  const [scope] = analyzer.scopeResources();
  expect(scope?.resources.map(({ object }) => object['spec'])).toEqual([
    expect.objectContaining({ ports: [expect.objectContaining({ port: 8443 })] }),
  ]);
});

test('a generator takes a file that is no text as it is', async () => {
  const files = {
    'k/kustomization.yaml': kustomization('configMapGenerator:', '  - name: icons', '    files: [icon.png]'),
    'k/icon.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0x00),
  };
  // The name that kubectl kustomize gives it.
  expect(await deployedOf(files)).toEqual(['k: ConfigMap default/icons-tdb4ggkgmc']);
});

describe('what nobody can build', () => {
  const a = service('a', 'a');

  test('a loop of kustomizations is told, and what hangs on it is read', async () => {
    const files = {
      'a/kustomization.yaml': kustomization('resources: [../b, a.yaml]'),
      'a/a.yaml': a,
      'b/kustomization.yaml': kustomization('resources: [../a]'),
      'c/kustomization.yaml': kustomization('resources: [../a]'),
    };
    expect(await scopesOf(files)).toEqual(['c?: a/a.yaml']);
    expect(await findingsOf(files)).toEqual([
      'b/kustomization.yaml:1 kustomization-invalid: ../a leads back to this kustomization: kustomize refuses such a loop. Take it out of one of the two.',
    ]);
  });

  test('a loop that nothing leads into is told too', async () => {
    const files = {
      'a/kustomization.yaml': kustomization('resources: [../b, a.yaml]'),
      'a/a.yaml': a,
      'b/kustomization.yaml': kustomization('resources: [../a]'),
    };
    expect(await scopesOf(files)).toEqual(['a?: a/a.yaml']);
    expect(await findingsOf(files)).toHaveLength(1);
  });

  test('a broken kustomization harms nobody', async () => {
    const files = {
      'broken/kustomization.yaml': 'resources: [b.yaml\n',
      'broken/b.yaml': service('b', 'b'),
      'app/a.yaml': a,
    };
    expect(await scopesOf(files)).toEqual(['app: app/a.yaml', 'broken?: broken/b.yaml']);
    expect(await findingsOf(files)).toEqual([
      'broken/kustomization.yaml:1 kustomization-invalid: This kustomization cannot be read. A "]" is missing: the "[" before it is not closed.',
    ]);
  });

  test('two kustomizations in one directory', async () => {
    const [first] = await findingsOf({
      'k/kustomization.yaml': kustomization('resources: [a.yaml]'),
      'k/kustomization.yml': kustomization('resources: [a.yaml]'),
      'k/a.yaml': a,
    });
    expect(first).toContain('kustomization.yaml and kustomization.yml are in one directory');
  });

  test('a binary file listed as a resource is told, and the rest is read', async () => {
    const files = {
      'k/kustomization.yaml': kustomization('resources: [logo.png, a.yaml]'),
      'k/logo.png': Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0xff, 0x00),
      'k/a.yaml': a,
    };
    expect(await scopesOf(files)).toEqual(['k?: k/a.yaml']);
    expect(await findingsOf(files)).toEqual([
      'k/kustomization.yaml:1 kustomization-invalid: logo.png is not text in UTF-8, so it holds no resources.',
    ]);
  });

  test('a base outside of the repository is not read', async () => {
    const { analyzer } = await readWorkspace(
      {
        'outside/kustomization.yaml': kustomization('resources: [a.yaml]'),
        'outside/a.yaml': a,
        'repository/.git/HEAD': 'ref: refs/heads/main\n',
        'repository/k/kustomization.yaml': kustomization('resources: [../../outside, a.yaml]'),
        'repository/k/a.yaml': service('b', 'b'),
      },
      'repository',
    );
    const [scope] = analyzer.scopeResources();
    expect(scope?.resources.map(({ name }) => name)).toEqual(['b']);
    const [finding] = [...analyzer.check().values()].flat();
    expect(finding?.message).toContain('../../outside lies outside of the repository');
  });
});
