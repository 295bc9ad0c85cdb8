import { entriesAt, itemsAt, nodeAt, stringAt, toPlain, type SourceNode } from '../core/manifest/node';
import type { Resource } from '../core/index';
import { sameContent } from '../core/model/network-model';
import type { PlainFile } from './plain-file';
import { blankWords, namesOfEnvironments, namesTell, type IsBlank } from './telling-names';

/** What an object is in the cluster. Namespaces are repeated beside every application and mean the same; unnamed resources have none. */
export function identityOf(resource: Resource): string | undefined {
  if (resource.name === '' || resource.kind === 'Namespace') return undefined;
  return `${resource.kind}/${resource.namespace ?? 'default'}/${resource.name}`;
}

/** What a resource says, as text that is equal where two say the same, comments, formatting and the order of keys aside. */
export function contentOf({ root }: Resource): string {
  return JSON.stringify(toPlain(root), (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

/** Of the files of one directory, those that are applied together, and those that are applied in place of others. */
export interface Split {
  readonly kept: readonly PlainFile[];
  readonly alternatives: readonly PlainFile[];
}

/**
 * Tells mistakes from alternatives among the files of one directory that contradict each other (docs/scopes.md). A mistake stays, and is
 * reported as `resource-duplicate`.
 * @param among whether the directory is, or lies below, one that collects examples or tests
 */
export function splitAlternatives(files: readonly PlainFile[], among: boolean): Split {
  const holders = holdersOf(files);
  const disputed = new Map([...holders].filter(([, resources]) => isDisputed(resources)));
  if (disputed.size === 0) return { kept: files, alternatives: [] };
  if (among) return separate(files, new Set(disputed.keys()));
  const told = toldApart(files, holders, disputed);
  return told.size === 0 ? { kept: files, alternatives: [] } : separate(files, told);
}

/**
 * Files in the place of those that they contradict, beside all others; alone where that would take away more than it brings, since one
 * that they contradict holds something that they do not.
 */
export function inPlaceOf(replacing: readonly PlainFile[], others: readonly PlainFile[]): readonly PlainFile[] {
  const brought = holdersOf(replacing);
  const rivals = new Set(others.filter((file) => contradicts(file, brought)));
  const isCovered = (file: PlainFile): boolean => identitiesOf(file).every((identity) => brought.has(identity));
  return [...rivals].every(isCovered) ? [...others.filter((file) => !rivals.has(file)), ...replacing] : replacing;
}

/** Whether two sets of files disagree about a resource. */
export function disagree(files: readonly PlainFile[], others: readonly PlainFile[]): boolean {
  const holders = holdersOf(files);
  return others.some((file) => contradicts(file, holders));
}

/** From this many disputes on, and this share of what the smaller one holds, two files are two forms of one application. */
const minDisputes = 2;
const minShare = 0.5;

/** With more files than this that say different things of one resource, the directory is a collection of them. */
const maxRivals = 8;

/** What is disputed between files that are alternatives. */
function toldApart(files: readonly PlainFile[], holders: Holders, disputed: Holders): ReadonlySet<string> {
  const rivals = [...disputed.values()].map((resources) => {
    const uris = new Set(resources.map(({ file }) => file));
    return files.filter(({ uri }) => uris.has(uri));
  });
  if (rivals.some((some) => isCrowded(some, holders))) return new Set(disputed.keys());
  const isBlank = blankWords(files);
  const told = [...pairsOf(rivals)].flatMap(([a, others]) =>
    [...others].flatMap((b) => {
      const shared = disputesBetween(a, b);
      const isWhole = shared.length >= minDisputes && shared.length > minShare * smallerSize(a, b);
      return isWhole || tell(a, b, holders, isBlank) ? shared : [];
    }),
  );
  return new Set(told);
}

/** Whether one of two files is another form of what is there, and their names say so. */
function tell(a: PlainFile, b: PlainFile, holders: Holders, isBlank: IsBlank): boolean {
  if (namesOfEnvironments(a.uri, b.uri)) return true;
  const isOther = isVariant(a, holders) || isVariant(b, holders);
  return isOther && (holdsOnlyRoutes(a) || holdsOnlyRoutes(b) || namesTell(a.uri, b.uri, isBlank));
}

/** Each two files that hold the same thing, once. */
function pairsOf(groups: readonly (readonly PlainFile[])[]): ReadonlyMap<PlainFile, ReadonlySet<PlainFile>> {
  const pairs = new Map<PlainFile, Set<PlainFile>>();
  for (const group of groups) {
    for (const [index, a] of group.entries()) {
      const others = pairs.get(a) ?? new Set();
      pairs.set(a, others);
      for (const b of group.slice(index + 1)) others.add(b);
    }
  }
  return pairs;
}

/** What two files say differently. */
function disputesBetween(a: PlainFile, b: PlainFile): readonly string[] {
  const shared = [...holdersOf([a, b])];
  return shared.flatMap(([identity, resources]) => (isDisputed(resources) ? [identity] : []));
}

function smallerSize(a: PlainFile, b: PlainFile): number {
  return Math.min(new Set(identitiesOf(a)).size, new Set(identitiesOf(b)).size);
}

/** Whether more than two files hold one thing, of which at most one brings what is in no other file. */
function isCrowded(rivals: readonly PlainFile[], holders: Holders): boolean {
  const bringing = rivals.filter((file) => identitiesOf(file).some((identity) => holders.get(identity)?.length === 1));
  return rivals.length > 2 && (bringing.length <= 1 || rivals.length > maxRivals);
}

/** Routes of the Gateway API are kept in several forms, to shift traffic from one to the next. */
function holdsOnlyRoutes({ resources }: PlainFile): boolean {
  return resources.every(({ apiVersion, kind }) => kind.endsWith('Route') && apiVersion.startsWith('gateway.'));
}

type Holders = ReadonlyMap<string, readonly Resource[]>;

function holdersOf(files: readonly PlainFile[]): Holders {
  const holders = new Map<string, Resource[]>();
  for (const resource of files.flatMap((file) => file.resources)) {
    const identity = identityOf(resource);
    if (identity === undefined) continue;
    const known = holders.get(identity) ?? [];
    holders.set(identity, known);
    known.push(resource);
  }
  return holders;
}

function identitiesOf({ resources }: PlainFile): readonly string[] {
  return resources.flatMap((resource) => identityOf(resource) ?? []);
}

function contradicts(file: PlainFile, holders: Holders): boolean {
  return file.resources.some((resource) =>
    (holders.get(identityOf(resource) ?? '') ?? []).some((other) => !sameContent(resource, other)),
  );
}

function isDisputed(resources: readonly Resource[]): boolean {
  const [first] = resources;
  return resources.some((resource) => first && resource.file !== first.file && !sameContent(first, resource));
}

/** Whether all that a file holds is in other files too, about the same pods or backends: it is another form of them, and brings nothing. */
function isVariant(file: PlainFile, holders: Holders): boolean {
  return file.resources.every((resource) => {
    if (resource.kind === 'Namespace') return true;
    const others = (holders.get(identityOf(resource) ?? '') ?? []).filter((other) => other.file !== file.uri);
    return others.some((other) => sameSubject(resource, other));
  });
}

/** What fits least loses least: the fullest file stays, the one with the plainest name among equals, with all that agree with it. */
function separate(files: readonly PlainFile[], disputed: ReadonlySet<string>): Split {
  const held = new Map<string, Resource>();
  const kept = new Set<PlainFile>();
  for (const file of files.toSorted(byWeight)) {
    const claims = file.resources.flatMap((resource) => {
      const identity = identityOf(resource);
      return identity !== undefined && disputed.has(identity) ? [{ identity, resource }] : [];
    });
    const agrees = claims.every(({ identity, resource }) => {
      const other = held.get(identity);
      return other === undefined || sameContent(other, resource);
    });
    if (!agrees) continue;
    for (const { identity, resource } of claims) held.set(identity, resource);
    kept.add(file);
  }
  return { kept: files.filter((file) => kept.has(file)), alternatives: files.filter((file) => !kept.has(file)) };
}

function byWeight(a: PlainFile, b: PlainFile): number {
  return b.resources.length - a.resources.length || a.uri.length - b.uri.length || (a.uri < b.uri ? -1 : 1);
}

/**
 * Whether two resources of one name are about the same pods, backends or requests. Where they are not, somebody copied one and forgot to
 * rename it. Policies add to each other: two of one name are never meant as alternatives.
 */
function sameSubject(a: Resource, b: Resource): boolean {
  if (a.kind.endsWith('Policy')) return false;
  const backends = backendsOf(a.root);
  if (backends.length === 0) return selectorOf(a) === selectorOf(b);
  return backendsOf(b.root).some((name) => backends.includes(name)) || requestsOf(a) === requestsOf(b);
}

/** What a route says of the requests it takes, as text that is equal for equal routes: all but what becomes of them. */
function requestsOf({ root }: Resource): string {
  const spec = nodeAt(root, 'spec');
  const becomes = ['backend', 'backendRefs', 'defaultBackend', 'filters', 'tls', 'to', 'port'];
  return JSON.stringify(spec && toPlain(spec), (key, value: unknown) => (becomes.includes(key) ? undefined : value));
}

/** Names of the Services that an Ingress or a route sends to. */
function backendsOf(node: SourceNode): readonly string[] {
  if (node.type === 'sequence') return itemsAt(node).flatMap(backendsOf);
  return entriesAt(node).flatMap(({ key, value }) => {
    if (key === 'serviceName') return stringAt(node, key)?.value ?? [];
    if (key === 'backendRefs') return itemsAt(value).flatMap((item) => stringAt(item, 'name')?.value ?? []);
    const isBackend = key === 'to' || (key === 'service' && nodeAt(node, 'service', 'port') !== undefined);
    return isBackend ? (stringAt(value, 'name')?.value ?? backendsOf(value)) : backendsOf(value);
  });
}

/** What selects a resource's pods, as text that is equal for equal selectors; empty where nothing does. */
function selectorOf({ root }: Resource): string {
  const selector = nodeAt(root, 'spec', 'selector', 'matchLabels') ?? nodeAt(root, 'spec', 'selector');
  const labels = selector ?? nodeAt(root, 'spec', 'template', 'metadata', 'labels');
  return entriesAt(labels)
    .map(({ key, value }) => `${key}=${JSON.stringify(toPlain(value))}`)
    .sort()
    .join(',');
}
