import { afterEach, describe, expect, it } from 'vitest';
import type { CodeAction, Range, WorkspaceEdit } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { createAnalyzer } from '../../server/core/index';
import { createWorkspace } from '../../server/workspace/workspace';
import { deployment, service } from '../support/manifests';
import { tempFolder, type TempFolder } from '../support/temp-folder';
import { startClient, stopClients, type ClientOptions, type TestClient } from './harness';

afterEach(stopClients);

const rule = 'service-selector-unmatched';

const policy = (protocols: readonly string[]): string =>
  `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: dns
spec:
  podSelector: {}
  policyTypes: [Ingress]
  ingress:
    - ports:
${protocols.map((protocol) => `        - protocol: ${protocol}\n          port: 53\n`).join('')}`;

async function open(folder: TempFolder, options: ClientOptions = {}): Promise<TestClient> {
  const client = await startClient({ createAnalyzer, createWorkspace }, { folders: [folder.uri], ...options });
  await client.scanned();
  return client;
}

const workspaceEdit = { documentChanges: true, resourceOperations: ['create' as const] };
const able: ClientOptions = { capabilities: { workspace: { configuration: true, workspaceEdit } } };

async function actions(
  client: TestClient,
  uri: string,
  line: number,
  only?: readonly string[],
): Promise<readonly CodeAction[] | null> {
  const range: Range = { start: { line, character: 0 }, end: { line, character: 99 } };
  return client.connection.sendRequest('textDocument/codeAction', {
    textDocument: { uri },
    range,
    context: { diagnostics: [], ...(only ? { only } : {}) },
  });
}

/** A text after the edits of an action that are about it. */
function edited(text: string, uri: string, edit: WorkspaceEdit | undefined): string {
  const changes = edit?.documentChanges ?? [];
  const edits = changes.flatMap((change) =>
    'textDocument' in change && change.textDocument.uri === uri ? change.edits : [],
  );
  return TextDocument.applyEdits(TextDocument.create(uri, 'yaml', 1, text), [
    ...(edit?.changes?.[uri] ?? []),
    ...edits.filter((one) => 'newText' in one),
  ]);
}

describe('switching a rule off', () => {
  it('is offered behind the fixes: for the line, the document, the project', async () => {
    const text = service('web', 'fronted');
    const folder = tempFolder({ 'a/service.yaml': text, 'a/deployment.yaml': deployment('web', 'frontend') });
    const uri = folder.uriOf('a/service.yaml');
    const client = await open(folder, able);
    const offered = (await actions(client, uri, 6)) ?? [];
    expect(offered.map(({ title, kind, isPreferred }) => [title, kind, isPreferred])).toEqual([
      ['Change "fronted" to "frontend", as Deployment web has it', 'quickfix', true],
      [expect.stringContaining('Change'), 'quickfix', false],
      [`Disable ${rule} for this line`, 'quickfix', false],
      [`Disable ${rule} for the rest of this document`, 'quickfix', false],
      [`Set ${rule} to off in .kubepath.yaml`, 'quickfix', false],
    ]);
    const [, , line, rest, project] = offered;
    const selector = '    app: fronted';
    expect(edited(text, uri, line?.edit)).toBe(
      text.replace(selector, `    # kubepath-disable-next-line ${rule}\n${selector}`),
    );
    expect(edited(text, uri, rest?.edit)).toBe(text.replace(selector, `    # kubepath-disable ${rule}\n${selector}`));
    expect(project?.edit?.documentChanges?.[0]).toEqual({
      kind: 'create',
      uri: folder.uriOf('.kubepath.yaml'),
      options: { overwrite: false },
    });
    const projectText = edited('', folder.uriOf('.kubepath.yaml'), project?.edit);
    expect(projectText).toBe(`rules:\n  ${rule}: off\n`);

    await client.until('the finding', () => client.diagnostics.has(uri));
    for (const action of [line, rest]) {
      await client.open(uri, edited(text, uri, action?.edit));
      await client.until('silence', () => !client.diagnostics.has(uri));
      await client.close(uri);
      await client.until('the finding again', () => client.diagnostics.has(uri));
    }
    await client.open(folder.uriOf('.kubepath.yaml'), projectText);
    await client.until('silence', () => !client.diagnostics.has(uri));
  });

  it('edits the nearest project file, as it stands in the editor', async () => {
    const text = service('web', 'fronted');
    const folder = tempFolder({
      'a/service.yaml': text,
      'a/deployment.yaml': deployment('web', 'frontend'),
      'a/.kubepath.yaml': 'scopes: {}\n',
      '.kubepath.yaml': 'rules: {}\n',
    });
    const client = await open(folder);
    const project = folder.uriOf('a/.kubepath.yaml');
    await client.open(project, '# ours\nrules:\n  yaml-syntax: off # why\n');
    const offered = (await actions(client, folder.uriOf('a/service.yaml'), 6)) ?? [];
    const edit = offered.find(({ title }) => title.startsWith('Set '))?.edit;
    expect(edit?.documentChanges).toEqual([
      {
        textDocument: { uri: project, version: 1 },
        edits: [expect.objectContaining({ newText: `\n  ${rule}: off` })],
      },
    ]);
  });

  it('makes no file for clients that cannot', async () => {
    const folder = tempFolder({
      'a/service.yaml': service('web', 'fronted'),
      'a/deployment.yaml': deployment('web', 'frontend'),
    });
    const client = await open(folder, { capabilities: {} });
    const titles = ((await actions(client, folder.uriOf('a/service.yaml'), 6)) ?? []).map(({ title }) => title);
    expect(titles).toContain(`Disable ${rule} for this line`);
    expect(titles).not.toContain(`Set ${rule} to off in .kubepath.yaml`);
  });

  it('offers one comment for several findings of a rule on a line, and none in JSON', async () => {
    const json = JSON.stringify({
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'json' },
      spec: { podSelector: {}, policyTypes: ['Ingress'], ingress: [{ ports: [{ protocol: 'udp', port: 53 }] }] },
    });
    const flow = policy([]).replace(
      '    - ports:\n',
      '    - ports: [{ protocol: udp, port: 53 }, { protocol: tcp, port: 53 }]\n',
    );
    const folder = tempFolder({ 'a.yaml': flow, 'b/b.json': json });
    const client = await open(folder);
    const titles = async (path: string, line: number): Promise<readonly string[]> =>
      ((await actions(client, folder.uriOf(path), line)) ?? []).map(({ title }) => title);
    const disabling = (await titles('a.yaml', 8)).filter((title) => title.startsWith('Disable policy-port-invalid'));
    expect(disabling).toHaveLength(2);
    expect((await titles('b/b.json', 0)).some((title) => title.startsWith('Disable'))).toBe(false);
  });
});

