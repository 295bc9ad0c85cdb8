import { relative, resolve, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { createAnalyzer, type Analyzer, type Logger, type Settings } from '../core/index';
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

/** Which programs a command may run. */
export interface Programs {
  /** `--helm`: a path or a name; `off` for none. The one on the PATH when absent. */
  readonly helm?: string;
  /** `--kustomize`: a command, such as `kubectl kustomize`. */
  readonly kustomize?: string;
}

/** What a command takes beside paths. */
export interface LoadOptions extends Programs {
  /** `--rule`: how loudly rules report, whatever project files say. */
  readonly rule?: Settings['forcedRules'];
}

/**
 * Reads everything below some paths, with progress on a terminal, and waits for what helm and kustomize render. Files that are not those
 * on disk (a revision's) are read without any program.
 */
export async function load(
  paths: readonly string[],
  options: LoadOptions = {},
  files: FileSource = diskFiles,
): Promise<Analyzer> {
  const roots = paths.map((path) => {
    if (!files.kindOf(resolve(path))) throw new CannotRun(`${path}: no such file or directory.`);
    return pathToFileURL(resolve(path)).href;
  });
  const analyzer = createAnalyzer({ logger });
  const [kustomize, ...words] = (options.kustomize ?? '').split(/\s+/).filter((word) => word !== '');
  const settings: Settings = {
    ...defaultSettings,
    rules: options.rule ?? {},
    forcedRules: options.rule ?? {},
    helmPath: programPath(options.helm ?? ''),
    kustomizeCommand: kustomize === undefined ? [] : [programPath(kustomize), ...words],
  };
  const workspace = createWorkspace({ roots, analyzer, settings, logger, files, trusted: true });
  const end = endWhenInterrupted(() => workspace.dispose());
  const progress = process.stderr.isTTY ? showProgress : undefined;
  await workspace.scan(progress);
  workspace.update();
  while (workspace.background().rendering > 0) {
    await workspace.rendered();
    workspace.update();
  }
  if (progress) process.stderr.write('\r\x1b[K');
  for (const note of workspace.background().notes) logger.warn(note);
  end();
  workspace.dispose();
  return analyzer;
}

/** A program's path counts from where people are, though it runs in the folder that it renders. A name alone is looked for on the PATH. */
function programPath(program: string): string {
  return /[\\/]/.test(program) && !program.startsWith('~') ? resolve(program) : program;
}

/** Programs that render run in process groups of their own, where Ctrl-C does not reach them. */
function endWhenInterrupted(end: () => void): () => void {
  const interrupted = (signal: NodeJS.Signals): void => {
    end();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  return () => process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
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
