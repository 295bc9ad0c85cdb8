import { basename, dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Logger, Settings } from '../core/index';
import type { FileSource } from './file-source';
import { isWithin, type ScopeRoot } from './folders';
import { createIgnoreRules, type ExcludedBy, type IgnoreRules } from './ignore-rules';
import { projectFileName } from './project-file';
import { isCandidate, walk } from './walk';

/** A folder or a single file that is read, with what is left alone in it. */
export interface Root extends ScopeRoot {
  readonly path: string;
  rules: IgnoreRules;
}

/** @param uri with or without trailing slash */
export function toRoot(uri: string, settings: Settings, files: FileSource, excludedBy: ExcludedBy): Root {
  const path = fileURLToPath(uri).replace(/(.)[\\/]+$/, '$1');
  const isFile = files.kindOf(path) === 'file';
  return {
    path,
    uri: pathToFileURL(path).href,
    isFile,
    rules: ignoreRulesOf({ path, isFile }, settings, files, excludedBy),
  };
}

/** The rules as the ignore files and the settings are now. */
export function ignoreRulesOf(
  { path, isFile }: Pick<Root, 'path' | 'isFile'>,
  settings: Settings,
  files: FileSource,
  excludedBy: ExcludedBy,
): IgnoreRules {
  return createIgnoreRules(files, isFile ? dirname(path) : path, settings, excludedBy);
}

/** Whether a file lies below a root, may be a manifest by its name, and is not ignored. */
export function isWatched(roots: readonly Root[], path: string): boolean {
  if (roots.some((root) => root.isFile && root.path === path)) return true;
  return isCandidate(path) && roots.some((root) => isBelow(path, root.path) && !isIgnored(root, path, false));
}

/** Whether a document lies outside of all roots, where it is analysed by itself. */
export function isAlone(roots: readonly ScopeRoot[], uri: string): boolean {
  return isCandidate(fileURLToPath(uri)) && !roots.some((root) => isWithin(uri, root.uri));
}

/** What there is to read in a directory that appeared. */
export function filesBelow(
  roots: readonly Root[],
  directory: string,
  files: FileSource,
  logger: Logger,
): readonly string[] {
  const root = roots.find(({ path }) => isBelow(directory, path));
  return root && !isIgnored(root, directory, true) ? walk(files, directory, root.rules, logger) : [];
}

/** A `.kubepath.yaml` holds for all below it, also where a folder of the repository is opened alone. */
export function projectFilesAbove(roots: readonly Root[], files: FileSource): readonly string[] {
  const paths = new Set<string>();
  for (const { path } of roots) {
    const top = files.topOf(path);
    for (let directory = dirname(path); isBelow(directory, top); directory = dirname(directory)) {
      const file = join(directory, projectFileName);
      if (files.kindOf(file) === 'file') paths.add(file);
      if (directory === top) break;
    }
  }
  return [...paths];
}

/** The editor's settings that a folder keeps: of those below it, the editor reads no others. */
export function editorSettingsOf(roots: readonly Root[]): readonly string[] {
  return roots.filter(({ isFile }) => !isFile).map(({ uri }) => `${uri}/.vscode/settings.json`);
}

/** Where a symbolic link below a root leads (a URI), when that lies below the same root. */
export function linkTarget(roots: readonly Root[], path: string, files: FileSource): string | undefined {
  const root = roots.find((candidate) => isBelow(path, candidate.path));
  const target = files.realPath(path);
  if (!root || target === undefined || target === path) return undefined;
  // The folder itself may lie behind a link.
  const top = files.realPath(root.path) ?? root.path;
  const isLink = target !== join(files.realPath(dirname(path)) ?? dirname(path), basename(path));
  return isLink && isBelow(target, top) ? pathToFileURL(root.path + target.slice(top.length)).href : undefined;
}

/** A path is ignored when one of the directories above it is. */
function isIgnored(root: Root, path: string, isDirectory: boolean): boolean {
  if (path === root.path) return false;
  return root.rules.ignores(path, isDirectory) || isIgnored(root, dirname(path), true);
}

function isBelow(path: string, root: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}
