import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { CannotRun } from './load';
import { oneLine } from './output';

/**
 * Settings of a repository must not decide what runs: no pager, no file system monitor, no fetching of missing objects, no lock that
 * would keep others waiting.
 */
const safely = [
  '--no-pager',
  '--no-optional-locks',
  '--literal-pathspecs',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'protocol.allow=never',
] as const;

/** The largest answer that is taken, in bytes. */
const maxAnswer = 1 << 30;

/** Runs a git command that only reads. Undefined when git says no. */
export function git(directory: string, args: readonly string[], input?: string): Buffer | undefined {
  const { status, stdout } = run(directory, args, input);
  return status === 0 ? stdout : undefined;
}

/** The top of the work tree that a directory is in. */
export function workTreeOf(directory: string): string {
  const { status, stdout, stderr } = run(directory, ['rev-parse', '--show-toplevel']);
  const top = stdout.toString('utf8').replace(/\r?\n$/, '');
  if (status === 0 && top !== '') return top;
  const [why = 'it is bare'] = stderr
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '');
  throw new CannotRun(`${directory} is in no git work tree (${oneLine(why)}).`);
}

function run(directory: string, args: readonly string[], input?: string): SpawnSyncReturns<Buffer> {
  const result = spawnSync('git', [...safely, ...args], {
    cwd: directory,
    maxBuffer: maxAnswer,
    env: environment(),
    ...(input === undefined ? { stdio: ['ignore', 'pipe', 'pipe'] } : { input }),
  });
  if (!result.error) return result;
  const isMissing = 'code' in result.error && result.error.code === 'ENOENT';
  throw new CannotRun(isMissing ? 'git is not installed, or not in PATH.' : `git failed: ${result.error.message}.`);
}

/** The path decides which repository is meant, not the hook that this may run in. */
const ofHooks: ReadonlySet<string> = new Set(['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE']);

function environment(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !ofHooks.has(name));
  return { ...Object.fromEntries(kept), GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' };
}

/** The tree of a revision, as an object id: what comes from the command line goes no further than this. */
export function treeOf(top: string, revision: string): string {
  return objectOf(top, revision, 'tree');
}

/** The newest commit that two revisions have in common, as an object id. */
export function mergeBaseOf(top: string, a: string, b: string): string {
  const base = git(top, ['merge-base', objectOf(top, a, 'commit'), objectOf(top, b, 'commit')])
    ?.toString('latin1')
    .trim();
  if (base === undefined) throw new CannotRun(`"${a}" and "${b}" have no commit in common.`);
  return base;
}

function objectOf(top: string, revision: string, type: 'tree' | 'commit'): string {
  const isSound = revision !== '' && !revision.startsWith('-') && !/\p{Cc}/u.test(revision);
  const name = `${revision}^{${type}}`;
  const id = isSound ? git(top, ['rev-parse', '--verify', '--quiet', name])?.toString('latin1').trim() : undefined;
  if (id === undefined || !/^[0-9a-f]{40,64}$/.test(id)) throw new CannotRun(`"${revision}" is no revision of ${top}.`);
  return id;
}
