import { afterEach, describe, expect, it } from 'vitest';
import {
  CancellationTokenSource,
  FileChangeType,
  LSPErrorCodes,
  type CodeAction,
  type Hover,
  type Range,
} from 'vscode-languageserver/node';
import { fakeCore } from './fakes';
import { startClient, stopClients, type TestClient } from './harness';

afterEach(stopClients);

const a = 'file:///w/a.yaml';
const b = 'file:///w/b.yaml';
const wordAt = (line: number): Range => ({ start: { line, character: 0 }, end: { line, character: 3 } });

/** A gate that a fake waits at. */
function gate(): { readonly passed: Promise<void>; open: () => void } {
  let open = (): void => undefined;
  const passed = new Promise<void>((resolve) => (open = resolve));
  return { passed, open: () => open() };
}

async function hoverText(client: TestClient, uri: string): Promise<unknown> {
  const position = { line: 0, character: 0 };
  const hover = await client.connection.sendRequest<Hover | null>('textDocument/hover', {
    textDocument: { uri },
    position,
  });
  return hover && (hover.contents as { value: string }).value;
}

describe('diagnostics', () => {
  it('are published for files that were never opened, and only for those that have some', async () => {
    const core = fakeCore();
    core.disk.set(a, 'BAD').set(b, 'fine');
    const client = await startClient(core, { initializationOptions: { docsBase: 'file:///ext/docs/rules/' } });
    await client.until('diagnostics of a', () => client.diagnostics.has(a));
    expect(client.diagnostics.get(a)).toEqual([
      {
        range: wordAt(0),
        severity: 2,
        source: 'kubepath',
        code: 'bad-word',
        codeDescription: { href: 'file:///ext/docs/rules/bad-word.md' },
        message: 'BAD is no word.',
      },
    ]);
    expect(client.publications).toEqual([a]);
  });

  it('follow an incremental edit, and untouched files are not published again', async () => {
    const core = fakeCore();
    core.disk.set(a, 'x\nBAD\n').set(b, 'BAD');
    const client = await startClient(core);
    await client.until('both', () => client.diagnostics.size === 2);
    await client.open(a, 'x\nBAD\n');
    await client.edit(a, wordAt(1), 'ok');
    await client.until('a to be clear', () => !client.diagnostics.has(a));
    expect(client.publications.filter((uri) => uri === b)).toHaveLength(1);
    await client.close(a);
    await client.until('the disk to count again', () => client.diagnostics.has(a));
  });

  it('wait for the typing to pause: one check for many keystrokes', async () => {
    const core = fakeCore();
    core.disk.set(a, '');
    const client = await startClient({ ...core, debounce: 200 });
    await client.scanned();
    await client.open(a, '');
    await client.until('the check after opening', () => core.calls.filter((call) => call === 'check').length === 2);
    for (let at = 0; at < 20; at++) {
      await client.edit(a, { start: { line: 0, character: at }, end: { line: 0, character: at } }, 'x');
    }
    const checks = client.modelChanges();
    await client.until('the check after the typing', () => client.modelChanges() > checks);
    expect(core.calls.filter((call) => call === 'check')).toHaveLength(3);
    expect(core.calls.filter((call) => call.startsWith('documentChanged'))).toHaveLength(2);
  });

  it('know a file by one name, however the client writes it', async () => {
    const core = fakeCore();
    const scanned = 'file:///w/a@b%20+%C3%B6.yaml';
    const written = 'file:///w/a%40b%20%2B%C3%B6.yaml';
    core.disk.set(scanned, 'BAD');
    const client = await startClient(core);
    await client.until('diagnostics', () => client.diagnostics.has(scanned));
    await client.open(written, 'fine');
    await client.until('no diagnostics', () => client.diagnostics.size === 0);
    expect(client.publications).toEqual([scanned, scanned]);
  });

  it('are left out for documents that are no files', async () => {
    const client = await startClient(fakeCore());
    await client.scanned();
    await client.open('untitled:Untitled-1', 'BAD');
    await client.open(a, 'BAD');
    await client.until('diagnostics of a', () => client.diagnostics.has(a));
    expect(client.publications).toEqual([a]);
  });
});

