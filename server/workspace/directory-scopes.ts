import type { Resource } from '../core/index';
import { contentOf, disagree, identityOf, inPlaceOf, splitAlternatives } from './alternatives';
import type { PlainFile } from './plain-file';

/** Files that a person would apply together. A file may be in several: what environments share is in each of them. */
export interface DirectoryUnit {
  /** URI of the directory that holds what is special to it, or of the file itself for one of several alternatives. */
  readonly root: string;
  readonly uris: readonly string[];
}

/**
 * Groups plain manifests into application directories (docs/scopes.md):
 *
 * 1. Files of one directory belong together, and a directory belongs to the one above it, up to the workspace folder.
 * 2. Directories that hold the same thing with different content (environments, variants) stay apart: nobody applies both. Each of
 *    them is a scope with what nobody disputes.
 * 3. Directories below one that collects examples or tests stay apart.
 * 4. Files of one directory stay apart when they are alternatives rather than mistaken. Each is a scope with all others, in the place of
 *    what it replaces.
 * @param above names of the directories above the root that belong to the same repository, so that a folder of a repository is read
 * as it is when the repository is
 */
export function directoryUnits(
  rootUri: string,
  files: readonly PlainFile[],
  above: readonly string[] = [],
): readonly DirectoryUnit[] {
  const tree = treeOf(rootUri, files);
  const { open, closed } = partition(tree, isCollection(tree) || above.some((name) => collections.test(name)));
  const order = new Map(files.map(({ uri }, index) => [uri, index]));
  return [...(open.files.length > 0 ? [open] : []), ...closed].map((group) => toUnit(group, order));
}

interface Directory {
  readonly name: string;
  readonly uri: string;
  readonly files: PlainFile[];
  readonly children: Map<string, Directory>;
}

interface Group {
  readonly files: readonly PlainFile[];
  /** URI of what the group is called after, when that is not the directory that holds all of it. */
  readonly root?: string;
}

interface Partition {
  /** What may still join the directory above. */
  readonly open: Group;
  readonly closed: readonly Group[];
}

/** Directories whose children have nothing to do with each other. */
const collections =
  /^(examples?|samples?|demos?|docs?|documentation|tests?|testdata|test-data|fixtures|e2e|tutorials?|snippets|extras?|contrib|recipes|playground|labs?|workshops?|exercises)$/i;

/** Directories whose files say by this that they are applied one in the place of the other. */
const alternativesNames = /^(alternatives?|variants?|options?)$/i;

/** With more alternatives than this, it is a collection: they are not different forms of one thing that share the rest. */
const maxAlternatives = 8;

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
  const { kept, alternatives } = splitAlternatives(directory.files, among || alternativesNames.test(directory.name));
  const files = alternatives.map((file): Group => {
    const others = alternatives.length > maxAlternatives ? [] : kept;
    return { files: inPlaceOf([file], others), root: file.uri };
  });
  const children = [...directory.children.values()].map((child) => partition(child, among || isCollection(child)));
  const candidates = children.map((child) => child.open).filter((group) => group.files.length > 0);
  const own = { files: kept };
  const { open, closed } = isCollection(directory)
    ? { open: own, closed: candidates }
    : partitionChildren(own, candidates, among);
  return { open, closed: [...files, ...children.flatMap((child) => child.closed), ...closed] };
}

/** Directories that nobody disputes join the files beside them. The others are closed, each with what is common to them. */
function partitionChildren(own: Group, candidates: readonly Group[], among: boolean): Partition {
  const contradicting = colliding(own, candidates);
  const apart = candidates.filter((group) => contradicting.has(group));
  const joined = candidates.filter((group) => !contradicting.has(group));
  const common = [...own.files, ...joined.flatMap(({ files }) => files)];
  if (among || apart.length === 0 || apart.length > maxAlternatives) return { open: { files: common }, closed: apart };
  const closed = apart.map((group) => ({
    files: inPlaceOf(group.files, common),
    root: group.root ?? commonDirectory(group.files.map(({ uri }) => uri)),
  }));
  // What is in every one of them need not be a scope of its own: by itself nobody applies it.
  const isShared = apart.every((group) => !disagree(group.files, common));
  return { open: { files: isShared ? [] : common }, closed };
}

