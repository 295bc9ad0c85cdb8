import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAnalyzer, type Analyzer } from '../../server/core/index';
import { defaultSettings, type Settings } from '../../server/core/settings';
import { createWorkspace, type Workspace } from '../../server/workspace/workspace';
import { deployment, service } from '../support/manifests';
import { tempFolder, type TempFolder } from '../support/temp-folder';

interface Opened {
  readonly analyzer: Analyzer;
  readonly workspace: Workspace;
  readonly log: readonly string[];
  /** Paths that hold resources, sorted. */
  paths(): readonly string[];
  /** `file rule` of every finding. */
  findings(): readonly string[];
}

async function open(folder: TempFolder, settings: Partial<Settings> = {}): Promise<Opened> {
  const log: string[] = [];
  const logger = { info: (message: string) => log.push(message), warn: (message: string) => log.push(message) };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({
    roots: [folder.uri],
    analyzer,
    settings: { ...defaultSettings, ...settings },
    logger,
  });
  await workspace.scan();
  const short = (uri: string): string => decodeURIComponent(uri.slice(folder.uri.length + 1));
  return {
    analyzer,
    workspace,
    log,
    paths: () => [...new Set(analyzer.scopes().flatMap((scope) => scope.files.map(short)))].sort(),
    findings() {
      workspace.update();
      return [...analyzer.check()].flatMap(([uri, list]) => list.map(({ rule }) => `${short(uri)} ${rule}`)).sort();
    },
  };
}

test('.gitignore and .kubepathignore of every level hold, deeper ones first', async () => {
  const folder = tempFolder({
    '.gitignore': 'build/\n*.generated.yaml\n',
    '.kubepathignore': 'legacy\n',
    'app/.gitignore': '!keep.generated.yaml\nlocal.yaml\n',
    'app/a.yaml': service('a', 'a'),
    'app/keep.generated.yaml': service('k', 'k'),
    'app/local.yaml': service('l', 'l'),
    'x.generated.yaml': service('x', 'x'),
    'build/b.yaml': service('b', 'b'),
    'legacy/l.yaml': service('old', 'old'),
    'node_modules/m/m.yaml': service('m', 'm'),
  });
  expect((await open(folder)).paths()).toEqual(['app/a.yaml', 'app/keep.generated.yaml']);
});

test('the exclude setting takes patterns', async () => {
  const folder = tempFolder({ 'a/a.yaml': service('a', 'a'), 'b/b.yaml': service('b', 'b') });
  expect((await open(folder, { exclude: ['b/'] })).paths()).toEqual(['a/a.yaml']);
});

test('a file over the limit, one that is no UTF-8 and one that is unreadable are skipped with a note', async () => {
  const folder = tempFolder({
    'good.yaml': service('good', 'g'),
    'large.yaml': `${service('large', 'l')}# ${'x'.repeat(4000)}\n`,
    'latin.yaml': new Uint8Array([0x61, 0xff, 0xfe, 0x0a]),
  });
  symlinkSync('nowhere', join(folder.path, 'dangling.yaml'));
  const opened = await open(folder, { maxFileSize: 2048 });
  expect(opened.paths()).toEqual(['good.yaml']);
  expect(opened.log.join('\n')).toMatch(/large\.yaml: \d+ bytes is more than kubepath\.maxFileSize \(2048\)/);
  expect(opened.log.join('\n')).toMatch(/latin\.yaml: is not UTF-8/);
  expect(opened.log.join('\n')).toMatch(/dangling\.yaml/);
});

test('a symbolic link that loops is passed over, one that leads out is followed', async () => {
  const outside = tempFolder({ 'out.yaml': service('out', 'o') });
  const folder = tempFolder({ 'a/a.yaml': service('a', 'a') });
  symlinkSync(folder.path, join(folder.path, 'a/loop'));
  symlinkSync(outside.path, join(folder.path, 'linked'));
  const opened = await open(folder);
  expect(opened.paths()).toEqual(['a/a.yaml', 'linked/out.yaml']);
  expect(opened.log.join('\n')).toMatch(/loop/);
});

