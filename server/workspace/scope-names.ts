import type { ScopeDefinition } from '../core/index';

/** A scope that has no name yet. */
export interface UnnamedScope extends Omit<ScopeDefinition, 'name'> {
  /** URI that the name comes from. */
  readonly location: string;
  /** What tells several scopes of one location apart: a values file, who deploys it. */
  readonly variant?: string;
  /** A name that people gave it: taken as it is. */
  readonly name?: string;
}

/**
 * Gives scopes the names that people see: the path from the workspace folder, `.` for the folder itself, with the folder's name in
 * front when there are several. Names are unique.
 * @param roots URIs of the workspace's folders, without trailing slash
 */
export function nameScopes(scopes: readonly UnnamedScope[], roots: readonly string[]): readonly ScopeDefinition[] {
  const used = new Map<string, number>();
  return scopes.map(({ location, variant, name: given, ...scope }) => {
    const path = relativeName(location, roots);
    const name = given ?? (variant === undefined ? path : `${path} (${variant})`);
    const count = (used.get(name) ?? 0) + 1;
    used.set(name, count);
    return { ...scope, name: count === 1 ? name : `${name} (${count})` };
  });
}

function relativeName(uri: string, roots: readonly string[]): string {
  const root = roots
    .filter((candidate) => uri === candidate || uri.startsWith(`${candidate}/`))
    .sort((a, b) => b.length - a.length)[0];
  if (root === undefined) return decodeURIComponent(relativeOutside(uri, roots[0] ?? ''));
  const path = decodeURIComponent(uri.slice(root.length + 1));
  if (roots.length === 1) return path === '' ? '.' : path;
  const folder = decodeURIComponent(root.slice(root.lastIndexOf('/') + 1));
  return path === '' ? folder : `${folder}/${path}`;
}

/** `../base` for a directory beside the folder that is checked. */
function relativeOutside(uri: string, root: string): string {
  const from = root.split('/');
  const to = uri.split('/');
  let common = 0;
  while (common < from.length && from[common] === to[common]) common++;
  return [...from.slice(common).map(() => '..'), ...to.slice(common)].join('/');
}