describe('fixing all at once', () => {
  it('is offered where a file has several, and made on saving for whoever asks', async () => {
    const text = policy(['udp', 'tcp', 'UDP']);
    const folder = tempFolder({ 'a.yaml': text, 'b.yaml': policy(['udp']).replace('name: dns', 'name: other') });
    const client = await open(folder);
    const uri = folder.uriOf('a.yaml');
    const offered = (await actions(client, uri, 9)) ?? [];
    const all = offered.find(({ title }) => title === 'Fix all policy-port-invalid in this file (2)');
    expect(all).toMatchObject({ kind: 'quickfix', isPreferred: false });
    const fixed = policy(['UDP', 'TCP', 'UDP']);
    expect(edited(text, uri, all?.edit)).toBe(fixed);
    const alone = (await actions(client, folder.uriOf('b.yaml'), 9)) ?? [];
    expect(alone.some(({ title }) => title.startsWith('Fix all'))).toBe(false);

    for (const kind of ['source', 'source.fixAll', 'source.fixAll.kubepath']) {
      const source = (await actions(client, uri, 0, [kind])) ?? [];
      expect(source.map((action) => [action.kind, edited(text, uri, action.edit)])).toEqual([
        ['source.fixAll.kubepath', fixed],
      ]);
    }
    expect(await actions(client, uri, 0, ['source.fixAll.other'])).toBeNull();
    expect((await actions(client, uri, 0, [''])) ?? []).toEqual([]);
    const kinds = client.initialized.capabilities.codeActionProvider;
    expect(kinds).toEqual({ codeActionKinds: ['quickfix', 'source.fixAll.kubepath'] });
  });

  it('leaves alone what is a guess', async () => {
    const folder = tempFolder({
      'a.yaml': `${service('web', 'fronted')}---\n${service('api', 'fronted')}`,
      'b.yaml': deployment('web', 'frontend'),
    });
    const client = await open(folder);
    expect(await actions(client, folder.uriOf('a.yaml'), 0, ['source.fixAll'])).toEqual([]);
  });
});

describe('settings that cannot be', () => {
  const settings = `{
  // ours
  "editor.tabSize": 2,
  "kubepath.trace.server": "verbose",
  "kubepath.rules": { "policy-overlaps": "off", "yaml-syntax": "warn", },
  "kubepath.maxFileSize": 12,
  "kubepath.helm.path": 7
}
`;

  it("are findings in a folder's own settings, with the nearest; the user's are told once", async () => {
    const folder = tempFolder({ '.vscode/settings.json': settings, 'a.yaml': service('web', 'web') });
    const raw = {
      rules: { 'policy-overlaps': 'off', 'yaml-syntax': 'warn', 'resource-duplicates': 'off' },
      maxFileSize: 12,
      helm: { path: 7 },
      trace: { server: 'verbose' },
    };
    const client = await open(folder, { settings: raw });
    const uri = folder.uriOf('.vscode/settings.json');
    await client.until('findings', () => client.diagnostics.has(uri));
    expect(client.diagnostics.get(uri)?.map(({ range, code, message }) => [range.start.line, code, message])).toEqual([
      [4, 'settings-invalid', 'There is no rule "policy-overlaps". Did you mean "policy-overlap"?'],
      [4, 'settings-invalid', '"rules.yaml-syntax" is "warn". Did you mean "warning"?'],
      [5, 'settings-invalid', '"maxFileSize" is 12: write a whole number of at least 1024.'],
      [6, 'settings-invalid', '"helm.path" is 7: write text, in quotes where it looks like something else.'],
    ]);
    expect(client.messages).toEqual([
      'Kubepath: kubepath.rules: There is no rule "resource-duplicates". Did you mean "resource-duplicate"?',
    ]);
    const [fix, second] = (await actions(client, uri, 4)) ?? [];
    expect([second, fix].reduce((text, action) => edited(text, uri, action?.edit), settings)).toBe(
      settings.replace('policy-overlaps', 'policy-overlap').replace('"warn"', '"warning"'),
    );
    expect((await actions(client, uri, 5))?.map(({ title }) => title)).not.toContainEqual(
      expect.stringContaining('Disable'),
    );
  });

  it.each([
    '',
    '{',
    '[]',
    '{"kubepath.rules"',
    '{"kubepath.rules":',
    '{"kubepath.rules": [{',
    `{"kubepath.rules":${'['.repeat(50_000)}`,
  ])('are passed over in broken text: %#', async (text) => {
    const folder = tempFolder({ '.vscode/settings.json': text, 'a.yaml': service('web', 'fronted') });
    const client = await open(folder);
    expect(client.statuses.at(-1)?.state).toBe('ready');
  });
});
