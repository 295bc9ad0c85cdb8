import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FileChangeType, type Hover } from 'vscode-languageserver/node';
import { createAnalyzer } from '../../server/core/index';
import type { ScopesResult } from '../../server/lsp/protocol';
import { createExternalRenders } from '../../server/workspace/external-renders';
import type { Program, ProgramResult } from '../../server/workspace/run-program';
import { createWorkspace } from '../../server/workspace/workspace';
import { deployment, service } from '../support/manifests';
import { startClient, stopClients, type ClientOptions, type TestClient } from './harness';

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubepath-server-'));
});
afterEach(async () => {
  await stopClients();
  rmSync(root, { recursive: true, force: true });
});

const uriOf = (path: string): string => pathToFileURL(join(root, path)).href;

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
}

/** Starts a server whose helm and kustomize are functions. */
function start(options: ClientOptions = {}, run: (program: Program) => ProgramResult = () => ({ output: '' })) {
  return startClient(
    {
      createAnalyzer,
      createWorkspace: (parts) =>
        createWorkspace({
          ...parts,
          createRenders: (more) => createExternalRenders({ ...more, run: (program) => Promise.resolve(run(program)) }),
        }),
    },
    { folders: [uriOf('')], settings: { helm: { path: '/fake/helm' } }, ...options },
  );
}

function changed(client: TestClient, type: FileChangeType, ...paths: readonly string[]): Promise<void> {
  const changes = paths.map((path) => ({ uri: uriOf(path), type }));
  return client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
}

const codes = (client: TestClient, path: string): readonly unknown[] =>
  (client.diagnostics.get(uriOf(path)) ?? []).map(({ code }) => code);

const overlays = {
  'base/kustomization.yaml': 'resources: [service.yaml, deployment.yaml]\n',
  'base/service.yaml': service('web', 'web'),
  'base/deployment.yaml': deployment('web', 'web'),
  'dev/kustomization.yaml': 'namespace: dev\nresources: [../base]\n',
  'prod/kustomization.yaml': 'namespace: prod\nresources: [../base, "github.com/acme/more"]\n',
};

describe('scopes', () => {
  const scopesOf = async (client: TestClient, path?: string): Promise<ScopesResult['scopes']> => {
    const params = path === undefined ? {} : { uri: uriOf(path) };
    return (await client.connection.sendRequest<ScopesResult>('kubepath/scopes', params)).scopes;
  };

  it('are told for a file, and all of them', async () => {
    write({ ...overlays, 'app/a.yaml': service('a', 'a') });
    const client = await start();
    await client.scanned();
    expect(await scopesOf(client, 'base/service.yaml')).toEqual([
      { name: 'dev', kind: 'kustomize', root: uriOf('dev'), complete: true, resources: 2 },
      { name: 'prod', kind: 'kustomize', root: uriOf('prod'), complete: false, resources: 2 },
    ]);
    expect((await scopesOf(client, 'prod/kustomization.yaml')).map(({ name }) => name)).toEqual(['prod']);
    expect((await scopesOf(client)).map(({ name }) => name)).toEqual(['dev', 'prod', 'app']);
    expect(await scopesOf(client, 'README.md')).toEqual([]);
    expect(await client.connection.sendRequest('kubepath/scopes', { uri: 'untitled:x' })).toEqual({ scopes: [] });
    expect(await client.connection.sendRequest<ScopesResult>('kubepath/scopes', null)).toMatchObject({
      scopes: [{ name: 'dev' }, { name: 'prod' }, { name: 'app' }],
    });
  });

  it('that are selected speak in hovers and diagrams, until another is or none', async () => {
    write(overlays);
    const client = await start();
    await client.scanned();
    const hover = async (): Promise<string> => {
      const params = { textDocument: { uri: uriOf('base/service.yaml') }, position: { line: 3, character: 9 } };
      return JSON.stringify((await client.connection.sendRequest<Hover>('textDocument/hover', params)).contents);
    };
    const select = (scope: string | null): Promise<null> =>
      client.connection.sendRequest('kubepath/selectScope', { scope });
    expect(await hover()).toContain('web.dev.svc');
    const before = client.modelChanges();
    expect(await select('prod')).toBeNull();
    expect(await hover()).toContain('web.prod.svc');
    await client.until('the panels to be told', () => client.modelChanges() > before);
    expect((await scopesOf(client, 'base/service.yaml'))[0]?.name).toBe('prod');
    await select('no such scope');
    expect(await hover()).toContain('web.dev.svc');
    await select(null);
    expect(await hover()).toContain('web.dev.svc');
  });
});

