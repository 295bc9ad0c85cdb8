import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, isAbsolute, join } from 'node:path';

/**
 * The helm to run: what the setting says, whether it is there or not, else the first on PATH. Nothing is run to find it.
 * @param setting a path, `~/bin/helm`, a name to look for on PATH, or `off` for none; the one on PATH when undefined or empty
 * @param searchPath as in the environment; folders that are not absolute are passed over
 */
export function helmCommand(setting: string | undefined, searchPath = process.env['PATH'] ?? ''): string | undefined {
  const wanted = (setting ?? '').trim();
  if (wanted === 'off') return undefined;
  if (wanted === '') return onPath('helm', searchPath);
  if (/^~[\\/]/.test(wanted)) return join(homedir(), wanted.slice(2));
  return /[\\/]/.test(wanted) ? wanted : (onPath(wanted, searchPath) ?? wanted);
}

/** Scripts (`.cmd`) are left out on Windows: they cannot be run without a shell. */
const endings = process.platform === 'win32' ? ['.exe', ''] : [''];

function onPath(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .flatMap((folder) => endings.map((ending) => join(folder, name + ending)))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