test('a byte order mark is no part of the text', async () => {
  const folder = tempFolder({ 'a.yaml': `\uFEFF${service('a', 'b')}---\n${deployment('web', 'web')}` });
  const { analyzer } = await open(folder);
  const [finding] = analyzer.findingsOf(folder.uriOf('a.yaml'));
  expect(finding?.range.start).toEqual({ line: 6, character: 4 });
});

test("an open document's text goes before the disk's, until it is closed", async () => {
  const folder = tempFolder({ 's.yaml': service('web', 'frontend'), 'd.yaml': deployment('web', 'frontend') });
  const opened = await open(folder);
  expect(opened.findings()).toEqual([]);
  opened.workspace.documentChanged(folder.uriOf('s.yaml'), service('web', 'frontent'));
  expect(opened.findings()).toEqual(['s.yaml service-selector-unmatched']);
  folder.write('s.yaml', service('web', 'fronted'));
  await opened.workspace.filesChanged([folder.uriOf('s.yaml')]);
  expect(opened.analyzer.findingsOf(folder.uriOf('s.yaml'))[0]?.message).toContain('frontent');
  await opened.workspace.documentClosed(folder.uriOf('s.yaml'));
  opened.workspace.update();
  expect(opened.analyzer.findingsOf(folder.uriOf('s.yaml'))[0]?.message).toContain('fronted.');
});

test('an open document over the limit is left alone too', async () => {
  const folder = tempFolder({ 's.yaml': service('web', 'web') });
  const opened = await open(folder, { maxFileSize: 2048 });
  opened.workspace.documentChanged(folder.uriOf('s.yaml'), `${service('web', 'web')}# ${'x'.repeat(4000)}\n`);
  opened.workspace.update();
  expect(opened.paths()).toEqual([]);
});

test('files and directories that come and go on disk are followed', async () => {
  const folder = tempFolder({ 's.yaml': service('web', 'frontend') });
  const opened = await open(folder);
  folder.write('new/d.yaml', deployment('web', 'frontent'));
  await opened.workspace.filesChanged([folder.uriOf('new/d.yaml')]);
  expect(opened.findings()).toEqual(['s.yaml service-selector-unmatched']);
  const { rmSync } = await import('node:fs');
  rmSync(join(folder.path, 'new'), { recursive: true });
  await opened.workspace.filesChanged([folder.uriOf('new')]);
  expect(opened.findings()).toEqual([]);
  expect(opened.paths()).toEqual(['s.yaml']);
});

test('an ignore file that changes takes effect, and a kustomization too', async () => {
  const folder = tempFolder({ 'a.yaml': service('a', 'a'), 'b.yaml': service('b', 'b') });
  const opened = await open(folder);
  folder.write('.kubepathignore', 'b.yaml\n');
  await opened.workspace.filesChanged([folder.uriOf('.kubepathignore')]);
  opened.workspace.update();
  expect(opened.paths()).toEqual(['a.yaml']);
  folder.write('kustomization.yaml', 'namespace: prod\nresources: [a.yaml]\n');
  await opened.workspace.filesChanged([folder.uriOf('kustomization.yaml')]);
  opened.workspace.update();
  const [scope] = opened.analyzer.scopeResources();
  expect([scope?.scope.kind, scope?.resources[0]?.namespace]).toEqual(['kustomize', 'prod']);
});

test('an edit that makes two directories disagree splits their scope', async () => {
  const folder = tempFolder({
    'a/s.yaml': service('x', 'x', undefined, 1),
    'b/s.yaml': service('x', 'x', undefined, 1),
  });
  const opened = await open(folder);
  expect(opened.analyzer.scopes()).toHaveLength(1);
  opened.workspace.documentChanged(folder.uriOf('b/s.yaml'), service('x', 'x', undefined, 2));
  opened.workspace.update();
  expect(opened.analyzer.scopes()).toHaveLength(2);
});

test('paths with spaces and signs keep one identity', async () => {
  const folder = tempFolder({
    'my app/a#1 100%.yaml': service('web', 'frontend'),
    'my app/kustomization.yaml': 'resources: ["a#1 100%.yaml"]\n',
  });
  const opened = await open(folder);
  expect(opened.paths()).toEqual(['my app/a#1 100%.yaml']);
  expect(opened.analyzer.scopes().map(({ name, complete }) => [name, complete])).toEqual([['my app', true]]);
});

