import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  FileChangeType,
  type CodeAction,
  type Diagnostic,
  type DocumentSymbol,
  type Hover,
  type Position,
  type Range,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { URI } from 'vscode-uri';
import { createAnalyzer } from '../../server/core/index';
import type { DiagramView } from '../../server/lsp/protocol';
import { createWorkspace } from '../../server/workspace/workspace';
import { startClient, stopClients, type ClientOptions, type TestClient } from './harness';

const deployment = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: frontend
  namespace: shop
spec:
  selector:
    matchLabels:
      app: frontend
  template:
    metadata:
      labels:
        app: frontend
    spec:
      containers:
        - name: web
          image: web
          ports:
            - name: http
              containerPort: 8080
`;

const service = (app: string): string => `apiVersion: v1
kind: Service
metadata:
  name: frontend
  namespace: shop
spec:
  selector:
    app: ${app}
  ports:
    - port: 80
      targetPort: http
`;

/** Where the app's name stands in a Service. */
const selectorValue = (app: string): Range => ({
  start: { line: 7, character: 9 },
  end: { line: 7, character: 9 + app.length },
});

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'kubepath server '));
});
afterEach(async () => {
  await stopClients();
  rmSync(root, { recursive: true, force: true });
});

function write(path: string, text: string): string {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return uriOf(path);
}

/** As the server writes it. */
const uriOf = (path: string): string => pathToFileURL(join(root, path)).toString();
/** As VS Code writes it. */
const writtenByCode = (path: string): string => URI.file(join(root, path)).toString();

function start(options: ClientOptions = {}): Promise<TestClient> {
  return startClient({ createAnalyzer, createWorkspace }, { folders: [writtenByCode('')], ...options });
}

function codesOf(client: TestClient, uri: string): (Diagnostic['code'] | undefined)[] {
  return (client.diagnostics.get(uri) ?? []).map(({ code }) => code);
}

function changed(client: TestClient, type: FileChangeType, ...uris: string[]): Promise<void> {
  const changes = uris.map((uri) => ({ uri, type }));
  return client.connection.sendNotification('workspace/didChangeWatchedFiles', { changes });
}

const unmatched = 'service-selector-unmatched';

describe('a workspace', () => {
  it('is checked although nothing is open; an edit fixes the finding and closing brings it back', async () => {
    write('deploy/deployment.yaml', deployment);
    const uri = write('deploy/service.yaml', service('fronted'));
    const client = await start();
    await client.until('the finding', () => codesOf(client, uri).includes(unmatched));
    const found = client.diagnostics.get(uri)?.find(({ code }) => code === unmatched);
    expect(found).toMatchObject({ source: 'kubepath', severity: 2 });
    expect(found?.message).toContain('fronted');
    expect(found?.relatedInformation?.[0]?.location.uri).toBe(uriOf('deploy/deployment.yaml'));
    await client.scanned();
    expect(client.statuses.at(-1)).toMatchObject({ state: 'ready', files: 2, resources: 2, scopes: 1 });

    await client.open(uri, service('fronted'));
    await client.edit(uri, selectorValue('fronted'), 'frontend');
    await client.until('no finding', () => client.diagnostics.size === 0);
    await client.close(uri);
    await client.until('the finding on disk', () => codesOf(client, uri).includes(unmatched));
  });

  it('follows files as they are created, changed and deleted on disk', async () => {
    write('a/deployment.yaml', deployment);
    const client = await start();
    await client.scanned();
    const uri = write('a/service.yaml', service('fronted'));
    await changed(client, FileChangeType.Created, writtenByCode('a/service.yaml'));
    await client.until('the finding', () => codesOf(client, uri).includes(unmatched));
    write('a/service.yaml', service('frontend'));
    await changed(client, FileChangeType.Changed, uri);
    await client.until('no finding', () => client.diagnostics.size === 0);
    write('a/service.yaml', service('fronted'));
    await changed(client, FileChangeType.Changed, uri);
    await client.until('the finding again', () => client.diagnostics.has(uri));
    rmSync(join(root, 'a/service.yaml'));
    await changed(client, FileChangeType.Deleted, uri);
    await client.until('no finding', () => client.diagnostics.size === 0);
  });

  it('follows a folder that is moved: one event for the old name, one for the new', async () => {
    write('app/deployment.yaml', deployment);
    const before = write('app/service.yaml', service('fronted'));
    const client = await start();
    await client.until('the finding', () => client.diagnostics.has(before));
    renameSync(join(root, 'app'), join(root, 'moved v1.2'));
    await changed(client, FileChangeType.Deleted, writtenByCode('app'));
    await changed(client, FileChangeType.Created, writtenByCode('moved v1.2'));
    const after = uriOf('moved v1.2/service.yaml');
    await client.until(
      'the finding in its new place',
      () => client.diagnostics.has(after) && !client.diagnostics.has(before),
    );
  });

  it('leaves alone what is ignored, as soon as it is ignored', async () => {
    const uri = write('app/service.yaml', service('fronted'));
    write('app/deployment.yaml', deployment);
    const client = await start();
    await client.until('the finding', () => client.diagnostics.has(uri));
    const ignore = write('.kubepathignore', 'app/service.yaml\n');
    await changed(client, FileChangeType.Created, ignore);
    await client.until('no finding', () => client.diagnostics.size === 0);
    await client.setSettings({ exclude: ['app/'] });
    await client.until(
      'no resource',
      () => client.statuses.at(-1)?.state === 'ready' && client.statuses.at(-1)?.resources === 0,
    );
  });

  it('takes settings over without a restart: a rule goes off and on', async () => {
    write('deployment.yaml', deployment);
    const uri = write('service.yaml', service('fronted'));
    const client = await start();
    await client.until('the finding', () => client.diagnostics.has(uri));
    await client.setSettings({ rules: { [unmatched]: 'off' } });
    await client.until('silence', () => !codesOf(client, uri).includes(unmatched));
    await client.setSettings({ rules: { [unmatched]: 'error' } });
    await client.until('an error', () => client.diagnostics.get(uri)?.some(({ severity }) => severity === 1) ?? false);
  });

  it('has several folders, which come and go', async () => {
    write('one/deployment.yaml', deployment);
    const first = write('one/service.yaml', service('fronted'));
    write('two/deployment.yaml', deployment);
    const second = write('two/service.yaml', service('frontedd'));
    const client = await start({ folders: [writtenByCode('one')] });
    await client.until('the first folder', () => client.diagnostics.has(first));
    expect(client.diagnostics.has(second)).toBe(false);
    const one = { uri: writtenByCode('one'), name: 'one' };
    const two = { uri: writtenByCode('two'), name: 'two' };
    const change = (added: unknown[], removed: unknown[]): Promise<void> =>
      client.connection.sendNotification('workspace/didChangeWorkspaceFolders', { event: { added, removed } });
    await change([two], []);
    await client.until('both', () => client.diagnostics.has(first) && client.diagnostics.has(second));
    await change([], [one]);
    await client.until('the second alone', () => !client.diagnostics.has(first) && client.diagnostics.has(second));
  });

  it.each(['with space.yaml', 'a@b+c.yaml', 'größe/日本語.yaml', "it's (1) [2].yaml", '100%.yaml'])(
    'knows %s by one name, scanned or open',
    async (name) => {
      write('deployment.yaml', deployment);
      const scanned = write(name, service('fronted'));
      const client = await start();
      await client.until('the finding', () => client.diagnostics.has(scanned));
      await client.open(writtenByCode(name), service('fronted'));
      await client.edit(writtenByCode(name), selectorValue('fronted'), 'frontend');
      await client.until('no finding', () => client.diagnostics.size === 0);
      expect(new Set(client.publications)).toEqual(new Set([scanned]));
    },
  );

  it('is checked while a document is broken, and afterwards', async () => {
    write('deployment.yaml', deployment);
    const uri = write('service.yaml', service('frontend'));
    const client = await start();
    await client.scanned();
    await client.open(uri, service('frontend'));
    const typed = '\n  bad: [1, {"x": \t*no &&& : :\n\t- {{ .Values';
    const end: Position = { line: 11, character: 0 };
    for (const [at, character] of Array.from(typed).entries()) {
      const line = end.line + typed.slice(0, at).split('\n').length - 1;
      const column = at - (typed.lastIndexOf('\n', at - 1) + 1);
      const place = { line, character: column };
      await client.edit(uri, { start: place, end: place }, character);
      const hover = client.connection.sendRequest('textDocument/hover', { textDocument: { uri }, position: place });
      await expect(hover).resolves.toBeDefined();
    }
    await client.edit(uri, { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }, service('fronted'));
    await client.until('the finding', () => codesOf(client, uri).includes(unmatched));
    expect(client.log.filter((line) => line.includes('failed'))).toEqual([]);
  });
});

describe('questions about a manifest', () => {
  async function openService(app: string): Promise<{ client: TestClient; uri: string }> {
    write('deployment.yaml', deployment);
    const uri = write('service.yaml', service(app));
    const client = await start();
    await client.scanned();
    await client.open(uri, service(app));
    return { client, uri };
  }

  it('hover tells of the Service', async () => {
    const { client, uri } = await openService('frontend');
    const position = { line: 3, character: 10 };
    const hover = await client.connection.sendRequest<Hover>('textDocument/hover', { textDocument: { uri }, position });
    expect(hover.contents).toMatchObject({ kind: 'markdown' });
    expect((hover.contents as { value: string }).value).toContain('frontend.shop.svc');
  });

  it('the preferred quick fix mends the selector', async () => {
    const { client, uri } = await openService('fronted');
    await client.until('the finding', () => client.diagnostics.has(uri));
    const actions = await client.connection.sendRequest<CodeAction[]>('textDocument/codeAction', {
      textDocument: { uri },
      range: selectorValue('fronted'),
      context: { diagnostics: client.diagnostics.get(uri) },
    });
    const preferred = actions.find(({ isPreferred }) => isPreferred);
    expect(preferred).toMatchObject({ kind: 'quickfix', diagnostics: [{ code: unmatched, source: 'kubepath' }] });
    const change = preferred?.edit?.documentChanges?.[0];
    if (!change || !('edits' in change)) throw new Error('no versioned edit');
    expect(change.textDocument).toEqual({ uri, version: 1 });
    const edits = change.edits.flatMap((edit) => ('newText' in edit ? [edit] : []));
    const text = TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, service('fronted')), edits);
    expect(text).toBe(service('frontend'));
  });

  it('the outline names the resources, as a tree or as a list', async () => {
    const { client, uri } = await openService('frontend');
    const ask = <T>(target: TestClient): Promise<T> =>
      target.connection.sendRequest('textDocument/documentSymbol', { textDocument: { uri } });
    const [symbol] = await ask<DocumentSymbol[]>(client);
    expect(symbol).toMatchObject({ name: 'frontend' });
    expect(symbol?.range.start.line).toBe(0);
    const plain = await start({ capabilities: {} });
    await plain.scanned();
    expect((await ask<unknown[]>(plain))[0]).toMatchObject({ name: 'frontend', location: { uri } });
  });

  it('the diagram holds the Service, wherever it is asked from', async () => {
    const { client } = await openService('frontend');
    const ask = (params: object): Promise<DiagramView | null> => client.connection.sendRequest('kubepath/view', params);
    for (const place of [{}, { uri: writtenByCode('service.yaml'), line: 3 }, { uri: 'untitled:x' }]) {
      const view = await ask({ view: 'services', ...place });
      expect(view?.nodes.map(({ id }) => id)).toContain('Service/shop/frontend');
    }
  });

  it('there are four diagrams of a scope, and no fifth', async () => {
    const { client } = await openService('frontend');
    const ask = (params: object): Promise<DiagramView | null> => client.connection.sendRequest('kubepath/view', params);
    const scope = (await ask({ view: 'services' }))?.scope;
    for (const view of ['pods', 'services', 'policies', 'ingress'])
      expect(await ask({ view, scope })).toMatchObject({ view, scope });
    expect(await ask({ view: 'fifth' })).toBeNull();
    expect(await ask({ view: 'pods', scope: 'nowhere' })).toBeNull();
  });

  it('a path between two nodes is explained', async () => {
    const { client } = await openService('frontend');
    const view: DiagramView = await client.connection.sendRequest('kubepath/view', { view: 'services' });
    const ask = (question: object): Promise<object | null> =>
      client.connection.sendRequest('kubepath/explain', { scope: view.scope, ...question });
    expect(await ask({ source: '203.0.113.7', destination: 'frontend.shop.svc' })).toMatchObject({
      verdict: 'allowed',
      dst: 'Service shop/frontend',
    });
    expect(await ask({ source: 'nobody', destination: 'frontend.shop.svc' })).toHaveProperty('problem');
    expect(await ask({ scope: 'nowhere', source: 'a', destination: 'b' })).toBeNull();
    const alone = { scope: view.scope, policy: 'NetworkPolicy/shop/none' };
    expect(await client.connection.sendRequest('kubepath/policyAlone', alone)).toBeNull();
  });

  it('checking the workspace answers with the counts', async () => {
    const { client } = await openService('fronted');
    const status = await client.connection.sendRequest('kubepath/checkWorkspace', null);
    expect(status).toMatchObject({ state: 'ready', files: 2, resources: 2, warnings: 1 });
  });
});
