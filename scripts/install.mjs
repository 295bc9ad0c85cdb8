// Brings node_modules in line with a lock file. Node's own modules only: this runs when nothing else is there.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ROOT, run } from './process.mjs';

/** @param {{ log: (line: string) => void }} options */
export async function installMissing({ log }) {
  if (installedMatchesLock(ROOT)) return;
  log('Installing dependencies …');
  await npm(['ci', '--prefer-offline'], { cwd: ROOT });
}

/**
 * Whether node_modules holds what package-lock.json asks for, by npm's own record of what it installed. Dates would not do: a fresh
 * clone and a switched branch both touch the lock file without changing it.
 * @param {string} folder
 */
export function installedMatchesLock(folder) {
  const record = join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(record)) return false;
  const wanted = packagesOf(join(folder, 'package-lock.json'));
  const installed = packagesOf(record);
  return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
    if (path === '' || ((optional || peer) && !installed[path])) return true;
    return installed[path]?.version === version;
  });
}

/**
 * Runs npm and throws when it fails.
 * @param {string[]} args
 * @param {{ cwd: string, env?: Record<string, string> }} options
 */
export async function npm(args, options) {
  const { code } = await run(...npmCommand([...args, '--loglevel=error', '--no-audit', '--no-fund']), options);
  if (code !== 0) throw new Error(`npm ${args.join(' ')} failed with exit code ${code}`);
}

/**
 * The npm that runs us, if there is one; it is plain JavaScript, so that no platform's way to find commands matters.
 * @param {string[]} args
 * @returns {[command: string, args: string[]]}
 */
export function npmCommand(args) {
  const running = process.env.npm_execpath ?? '';
  if (running.endsWith('npm-cli.js')) return [process.execPath, [running, ...args]];
  const beside = join(dirname(process.execPath), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  return process.platform === 'win32' ? [process.execPath, [beside, ...args]] : ['npm', args];
}

function packagesOf(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
