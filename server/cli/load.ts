import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAnalyzer, type Analyzer, type Logger } from '../core/index';
import { defaultSettings } from '../core/settings';
import { diskFiles } from '../workspace/disk-files';
import type { FileSource } from '../workspace/file-source';
import { createWorkspace } from '../workspace/workspace';

/** A reason not to start, in a sentence for people: exit code 2. */
export class CannotRun extends Error {}

/** Says what went wrong; what was left alone and why is of interest in the editor's log only. */
export const logger: Logger = {
  info: (message) => (process.env['KUBEPATH_LOG'] === 'info' ? logger.warn(message) : undefined),
  warn: (message) => void process.stderr.write(`kubepath: ${message}\n`),
};

/** Reads everything below some paths, with progress on a terminal. */
export async function load(paths: readonly string[], files: FileSource = diskFiles): Promise<Analyzer> {
  const roots = paths.map((path) => {
    if (!files.kindOf(resolve(path))) throw new CannotRun(`${path}: no such file or directory.`);
    return pathToFileURL(resolve(path)).href;
  });
  const analyzer = createAnalyzer({ logger });
  const workspace = createWorkspace({ roots, analyzer, settings: defaultSettings, logger, files });
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