describe('trust', () => {
  const chart = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/service.yaml': service('web', 'wbe'),
    'web/templates/deployment.yaml': deployment('web', 'web'),
  };
  const output = Object.entries(chart)
    .slice(1)
    .map(([path, text]) => `---\n# Source: ${path}\n${text}`)
    .join('');

  it('that is given later has charts rendered', async () => {
    write(chart);
    const client = await start({}, () => ({ output }));
    await client.scanned();
    expect(client.statuses.at(-1)).toMatchObject({
      rendering: 0,
      scopes: 0,
      notes: ['1 Helm chart is left alone: the workspace is not trusted'],
    });
    await client.connection.sendNotification('kubepath/trusted', null);
    await client.until('the finding', () => codes(client, 'web/templates/service.yaml').length > 0);
    await client.until('the end', () => client.statuses.at(-1)?.rendering === 0);
    expect(client.statuses.at(-1)).toMatchObject({ scopes: 1, notes: [] });
  });

  it('from the beginning too; a template that is open is no manifest', async () => {
    write(chart);
    const client = await start({ initializationOptions: { trusted: true } }, () => ({ output }));
    await client.until('the finding', () => codes(client, 'web/templates/service.yaml').length > 0);
    await client.open(uriOf('web/templates/service.yaml'), 'apiVersion: v1\nkind: Service\nmetadata: [\n');
    await client.open(uriOf('x.yaml'), service('x', 'x'));
    await client.until('the other one', () => client.statuses.at(-1)?.scopes === 2);
    expect(codes(client, 'web/templates/service.yaml')).toEqual(['service-selector-unmatched']);
  });
});

describe('files that are no YAML', () => {
  const chart = {
    'web/Chart.yaml': 'apiVersion: v2\nname: web\nversion: 1.0.0\n',
    'web/templates/_helpers.tpl': 'a',
    'web/templates/service.yaml': service('web', 'web'),
  };

  it('are watched for by their endings', async () => {
    const client = await start();
    await client.until('the registration', () => client.registrations.some(({ method }) => method.includes('Watched')));
    await client.scanned();
    const registered = client.registrations.find(({ method }) => method.includes('Watched'));
    const patterns = (registered?.registerOptions as { watchers: { globPattern: string; kind?: number }[] }).watchers;
    for (const ending of ['tpl', 'env', 'properties', 'conf', 'txt'])
      expect(patterns.some(({ globPattern }) => new RegExp(`[{,]${ending}[,}]`).test(globPattern))).toBe(true);
    // A build changes thousands of files: of those that are nobody's input, only comings and goings are told.
    expect(patterns.filter(({ globPattern }) => globPattern === '**/*')).toEqual([{ globPattern: '**/*', kind: 5 }]);
  });

  it('have a chart rendered again when they change', async () => {
    write(chart);
    let runs = 0;
    const client = await start({ initializationOptions: { trusted: true } }, () => ({ output: `# ${runs++}` }));
    await client.scanned();
    await client.until('the first run', () => runs === 1);
    write({ 'web/templates/_helpers.tpl': 'b' });
    await changed(client, FileChangeType.Changed, 'web/templates/_helpers.tpl');
    await client.until('the second run', () => runs === 2);
    write({ 'web/files/app.conf': 'b' });
    await changed(client, FileChangeType.Created, 'web/files/app.conf');
    await client.until('the third run', () => runs === 3);
  });

  it('have a kustomization rendered again when they come, change and go', async () => {
    write({ 'k/kustomization.yaml': 'configMapGenerator: [{name: c, envs: [settings.env]}]\n' });
    const client = await start();
    await client.until('the information', () => codes(client, 'k/kustomization.yaml').length === 1);
    write({ 'k/settings.env': 'a=b\n' });
    await changed(client, FileChangeType.Created, 'k/settings.env');
    await client.until('nothing', () => client.diagnostics.size === 0);
    write({ 'k/settings.env': '=\n' });
    rmSync(join(root, 'k/settings.env'));
    await changed(client, FileChangeType.Deleted, 'k/settings.env');
    await client.until('the information again', () => codes(client, 'k/kustomization.yaml').length === 1);
  });

  it('start no check when nobody uses them', async () => {
    write({ ...overlays, 'src/main.go': '' });
    const client = await start();
    await client.scanned();
    const before = client.statuses.length;
    const paths = Array.from({ length: 1000 }, (_, index) => `src/${index}.properties`);
    await changed(client, FileChangeType.Changed, 'src/main.go', 'README.txt', ...paths);
    await changed(client, FileChangeType.Deleted, ...paths);
    // A question is answered after everything before it.
    await client.connection.sendRequest('kubepath/scopes', {});
    await new Promise((done) => setTimeout(done, 60));
    expect(client.statuses.length).toBe(before);
  });
});

