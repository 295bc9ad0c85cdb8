import { readdirSync, realpathSync, statSync, type Dirent } from 'node:fs';
import { basename, join, sep } from 'node:path';
import type { Logger } from '../core/index';
import type { IgnoreRules } from './ignore-rules';

/** Whether a file may be a manifest, a kustomization or a chart, by its name. */
export function isCandidate(path: string): boolean {
  const name = basename(path);
  return /\.(ya?ml|json)$/i.test(name) || name === 'Kustomization';
}

/**
 * Every candidate below a directory, in a stable order. Symbolic links are followed once: one that leads back into what is being
 * read is passed over with a note.
 */
export function walk(root: string, rules: IgnoreRules, logger: Logger): readonly string[] {
  const files: string[] = [];
  const seen = new Set<string>();
  const top = real(root) ?? root;
  const leadsToNews = (path: string): boolean => {
    const target = real(path);
    if (target === undefined) return false;
    if (!seen.has(target) && !isBelow(top, target) && !isBelow(target, top)) return Boolean(seen.add(target));
    logger.info(`${path}: a symbolic link to ${target}, which is read anyway; passed over.`);
    return false;
  };
  const visit = (directory: string): void => {
    for (const entry of entriesOf(directory, logger)) {
      const path = join(directory, entry.name);
      const kind = kindOf(entry, path, logger);
      if (!kind || rules.ignores(path, kind === 'directory')) continue;
      if (kind === 'file') {
        if (isCandidate(path) && !(entry.isSymbolicLink() && isBelow(top, real(path)))) files.push(path);
        continue;
      }
      if (entry.isSymbolicLink() && !leadsToNews(path)) continue;
      visit(path);
    }
  };
  visit(root);
  return files;
}

function entriesOf(directory: string, logger: Logger): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    logger.warn(`${directory}: cannot be read (${String(error)}).`);
    return [];
  }
}

function kindOf(entry: Dirent, path: string, logger: Logger): 'file' | 'directory' | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (!entry.isSymbolicLink()) return undefined;
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? 'directory' : stat.isFile() ? 'file' : undefined;
  } catch (error) {
    logger.info(
      `${path}: a symbolic link that leads nowhere (${error instanceof Error ? error.message : String(error)}); passed over.`,
    );
    return undefined;
  }
}

function real(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function isBelow(top: string, path: string | undefined): boolean {
  return path !== undefined && (path === top || path.startsWith(top.endsWith(sep) ? top : top + sep));
}
