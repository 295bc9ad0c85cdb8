import type { Resource } from '../core/index';
import { sameContent } from '../core/model/network-model';

/** A manifest that belongs to no kustomization and no chart. */
export interface PlainFile {
  readonly uri: string;
  readonly resources: readonly Resource[];
}

/** Files that a person would apply together. */
export interface DirectoryUnit {
  /** URI of the directory that holds them all, or of the file itself for one of several alternatives. */
  readonly root: string;
  readonly uris: readonly string[];
}

/**
 * Groups plain manifests into application directories (docs/scopes.md):
 *
 * 1. Files of one directory belong together, and a directory belongs to the one above it, up to the workspace folder.
 * 2. Directories that hold the same thing with different content (environments, variants) stay apart: nobody applies both.
 * 3. Directories below one that collects examples or tests stay apart.
 * 4. Files of one directory stay apart when they are alternatives: several of its resources are written more than once, or one is
 *    in more than two files. Among examples and tests one is enough.
 */
export function directoryUnits(rootUri: string, files: readonly PlainFile[]): readonly DirectoryUnit[] {
  const tree = treeOf(rootUri, files);
  const { open, closed } = partition(tree, isCollection(tree));
  return [...(open.files.length > 0 ? [open] : []), ...closed].map(toUnit);
}

interface Directory {
  readonly name: string;
  readonly uri: string;
  readonly files: PlainFile[];
  readonly children: Map<string, Directory>;
}

interface Group {
  readonly files: readonly PlainFile[];
  /** A file's URI, when the group is one of several alternatives in a directory. */
  readonly alternative?: string;
}

interface Partition {
  /** What may still join the directory above. */
  readonly open: Group;
  readonly closed: readonly Group[];
}

/** Directories whose children have nothing to do with each other. */
const collections =
  /^(examples?|samples?|demos?|docs?|documentation|tests?|testdata|test-data|fixtures|e2e|tutorials?|snippets)$/i;

function isCollection({ name }: Directory): boolean {
  return collections.test(name);
}

function treeOf(rootUri: string, files: readonly PlainFile[]): Directory {
  const root: Directory = {
    name: rootUri.slice(rootUri.lastIndexOf('/') + 1),
    uri: rootUri,
    files: [],
    children: new Map(),
  };
  for (const file of files) {
    const steps = file.uri
      .slice(rootUri.length + 1)
      .split('/')
      .slice(0, -1);
    let directory = root;
    for (const name of steps) {
      const next = directory.children.get(name) ?? {
        name,
        uri: `${directory.uri}/${name}`,
        files: [],
        children: new Map(),
      };
      directory.children.set(name, next);
      directory = next;
    }
    directory.files.push(file);
  }
  return root;
}

/** @param among whether the directory is, or lies below, one that collects examples or tests */
function partition(directory: Directory, among: boolean): Partition {
  const [own, ...alternatives] = splitAlternatives(directory.files, among);
  const children = [...directory.children.values()].map((child) => partition(child, among || isCollection(child)));
  const closed = [...alternatives, ...children.flatMap((child) => child.closed)];
  const candidates = children.map((child) => child.open).filter((group) => group.files.length > 0);
  const apart = isCollection(directory) ? new Set(candidates) : colliding(own ?? { files: [] }, candidates);
  const joined = [
    ...(own?.files ?? []),
    ...candidates.filter((group) => !apart.has(group)).flatMap((group) => group.files),
  ];
  return { open: { files: joined }, closed: [...closed, ...apart] };
}

/** Candidates that disagree with the directory's own files or with each other about some resource. */
function colliding(own: Group, candidates: readonly Group[]): ReadonlySet<Group> {
  const holders = new Map<string, { readonly group: Group; readonly resource: Resource }[]>();
  for (const group of [own, ...candidates]) {
    for (const resource of group.files.flatMap((file) => file.resources)) {
      const identity = identityOf(resource);
      if (identity === undefined) continue;
      const known = holders.get(identity) ?? [];
      holders.set(identity, known);
      known.push({ group, resource });
    }
  }
  const apart = new Set<Group>();
  for (const known of holders.values()) {
    const [first] = known;
    const differing = known.filter(
      ({ group, resource }) => first && group !== first.group && !sameContent(first.resource, resource),
    );
    if (!first || differing.length === 0) continue;
    for (const { group } of [first, ...differing]) if (group !== own) apart.add(group);
  }
  return apart;
}

/** One collision of two files in a directory is a mistake worth reporting; several mean that its files are alternatives. */
const minCollisions = 2;
const minShare = 0.1;

function splitAlternatives(files: readonly PlainFile[], among: boolean): readonly Group[] {
  const all = new Map<string, Resource[]>();
  for (const resource of files.flatMap((file) => file.resources)) {
    const identity = identityOf(resource);
    if (identity !== undefined) all.set(identity, [...(all.get(identity) ?? []), resource]);
  }
  const collisions = [...all].filter(([, resources]) => isDisputed(resources));
  const disputed = new Set(collisions.map(([identity]) => identity));
  const several = disputed.size >= minCollisions && disputed.size >= all.size * minShare;
  const crowded = collisions.some(([, resources]) => new Set(resources.map(({ file }) => file)).size > 2);
  return disputed.size > 0 && (several || crowded || among) ? separate(files, disputed) : [{ files }];
}

function isDisputed(resources: readonly Resource[]): boolean {
  const [first] = resources;
  return resources.some((resource) => first && resource.file !== first.file && !sameContent(first, resource));
}

/** The fullest file stays, with all that do not dispute it; each of the others stands alone. */
function separate(files: readonly PlainFile[], disputed: ReadonlySet<string>): readonly Group[] {
  const held = new Set<string>();
  const kept = new Set<PlainFile>();
  const claims = (file: PlainFile): readonly string[] =>
    file.resources.flatMap((resource) => identityOf(resource) ?? []).filter((identity) => disputed.has(identity));
  for (const file of [...files].sort((a, b) => b.resources.length - a.resources.length || (a.uri < b.uri ? -1 : 1))) {
    const claimed = claims(file);
    if (claimed.some((identity) => held.has(identity))) continue;
    for (const identity of claimed) held.add(identity);
    kept.add(file);
  }
  return [
    { files: files.filter((file) => kept.has(file)) },
    ...files.filter((file) => !kept.has(file)).map((file) => ({ files: [file], alternative: file.uri })),
  ];
}

/** Namespaces are repeated beside every application and mean the same; unnamed resources have no identity. */
function identityOf(resource: Resource): string | undefined {
  if (resource.name === '' || resource.kind === 'Namespace') return undefined;
  return `${resource.kind}/${resource.namespace ?? 'default'}/${resource.name}`;
}

function toUnit(group: Group): DirectoryUnit {
  const uris = group.files.map((file) => file.uri);
  return { root: group.alternative ?? commonDirectory(uris), uris };
}

function commonDirectory(uris: readonly string[]): string {
  const [first = [], ...rest] = uris.map((uri): readonly string[] => uri.split('/').slice(0, -1));
  const steps = first.slice();
  for (const other of rest) {
    while (steps.length > 0 && !steps.every((step, index) => other[index] === step)) steps.pop();
  }
  return steps.join('/');
}