test('a scan can be stopped', async () => {
  const folder = tempFolder({ 'a.yaml': service('a', 'a') });
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({ roots: [folder.uri], analyzer, settings: defaultSettings, logger });
  await workspace.scan(undefined, AbortSignal.abort());
  expect(analyzer.scopes()).toEqual([]);
});

test('a document outside of all folders is analysed alone while it is open', async () => {
  const elsewhere = tempFolder({ 'x.yaml': `${service('web', 'fronted')}---\n${deployment('web', 'frontend')}` });
  const opened = await open(tempFolder({ 'a.yaml': service('a', 'a') }));
  const uri = elsewhere.uriOf('x.yaml');
  opened.workspace.documentChanged(uri, `${service('web', 'fronted')}---\n${deployment('web', 'frontend')}`);
  opened.workspace.update();
  expect(opened.analyzer.findingsOf(uri).map(({ rule }) => rule)).toEqual(['service-selector-unmatched']);
  await opened.workspace.documentClosed(uri);
  opened.workspace.update();
  expect(opened.analyzer.findingsOf(uri)).toEqual([]);
});

test('a kustomization that is gone when everything is read again is forgotten', async () => {
  const folder = tempFolder({ 'k/kustomization.yaml': 'resources: [a.yaml]\n', 'k/a.yaml': service('a', 'a') });
  const opened = await open(folder);
  const { rmSync } = await import('node:fs');
  rmSync(join(folder.path, 'k/kustomization.yaml'));
  await opened.workspace.scan();
  expect(opened.analyzer.scopes().map(({ kind }) => kind)).toEqual(['directory']);
});

test('a kustomization that becomes something else makes no scope any more', async () => {
  const folder = tempFolder({ 'k/kustomization.yaml': 'resources: [a.yaml]\n', 'k/a.yaml': service('a', 'a') });
  const opened = await open(folder);
  opened.workspace.documentChanged(
    folder.uriOf('k/kustomization.yaml'),
    'apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nspec: {}\n',
  );
  opened.workspace.update();
  expect(opened.analyzer.scopes().map(({ kind }) => kind)).toEqual(['directory']);
});

test('an edit of a base renders again what uses it, and nothing else', async () => {
  const overlay = (base: string): string => `namespace: x\nresources: [../${base}]\n`;
  const folder = tempFolder({
    'a/kustomization.yaml': 'resources: [s.yaml]\n',
    'a/s.yaml': service('a', 'a'),
    'b/kustomization.yaml': 'resources: [s.yaml]\n',
    'b/s.yaml': service('b', 'b'),
    'a-dev/kustomization.yaml': overlay('a'),
    'a-prod/kustomization.yaml': `${overlay('a')}patches: [{path: ../p.yaml}]\n`,
    'b-dev/kustomization.yaml': overlay('b'),
    'p.yaml': '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: NodePort}}\n',
  });
  const { workspace, analyzer } = await open(folder);
  const renderings = (): ReadonlyMap<string, unknown> =>
    new Map(analyzer.scopes().map(({ name, rendering }) => [name, rendering]));
  const changedBy = (path: string, text: string): readonly string[] => {
    const before = renderings();
    workspace.documentChanged(folder.uriOf(path), text);
    workspace.update();
    return [...renderings()].filter(([name, rendering]) => before.get(name) !== rendering).map(([name]) => name);
  };
  expect(changedBy('a/s.yaml', service('a', 'a2'))).toEqual(['a-dev', 'a-prod']);
  expect(
    changedBy('p.yaml', '{apiVersion: v1, kind: Service, metadata: {name: a}, spec: {type: LoadBalancer}}\n'),
  ).toEqual(['a-prod']);
  expect(changedBy('b/kustomization.yaml', 'resources: [s.yaml]\nnamePrefix: b-\n')).toEqual(['b-dev']);
  expect(changedBy('a/s.yaml', service('a', 'a2'))).toEqual(['a-dev', 'a-prod']);
  expect(analyzer.scopeResources().map(({ resources }) => resources.map(({ name }) => name))).toEqual([
    ['a'],
    ['a'],
    ['b-b'],
  ]);
});
