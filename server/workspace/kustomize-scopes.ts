import { resolve as resolvePath } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { ScopeDefinition, ScopeFile } from '../core/index';
import type { Kustomization } from './kustomization';

/** The kustomizations of a workspace by the URI of their directory (without trailing slash), and the files that exist. */
export interface KustomizeInput {
  readonly kustomizations: ReadonlyMap<string, Kustomization>;
  /** Whether a manifest of this URI was read. */
  readonly hasFile: (uri: string) => boolean;
}

export interface KustomizeScopes {
  /** One per leaf: a kustomization that no other includes. Their names are directory URIs. */
  readonly scopes: readonly ScopeDefinition[];
  /** URIs that belong to kustomizations in any way: resources, patches, generator input. They form no scope of their own. */
  readonly taken: ReadonlySet<string>;
}

interface Resolved {
  readonly files: readonly ScopeFile[];
  readonly complete: boolean;
}

/** Works out the scopes of the leaf kustomizations: their resources and bases, as written, before patches. */
export function kustomizeScopes(input: KustomizeInput): KustomizeScopes {
  const included = new Set(
    [...input.kustomizations].flatMap(([directory, { resources }]) =>
      resources.map((entry) => resolveUri(directory, entry)),
    ),
  );
  const taken = new Set<string>();
  for (const [directory, { resources, otherFiles }] of input.kustomizations) {
    for (const entry of [...resources, ...otherFiles]) taken.add(resolveUri(directory, entry));
  }
  const scopes: ScopeDefinition[] = [];
  for (const [directory, kustomization] of input.kustomizations) {
    if (included.has(directory) || kustomization.component) continue;
    const { files, complete } = resolve(directory, undefined, [], input);
    if (files.length > 0) scopes.push({ name: directory, kind: 'kustomize', root: directory, complete, files });
  }
  return { scopes, taken };
}

/** Directories and files that kustomizations name, so that the workspace can read those it has not seen. */
export function referencedUris(directory: string, kustomization: Kustomization): readonly string[] {
  return kustomization.resources.filter((entry) => !isRemote(entry)).map((entry) => resolveUri(directory, entry));
}

/** @param stack directories being resolved, so that a loop of kustomizations ends */
function resolve(
  directory: string,
  namespace: string | undefined,
  stack: readonly string[],
  input: KustomizeInput,
): Resolved {
  const kustomization = input.kustomizations.get(directory);
  if (!kustomization || stack.includes(directory)) return { files: [], complete: false };
  const effective = namespace ?? kustomization.namespace;
  const parts = kustomization.resources.map((entry): Resolved => {
    if (isRemote(entry)) return { files: [], complete: false };
    const uri = resolveUri(directory, entry);
    if (input.kustomizations.has(uri)) return resolve(uri, effective, [...stack, directory], input);
    if (!input.hasFile(uri)) return { files: [], complete: false };
    return { files: [effective === undefined ? { uri } : { uri, namespace: effective }], complete: true };
  });
  return {
    files: withoutRepeats(parts.flatMap(({ files }) => files)),
    complete: !kustomization.changesResources && parts.every(({ complete }) => complete),
  };
}

function withoutRepeats(files: readonly ScopeFile[]): readonly ScopeFile[] {
  return [...new Map(files.map((file) => [`${file.uri} ${file.namespace ?? ''}`, file])).values()];
}

/** A URL, an scp-like address or a host with a path, as kustomize's own loader tells them from directories (ifc/loader, git cloner). */
function isRemote(entry: string): boolean {
  return (
    /^[a-z][a-z+.-]*:/i.test(entry) ||
    /^git@/.test(entry) ||
    /^(www\.)?(github|gitlab|bitbucket)\.[a-z]+\//i.test(entry) ||
    /\?(.*&)?(ref|version)=/.test(entry) ||
    /^[^/]+\.git(\/|$)/.test(entry)
  );
}

/** The URI of a path as written in a kustomization, without trailing slash. */
function resolveUri(directory: string, entry: string): string {
  return pathToFileURL(resolvePath(fileURLToPath(directory), entry)).href;
}
