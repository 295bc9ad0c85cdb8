import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';
import type { Settings } from '../core/index';
import type { FileSource } from './file-source';
import { readFilesExclude } from './files-exclude';
import { projectFileName } from './project-file';

/** Patterns that the project file of a directory (a path) excludes. */
export type ExcludedBy = (directory: string) => readonly string[];

/** Tells which paths below a root are left alone. */
export interface IgnoreRules {
  /** @param path absolute, below the root */
  ignores(path: string, isDirectory: boolean): boolean;
}

const neverRead: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/**
 * The rules below one root: `.gitignore` and `.kubepathignore` of every directory from the top of the git work tree downwards, and
 * the patterns of the settings, relative to the root, and those of every `.kubepath.yaml`, which hold below it but for itself. Files are read
 * once: make new rules when one changes.
 */
export function createIgnoreRules(
  source: FileSource,
  root: string,
  { exclude, filesExclude }: Pick<Settings, 'exclude' | 'filesExclude'>,
  excludedBy: ExcludedBy = () => [],
): IgnoreRules {
  const own = ignore().add([...exclude]);
  const hidden = readFilesExclude(filesExclude);
  const isHidden = (path: string): boolean =>
    hidden.excludes(
      relative(root, path).split(sep).join('/'),
      (sibling) => source.kindOf(join(dirname(path), sibling)) !== undefined,
    );
  const byDirectory = new Map<string, readonly Ignore[]>();
  const rulesOf = (path: string, directory: string): readonly Ignore[] => {
    const known = byDirectory.get(directory) ?? [
      readIgnoreFiles(source, directory),
      ignore().add([...excludedBy(directory)]),
    ];
    byDirectory.set(directory, known);
    return path === join(directory, projectFileName) ? known.slice(0, 1) : known;
  };
  const top = source.topOf(root);
  return {
    ignores(path, isDirectory) {
      if (neverRead.has(path.slice(path.lastIndexOf(sep) + 1))) return true;
      if (path === root) return false;
      if (isHidden(path)) return true;
      if (exclude.length > 0 && own.ignores(asPattern(root, path, isDirectory))) return true;
      return ancestors(top, path).reduce((ignored, directory) => {
        const pattern = asPattern(directory, path, isDirectory);
        return rulesOf(path, directory).reduce((before, rules) => verdict(rules, pattern, before), ignored);
      }, false);
    },
  };
}

/** A deeper file's rules go before a higher one's, negations included (gitignore(5)). */
function verdict(rules: Ignore, pattern: string, before: boolean): boolean {
  const { ignored, unignored } = rules.test(pattern);
  return ignored || (before && !unignored);
}

function readIgnoreFiles(source: FileSource, directory: string): Ignore {
  const texts = source.ignoreFileNames.flatMap((name) => {
    const read = source.read(join(directory, name), Infinity);
    return 'bytes' in read ? [read.bytes.toString('utf8')] : [];
  });
  return ignore().add(texts.join('\n'));
}

/** Directories from `top` down to the one that holds `path`. */
function ancestors(top: string, path: string): readonly string[] {
  const result: string[] = [];
  for (let directory = dirname(path); ; directory = dirname(directory)) {
    result.unshift(directory);
    if (directory === top || dirname(directory) === directory) return result;
  }
}

function asPattern(from: string, path: string, isDirectory: boolean): string {
  const text = relative(from, path).split(sep).join('/');
  return isDirectory ? `${text}/` : text;
}
