import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';

/** One run of an external program, with no shell between. */
export interface Program {
  /** The program and its arguments. */
  readonly command: readonly string[];
  readonly cwd: string;
  /** What it reads from its standard input; nothing when absent. */
  readonly stdin?: string;
}

/** What a program wrote, or a sentence about why there is nothing. */
export type ProgramResult = { readonly output: string } | { readonly message: string };

export interface ProgramLimits {
  /** In milliseconds; then the program is ended. */
  readonly time: number;
  /** Of what it writes, in bytes. */
  readonly size: number;
}

/** What is kept of the error output: the reason stands at its beginning. In characters. */
const maxErrors = 64_000;

/**
 * Runs a program with the user's environment. Never rejects. Once it ends, is aborted or passes a limit, whatever it has started goes with it.
 * @param signal ends it
 */
export async function runProgram(program: Program, limits: ProgramLimits, signal: AbortSignal): Promise<ProgramResult> {
  const [file = '', ...args] = program.command;
  const name = basename(file).replace(/\.exe$/i, '');
  if (!existsSync(program.cwd)) return { message: `${name} was not started: the folder ${program.cwd} is gone.` };
  const child = start(file, args, program.cwd);
  if (child instanceof Error) return { message: notStarted(file, child) };
  const run: Run = { name, child, stopped: undefined };
  const unwatch = endInTime(run, limits.time, signal);
  const output = collectOutput(run, limits.size);
  const errors = collectErrors(child);
  // A program that does not read its input, or is gone already, is no failure.
  child.stdin.on('error', () => undefined).end(program.stdin ?? '');
  const end = await endOf(child);
  unwatch();
  if (end instanceof Error) return { message: notStarted(file, end) };
  if (run.stopped !== undefined) return { message: run.stopped };
  if (end === 0) return { output: output() };
  return {
    message: tellingLines(errors()) ?? `${name} failed with ${typeof end === 'number' ? 'exit code ' : ''}${end}.`,
  };
}

interface Run {
  readonly name: string;
  readonly child: Child;
  /** Why we ended it. */
  stopped: string | undefined;
}

function stop(run: Run, reason: string): void {
  run.stopped ??= reason;
  endAll(run.child);
}

/** Returns what undoes it. */
function endInTime(run: Run, limit: number, signal: AbortSignal): () => void {
  const onAbort = (): void => stop(run, `${run.name} was cancelled.`);
  const onExit = (): void => endAll(run.child);
  const timer = setTimeout(
    () => stop(run, `${run.name} took longer than ${limit / 1000} seconds and was ended.`),
    limit,
  );
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  process.on('exit', onExit);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    process.off('exit', onExit);
  };
}

function collectOutput(run: Run, limit: number): () => string {
  const chunks: Buffer[] = [];
  let size = 0;
  run.child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= limit) chunks.push(chunk);
    else stop(run, `${run.name} wrote more than ${limit / (1 << 20)} MB and was ended.`);
  });
  return () => Buffer.concat(chunks).toString('utf8');
}

function collectErrors(child: Child): () => string {
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    if (errors.length < maxErrors) errors += text;
  });
  return () => errors;
}

/** Its exit code, or the signal that ended it. */
function endOf(child: Child): Promise<number | NodeJS.Signals | Error> {
  return new Promise((done) => {
    child.on('error', done);
    // What it left behind in its group would keep its output open.
    child.on('exit', () => endAll(child));
    child.on('close', (code, killedBy) => done(code ?? killedBy ?? -1));
  });
}

const windows = process.platform === 'win32';

type Child = ReturnType<typeof spawnPiped>;

/** A group of its own, so that it can be ended as a whole; on Windows there are no groups, but trees. */
function spawnPiped(file: string, args: readonly string[], cwd: string) {
  return spawn(file, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'], detached: !windows, windowsHide: true });
}

/** Node throws for what the operating system could never start: an empty name, a script without its interpreter on Windows. */
function start(file: string, args: readonly string[], cwd: string): Child | Error {
  try {
    return spawnPiped(file, args, cwd);
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function notStarted(file: string, error: Error): string {
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `The program "${file}" was not found. Check the path in the settings.`;
  if (code === 'EACCES') return `The program "${file}" may not be executed. Check the path in the settings.`;
  return `The program "${file}" cannot be started: ${error.message}.`;
}

function endAll(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (windows) {
    if (child.exitCode === null && child.signalCode === null)
      spawnSync('taskkill', ['/T', '/F', '/PID', String(child.pid)], { stdio: 'ignore', windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // Nobody is left in the group.
  }
}

const maxLines = 4;
const maxLength = 600;

/** The lines that say why: warnings and hints about flags are left out. */
function tellingLines(errors: string): string | undefined {
  const lines = errors
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(warning\b|walk\.go:|coalesce\.go:|level=warn|use --debug\b)/i.test(line));
  const start = lines.findIndex((line) => /^error:/i.test(line));
  const telling = lines
    .slice(Math.max(0, start), Math.max(0, start) + maxLines)
    .join(' ')
    .replace(/^error:\s*/i, '');
  if (telling === '') return undefined;
  return telling.length > maxLength ? `${telling.slice(0, maxLength)} …` : telling;
}
