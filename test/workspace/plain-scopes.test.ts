import { describe, expect, test } from 'vitest';
import { deployment, service } from '../support/manifests';
import { openWorkspace } from '../support/open-workspace';

const broken = `${service('web', 'web')}broken: [\n`;

describe('test data', () => {
  const files = {
    'app/a.yaml': service('a', 'a'),
    'tests/web.yaml': broken,
    'tests/twice.yaml': 'apiVersion: v1\nkind: Service\nkind: Service\nmetadata: {name: x}\n',
    'docs/k/kustomization.yaml': 'resources: [missing.yaml]\n',
  };

  test('has no findings of any kind, until somebody looks at it', async () => {
    const opened = await openWorkspace(files);
    expect(opened.findings()).toEqual([]);
    opened.edit('tests/web.yaml', broken);
    expect(opened.findings().map((line) => line.replace(/:.*? /, ' ').slice(0, 32))).toEqual([
      'tests/twice.yaml yaml-duplicate-',
      'tests/web.yaml yaml-syntax: A "]',
    ]);
    await opened.close('tests/web.yaml');
    expect(opened.findings()).toEqual([]);
  });

  test('that is opened as a folder is asked for', async () => {
    const opened = await openWorkspace(files, { roots: ['tests'] });
    expect(opened.deployed()).toEqual(['.: Service default/web, Service default/x']);
  });
});

describe('what kustomizations claim', () => {
  test('a file that stands beside a kustomization, a patch, what a component brings that nobody uses', async () => {
    const opened = await openWorkspace({
      'k/kustomization.yaml': 'resources: [a.yaml]\npatches: [{path: ../patches/p.yaml}]\n',
      'k/a.yaml': service('a', 'a'),
      'k/scaffold.yaml': service('scaffold', 's'),
      'patches/p.yaml': service('a', 'b'),
      'component/kustomization.yaml':
        'kind: Component\napiVersion: kustomize.config.k8s.io/v1alpha1\nresources: [../c.yaml]\n',
      'c.yaml': service('c', 'c'),
    });
    expect(opened.deployed()).toEqual(['k: Service default/a']);
  });

  test('is free again when they let go of it', async () => {
    const opened = await openWorkspace({
      'k/kustomization.yaml': 'resources: [../a.yaml]\npatches: [{path: ../p.yaml}]\n',
      'a.yaml': service('a', 'a'),
      'p.yaml': service('a', 'b'),
    });
    expect(opened.deployed()).toEqual(['k: Service default/a']);
    await opened.write('k/kustomization.yaml', 'resources: [../p.yaml]\n');
    expect(opened.deployed()).toEqual(['.: Service default/a', 'k: Service default/a']);
    await opened.remove('k');
    expect(opened.deployed()).toEqual(['.: Service default/a, Service default/a']);
  });

  test('is put into a scope by hand nevertheless', async () => {
    const opened = await openWorkspace({
      '.kubepath.yaml': 'scopes:\n  "k/*.yaml": hand\n',
      'k/kustomization.yaml': 'namePrefix: k-\nresources: [a.yaml]\n',
      'k/a.yaml': service('a', 'a'),
      'k/b.yaml': service('b', 'a'),
    });
    expect(opened.deployed()).toEqual(['hand: Service default/a, Service default/b', 'k: Service default/k-a']);
  });
});

test('a document outside of all folders is analysed alone', async () => {
  const opened = await openWorkspace(
    { 'app/a.yaml': service('a', 'a'), 'b.yaml': service('b', 'a') },
    { roots: ['app'] },
  );
  opened.edit('b.yaml', service('b', 'a'));
  opened.edit('c.txt', service('c', 'a'));
  expect(opened.deployed()).toEqual(['../b.yaml?: Service default/b', '.: Service default/a']);
  await opened.workspace.scan();
  expect(opened.deployed()).toEqual(['../b.yaml?: Service default/b', '.: Service default/a']);
  await opened.close('b.yaml');
  expect(opened.deployed()).toEqual(['.: Service default/a']);
  expect(opened.analyzer.counts().files).toBe(1);
});

test('a folder that is closed takes its kustomizations, charts and settings with it', async () => {
  const opened = await openWorkspace(
    {
      'one/k/kustomization.yaml': 'resources: [a.yaml]\n',
      'one/k/a.yaml': service('a', 'a'),
      'one/.kubepath.yaml': 'scopes: wrong\n',
      'one/chart/Chart.yaml': 'apiVersion: v2\nname: chart\nversion: 1.0.0\n',
      'two/b.yaml': deployment('b', 'b'),
    },
    { roots: ['one', 'two'] },
  );
  expect(opened.deployed()).toEqual(['one/k: Service default/a', 'two: Deployment default/b']);
  expect(opened.findings()).toHaveLength(1);
  opened.workspace.setRoots([opened.folder.uriOf('two')]);
  expect(opened.deployed()).toEqual(['.: Deployment default/b']);
  expect(opened.findings()).toEqual([]);
  expect(opened.workspace.background().notes).toEqual([]);
});

test.each([
  ['created', [], 'scopes: {"a": x, "b": x}\n', ['x: Service default/a, Service default/b']],
  ['removed', 'scopes: {"a": x}\n', undefined, ['.: Service default/a, Service default/b']],
])('a .kubepath.yaml that is %s takes effect', async (_, before, after, expected) => {
  const opened = await openWorkspace({
    'a/a.yaml': service('a', 'a'),
    'b/b.yaml': service('b', 'b'),
    ...(typeof before === 'string' ? { '.kubepath.yaml': before } : {}),
  });
  if (after === undefined) await opened.remove('.kubepath.yaml');
  else await opened.write('.kubepath.yaml', after);
  expect(opened.deployed()).toEqual(expected);
});

describe('files that hold nothing that networking reads', () => {
  const role = 'apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: { name: r }\nrules: []\n';
  const wrong = `${role}rules: []\n`;

  test('are told where they would be deployed, and move no scope', async () => {
    const opened = await openWorkspace({
      'app/web.yaml': service('web', 'web'),
      'rbac/role.yaml': wrong,
      'tests/role.yaml': wrong,
      'k/kustomization.yaml': 'resources: [role.yaml]\n',
      'k/role.yaml': wrong,
      'k/scaffold.yaml': wrong,
      'chart/Chart.yaml': 'name: c\n',
      'chart/templates/role.yaml': wrong,
    });
    expect(opened.deployed()).toEqual(['app: Service default/web']);
    expect(opened.findings().map((line) => line.replace(/: .*/, ''))).toEqual([
      'k/role.yaml:5 yaml-duplicate-key',
      'rbac/role.yaml:5 yaml-duplicate-key',
    ]);
  });

  test('are told while somebody writes them', async () => {
    const opened = await openWorkspace({ 'app/web.yaml': service('web', 'web'), 'app/role.yaml': role });
    expect(opened.findings()).toEqual([]);
    opened.edit('app/role.yaml', wrong);
    expect(opened.findings()).toHaveLength(1);
    opened.edit('app/role.yaml', `# kubepath-disable yaml-duplicate-key\n${wrong}`);
    expect(opened.findings()).toEqual([]);
    opened.edit('app/role.yaml', `${role}x: [`);
    expect(opened.findings()).toHaveLength(1);
    opened.edit('app/role.yaml', role);
    expect(opened.findings()).toEqual([]);
  });
});
