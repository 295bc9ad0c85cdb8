import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createAnalyzer, type Analyzer } from '../../server/core/index';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace, type Workspace } from '../../server/workspace/workspace';
import { deployment, service } from '../support/manifests';
import { memoryFiles } from '../support/memory-files';
import { openWorkspace } from '../support/open-workspace';
import { tempFolder } from '../support/temp-folder';

const root = 'file:///w/repo';

const replacement = `replacements:
  - source: {kind: Widget, name: w, fieldPath: spec.app}
    targets: [{select: {kind: Service}, fieldPaths: [spec.selector.app]}]
`;

/**
 * What may stand in each file: from what is right to what is broken. Paths count from the folder; some lie outside of it. No two workloads
 * are alike: which of several a finding names first may hang on the order of the edits.
 */
const contents: Readonly<Record<string, readonly string[]>> = {
  'base/kustomization.yaml': [
    'resources: [web.yaml]\n',
    'resources: [web.yaml, more.yaml]\ncomponents: [../component]\n',
    'resources: [web.yaml, widget.yaml]\n',
    'resources: [web.yaml]\nconfigMapGenerator:\n  - name: settings\n    envs: [../settings.env]\n    files: [more.yaml]\n',
    'resources: [web.yaml\n',
    'apiVersion: other/v1\nkind: Kustomization\n',
  ],
  'base/web.yaml': [
    service('web', 'web'),
    service('web', 'wbe'),
    deployment('web', 'web'),
    `${service('web', 'wbe')}---\n${deployment('web', 'web')}`,
    'apiVersion: v1\nkind: Service\nmetadata: [\n',
  ],
  'base/more.yaml': [deployment('more', 'more'), service('more', 'mroe'), 'just: data\n'],
  'base/widget.yaml': ['apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {app: web}\n'],
  'component/kustomization.yaml': [
    'apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\npatches:\n  - path: patch.yaml\n',
    'resources: [c.yaml]\n',
  ],
  'component/patch.yaml': [
    `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: patched\n`,
    service('other', 'other'),
  ],
  'component/c.yaml': [service('c', 'c'), deployment('c', 'component')],
  'dev/kustomization.yaml': [
    'namespace: dev\nresources: [../base]\n',
    'namePrefix: dev-\nresources: [../base, ../../shared]\npatches:\n  - path: ../component/patch.yaml\n',
    'resources: [../prod, ../base/web.yaml]\n',
    'resources: [.]\n',
    `resources: [../base]\n${replacement}`,
  ],
  'dev/kustomization.yml': ['resources: [../base]\n'],
  'prod/kustomization.yaml': [
    'namespace: prod\nresources: [../base, ../component]\n',
    'resources: [../dev]\ncommonLabels: {app: prod}\n',
    'resources: [../vendor, ../missing.yaml]\n',
  ],
  'missing.yaml': [service('missing', 'web')],
  'settings.env': ['KEY=value\n', 'KEY=other\n'],
  'plain/a.yaml': [service('a', 'a'), service('a', 'b'), deployment('a', 'a')],
  'plain/sub/b.yaml': [service('a', 'a'), deployment('a', 'b'), deployment('b', 'plain')],
  'flux/apps.yaml': [
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ./base\n  targetNamespace: apps\n`,
    `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: apps}\nspec:\n  path: ./plain\n`,
    service('flux', 'flux'),
  ],
  'tests/k/kustomization.yaml': [
    'resources: [../../base, t.yaml]\nconfigMapGenerator: [{name: t, envs: [../../settings.env]}]\n',
  ],
  'tests/k/t.yaml': [service('t', 't'), deployment('t', 't')],
  'vendor/kustomization.yaml': ['resources: [v.yaml]\n', 'resources: []\n'],
  'vendor/v.yaml': [service('v', 'v'), service('v', 'web')],
  'chart/Chart.yaml': ['apiVersion: v2\nname: chart\nversion: 1.0.0\n', 'no: chart\n'],
  'chart/templates/s.yaml': [service('s', 's')],
  '.kubepath.yaml': ['scopes:\n  "plain/**": hand\n', 'scopes: wrong\n'],
  '.kubepathignore': ['vendor/\n', 'plain/sub\n'],
  '../shared/kustomization.yaml': [
    'resources: [s.yaml]\n',
    'namespace: shared\nresources: [s.yaml, ../repo/base]\n',
    `resources: [../repo/base]\n${replacement}`,
  ],
  '../shared/s.yaml': [service('shared', 'web'), service('shared', 'shared')],
  '../.kubepath.yaml': ['scopes:\n  "repo/plain": above\n'],
};

const paths = Object.keys(contents);
const folders = ['base', 'component', 'dev', 'prod', 'plain', 'plain/sub', 'tests', 'chart', '../shared'];

function uriOf(path: string): string {
  return new URL(path, `${root}/`).href;
}

type Step =
  | { readonly type: 'write' | 'open'; readonly path: string; readonly text: string }
  | { readonly type: 'delete' | 'close' | 'rescan' | 'look'; readonly path: string };

const withText = fc
  .constantFrom(...paths)
  .chain((path) => fc.record({ path: fc.constant(path), text: fc.constantFrom(...(contents[path] ?? [])) }));

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: withText.map((file): Step => ({ type: 'write', ...file })) },
  { weight: 3, arbitrary: withText.map((file): Step => ({ type: 'open', ...file })) },
  { weight: 3, arbitrary: fc.constantFrom(...paths, ...folders).map((path): Step => ({ type: 'delete', path })) },
  { weight: 2, arbitrary: fc.constantFrom(...paths).map((path): Step => ({ type: 'close', path })) },
  { weight: 3, arbitrary: fc.constant<Step>({ type: 'look', path: '' }) },
  { weight: 1, arbitrary: fc.constant<Step>({ type: 'rescan', path: '' }) },
);

interface Opened {
  readonly workspace: Workspace;
  readonly analyzer: Analyzer;
}

function create(disk: ReadonlyMap<string, string>): Opened {
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({
    roots: [root],
    analyzer,
    settings: defaultSettings,
    logger,
    files: memoryFiles(disk),
  });
  return { workspace, analyzer };
}

/** All that anybody can see, in one order. */
function seen({ workspace, analyzer }: Opened): unknown {
  workspace.update();
  const findings = [...analyzer.check()].sort(([a], [b]) => (a < b ? -1 : 1));
  return { findings, resources: analyzer.scopeResources(), counts: analyzer.counts() };
}

async function take(step: Step, disk: Map<string, string>, open: Map<string, string>, opened: Opened): Promise<void> {
  const uri = uriOf(step.path);
  switch (step.type) {
    case 'write':
      disk.set(uri, step.text);
      return opened.workspace.filesChanged([uri]);
    case 'delete': {
      const gone = [...disk.keys()].filter((file) => file === uri || file.startsWith(`${uri}/`));
      for (const file of gone) disk.delete(file);
      // A folder that goes is told as one.
      return gone.length > 0 ? opened.workspace.filesChanged([uri]) : undefined;
    }
    case 'open':
      open.set(uri, step.text);
      opened.workspace.documentChanged(uri, step.text);
      return;
    case 'close':
      return open.delete(uri) ? opened.workspace.documentClosed(uri) : undefined;
    case 'rescan':
      return opened.workspace.scan();
    case 'look':
      seen(opened);
  }
}

test('whatever is edited, created and deleted: in the end all is as if it had been read just now', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(withText, { maxLength: 25 }), fc.array(step, { maxLength: 12 }), async (files, steps) => {
      const disk = new Map(files.map(({ path, text }) => [uriOf(path), text]));
      const open = new Map<string, string>();
      const followed = create(disk);
      await followed.workspace.scan();
      seen(followed);
      for (const next of steps) await take(next, disk, open, followed);
      const fresh = create(disk);
      for (const [uri, text] of open) fresh.workspace.documentChanged(uri, text);
      await fresh.workspace.scan();
      expect(seen(followed)).toEqual(seen(fresh));
    }),
    // More, and others, with RUNS=10000.
    process.env['RUNS'] === undefined ? { numRuns: 60, seed: 4 } : { numRuns: Number(process.env['RUNS']) },
  );
});

const base = {
  'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
  'base/service.yaml': service('web', 'web'),
  'base/deployment.yaml': deployment('web', 'web'),
};

const selectorPatch = (app: string): string =>
  `apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  selector:\n    app: ${app}\n`;

describe('what is open goes before the disk, until it is closed', () => {
  test('a kustomization', async () => {
    const opened = await openWorkspace({ ...base, 'k/kustomization.yaml': 'resources: [../base]\n' });
    opened.edit('k/kustomization.yaml', 'namespace: open\nresources: [../base]\n');
    expect(opened.deployed()).toEqual(['k: Deployment open/web, Service open/web']);
    await opened.write('k/kustomization.yaml', 'namespace: disk\nresources: [../base]\n');
    expect(opened.deployed()).toEqual(['k: Deployment open/web, Service open/web']);
    await opened.close('k/kustomization.yaml');
    expect(opened.deployed()).toEqual(['k: Deployment disk/web, Service disk/web']);
  });

  test('one that is not on disk yet, also when everything is read again', async () => {
    const opened = await openWorkspace(base);
    opened.edit('k/kustomization.yaml', 'namePrefix: k-\nresources: [../base]\n');
    expect(opened.deployed()).toEqual(['k: Deployment default/k-web, Service default/k-web']);
    await opened.workspace.scan();
    expect(opened.deployed()).toEqual(['k: Deployment default/k-web, Service default/k-web']);
    await opened.close('k/kustomization.yaml');
    expect(opened.deployed()).toEqual(['base: Deployment default/web, Service default/web']);
  });

  test('a patch', async () => {
    const opened = await openWorkspace({
      ...base,
      'k/kustomization.yaml': 'resources: [../base]\npatches: [{path: patch.yaml}]\n',
      'k/patch.yaml': selectorPatch('web'),
    });
    expect(opened.findings()).toEqual([]);
    opened.edit('k/patch.yaml', selectorPatch('wbe'));
    expect(opened.findings()).toEqual([
      expect.stringMatching(/^k\/patch\.yaml:7 service-selector-unmatched: .*app=wbe/),
    ]);
    await opened.close('k/patch.yaml');
    expect(opened.findings()).toEqual([]);
  });

  test.each(['settings.env', 'settings.yaml'])('what a generator reads: %s', async (file) => {
    const opened = await openWorkspace({
      'k/kustomization.yaml': `configMapGenerator: [{name: settings, envs: [${file}]}]\n`,
      [`k/${file}`]: 'a=1\n',
    });
    const [before] = opened.deployed();
    opened.edit(`k/${file}`, 'a=2\n');
    const [edited] = opened.deployed();
    expect(edited).not.toBe(before);
    await opened.close(`k/${file}`);
    expect(opened.deployed()).toEqual([before]);
    await opened.write(`k/${file}`, 'a=2\n');
    expect(opened.deployed()).toEqual([edited]);
  });

  test('a base outside of the folder', async () => {
    const files = { ...base, 'app/kustomization.yaml': 'resources: [../base]\n' };
    const opened = await openWorkspace(files, { roots: ['app'] });
    opened.edit('base/service.yaml', service('web', 'wbe'));
    expect(opened.findings()).toEqual([expect.stringMatching(/^base\/service\.yaml:7 service-selector-unmatched/)]);
    opened.edit('base/kustomization.yaml', 'resources: [deployment.yaml]\n');
    expect(opened.deployed()).toEqual(['../base/service.yaml?: Service default/web', '.: Deployment default/web']);
    await opened.close('base/kustomization.yaml');
    await opened.close('base/service.yaml');
    expect(opened.deployed()).toEqual(['.: Deployment default/web, Service default/web']);
    expect(opened.findings()).toEqual([]);
    expect(opened.analyzer.counts().files).toBe(2);
  });

  test('a kustomization outside of the folder that nobody names is a scope while it is open', async () => {
    const opened = await openWorkspace({ ...base, 'app/a.yaml': service('a', 'a') }, { roots: ['app'] });
    opened.edit('base/kustomization.yaml', base['base/kustomization.yaml']);
    expect(opened.deployed()).toEqual(['../base: Deployment default/web, Service default/web', '.: Service default/a']);
    await opened.close('base/kustomization.yaml');
    expect(opened.deployed()).toEqual(['.: Service default/a']);
  });

  test('test data, opened with the text that it has on disk', async () => {
    const opened = await openWorkspace({ 'tests/a.yaml': service('a', 'a') });
    expect(opened.deployed()).toEqual([]);
    opened.edit('tests/a.yaml', service('a', 'a'));
    expect(opened.deployed()).toEqual(['tests: Service default/a']);
    await opened.close('tests/a.yaml');
    expect(opened.deployed()).toEqual([]);
  });

  test('a .kubepath.yaml above the folder', async () => {
    const files = { '.git/HEAD': '', '.kubepath.yaml': 'scopes: {"app": disk}\n', 'app/a.yaml': service('a', 'a') };
    const opened = await openWorkspace(files, { roots: ['app'] });
    opened.edit('.kubepath.yaml', 'scopes: {"app": open}\n');
    expect(opened.deployed()).toEqual(['open: Service default/a']);
    await opened.close('.kubepath.yaml');
    expect(opened.deployed()).toEqual(['disk: Service default/a']);
    await opened.remove('.kubepath.yaml');
    expect(opened.deployed()).toEqual(['.: Service default/a']);
  });
});

describe('files come and go', () => {
  test('a folder goes as one, with what a generator reads in it', async () => {
    const opened = await openWorkspace({
      'k/kustomization.yaml': 'configMapGenerator: [{name: settings, envs: [in/settings.env]}]\n',
      'k/in/settings.env': 'a=1\n',
    });
    await opened.remove('k/in');
    expect(opened.findings()).toEqual([
      'k/kustomization.yaml:1 kustomization-incomplete: in/settings.env does not exist, so this data is missing here.',
    ]);
    opened.folder.write('k/in/settings.env', 'a=1\n');
    await opened.workspace.filesChanged([opened.folder.uriOf('k/in')]);
    expect(opened.findings()).toEqual([]);
  });

  test('what changed while nobody told is found when everything is read again', async () => {
    const opened = await openWorkspace({
      ...base,
      'k/kustomization.yaml':
        'resources: [../base]\npatches: [{path: patch.yaml}]\nconfigMapGenerator: [{name: settings, envs: [settings.env]}]\n',
      'k/patch.yaml': selectorPatch('web'),
      'k/settings.env': 'a=1\n',
    });
    const [before] = opened.deployed();
    opened.folder.write('k/settings.env', 'a=2\n');
    rmSync(join(opened.folder.path, 'k/patch.yaml'));
    await opened.workspace.scan();
    expect(opened.deployed()[0]).not.toBe(before);
    expect(opened.findings()).toEqual([expect.stringContaining('patch.yaml does not exist')]);
  });

  test('a second kustomization in a directory is told, and its end', async () => {
    const opened = await openWorkspace(base);
    await opened.write('base/kustomization.yml', 'resources: []\n');
    expect(opened.findings()).toEqual([expect.stringContaining('are in one directory')]);
    await opened.remove('base/kustomization.yml');
    expect(opened.findings()).toEqual([]);
  });

  test('a kustomization that is no text any more is none', async () => {
    const opened = await openWorkspace({ ...base, 'k/kustomization.yaml': 'resources: [../base]\n' });
    await opened.write('k/kustomization.yaml', Uint8Array.of(0xff, 0xfe, 0));
    expect(opened.deployed()).toEqual(['base: Deployment default/web, Service default/web']);
  });

  test('replacements that come later read what they copy from', async () => {
    const opened = await openWorkspace({
      'base/kustomization.yaml': 'resources: [service.yaml, widget.yaml]\n',
      'base/service.yaml': service('web', 'web'),
      'base/widget.yaml': 'apiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w}\nspec: {app: other}\n',
      'a/kustomization.yaml': 'resources: [../base]\n',
      'b/kustomization.yaml': 'resources: [../base]\n',
    });
    await opened.write('a/kustomization.yaml', `resources: [../base]\n${replacement}`);
    expect(opened.findings()).toEqual([]);
    expect(opened.object('a', 'Service', 'web')).toMatchObject({ spec: { selector: { app: 'other' } } });
    expect(opened.object('b', 'Service', 'web')).toMatchObject({ spec: { selector: { app: 'web' } } });
  });
});

test('an ignored base is nothing but a base', async () => {
  const opened = await openWorkspace({
    '.kubepathignore': 'vendor/\n',
    'vendor/kustomization.yaml': 'resources: [v.yaml]\n',
    'vendor/v.yaml': service('v', 'v'),
    'k/kustomization.yaml': 'resources: [../vendor]\n',
  });
  expect(opened.deployed()).toEqual(['k: Service default/v']);
  await opened.write('vendor/v.yaml', service('changed', 'v'));
  expect(opened.deployed()).toEqual(['k: Service default/changed']);
  await opened.write('k/kustomization.yaml', 'resources: []\n');
  expect(opened.deployed()).toEqual([]);
});

test('of several folders, each repository is its own', async () => {
  const files = {
    'one/.git/HEAD': '',
    'one/a.yaml': service('a', 'a'),
    'one/k/kustomization.yaml': 'resources: [../a.yaml]\n',
    'two/.git/HEAD': '',
    'two/k/kustomization.yaml':
      'configMapGenerator: [{name: settings, envs: [settings.env], options: {disableNameSuffixHash: true}}]\n',
    'two/k/settings.env': 'a=1\n',
  };
  const opened = await openWorkspace(files, { roots: ['one', 'two'] });
  expect(opened.deployed()).toEqual(['one/k: Service default/a', 'two/k: ConfigMap default/settings']);
});

describe.skipIf(process.platform === 'win32')('symbolic links', () => {
  test('a base behind a link is the base that it leads to', async () => {
    const folder = tempFolder({ ...base, 'shared/common.yaml': service('common', 'web'), 'k/x': '' });
    symlinkSync('../base', join(folder.path, 'k/linked'));
    symlinkSync('../shared/common.yaml', join(folder.path, 'k/common.yaml'));
    folder.write('k/kustomization.yaml', 'namespace: k\nresources: [linked, common.yaml]\n');
    const logger = { info: () => undefined, warn: () => undefined };
    const analyzer = createAnalyzer({ logger });
    const workspace = createWorkspace({ roots: [folder.uri], analyzer, settings: defaultSettings, logger });
    await workspace.scan();
    const files = (): readonly string[] =>
      analyzer
        .scopes()
        .map(({ name, files: list }) => `${name}: ${list.map((uri) => uri.slice(folder.uri.length + 1)).join(' ')}`);
    expect(files()).toEqual(['k: base/service.yaml base/deployment.yaml shared/common.yaml']);
    // The editor knows the file by the link.
    workspace.documentChanged(folder.uriOf('k/linked/service.yaml'), service('web', 'wbe'));
    workspace.update();
    expect([...analyzer.check().keys()]).toEqual([folder.uriOf('base/service.yaml')]);
    await workspace.documentClosed(folder.uriOf('k/linked/service.yaml'));
    workspace.update();
    expect([...analyzer.check().keys()]).toEqual([]);
    rmSync(join(folder.path, 'k/common.yaml'));
    await workspace.filesChanged([folder.uriOf('k/common.yaml')]);
    workspace.update();
    expect(files()).toEqual(['k: base/service.yaml base/deployment.yaml', 'shared: shared/common.yaml']);
    symlinkSync('../shared/common.yaml', join(folder.path, 'k/common.yaml'));
    await workspace.filesChanged([folder.uriOf('k/common.yaml')]);
    workspace.update();
    expect(files()).toEqual(['k: base/service.yaml base/deployment.yaml shared/common.yaml']);
  });
});