/**
 * Candidates that do not go together: those that contradict the directory's own files, and of those that contradict each other the
 * ones that contradict most others, until none is left. So `dev` and `prod` are both apart, and of four services with a copy of one
 * ConfigMap only the one whose copy differs.
 */
function colliding(own: Group, candidates: readonly Group[]): ReadonlySet<Group> {
  const apart = new Set<Group>();
  const conflicts = new Map(candidates.map((group) => [group, new Set<Group>()]));
  for (const claims of disputes([own, ...candidates])) {
    const owned = claims.find((groups) => groups.has(own));
    const isCrowded = claims.length > maxAlternatives || claims.reduce((sum, { size }) => sum + size, 0) > crowd;
    if (owned || isCrowded) addOutside(apart, claims, owned ?? mostHeld(claims));
    else addConflicts(conflicts, claims);
  }
  for (;;) {
    const degrees = [...conflicts]
      .filter(([group]) => !apart.has(group))
      .map(([group, rivals]) => ({ group, degree: [...rivals].filter((rival) => !apart.has(rival)).length }));
    const most = degrees.reduce((max, { degree }) => Math.max(max, degree), 0);
    if (most === 0) return apart;
    for (const { group, degree } of degrees) if (degree === most) apart.add(group);
  }
}

/** Groups that say the same of one resource. */
type Claim = ReadonlySet<Group>;

/** From this many groups in one dispute on, the largest party is right at once: to count who contradicts whom takes the square of them. */
const crowd = 64;

function addOutside(apart: Set<Group>, claims: readonly Claim[], accepted: Claim | undefined): void {
  for (const claim of claims) for (const group of claim) if (!accepted?.has(group)) apart.add(group);
}

function addConflicts(conflicts: ReadonlyMap<Group, Set<Group>>, claims: readonly Claim[]): void {
  for (const claim of claims) {
    for (const other of claims) {
      for (const group of claim)
        for (const rival of other) if (!claim.has(rival) && !other.has(group)) conflicts.get(group)?.add(rival);
    }
  }
}

/** The claim that more groups make than any other; undefined when there is none. */
function mostHeld(claims: readonly Claim[]): Claim | undefined {
  const [first, second] = claims.toSorted((a, b) => b.size - a.size);
  return first && first.size > (second?.size ?? 0) ? first : undefined;
}

/** What is said about each resource that is there with different content. */
function disputes(groups: readonly Group[]): readonly (readonly Claim[])[] {
  const holders = new Map<string, { readonly group: Group; readonly resource: Resource }[]>();
  for (const group of groups) {
    for (const resource of group.files.flatMap((file) => file.resources)) {
      const identity = identityOf(resource);
      if (identity === undefined) continue;
      const known = holders.get(identity) ?? [];
      holders.set(identity, known);
      known.push({ group, resource });
    }
  }
  return [...holders.values()].flatMap((known) => {
    if (known.every(({ group }) => group === known[0]?.group)) return [];
    const claims = new Map<string, Set<Group>>();
    for (const { group, resource } of known) {
      const content = contentOf(resource);
      claims.set(content, (claims.get(content) ?? new Set()).add(group));
    }
    return claims.size > 1 ? [[...claims.values()]] : [];
  });
}

function toUnit(group: Group, order: ReadonlyMap<string, number>): DirectoryUnit {
  const place = (uri: string): number => order.get(uri) ?? 0;
  const uris = group.files.map((file) => file.uri).sort((a, b) => place(a) - place(b));
  return { root: group.root ?? commonDirectory(uris), uris };
}

function commonDirectory(uris: readonly string[]): string {
  const [first = [], ...rest] = uris.map((uri): readonly string[] => uri.split('/').slice(0, -1));
  const steps = first.slice();
  for (const other of rest) {
    while (steps.length > 0 && !steps.every((step, index) => other[index] === step)) steps.pop();
  }
  return steps.join('/');
}
