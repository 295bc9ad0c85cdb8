import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connect } from '../server/harness';

const repository = join(import.meta.dirname, '../..');

it('runs as a process of its own, as other editors start it, and ends with exit', async () => {
  const server = spawn(process.execPath, ['--import', 'tsx', join(repository, 'server/lsp/main.ts'), '--stdio'], {
    cwd: repository,
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  try {
    const client = await connect(server.stdout, server.stdin, {});
    await client.scanned();
    expect(client.initialized.serverInfo?.name).toBe('kubepath');
    await client.connection.sendRequest('shutdown');
    const exit = once(server, 'exit');
    await client.connection.sendNotification('exit');
    expect(await exit).toEqual([0, null]);
    client.connection.dispose();
  } finally {
    server.kill();
  }
}, 20_000);
