import { describe, expect, test } from 'vitest';
import { nodeAt } from '../../server/core/manifest/node';
import { deployment, service } from '../support/manifests';
import { openWorkspace } from '../support/open-workspace';
import { deployedOf, findingsOf } from '../support/scopes-of';

function flux(name: string, ...spec: readonly string[]): string {
  return [
    'apiVersion: kustomize.toolkit.fluxcd.io/v1',
    'kind: Kustomization',
    `metadata: {name: ${name}, namespace: flux-system}`,
    'spec:',
    '  sourceRef: {kind: GitRepository, name: flux-system}',
    ...spec.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

function argo(name: string, ...spec: readonly string[]): string {
  return [
    'apiVersion: argoproj.io/v1alpha1',
    'kind: Application',
    `metadata: {name: ${name}}`,
    'spec:',
    ...spec.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

const kustomized = {
  'apps/kustomization.yaml': 'resources: [web.yaml]\n',
  'apps/web.yaml': service('web', 'web'),
};
const plain = {
  'apps/web.yaml': service('web', 'web'),
  'apps/sub/db.yaml': service('db', 'db'),
};

describe("Flux's Kustomization", () => {
  test.each([
    [
      'with a kustomization',
      kustomized,
      ['path: ./apps', 'targetNamespace: prod'],
      ['apps (Kustomization apps): Service prod/web'],
    ],
    [
      'of plain files, with all below',
      plain,
      ['path: apps', 'targetNamespace: prod'],
      ['apps (Kustomization apps): Service prod/db, Service prod/web'],
    ],
    ['that changes nothing of a kustomization', kustomized, ['path: ./apps'], ['apps: Service default/web']],
    [
      'with a slash at its end',
      kustomized,
      ['path: /apps/', 'targetNamespace: prod'],
      ['apps (Kustomization apps): Service prod/web'],
    ],
    ['of another repository', kustomized, ['path: ./other'], ['apps: Service default/web']],
    [
      'with prefix and suffix',
      kustomized,
      ['path: ./apps', 'namePrefix: a-', 'nameSuffix: -z'],
      ['apps (Kustomization apps): Service default/a-web-z'],
    ],
  ])('%s', async (_, files, spec, expected) => {
    expect(await deployedOf({ ...files, 'clusters/prod/apps.yaml': flux('apps', ...spec) })).toEqual(expected);
  });

  test('of what no git repository holds is left alone', async () => {
    const artifact = flux('apps', 'path: ./apps', 'targetNamespace: prod').replace('GitRepository', 'ExternalArtifact');
    expect(await deployedOf({ ...kustomized, 'flux/apps.yaml': artifact })).toEqual(['apps: Service default/web']);
  });

  test('plain files with a kustomization among them: that one stands for its directory', async () => {
    const files = {
      'apps/web.yaml': service('web', 'web'),
      'apps/db/kustomization.yaml': 'namePrefix: k-\nresources: [db.yaml]\n',
      'apps/db/db.yaml': service('db', 'db'),
      'flux/apps.yaml': flux('apps', 'path: ./apps'),
    };
    expect(await deployedOf(files)).toEqual(['apps (Kustomization apps): Service default/k-db, Service default/web']);
  });

  test.each([
    [['targetNamespace: one'], ['targetNamespace: two'], ['one', 'two']],
    [['targetNamespace: one'], [], ['one', 'default']],
  ])('two on one path are two scopes: %j and %j', async (one, two, namespaces) => {
    const files = {
      ...kustomized,
      'flux/all.yaml': `${flux('one', 'path: ./apps', ...one)}---\n${flux('two', 'path: ./apps', ...two)}`,
    };
    expect(await deployedOf(files)).toEqual([
      `apps (Kustomization one): Service ${namespaces[0]}/web`,
      `apps (Kustomization two): Service ${namespaces[1]}/web`,
    ]);
  });

  test('two of one name are told apart', async () => {
    const files = {
      ...kustomized,
      'clusters/a/apps.yaml': flux('apps', 'path: ./apps', 'targetNamespace: a'),
      'clusters/b/apps.yaml': flux('apps', 'path: ./apps', 'targetNamespace: b'),
    };
    expect(await deployedOf(files)).toEqual([
      'apps (Kustomization apps) (2): Service b/web',
      'apps (Kustomization apps): Service a/web',
    ]);
  });

  test('on a base that an overlay uses too deploys it by itself', async () => {
    const files = {
      ...kustomized,
      'overlay/kustomization.yaml': 'namespace: overlay\nresources: [../apps]\n',
      'flux/apps.yaml': flux('apps', 'path: ./apps'),
    };
    expect(await deployedOf(files)).toEqual([
      'apps (Kustomization apps): Service default/web',
      'overlay: Service overlay/web',
    ]);
  });

  test('patches and components count from the path, and findings land where they are written', async () => {
    const files = {
      ...kustomized,
      'apps/deployment.yaml': deployment('web', 'web'),
      'apps/kustomization.yaml': 'resources: [web.yaml, deployment.yaml]\n',
      'component/kustomization.yaml':
        'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [more.yaml]\n',
      'component/more.yaml': service('more', 'web'),
      'flux/apps.yaml': flux(
        'apps',
        'path: ./apps',
        'components: [../component]',
        'patches:',
        '  - patch: |',
        '      apiVersion: v1',
        '      kind: Service',
        '      metadata: {name: web}',
        '      spec: {selector: {app: wbe}}',
      ),
    };
    expect(await deployedOf(files)).toEqual([
      'apps (Kustomization apps): Deployment default/web, Service default/more, Service default/web',
    ]);
    expect(await findingsOf(files)).toEqual([
      expect.stringMatching(/^flux\/apps\.yaml:13 service-selector-unmatched: .*app=wbe/),
    ]);
  });

  test('a patch of one deploys nothing by itself, nor does one in documentation', async () => {
    const files = {
      ...kustomized,
      'flux/kustomization.yaml': 'resources: [apps.yaml]\npatches: [{path: patch.yaml}]\n',
      'flux/apps.yaml': flux('apps', 'path: ./elsewhere'),
      'flux/patch.yaml': flux('apps', 'path: ./apps', 'targetNamespace: patched'),
      'docs/apps.yaml': flux('apps', 'path: ./apps', 'targetNamespace: docs'),
    };
    expect(await deployedOf(files)).toEqual(['apps: Service default/web']);
  });

  test('deploys test data that it points at', async () => {
    const files = {
      'tests/k/kustomization.yaml': 'resources: [web.yaml]\n',
      'tests/k/web.yaml': service('web', 'web'),
      'flux/apps.yaml': flux('apps', 'path: ./tests/k'),
    };
    expect(await deployedOf(files)).toEqual(['tests/k (Kustomization apps): Service default/web']);
  });
});

describe("Argo CD's Application", () => {
  test.each([
    [
      'options',
      kustomized,
      ['source: {path: apps, kustomize: {namePrefix: a-, namespace: prod}}'],
      ['apps (Application web): Service prod/a-web'],
    ],
    [
      'the namespace of what says none',
      { ...kustomized, 'apps/web.yaml': `${service('web', 'web')}---\n${service('own', 'own', 'own')}` },
      ['destination: {namespace: prod}', 'source: {path: apps}'],
      ['apps (Application web): Service own/own, Service prod/web'],
    ],
    [
      'a plain directory',
      plain,
      ['source: {path: apps}'],
      ['apps (Application web): Service default/web', 'apps/sub: Service default/db'],
    ],
    [
      'a plain directory with all below',
      plain,
      ['source: {path: apps, directory: {recurse: true}}'],
      ['apps (Application web): Service default/db, Service default/web'],
    ],
    [
      'several sources',
      { ...plain, 'more/more.yaml': service('more', 'more') },
      ['sources:', '  - {path: apps/sub}', '  - {path: more}', '  - {chart: x, repoURL: "https://charts.example.com"}'],
      [
        'apps/sub (Application web): Service default/db',
        'apps: Service default/web',
        'more (Application web): Service default/more',
      ],
    ],
    ['a path that is not here', kustomized, ['source: {path: elsewhere}'], ['apps: Service default/web']],
  ])('%s', async (_, files, spec, expected) => {
    expect(await deployedOf({ ...files, 'argo/web.yaml': argo('web', ...spec) })).toEqual(expected);
  });

  test.each([
    ['', { app: 'web', team: 'a' }, { app: 'web', team: 'a' }],
    [', labelWithoutSelector: true', { app: 'web' }, { app: 'web' }],
    [', labelWithoutSelector: true, labelIncludeTemplates: true', { app: 'web' }, { app: 'web', team: 'a' }],
  ])('common labels%s', async (more, selector, pods) => {
    const opened = await openWorkspace({
      'apps/kustomization.yaml': 'resources: [web.yaml]\n',
      'apps/web.yaml': deployment('web', 'web'),
      'argo/web.yaml': argo('web', `source: {path: apps, kustomize: {commonLabels: {team: a}${more}}}`),
    });
    expect(opened.object('apps (Application web)', 'Deployment', 'web')).toMatchObject({
      metadata: { labels: { team: 'a' } },
      spec: { selector: { matchLabels: selector }, template: { metadata: { labels: pods } } },
    });
    expect(opened.findings()).toEqual([]);
  });

  test('what it gives is written in its file', async () => {
    const { analyzer, folder } = await openWorkspace({
      ...kustomized,
      'argo/web.yaml': argo('web', 'destination:', '  namespace: prod', 'source:', '  path: apps'),
      'flux/apps.yaml': flux('apps', 'path: ./apps', 'targetNamespace: dev'),
    });
    const places = ['apps (Application web)', 'apps (Kustomization apps)'].map((scope) => {
      const node = nodeAt(analyzer.resourcesIn(scope)[0]?.root, 'metadata', 'namespace');
      return [node?.type === 'scalar' && node.value, node?.file];
    });
    expect(places).toEqual([
      ['prod', folder.uriOf('argo/web.yaml')],
      ['dev', folder.uriOf('flux/apps.yaml')],
    ]);
    expect(analyzer.scopesOf(folder.uriOf('argo/web.yaml')).map(({ name }) => name)).toEqual([
      'apps (Application web)',
    ]);
  });
});

test('a deployer that changes, and files that come below its path, are followed', async () => {
  const opened = await openWorkspace({
    ...plain,
    'flux/apps.yaml': flux('apps', 'path: ./apps', 'targetNamespace: one'),
  });
  await opened.write('apps/new.yaml', service('new', 'new'));
  expect(opened.deployed()).toEqual(['apps (Kustomization apps): Service one/db, Service one/new, Service one/web']);
  await opened.remove('apps/sub');
  expect(opened.deployed()).toEqual(['apps (Kustomization apps): Service one/new, Service one/web']);
  opened.edit('flux/apps.yaml', flux('apps', 'path: ./apps', 'targetNamespace: two'));
  expect(opened.deployed()).toEqual(['apps (Kustomization apps): Service two/new, Service two/web']);
  opened.edit('flux/apps.yaml', 'kind: nothing\n');
  expect(opened.deployed()).toEqual(['apps: Service default/new, Service default/web']);
  await opened.close('flux/apps.yaml');
  expect(opened.deployed()).toEqual(['apps (Kustomization apps): Service one/new, Service one/web']);
  await opened.remove('flux');
  expect(opened.deployed()).toEqual(['apps: Service default/new, Service default/web']);
});
