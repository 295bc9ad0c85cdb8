import { afterEach, describe, expect, it } from 'vitest';
import type { Hover } from 'vscode-languageserver/node';
import { fakeCore } from './fakes';
import { startClient, stopClients } from './harness';

afterEach(stopClients);

const a = 'file:///w/a.yaml';
const b = 'file:///w/b.yaml';

describe('failures', () => {
  it('in a handler are logged and answered with null', async () => {
    const core = fakeCore({
      analyzer: {
        hover: () => {
          throw new Error('hover broke');
        },
      },
    });
    core.disk.set(a, 'BAD');
    const client = await startClient(core);
    await client.scanned();
    const position = { line: 0, character: 0 };
    const hover = client.connection.sendRequest<Hover | null>('textDocument/hover', {
      textDocument: { uri: a },
      position,
    });
    expect(await hover).toBeNull();
    await client.until('a log line', () => client.log.some((line) => line.includes('hover broke')));
    await client.until('diagnostics', () => client.diagnostics.has(a));
  });

  it('of a check are told by the status, and the next check makes up for them', async () => {
    let broken = true;
    const core = fakeCore();
    const check = core.analyzer.check.bind(core.analyzer);
    core.analyzer.check = () => {
      if (broken) throw new Error('check broke');
      return check();
    };
    const client = await startClient(core);
    await client.scanned();
    expect(client.statuses.at(-1)?.state).toBe('failed');
    expect(client.log.join('\n')).toContain('check broke');
    broken = false;
    await client.open(a, 'BAD');
    await client.until('diagnostics', () => client.diagnostics.has(a));
    await client.until('ready', () => client.statuses.at(-1)?.state === 'ready');
  });

  it('of a scan are told by the status', async () => {
    const core = fakeCore({ workspace: { scan: () => Promise.reject(new Error('scan broke')) } });
    const client = await startClient(core);
    await client.scanned();
    expect(client.statuses.at(-1)?.state).toBe('failed');
    expect(client.log.join('\n')).toContain('scan broke');
  });

  it('of the client do no harm: malformed messages', async () => {
    const core = fakeCore();
    core.disk.set(a, 'BAD');
    const client = await startClient(core, { initializationOptions: { docsBase: 7 } });
    await client.scanned();
    const requests = [
      'textDocument/hover',
      'textDocument/codeAction',
      'textDocument/documentSymbol',
      'kubepath/view',
      'kubepath/explain',
      'kubepath/policyAlone',
    ];
    for (const params of [null, {}, 7, 'x', [], [1, 2], { textDocument: 3 }, { textDocument: { uri: {} } }]) {
      for (const method of requests) {
        const answer = client.connection.sendRequest(method, params).catch(() => 'refused');
        expect([null, 'refused']).toContainEqual(await answer);
      }
      for (const method of [
        'textDocument/didOpen',
        'textDocument/didChange',
        'textDocument/didClose',
        'workspace/didChangeWatchedFiles',
        'workspace/didChangeWorkspaceFolders',
        'workspace/didChangeConfiguration',
      ]) {
        await client.connection.sendNotification(method, params);
      }
    }
    await client.connection.sendNotification('textDocument/didOpen', { textDocument: { uri: a, version: 1, text: 7 } });
    await client.open(b, 'BAD');
    await client.until('the server still works', () => client.diagnostics.has(b));
  });
});
