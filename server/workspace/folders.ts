import { fileURLToPath, pathToFileURL } from 'node:url';
import type { FileSource } from './file-source';

/** A folder or a single file that is checked. URIs are without trailing slash. */
export interface ScopeRoot {
  readonly uri: string;
  readonly isFile: boolean;
}

/** Whether a URI is a folder or lies below it. */
export function isWithin(uri: string, folder: string): boolean {
  return uri === folder || uri.startsWith(`${folder}/`);
}

/** The folder of a root: of a single file, the one that holds it. */
export function folderOf({ uri, isFile }: ScopeRoot): string {
  return isFile ? uri.slice(0, uri.lastIndexOf('/')) : uri;
}

/** Directories that a path of a repository may count from: the work tree, then whatever lies between it and the file. */
export function repositoriesOf(file: string, roots: readonly ScopeRoot[], files: FileSource): readonly string[] {
  const folder = folderOf(roots.find(({ uri }) => isWithin(file, uri)) ?? { uri: file, isFile: true });
  const top = pathToFileURL(files.topOf(fileURLToPath(folder))).href;
  const steps = file
    .slice(top.length + 1)
    .split('/')
    .slice(0, -1);
  return [top, ...steps.map((_, index) => [top, ...steps.slice(0, index + 1)].join('/'))];
}
