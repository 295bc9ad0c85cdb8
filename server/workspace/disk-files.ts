import { existsSync, readdirSync, readFileSync, realpathSync, statSync, type Dirent, type Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Logger } from '../core/index';
import type { FileSource, ReadBytes, SourceEntry, SourceKind } from './file-source';

/** Files as they are on disk. */
export const diskFiles: FileSource = {
  entries: (directory, logger) =>
    entriesOf(directory, logger).flatMap((entry): readonly SourceEntry[] => {
      const kind = kindOfEntry(entry, join(directory, entry.name), logger);
      return kind ? [{ name: entry.name, kind, isLink: entry.isSymbolicLink() }] : [];
    }),
  kindOf(path) {
    try {
      return kindOfStat(statSync(path, { throwIfNoEntry: false }));
    } catch {
      return undefined;
    }
  },
  realPath(path) {
    try {
      return realpathSync(path);
    } catch {
      return undefined;
    }
  },
  read: readBytes,
  topOf: workTreeOf,
  ignoreFileNames: ['.gitignore', '.kubepathignore'],
};

function entriesOf(directory: string, logger: Logger): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    logger.warn(`${directory}: cannot be read (${String(error)}).`);
    return [];
  }
}

function kindOfEntry(entry: Dirent, path: string, logger: Logger): SourceKind | undefined {
  if (entry.isFile()) return 'file';
  if (entry.isDirectory()) return 'directory';
  if (!entry.isSymbolicLink()) return undefined;
  try {
    return kindOfStat(statSync(path));
  } catch (error) {
    logger.info(`${path}: a symbolic link that leads nowhere (${messageOf(error)}); passed over.`);
    return undefined;
  }
}

function kindOfStat(stat: Stats | undefined): SourceKind | undefined {
  return stat?.isDirectory() ? 'directory' : stat?.isFile() ? 'file' : undefined;
}

function readBytes(path: string, maxSize: number): ReadBytes {
  try {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return { skipped: `${path}: cannot be read (no such file).` };
    if (stat.size > maxSize)
      return { skipped: `${path}: ${stat.size} bytes is more than kubepath.maxFileSize (${maxSize}); skipped.` };
    return { bytes: readFileSync(path) };
  } catch (error) {
    return { skipped: `${path}: cannot be read (${messageOf(error)}).` };
  }
}

/** The nearest directory at or above the root that holds `.git`; the root itself where there is none. */
function workTreeOf(root: string): string {
  for (let directory = root; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory;
    if (dirname(directory) === directory) return root;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
