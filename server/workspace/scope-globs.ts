import { compileGlob } from '../core/glob';
import type { ScopePattern } from '../core/scope-patterns';

/** Patterns that put files into scopes, ready for use. */
export interface ScopeGlobs {
  /**
   * The scopes that patterns put a file into: those of every pattern that fits it or a directory above it. Empty when they say that it is in
   * none; undefined when no pattern fits.
   * @param path relative to what the patterns are relative to, with `/`, decoded
   */
  scopesOf(path: string): readonly string[] | undefined;
}

/** Compiles patterns once. Those that cannot be read were reported where they were read, and are left out. */
export function compileScopes(patterns: readonly ScopePattern[]): ScopeGlobs {
  const compiled = patterns.flatMap(({ pattern, scopes }) => {
    const fits = compileGlob(plainPattern(pattern), true);
    return fits ? [{ fits, scopes }] : [];
  });
  return {
    scopesOf(path) {
      const fitting = compiled.filter(({ fits }) => fits(path));
      return fitting.length === 0 ? undefined : [...new Set(fitting.flatMap(({ scopes }) => scopes))];
    },
  };
}

/** A scope that people wrote down. */
export interface AssignedScope {
  /** As written; with the directory of its `.kubepath.yaml` in front where several places speak of a scope by this name. */
  readonly name: string;
  /** URI of what its patterns are relative to: the directory of the `.kubepath.yaml`, or the workspace folder. */
  readonly root: string;
  /** In the order of the manifests. */
  readonly uris: readonly string[];
}

export interface AssignInput {
  /** URIs of the workspace's folders, without trailing slash. */
  readonly folders: readonly string[];
  /** What each `.kubepath.yaml` says, by the URI of its directory. */
  readonly projectFiles: ReadonlyMap<string, ScopeGlobs>;
  /** `kubepath.scopes`, relative to each folder. */
  readonly setting: ScopeGlobs;
  /** URIs below the folders. */
  readonly manifests: readonly string[];
}

export interface Assigned {
  /** By a key that stays the same while the place that names the scope does. */
  readonly assigned: ReadonlyMap<string, AssignedScope>;
  /** Manifests that no pattern speaks of: kustomizations, charts and application directories decide. */
  readonly rest: readonly string[];
}

/**
 * Puts manifests into the scopes that people wrote down (docs/scopes.md). The nearest `.kubepath.yaml` at or above a file that has a
 * pattern for it decides alone, then the setting. A scope belongs to the place that names it: `prod` of two directories are two.
 */
export function assignScopes(input: AssignInput): Assigned {
  const found = new Map<string, { readonly name: string; readonly root: string; readonly uris: string[] }>();
  const rest: string[] = [];
  for (const uri of input.manifests) {
    const { root, names } = decide(uri, input);
    if (names.length === 0) rest.push(uri);
    for (const name of names) {
      const key = `${root} ${name}`;
      const scope = found.get(key) ?? { name, root, uris: [] };
      found.set(key, scope);
      scope.uris.push(uri);
    }
  }
  return { assigned: withUniqueNames(found, input.folders), rest };
}

interface Decision {
  readonly root: string;
  readonly names: readonly string[];
}

function decide(uri: string, { folders, projectFiles, setting }: AssignInput): Decision {
  for (let root = parentOf(uri); root.includes('/'); root = parentOf(root)) {
    const names = projectFiles.get(root)?.scopesOf(relativePath(root, uri));
    if (names) return { root, names };
  }
  const folder = innermost(folders, uri);
  return { root: folder ?? '', names: (folder === undefined ? [] : setting.scopesOf(relativePath(folder, uri))) ?? [] };
}

function withUniqueNames(
  scopes: ReadonlyMap<string, AssignedScope>,
  folders: readonly string[],
): ReadonlyMap<string, AssignedScope> {
  const counts = new Map<string, number>();
  for (const { name } of scopes.values()) counts.set(name, (counts.get(name) ?? 0) + 1);
  return new Map(
    [...scopes].map(([key, scope]) => {
      const place = placeOf(scope.root, folders);
      return [key, counts.get(scope.name) === 1 || place === '' ? scope : { ...scope, name: `${place}/${scope.name}` }];
    }),
  );
}

/** The path of a directory from its folder, after the folder's name where there are several. */
function placeOf(directory: string, folders: readonly string[]): string {
  const folder = innermost(folders, directory);
  if (folder === undefined) return nameOf(directory);
  const path = directory === folder ? '' : relativePath(folder, directory);
  return [...(folders.length > 1 ? [nameOf(folder)] : []), ...(path === '' ? [] : [path])].join('/');
}

function innermost(folders: readonly string[], uri: string): string | undefined {
  return folders
    .filter((folder) => uri === folder || uri.startsWith(`${folder}/`))
    .reduce<string | undefined>(
      (best, folder) => (best !== undefined && best.length >= folder.length ? best : folder),
      undefined,
    );
}

/** `./deploy/` is `deploy`, and `.` is everything. */
function plainPattern(pattern: string): string {
  const plain = pattern.replace(/^(\.\/+)+/, '').replace(/\/+$/, '');
  return plain === '.' || plain === '' ? '**' : plain;
}

function relativePath(root: string, uri: string): string {
  return decodeURIComponent(uri.slice(root.length + 1));
}

function nameOf(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}

function parentOf(uri: string): string {
  return uri.slice(0, Math.max(0, uri.lastIndexOf('/')));
}