describe('settings', () => {
  it('files.exclude hides files, and shows them again', async () => {
    write({ 'a/a.yaml': service('a', 'a'), 'b/b.yaml': service('b', 'b') });
    const client = await start();
    await client.scanned();
    const resources = (): number | undefined =>
      client.statuses.at(-1)?.state === 'ready' ? client.statuses.at(-1)?.resources : undefined;
    expect(resources()).toBe(2);
    await client.hideFiles({ '**/b': true });
    await client.until('one file', () => resources() === 1);
    await client.hideFiles({ '**/b': false });
    await client.until('both', () => resources() === 2);
  });

  it('of the project are followed as they are written, changed and deleted', async () => {
    write({ 'a/a.yaml': service('a', 'a'), 'b/b.yaml': service('b', 'b') });
    const client = await start();
    await client.scanned();
    const scopes = (): number | undefined => client.statuses.at(-1)?.scopes;
    expect(scopes()).toBe(1);
    write({ '.kubepath.yaml': 'scopes: {"a": one, "b": two}\n' });
    await changed(client, FileChangeType.Created, '.kubepath.yaml');
    await client.until('two scopes', () => scopes() === 2);
    write({ '.kubepath.yaml': 'scops: {}\n' });
    await changed(client, FileChangeType.Changed, '.kubepath.yaml');
    await client.until('the finding', () => codes(client, '.kubepath.yaml').includes('settings-invalid'));
    await client.until('one scope', () => scopes() === 1);
    rmSync(join(root, '.kubepath.yaml'));
    await changed(client, FileChangeType.Deleted, '.kubepath.yaml');
    await client.until('nothing', () => client.diagnostics.size === 0);
  });

  it('with another command for kustomize start it', async () => {
    write(overlays);
    const asked: (readonly string[])[] = [];
    const client = await start({ initializationOptions: { trusted: true } }, ({ command }) => {
      asked.push(command);
      return { output: service('web', 'web') };
    });
    await client.until('the information', () => codes(client, 'prod/kustomization.yaml').length === 1);
    await client.setSettings({ kustomize: { command: ['/fake/kustomize', 'build'] } });
    await client.until(
      'a whole rendering',
      () => !codes(client, 'prod/kustomization.yaml').includes('kustomization-incomplete'),
    );
    expect(asked).toEqual([['/fake/kustomize', 'build', join(root, 'prod')]]);
    await client.setSettings({});
    await client.until('the information again', () =>
      codes(client, 'prod/kustomization.yaml').includes('kustomization-incomplete'),
    );
  });
});
