import { existsSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { diskFiles } from '../workspace/disk-files';
import type { FileSource } from '../workspace/file-source';
import { mergeBaseOf, treeOf, workTreeOf } from './git';
import { revisionFiles, workTreeFiles } from './git-files';
import { CannotRun, logger } from './load';

/** One of the two things that are compared. */
export interface Side {
  /** What people call it: a path, a revision, `work tree`. */
  readonly label: string;
  readonly path: string;
  readonly files: FileSource;
  /** Whether nothing may be there: a directory may be younger than a revision. */
  readonly mayBeAbsent: boolean;
}

/**
 * The two sides that a command line names: two paths, or `REV..REV` with a path. `REV..` compares with the work tree, `REV...REV`
 * from where the two parted.
 */
export function sidesOf(first: string, second: string | undefined): readonly [Side, Side] {
  const range = existsSync(first) ? undefined : rangeOf(first);
  if (range) return revisionSides(range, second ?? '.');
  if (second === undefined)
    throw new CannotRun(`"${first}" is no range of revisions. Give two directories or files, or REV..REV and a path.`);
  const side = (path: string): Side => ({ label: path, path, files: diskFiles, mayBeAbsent: false });
  return [side(first), side(second)];
}

interface Range {
  readonly from: string;
  /** Empty: the work tree. */
  readonly to: string;
  readonly sinceParting: boolean;
}

/** A revision has no `..` in it (git-check-ref-format(1)), and a path that begins with dots or a slash is meant as one. */
function rangeOf(text: string): Range | undefined {
  const [, from, dots, to] = /^([^./\\](?:(?!\.\.).)*)(\.{2,3})((?:(?!\.\.).)*)$/s.exec(text) ?? [];
  return from === undefined || to === undefined ? undefined : { from, to, sinceParting: dots === '...' };
}

function revisionSides({ from, to, sinceParting }: Range, given: string): readonly [Side, Side] {
  const path = withoutLinks(resolve(given));
  const top = resolve(workTreeOf(nearestDirectory(path)));
  const common = { path, mayBeAbsent: true };
  const revision = (label: string, tree: string): Side => ({
    ...common,
    label,
    files: revisionFiles(top, tree, logger),
  });
  const start = sinceParting ? mergeBaseOf(top, from, to === '' ? 'HEAD' : to) : from;
  return [
    revision(from, treeOf(top, start)),
    to === '' ? { ...common, label: 'the work tree', files: workTreeFiles(top) } : revision(to, treeOf(top, to)),
  ];
}

/** Git knows files by their real places. What is not there any more, in a revision may be. */
function withoutLinks(path: string): string {
  if (existsSync(path)) return realpathSync(path);
  return dirname(path) === path ? path : join(withoutLinks(dirname(path)), basename(path));
}

function nearestDirectory(path: string): string {
  return diskFiles.kindOf(path) === 'directory' || dirname(path) === path ? path : nearestDirectory(dirname(path));
}
