import { computed, withEntry } from '../manifest/edit-tree';
import { entryOf, stringAt, type MapNode, type OffsetRange, type SourceNode } from '../manifest/node';
import { changeField, gvkOf, isNull, mapItems, selects } from './field-paths';
import type { FieldSpec, NameReferenceSpec, TransformerConfig } from './field-specs';
import { currentIdentity, type Identity, type Item, withRoot } from './item';
import { effectiveNamespace, isClusterScoped } from './namespace';

/**
 * Gives every reference to a renamed item its new name (kustomize, nameReferenceTransformer and api/filters/nameref). A reference means
 * an item that had the name it says, is of the kind the field refers to and is in the same namespace; among several, those with the same
 * outer prefixes and suffixes as the one that refers.
 * @param report told of references that could mean several items, which kustomize refuses; they stay as written
 */
export function fixNameReferences(
  items: readonly Item[],
  config: TransformerConfig,
  report: (file: string, range: OffsetRange, message: string) => void = () => undefined,
): readonly Item[] {
  const byPreviousName = groupByPreviousName(items);
  if (byPreviousName.size === 0) return items;
  const referrersOf = referrersByKind(config, kindsOf(byPreviousName));
  return items.map((item) => {
    const referrers = referrersOf(item.identities[0].kind);
    return referrers.length === 0 ? item : fixed(item, referrers, { byPreviousName, report });
  });
}

interface Referrer {
  readonly target: NameReferenceSpec;
  readonly spec: FieldSpec;
}

interface Search {
  readonly byPreviousName: ReadonlyMap<string, readonly Item[]>;
  readonly report: (file: string, range: OffsetRange, message: string) => void;
}

/** Kinds that something which was renamed has, or had. */
function kindsOf(byPreviousName: Search['byPreviousName']): ReadonlySet<string> {
  const items = [...byPreviousName.values()].flat();
  return new Set(items.flatMap(({ identities }) => identities.map(({ kind }) => kind)));
}

/**
 * The fields in which resources of a kind refer to others. There are hundreds, so those to kinds that are not here are left out, and the
 * answer for each kind is kept.
 */
function referrersByKind(
  { nameReference }: TransformerConfig,
  targets: ReadonlySet<string>,
): (kind: string) => readonly Referrer[] {
  const all = nameReference
    .filter(({ kind }) => kind === '' || targets.has(kind))
    .flatMap((target) => target.fields.map((spec) => ({ target, spec })));
  const known = new Map<string, readonly Referrer[]>();
  return (kind) => {
    const referrers = known.get(kind) ?? all.filter(({ spec }) => !spec.kind || spec.kind === kind);
    known.set(kind, referrers);
    return referrers;
  };
}

/** Items by every name they had before. kustomize takes no note of what nothing ever changed: a reference cannot mean it. */
function groupByPreviousName(items: readonly Item[]): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    for (const name of new Set(previousIdentities(item).map((identity) => identity.name))) {
      const group = groups.get(name);
      if (group) group.push(item);
      else groups.set(name, [item]);
    }
  }
  return groups;
}

function previousIdentities(item: Item): readonly Identity[] {
  return item.identities.slice(0, -1);
}

function fixed(item: Item, referrers: readonly Referrer[], search: Search): Item {
  const gvk = { ...gvkOf(item.root), kind: item.identities[0].kind };
  const misfit = ({ file = item.file, start, end }: SourceNode): void =>
    search.report(
      file,
      { start, end },
      'A name that refers to another resource should stand below this, and it is a plain value: kustomize refuses to build.',
    );
  let root = item.root;
  for (const { target, spec } of referrers) {
    if (!selects(spec, gvk)) continue;
    // The kind is settled: a patch may have changed it since the item was what the spec means.
    const anyKind: FieldSpec = { path: spec.path, create: false };
    root = changeField(root, anyKind, { change: (node) => renamed(node, item, target, search), misfit });
  }
  return withRoot(item, root);
}

/** A reference is a name, a mapping with a name, or a list of either. */
function renamed(node: SourceNode, referrer: Item, target: NameReferenceSpec, search: Search): SourceNode {
  if (node.type === 'sequence') return mapItems(node, (item) => renamed(item, referrer, target, search));
  if (node.type === 'map') return renamedMapping(node, referrer, target, search);
  if (typeof node.value !== 'string') return node;
  const found = meant(node.value, node, referrer, target, search);
  const name = found && currentIdentity(found).name;
  return name === undefined || name === node.value ? node : computed(node, name);
}

