import { statSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAnalyzer, type Analyzer } from '../core/index';
import { defaultSettings } from '../core/settings';
import { createWorkspace } from '../workspace/workspace';

/** A reason not to start, in a sentence for people: exit code 2. */
export class CannotRun extends Error {}

/** Reads everything below some paths, with progress on a terminal. */
export async function load(paths: readonly string[]): Promise<Analyzer> {
  const roots = paths.map((path) => {
    if (!statSync(path, { throwIfNoEntry: false })) throw new CannotRun(`${path}: no such file or directory.`);
    return pathToFileURL(resolve(path)).href;
  });
  const warn = (message: string): void => void process.stderr.write(`kubepath: ${message}\n`);
  // What was left alone and why is of interest in the editor's log; a pipeline wants only what went wrong.
  const verbose = process.env['KUBEPATH_LOG'] === 'info';
  const logger = { info: (message: string) => (verbose ? warn(message) : undefined), warn };
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({ roots, analyzer, settings: defaultSettings, logger });
  const progress = process.stderr.isTTY ? showProgress : undefined;
  await workspace.scan(progress);
  if (progress) process.stderr.write('\r\x1b[K');
  workspace.update();
  return analyzer;
}

/** The path people know a file by: relative to where they are, absolute for what lies outside. */
export function displayPath(uri: string): string {
  const path = fileURLToPath(uri);
  const short = relative(process.cwd(), path);
  return short === '' || short.startsWith(`..${sep}`) || short === '..' ? path : short.split(sep).join('/');
}

/** Writes to standard output and waits until it is taken. */
export function print(text: string): Promise<void> {
  return new Promise((done) => process.stdout.write(text, () => done()));
}

function showProgress(done: number, total: number): void {
  process.stderr.write(`\r\x1b[KReading manifests ${done}/${total}`);
}
