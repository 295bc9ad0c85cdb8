import { createAnalyzer, type Analyzer } from '../../server/core/index';
import { defaultSettings } from '../../server/core/settings';
import { createWorkspace } from '../../server/workspace/workspace';
import { tempFolder, type TempFolder } from './temp-folder';

/** By path. */
type Files = Readonly<Record<string, string | Uint8Array>>;

/** A workspace on disk that was read. */
export interface ReadWorkspace {
  readonly analyzer: Analyzer;
  readonly folder: TempFolder;
}

/** Writes files to disk and reads them as a workspace does. */
export async function readWorkspace(files: Files, ...roots: readonly string[]): Promise<ReadWorkspace> {
  const folder = tempFolder(files);
  const logger = { info: () => undefined, warn: () => undefined };
  const analyzer = createAnalyzer({ logger });
  const uris = roots.length > 0 ? roots.map((root) => folder.uriOf(root)) : [folder.uri];
  await createWorkspace({ roots: uris, analyzer, settings: defaultSettings, logger }).scan();
  return { analyzer, folder };
}

/** Scopes of a workspace as `name: file file`, sorted, with `?` behind an incomplete one. */
export async function scopesOf(files: Files, ...roots: readonly string[]): Promise<readonly string[]> {
  const { analyzer, folder } = await readWorkspace(files, ...roots);
  return analyzer
    .scopes()
    .map(({ name, complete, files: list }) => {
      const paths = list.map((uri) => uri.slice(folder.uri.length + 1));
      return `${name}${complete ? '' : '?'}: ${paths.join(' ')}`;
    })
    .sort();
}

/** Resources of each scope as `name: Kind namespace/name …`, sorted, with `?` behind an incomplete one. */
export async function deployedOf(files: Files, ...roots: readonly string[]): Promise<readonly string[]> {
  const { analyzer } = await readWorkspace(files, ...roots);
  return analyzer
    .scopeResources()
    .map(({ scope, resources }) => {
      const names = resources.map(
        ({ kind, namespace, name }) => `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`,
      );
      return `${scope.name}${scope.complete ? '' : '?'}: ${names.sort().join(', ')}`;
    })
    .sort();
}

/** Findings of a workspace as `file:line rule: message`, in order of files and lines; lines are one-based. */
export async function findingsOf(files: Files, ...roots: readonly string[]): Promise<readonly string[]> {
  const { analyzer, folder } = await readWorkspace(files, ...roots);
  return [...analyzer.check()]
    .flatMap(([uri, list]) =>
      list.map(
        ({ rule, message, range }) => `${uri.slice(folder.uri.length + 1)}:${range.start.line + 1} ${rule}: ${message}`,
      ),
    )
    .sort();
}
