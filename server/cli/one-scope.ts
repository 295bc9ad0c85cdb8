import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Analyzer, Resource, ScopeDefinition } from '../core/index';
import { isClusterScoped } from '../core/manifest/kinds';
import { sameContent } from '../core/model/network-model';
import { CannotRun } from './load';

/** The scope that a command speaks of, and what a person should know about the choice. */
export interface OneScope {
  readonly name: string;
  readonly warnings: readonly string[];
}

/**
 * The one scope that is meant: the named one; the only one there is; or, where all are plain directories, everything below the path as
 * `kubectl apply -R -f` would take it. Undefined when there is none at all.
 */
export function oneScope(analyzer: Analyzer, path: string, wanted: string | undefined): OneScope | undefined {
  const scopes = analyzer.scopes();
  if (wanted !== undefined) {
    if (scopes.some(({ name }) => name === wanted)) return { name: wanted, warnings: [] };
    throw new CannotRun(`no scope is named "${wanted}"${where(path)}. ${listed(scopes)}`);
  }
  const [first] = scopes;
  if (!first || scopes.length === 1) return first && { name: first.name, warnings: [] };
  if (scopes.some(({ kind }) => kind !== 'directory'))
    throw new CannotRun(`there are several scopes${where(path)}: choose one with --scope. ${listed(scopes)}`);
  const warnings = contradictions(analyzer, scopes);
  const joined = join(scopes, path);
  analyzer.setScopes([joined]);
  return { name: joined.name, warnings };
}

/** The same, for commands that have nothing to say about an empty directory. */
export function requireScope(analyzer: Analyzer, path: string, wanted: string | undefined): OneScope {
  const found = oneScope(analyzer, path, wanted);
  if (!found) throw new CannotRun(`no manifests with networking resources${where(path) || ' here'}.`);
  return found;
}

/** In the order in which `kubectl` walks directories. */
function join(scopes: readonly ScopeDefinition[], path: string): ScopeDefinition {
  const files = scopes.flatMap((scope) => scope.files).sort();
  return {
    name: path,
    kind: 'directory',
    root: pathToFileURL(resolve(path)).href,
    complete: scopes.every(({ complete }) => complete),
    files,
  };
}

/** Directories that say different things of one resource stay apart elsewhere: joined, they may be what nobody deploys. */
function contradictions(analyzer: Analyzer, scopes: readonly ScopeDefinition[]): readonly string[] {
  const holders = new Map<string, { readonly scope: string; readonly resource: Resource }>();
  for (const { name: scope, files } of scopes) {
    for (const resource of files.flatMap((uri) => analyzer.resourcesOf(uri))) {
      const identity = identityOf(resource);
      const other = identity === undefined ? undefined : holders.get(identity);
      if (identity === undefined || other?.scope === scope) continue;
      if (other && !sameContent(other.resource, resource))
        return [
          `All directories are taken as one, though ${other.scope} and ${scope} differ about ${identity}: --scope chooses one of ${listOf(scopes)}.`,
        ];
      holders.set(identity, { scope, resource });
    }
  }
  return [];
}

function identityOf({ kind, namespace = 'default', name }: Resource): string | undefined {
  if (name === '' || kind === 'Namespace') return undefined;
  return isClusterScoped(kind) ? `${kind} ${name}` : `${kind} ${namespace}/${name}`;
}

function where(path: string): string {
  return path === '.' ? '' : ` in ${path}`;
}

function listed(scopes: readonly ScopeDefinition[]): string {
  return `There ${scopes.length === 1 ? 'is' : 'are'}: ${listOf(scopes) || 'none'}.`;
}

/** A message names so many scopes at most. */
const mostListed = 40;

function listOf(scopes: readonly ScopeDefinition[]): string {
  const names = scopes.slice(0, mostListed).map(({ name }) => name);
  return `${names.join(', ')}${scopes.length > mostListed ? ` and ${scopes.length - mostListed} more` : ''}`;
}
