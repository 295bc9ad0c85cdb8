import type { ScopeDefinition } from '../core/index';
import { directoryUnits, type PlainFile } from './directory-scopes';
import type { Kustomization } from './kustomization';
import { kustomizeScopes } from './kustomize-scopes';
import { nameScopes } from './scope-names';

/** A folder or a single file that is checked. URIs are without trailing slash. */
export interface ScopeRoot {
  readonly uri: string;
  readonly isFile: boolean;
}

export interface ScopeInput {
  readonly roots: readonly ScopeRoot[];
  /** Every manifest that was read, with its resources. */
  readonly manifests: readonly PlainFile[];
  /** Whether a file of this URI was read at all, manifest or not. */
  readonly hasFile: (uri: string) => boolean;
  readonly kustomizations: ReadonlyMap<string, Kustomization>;
  /** URIs of open documents outside of all folders. */
  readonly foreign: readonly string[];
}

/** The scopes of a workspace (docs/scopes.md): leaf kustomizations, application directories, and foreign documents, each alone. */
export function workspaceScopes({
  roots,
  manifests,
  hasFile,
  kustomizations,
  foreign,
}: ScopeInput): readonly ScopeDefinition[] {
  const { scopes, taken } = kustomizeScopes({ kustomizations, hasFile });
  // Files beside a kustomization that it does not name are scaffolding: nobody applies them.
  const isPlain = (uri: string): boolean => !taken.has(uri) && !kustomizations.has(uri.slice(0, uri.lastIndexOf('/')));
  const units = roots.flatMap((root) =>
    directoryUnits(
      folderOf(root),
      manifests.filter(({ uri }) => isWithin(uri, root) && (root.isFile || isPlain(uri))),
    ),
  );
  const known = new Set(manifests.map(({ uri }) => uri));
  const alone = foreign.filter((uri) => known.has(uri) && !taken.has(uri));
  const directories = [
    ...units.map(({ root, uris }) => directoryScope(root, uris, true)),
    ...alone.map((uri) => directoryScope(uri, [uri], false)),
  ];
  return nameScopes([...scopes, ...directories], roots.map(folderOf));
}

/** Whether a URI is a root or lies below it. */
export function isWithin(uri: string, root: ScopeRoot): boolean {
  return uri === root.uri || uri.startsWith(`${root.uri}/`);
}

function directoryScope(root: string, uris: readonly string[], complete: boolean): ScopeDefinition {
  return { name: root, kind: 'directory', root, complete, files: uris.map((uri) => ({ uri })) };
}

function folderOf({ uri, isFile }: ScopeRoot): string {
  return isFile ? uri.slice(0, uri.lastIndexOf('/')) : uri;
}
