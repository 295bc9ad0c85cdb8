// Child processes that never outlive us: each has a process group of its own, which is ended as a whole.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const ROOT = dirname(import.meta.dirname);

const GRACE = 5000;
const windows = process.platform === 'win32';
/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

/**
 * Runs a command to its end, with our output as its output. Past `limit` milliseconds its whole group is ended.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: Record<string, string>, limit?: number, onOutput?: (text: string) => void }} [options]
 *   `onOutput` sees the output too, as it comes.
 * @returns {Promise<{ code: number, timedOut: boolean }>}
 */
export async function run(command, args, { cwd = ROOT, env = {}, limit, onOutput } = {}) {
  const stdio = onOutput ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  const child = spawn(command, args, { cwd, env: { ...process.env, ...env }, stdio, detached: !windows });
  running.add(child);
  if (onOutput) relay(child, onOutput);
  let timedOut = false;
  const timer = limit === undefined ? undefined : setTimeout(() => ((timedOut = true), void end(child)), limit);
  try {
    const [code] = await once(child, onOutput ? 'close' : 'exit');
    return { code: timedOut ? 124 : (code ?? 1), timedOut };
  } finally {
    clearTimeout(timer);
    // What the child left behind in its group goes with it.
    signal(child, 'SIGKILL');
    running.delete(child);
  }
}

/** Ends all that is running when we are interrupted, then us. Returns what undoes that. */
export function endWithUs() {
  const handlers = Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }).map(([name, code]) => {
    return { name, handler: () => void Promise.all([...running].map(end)).then(() => process.exit(code)) };
  });
  for (const { name, handler } of handlers) process.once(name, handler);
  return () => handlers.forEach(({ name, handler }) => process.off(name, handler));
}

/** Asks first: a test runner has a server of its own to stop. */
async function end(child) {
  signal(child, 'SIGTERM');
  const gone = child.exitCode !== null || child.signalCode !== null || once(child, 'exit');
  await Promise.race([gone, sleep(GRACE, undefined, { ref: false })]);
  signal(child, 'SIGKILL');
}

function signal(child, name) {
  if (child.pid === undefined) return;
  if (windows) {
    if (child.exitCode === null) spawnSync('taskkill', ['/T', '/F', '/PID', String(child.pid)]);
    return;
  }
  try {
    process.kill(-child.pid, name);
  } catch {
    // Nobody is left in the group.
  }
}

function relay(child, onOutput) {
  for (const [from, to] of [
    [child.stdout, process.stdout],
    [child.stderr, process.stderr],
  ]) {
    from.setEncoding('utf8').on('data', (text) => (to.write(text), onOutput(text)));
  }
}
