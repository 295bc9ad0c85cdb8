import { execFile } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { TempFolder } from '../support/temp-folder';

export interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let bundle: Promise<string> | undefined;

/** Where the command line is, built once for all tests of a process. */
export function builtKubepath(): Promise<string> {
  bundle ??= bundled();
  return bundle;
}

async function bundled(): Promise<string> {
  const outfile = join(mkdtempSync(join(tmpdir(), 'kubepath-cli-')), 'cli.js');
  await build({ entryPoints: ['server/cli/main.ts'], bundle: true, platform: 'node', outfile, logLevel: 'silent' });
  return outfile;
}

/** Runs `kubepath` in a folder as a process of its own. */
export async function kubepath({ path }: Pick<TempFolder, 'path'>, ...args: readonly string[]): Promise<Run> {
  const entry = await builtKubepath();
  return new Promise((done) => {
    execFile(process.execPath, [entry, ...args], { cwd: path, maxBuffer: 1 << 28 }, (error, stdout, stderr) =>
      done({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });
}