describe('questions', () => {
  it('see the text as it is, before any check', async () => {
    const client = await startClient({ ...fakeCore(), debounce: 60_000 });
    await client.scanned();
    await client.open(a, 'one');
    expect(await hoverText(client, a)).toBe('one');
    await client.edit(a, wordAt(0), 'two');
    expect(await hoverText(client, a)).toBe('two');
  });

  it('get fixes of what is wrong now, tied to the squiggle that the client shows', async () => {
    const core = fakeCore();
    core.disk.set(a, 'BAD\nBAD');
    const client = await startClient(core);
    await client.until('diagnostics', () => client.diagnostics.has(a));
    await client.open(a, 'BAD\nBAD');
    const shown = client.diagnostics.get(a) ?? [];
    const ask = (only?: string[]): Promise<CodeAction[] | null> =>
      client.connection.sendRequest('textDocument/codeAction', {
        textDocument: { uri: a },
        range: { start: { line: 1, character: 1 }, end: { line: 1, character: 1 } },
        context: { diagnostics: shown, ...(only ? { only } : {}) },
      });
    expect(await ask()).toEqual([
      {
        title: 'Say good',
        kind: 'quickfix',
        isPreferred: true,
        diagnostics: [shown[1]],
        edit: {
          documentChanges: [{ textDocument: { uri: a, version: 1 }, edits: [{ range: wordAt(1), newText: 'GOOD' }] }],
        },
      },
    ]);
    expect(await ask(['quickfix'])).toHaveLength(1);
    expect(await ask(['refactor', 'source.organizeImports'])).toBeNull();
    await client.edit(a, wordAt(1), 'ok ');
    expect(await ask()).toEqual([]);
  });
});

describe('files', () => {
  it('that are no manifests are passed over, but a deleted folder stands for what was in it', async () => {
    const core = fakeCore();
    core.disk.set('file:///w/app/a.yaml', 'BAD').set('file:///w/app-2/b.yaml', 'BAD');
    const client = await startClient(core);
    await client.until('diagnostics', () => client.diagnostics.size === 2);
    core.disk.delete('file:///w/app/a.yaml');
    await client.connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [
        { uri: 'file:///w/app', type: FileChangeType.Deleted },
        { uri: 'file:///w/README.md', type: FileChangeType.Deleted },
      ],
    });
    await client.until('a to be clear', () => client.diagnostics.size === 1);
    expect(core.calls.filter((call) => call.startsWith('filesChanged'))).toEqual(['filesChanged file:///w/app']);
  });

  it('are watched by registration', async () => {
    const client = await startClient(fakeCore());
    await client.until('registration', () => client.registrations.length >= 2);
    const watchers = client.registrations.find(({ method }) => method === 'workspace/didChangeWatchedFiles');
    const globs = (watchers?.registerOptions as { watchers: { globPattern: string }[] }).watchers;
    expect(globs.map(({ globPattern }) => globPattern)).toContain('**/*.{yaml,yml,json}');
  });
});

describe('settings', () => {
  it('turn a rule off and on without a restart, and complaints go to the log', async () => {
    const core = fakeCore();
    core.disk.set(a, 'BAD');
    const client = await startClient(core, { settings: { rules: { 'bad-word': 'loud', 'yaml-syntax': 'warn' } } });
    await client.until('diagnostics', () => client.diagnostics.has(a));
    const complaints = [
      'kubepath.rules: There is no rule "bad-word". The README lists them all.',
      'kubepath.rules.yaml-syntax: "rules.yaml-syntax" is "warn". Did you mean "warning"?',
    ];
    expect(client.log).toEqual(expect.arrayContaining(complaints));
    expect(client.messages).toEqual(complaints.map((complaint) => `Kubepath: ${complaint}`));
    await client.setSettings({ rules: { 'bad-word': 'off' } });
    await client.until('silence', () => !client.diagnostics.has(a));
    await client.setSettings({});
    await client.until('diagnostics again', () => client.diagnostics.has(a));
    expect(core.calls.filter((call) => call === 'scan')).toHaveLength(1);
    // Each is told once, however often settings are read.
    expect(client.messages).toHaveLength(2);
  });

  it('that decide which files are read start a scan', async () => {
    const core = fakeCore();
    const client = await startClient(core);
    await client.scanned();
    await client.setSettings({ exclude: ['vendor/'] });
    await client.until('a second scan', () => core.calls.filter((call) => call === 'scan').length === 2);
  });

  it('are pushed by clients that cannot be asked', async () => {
    const core = fakeCore();
    core.disk.set(a, 'BAD');
    const client = await startClient(core, { capabilities: {} });
    await client.until('diagnostics', () => client.diagnostics.has(a));
    await client.setSettings({ rules: { 'bad-word': 'off' } });
    await client.until('silence', () => !client.diagnostics.has(a));
  });
});

