import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { openWorkspace, type OpenWorkspace } from '../support/open-workspace';

const files = {
  'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml, policy.yaml]\n',
  'base/service.yaml': service('web', 'web'),
  'base/deployment.yaml': deployment('web', 'web'),
  'base/policy.yaml':
    'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: only-web\nspec:\n  podSelector:\n    matchLabels:\n      app: web\n',
  'overlays/dev/kustomization.yaml': 'namespace: dev\nnamePrefix: dev-\nresources: [../../base]\n',
  'overlays/prod/kustomization.yaml': [
    'namespace: prod',
    'resources: [../../base]',
    'commonLabels:',
    '  team: shop',
    'patches:',
    '  - path: patch.yaml',
    '  - target: {kind: Service}',
    '    patch: |',
    '      - op: add',
    '        path: /spec/selector/tier',
    '        value: front',
    '',
  ].join('\n'),
  'overlays/prod/patch.yaml':
    'apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: web\nspec:\n  template:\n    metadata:\n      labels:\n        tier: front\n',
};

/** The Markdown at the first place of a text in a file. */
function hoverOn({ analyzer, folder }: OpenWorkspace, path: keyof typeof files, text: string): string | undefined {
  const whole = files[path];
  const at = whole.indexOf(text);
  if (at === -1) throw new Error(`"${text}" is not in ${path}`);
  const line = whole.slice(0, at).split('\n').length - 1;
  const character = at - (whole.lastIndexOf('\n', at - 1) + 1);
  return analyzer.hover(folder.uriOf(path), { line, character })?.markdown;
}

describe('hovers', () => {
  test('in a base speak of its first scope, or of the one that is preferred', async () => {
    const opened = await openWorkspace(files);
    expect(hoverOn(opened, 'base/service.yaml', 'web')).toContain('dev-web.dev.svc');
    opened.analyzer.prefer('overlays/prod');
    expect(hoverOn(opened, 'base/service.yaml', 'web')).toContain('web.prod.svc');
    expect(opened.analyzer.scopesOf(opened.folder.uriOf('base/service.yaml')).map(({ name }) => name)).toEqual([
      'overlays/prod',
      'overlays/dev',
    ]);
    opened.analyzer.prefer('of another workspace');
    expect(hoverOn(opened, 'base/service.yaml', 'web')).toContain('dev-web.dev.svc');
  });

  test.each([
    ['overlays/prod/patch.yaml', 'tier: front', /tier/],
    ['overlays/prod/kustomization.yaml', 'front', /tier=front` alone: 1 workload/],
    ['overlays/prod/kustomization.yaml', 'path: patch.yaml', undefined],
    ['overlays/prod/kustomization.yaml', 'resources', undefined],
    ['overlays/prod/kustomization.yaml', 'team', /In \*\*3 resources\*\*/],
  ] as const)('in %s on %j', async (path, text, expected) => {
    const opened = await openWorkspace(files);
    const markdown = hoverOn(opened, path, text);
    if (expected) expect(markdown).toMatch(expected);
    else expect(markdown).toBeUndefined();
  });

  test('beside what is known are none', async () => {
    const opened = await openWorkspace(files);
    const nowhere = { line: 99, character: 3 };
    for (const path of Object.keys(files))
      expect(opened.analyzer.hover(opened.folder.uriOf(path), nowhere)).toBeUndefined();
    expect(opened.analyzer.hover(opened.folder.uriOf('missing.yaml'), { line: 0, character: 0 })).toBeUndefined();
  });

  test('of a file that one scope has twice speak of one of them', async () => {
    const opened = await openWorkspace({
      ...files,
      'overlays/dev/kustomization.yaml': 'resources: [one, two]\n',
      'overlays/dev/one/kustomization.yaml': 'namePrefix: one-\nresources: [../../../base]\n',
      'overlays/dev/two/kustomization.yaml': 'namePrefix: two-\nresources: [../../../base]\n',
    });
    expect(hoverOn(opened, 'base/service.yaml', 'web')).toContain('one-web.default.svc');
  });
});

describe('the outline', () => {
  test('is that of the file as it is written, whoever uses it', async () => {
    const { analyzer, folder } = await openWorkspace(files);
    const names = (path: string): readonly string[] => analyzer.symbols(folder.uriOf(path)).map(({ name }) => name);
    expect(names('base/service.yaml')).toEqual(['web']);
    expect(names('overlays/prod/patch.yaml')).toEqual(['web']);
    expect(names('overlays/prod/kustomization.yaml')).toEqual([]);
  });

  test('of a patch follows the editor', async () => {
    const opened = await openWorkspace(files);
    opened.edit('overlays/prod/patch.yaml', files['overlays/prod/patch.yaml'].replace('name: web', 'name: wbe'));
    opened.workspace.update();
    expect(opened.analyzer.symbols(opened.folder.uriOf('overlays/prod/patch.yaml'))[0]?.name).toBe('wbe');
  });
});

describe('the diagram', () => {
  const servicesIn = ({ analyzer, folder }: OpenWorkspace, path?: string): readonly string[] =>
    (analyzer.view({ view: 'services', at: path === undefined ? undefined : { uri: folder.uriOf(path) } })?.nodes ?? [])
      .map(({ id }) => id)
      .filter((id) => id.startsWith('Service/'));

  test('is that of the scope of the file, of the preferred one where it has several', async () => {
    const opened = await openWorkspace(files);
    expect(servicesIn(opened, 'overlays/prod/patch.yaml')).toEqual(['Service/prod/web']);
    expect(servicesIn(opened, 'base/service.yaml')).toEqual(['Service/dev/dev-web']);
    opened.analyzer.prefer('overlays/prod');
    expect(servicesIn(opened, 'base/service.yaml')).toEqual(['Service/prod/web']);
    expect(servicesIn(opened)).toEqual(['Service/prod/web']);
    expect(servicesIn(opened, 'overlays/dev/kustomization.yaml')).toEqual(['Service/dev/dev-web']);
  });
});

test('a resource of a generator stands where it is written', async () => {
  const { analyzer, folder } = await openWorkspace({
    'k/kustomization.yaml':
      'configMapGenerator:\n  - name: settings\n    literals:\n      - url=http://web\ngeneratorOptions: {disableNameSuffixHash: true}\n',
  });
  const [scope] = analyzer.scopeResources();
  expect(scope?.resources.map(({ name, file, range }) => [name, file, range.start.line])).toEqual([
    ['settings', folder.uriOf('k/kustomization.yaml'), 1],
  ]);
  expect(analyzer.counts()).toMatchObject({ files: 1, resources: 1 });
});
