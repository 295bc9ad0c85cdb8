import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import ignore, { type Ignore } from 'ignore';

/** Tells which paths below a root are left alone. */
export interface IgnoreRules {
  /** @param path absolute, below the root */
  ignores(path: string, isDirectory: boolean): boolean;
}

/** Files that hold patterns, in the order in which later ones win. */
export const ignoreFileNames = ['.gitignore', '.kubepathignore'] as const;

const neverRead: ReadonlySet<string> = new Set(['.git', '.hg', '.svn', 'node_modules']);

/**
 * The rules below one root: `.gitignore` and `.kubepathignore` of every directory from the top of the git work tree downwards, and
 * the patterns of the `exclude` setting, relative to the root. Ignore files are read once: make new rules when one changes.
 */
export function createIgnoreRules(root: string, exclude: readonly string[]): IgnoreRules {
  const own = ignore().add([...exclude]);
  const byDirectory = new Map<string, Ignore | undefined>();
  const rulesOf = (directory: string): Ignore | undefined => {
    if (!byDirectory.has(directory)) byDirectory.set(directory, readIgnoreFiles(directory));
    return byDirectory.get(directory);
  };
  const top = workTreeOf(root);
  return {
    ignores(path, isDirectory) {
      if (neverRead.has(path.slice(path.lastIndexOf(sep) + 1))) return true;
      if (path === root) return false;
      if (exclude.length > 0 && own.ignores(asPattern(root, path, isDirectory))) return true;
      return ancestors(top, path).reduce((ignored, directory) => {
        const rules = rulesOf(directory);
        return rules ? verdict(rules, asPattern(directory, path, isDirectory), ignored) : ignored;
      }, false);
    },
  };
}

/** A deeper file's rules go before a higher one's, negations included (gitignore(5)). */
function verdict(rules: Ignore, pattern: string, before: boolean): boolean {
  const { ignored, unignored } = rules.test(pattern);
  return ignored || (before && !unignored);
}

function readIgnoreFiles(directory: string): Ignore | undefined {
  const texts = ignoreFileNames.flatMap((name) => {
    const path = join(directory, name);
    if (!existsSync(path)) return [];
    try {
      return [readFileSync(path, 'utf8')];
    } catch {
      return [];
    }
  });
  return texts.length === 0 ? undefined : ignore().add(texts.join('\n'));
}

/** The nearest directory at or above the root that holds `.git`; the root itself where there is none. */
function workTreeOf(root: string): string {
  for (let directory = root; ; directory = dirname(directory)) {
    if (existsSync(join(directory, '.git'))) return directory;
    if (dirname(directory) === directory) return root;
  }
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