/** Here the namespace is told, and set, beside the name. */
function renamedMapping(map: MapNode, referrer: Item, target: NameReferenceSpec, search: Search): MapNode {
  const name = stringAt(map, 'name');
  const nameEntry = entryOf(map, 'name');
  if (!name || !nameEntry) return map;
  const namespaceEntry = entryOf(map, 'namespace');
  const written = namespaceEntry && !isNull(namespaceEntry.value) ? stringAt(map, 'namespace')?.value : undefined;
  const found = meant(name.value, name.node, referrer, target, search, written);
  if (!found) return map;
  const { name: newName, namespace } = currentIdentity(found);
  const withName = newName === name.value ? map : withEntry(map, { ...nameEntry, value: computed(name.node, newName) });
  if (namespace === undefined || namespace === written) return withName;
  const { keyStart, keyEnd, value } = namespaceEntry ?? nameEntry;
  return withEntry(withName, { key: 'namespace', keyStart, keyEnd, value: computed(value, namespace) });
}

/** The item that a reference means; undefined when none was renamed, or it cannot be told which. */
function meant(
  name: string,
  at: SourceNode,
  referrer: Item,
  target: NameReferenceSpec,
  search: Search,
  namespace?: string,
): Item | undefined {
  const isMapping = namespace !== undefined;
  const candidates = (search.byPreviousName.get(name) ?? [])
    .filter((candidate) => isTarget(candidate, target))
    .filter((candidate) => isWithinReach(candidate, referrer));
  const here = isMapping ? inNamespace(candidates, namespace) : candidates;
  if (here.length < 2) return here[0];
  const alike = here.filter((candidate) => haveSameAffixes(candidate, referrer, true));
  if (alike.length === 1) return alike[0];
  const same = alike.filter((candidate) => haveSameAffixes(candidate, referrer, false));
  const [first, ...others] = same;
  if (!first || others.every((other) => currentIdentity(other).name === currentIdentity(first).name)) return first;
  const { kind } = currentIdentity(first);
  const names = same.map((candidate) => currentIdentity(candidate).name).join(' or ');
  search.report(
    at.file ?? referrer.file,
    { start: at.start, end: at.end },
    `This may mean the ${kind} ${names}: kustomize refuses to build. Give one of them a name that the others never had.`,
  );
  return undefined;
}

function isTarget(candidate: Item, target: NameReferenceSpec): boolean {
  const gvk = gvkOf(candidate.root);
  return previousIdentities(candidate).some(({ kind }) => selects(target, { ...gvk, kind }));
}

/** Cluster-scoped resources refer and are referred to from everywhere, service accounts are referred to. */
function isWithinReach(candidate: Item, referrer: Item): boolean {
  const from = currentIdentity(referrer);
  const to = currentIdentity(candidate);
  if (isClusterScoped(from) || isClusterScoped(to) || to.kind === 'ServiceAccount') return true;
  return effectiveNamespace(from) === effectiveNamespace(to);
}

/** By the namespaces as first written where any is that one, else by those that hold now. */
function inNamespace(candidates: readonly Item[], namespace: string): readonly Item[] {
  const isOriginal = (item: Item): boolean => effectiveNamespace(item.identities[0]) === namespace;
  if (candidates.some(isOriginal)) return candidates.filter(isOriginal);
  return candidates.filter((item) => effectiveNamespace(currentIdentity(item)) === namespace);
}

/**
 * Whether two items went through the same outer kustomizations, as far as prefixes and suffixes tell (kustomize, PrefixesSuffixesEquals).
 * @param allowNone whether an item without any is like every other
 */
function haveSameAffixes(a: Item, b: Item, allowNone: boolean): boolean {
  const areAlike = (one: readonly string[], other: readonly string[]): boolean =>
    (allowNone && (one.length === 0 || other.length === 0)) || haveSameEnd(one, other);
  return areAlike(a.prefixes, b.prefixes) && areAlike(a.suffixes, b.suffixes);
}

/** Whether the shorter list ends the longer one; an empty one only ends an empty one. */
function haveSameEnd(a: readonly string[], b: readonly string[]): boolean {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length === 0) return longer.length === 0;
  const skipped = longer.length - shorter.length;
  return shorter.every((affix, index) => affix === longer[skipped + index]);
}
