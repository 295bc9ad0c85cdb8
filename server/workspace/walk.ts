import { basename, join, sep } from 'node:path';
import type { Logger } from '../core/index';
import type { FileSource } from './file-source';
import type { IgnoreRules } from './ignore-rules';

/** Whether a file may be a manifest, a kustomization or a chart, by its name. */
export function isCandidate(path: string): boolean {
  const name = basename(path);
  return /\.(ya?ml|json)$/i.test(name) || name === 'Kustomization';
}

/**
 * Every candidate below a directory, in a stable order. Symbolic links are followed once: one that leads back into what is being
 * read is passed over with a note.
 * @param onLink told of each link that is passed over, with what it leads to
 */
export function walk(
  source: FileSource,
  root: string,
  rules: IgnoreRules,
  logger: Logger,
  onLink: (path: string, target: string) => void = () => undefined,
): readonly string[] {
  const files: string[] = [];
  const seen = new Set<string>();
  const top = source.realPath(root) ?? root;
  const leadsToNews = (path: string): boolean => {
    const target = source.realPath(path);
    if (target === undefined) return false;
    if (!seen.has(target) && !isBelow(top, target) && !isBelow(target, top)) return Boolean(seen.add(target));
    logger.info(`${path}: a symbolic link to ${target}, which is read anyway; passed over.`);
    passedOver(path, target);
    return false;
  };
  /** What lies below the top is read at its own path. */
  const passedOver = (path: string, target: string): void => {
    if (isBelow(top, target)) onLink(path, root + target.slice(top.length));
  };
  const visit = (directory: string): void => {
    for (const { name, kind, isLink } of source.entries(directory, logger)) {
      const path = join(directory, name);
      if (rules.ignores(path, kind === 'directory')) continue;
      if (kind === 'file') {
        const target = isLink ? source.realPath(path) : undefined;
        if (target !== undefined && isBelow(top, target)) passedOver(path, target);
        else if (isCandidate(path)) files.push(path);
        continue;
      }
      if (isLink && !leadsToNews(path)) continue;
      visit(path);
    }
  };
  visit(root);
  return files;
}

function isBelow(top: string, path: string | undefined): boolean {
  return path !== undefined && (path === top || path.startsWith(top.endsWith(sep) ? top : top + sep));
}