describe('progress', () => {
  it('is told from begin to end, and the status says when it is ready', async () => {
    const core = fakeCore();
    for (let n = 0; n < 3; n++) core.disk.set(`file:///w/${n}.yaml`, '');
    const client = await startClient(core);
    await client.until('the end', () => client.progress.at(-1)?.kind === 'end');
    expect(client.progress[0]?.kind).toBe('begin');
    expect(client.statuses[0]?.state).toBe('scanning');
    expect(client.statuses.at(-1)).toMatchObject({ state: 'ready', done: 3, total: 3, files: 3 });
  });

  it('can be cancelled where it is shown', async () => {
    const core = fakeCore({
      workspace: {
        scan: (onProgress, signal) => {
          onProgress?.(1, 4);
          return new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true }));
        },
      },
    });
    const client = await startClient(core);
    await client.until('the beginning', () => client.progress.length > 0);
    const [token] = client.progressTokens;
    await client.connection.sendNotification('window/workDoneProgress/cancel', { token });
    await client.until('cancelled', () => client.statuses.at(-1)?.state === 'cancelled');
    await client.until('the end', () => client.progress.at(-1)?.kind === 'end');
    expect(client.statuses).toContainEqual(expect.objectContaining({ state: 'scanning', done: 1, total: 4 }));
  });

  it('is not shown to clients that cannot show it', async () => {
    const client = await startClient(fakeCore(), { capabilities: {} });
    await client.scanned();
    expect(client.progress).toEqual([]);
  });
});

describe('scans', () => {
  it('publish nothing before all is read', async () => {
    const hold = gate();
    const core = fakeCore({ workspace: { scan: () => hold.passed } });
    const client = await startClient(core);
    await client.open(a, 'BAD');
    expect(await hoverText(client, a)).toBe('BAD');
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(client.publications).toEqual([]);
    hold.open();
    await client.until('diagnostics', () => client.diagnostics.has(a));
  });

  it('drop the one before: whoever asked first gets the later answer', async () => {
    const signals: AbortSignal[] = [];
    const hold = gate();
    const core = fakeCore({
      workspace: {
        async scan(_, signal) {
          if (signal) signals.push(signal);
          if (signals.length === 1) await hold.passed;
        },
      },
    });
    const client = await startClient(core);
    await client.until('the scan to start', () => signals.length === 1);
    const answer = client.connection.sendRequest('kubepath/checkWorkspace');
    await hoverText(client, a);
    expect(signals[0]?.aborted).toBe(true);
    expect(signals).toHaveLength(1);
    hold.open();
    expect(await answer).toMatchObject({ state: 'ready' });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
  });

  it('end when the request is cancelled; what was known stays', async () => {
    const hold = gate();
    const aborted: boolean[] = [];
    const core = fakeCore();
    core.disk.set(a, 'BAD');
    const scan = core.workspace.scan.bind(core.workspace);
    let scans = 0;
    core.workspace.scan = async (onProgress, signal) => {
      if (scans++ === 0) return scan(onProgress, signal);
      signal?.addEventListener('abort', hold.open);
      await hold.passed;
      aborted.push(signal?.aborted ?? false);
    };
    const client = await startClient(core);
    await client.scanned();
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest('kubepath/checkWorkspace', source.token);
    await client.until('scanning', () => client.statuses.at(-1)?.state === 'scanning');
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await client.until('ready', () => client.statuses.at(-1)?.state === 'ready');
    expect(aborted).toEqual([true]);
    expect(client.diagnostics.has(a)).toBe(true);
  });

  it('are not even started by a request that was cancelled at once', async () => {
    const core = fakeCore();
    const client = await startClient(core);
    await client.scanned();
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest('kubepath/checkWorkspace', source.token);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    expect(core.calls.filter((call) => call === 'scan')).toHaveLength(1);
  });

  it('that were cancelled before the first end report nothing', async () => {
    const core = fakeCore({
      workspace: {
        scan: (_, signal) =>
          new Promise((resolve) => signal?.addEventListener('abort', () => resolve(), { once: true })),
      },
    });
    const client = await startClient(core);
    await client.open(a, 'BAD');
    await client.until('the scan to start', () => client.statuses.length > 0);
    const source = new CancellationTokenSource();
    const answer = client.connection.sendRequest('kubepath/checkWorkspace', source.token);
    await hoverText(client, a);
    source.cancel();
    await expect(answer).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
    await client.until('cancelled', () => client.statuses.at(-1)?.state === 'cancelled');
    expect(client.publications).toEqual([]);
  });
});

describe('folders', () => {
  it('come and go', async () => {
    const core = fakeCore();
    const client = await startClient(core, { folders: ['file:///one/', 'file:///two'] });
    await client.scanned();
    await client.connection.sendNotification('workspace/didChangeWorkspaceFolders', {
      event: { added: [{ uri: 'file:///thr%40ee', name: 'x' }], removed: [{ uri: 'file:///one', name: 'one' }] },
    });
    await client.until('a second scan', () => core.calls.filter((call) => call === 'scan').length === 2);
    expect(core.calls).toContain('setRoots file:///two file:///thr@ee');
  });
});
