import { nodeAt, type SourceNode } from '../manifest/node';

/** An item that a resource and a patch both know by its keys, merged. */
export interface MergedItem {
  /** Undefined when it is to go. */
  readonly item: SourceNode | undefined;
  /** Whether it is the resource's own item that changed: else the resource's comes back in the end. */
  readonly inPlace: boolean;
}

/**
 * Merges lists whose items are told apart by keys, as kyaml does (walk, setAssociativeSequenceElements), with its ways of losing things:
 * an item that lacks the second key (a port without protocol) displaces all others that have the same first key, and an item without the
 * first key (a container without name) all others. Linear but for hostile input.
 * @param mergeItem is called once for each item of either list
 */
export function keyedList(
  base: readonly SourceNode[],
  patch: readonly SourceNode[],
  mergeKeys: readonly string[],
  mergeItem: (own: SourceNode | undefined, change: SourceNode | undefined) => MergedItem,
): readonly SourceNode[] {
  const tuples = united(distinct([...patch, ...base].filter(isItem).map((item) => tupleOf(item, mergeKeys))));
  const used = mergeKeys.flatMap((_, at) => (tuples.some((tuple) => tuple[at] !== '') ? [at] : []));
  const at = used.length === 0 ? mergeKeys.map((_, index) => index) : used;
  const keys = at.map((index) => mergeKeys[index] ?? '');
  const own = listOf(base.filter(isItem), keys);
  const changes = listOf(patch.filter(isItem), keys);
  const result = listOf([], keys);
  for (const tuple of tuples) {
    const values = at.map((index) => tuple[index] ?? '');
    const place = find(own, values) ?? -1;
    const change = find(changes, values) ?? -1;
    const { item, inPlace } = mergeItem(own.entries[place]?.item, changes.entries[change]?.item);
    if (!item || !isItem(item)) {
      put(own, values, undefined);
      continue;
    }
    const entry = entryFor(result, item);
    if (inPlace && place !== -1) own.entries[place] = entry;
    put(result, values, entry);
  }
  for (const entry of own.entries) if (entry) settle(result, entry);
  return result.entries.flatMap((entry) => entry?.item ?? []);
}

/** Merges lists of plain values: those of the patch first, each once. */
export function primitiveList(base: readonly SourceNode[], patch: readonly SourceNode[]): readonly SourceNode[] {
  const seen = new Map<string, SourceNode>();
  for (const item of [...patch, ...base]) {
    const key = textOf(item);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}

/** kyaml drops what is empty. */
function isItem(node: SourceNode): boolean {
  return node.type === 'map' ? node.entries.length > 0 : node.type === 'sequence' || node.value !== null;
}

type Tuple = readonly string[];

/** The values of an item's keys, the empty text where it has none. */
function tupleOf(item: SourceNode, keys: readonly string[]): Tuple {
  return keys.map((key) => textOf(nodeAt(item, key)));
}

function textOf(node: SourceNode | undefined): string {
  return node?.type === 'scalar' && node.value !== null ? String(node.value) : '';
}

function distinct(tuples: readonly Tuple[]): readonly Tuple[] {
  return [...new Map(tuples.map((tuple) => [tuple.join('\n'), tuple])).values()];
}

/** Beyond this, items without their first key are not compared with every other: nothing that anybody deploys has them. */
const maxCompared = 300;

/** kyaml takes two items for one when a key that both have agrees and, of the others, one says nothing (walk, mergeValues). */
function united(tuples: readonly Tuple[]): readonly Tuple[] {
  if (!tuples.some((tuple) => tuple.length > 1 && tuple.includes(''))) return tuples;
  const result = [...tuples];
  const all = result.map((_, index) => index);
  const compareAll = tuples.length <= maxCompared && tuples.some((tuple) => tuple[0] === '');
  const byFirst = indexesByFirst(tuples);
  for (const one of all) {
    for (const other of compareAll ? all : (byFirst.get(tuples[one]?.[0] ?? '') ?? [])) {
      const both = unionOf(result[one] ?? [], result[other] ?? []);
      if (both) result[one] = result[other] = both;
    }
  }
  return distinct(result);
}

function indexesByFirst(tuples: readonly Tuple[]): ReadonlyMap<string, readonly number[]> {
  const indexes = new Map<string, number[]>();
  for (const [index, [first = '']] of tuples.entries()) {
    const group = indexes.get(first);
    if (group) group.push(index);
    else indexes.set(first, [index]);
  }
  return indexes;
}

function unionOf(a: Tuple, b: Tuple): Tuple | undefined {
  const agrees = a.some((value, at) => value === b[at]);
  const differs = a.some((value, at) => value !== b[at] && value !== '' && b[at] !== '');
  return agrees && !differs ? a.map((value, at) => (value === '' ? (b[at] ?? '') : value)) : undefined;
}

/** A list under change: a place that is given up stays empty, and the first key leads to the places that have it. */
interface List {
  readonly keys: readonly string[];
  entries: (Entry | undefined)[];
  readonly places: Map<string, number[]>;
}

interface Entry {
  readonly item: SourceNode;
  readonly values: Tuple;
}

function listOf(items: readonly SourceNode[], keys: readonly string[]): List {
  const list: List = { keys, entries: [], places: new Map() };
  for (const item of items) append(list, entryFor(list, item));
  return list;
}

function entryFor({ keys }: List, item: SourceNode): Entry {
  return { item, values: tupleOf(item, keys) };
}

function append(list: List, entry: Entry): void {
  const first = entry.values[0] ?? '';
  const places = list.places.get(first);
  if (places) places.push(list.entries.length);
  else list.places.set(first, [list.entries.length]);
  list.entries.push(entry);
}

/** The first place with these values; what is empty is not asked for. */
function find(list: List, values: Tuple): number | undefined {
  if (values.every((value) => value === '')) return undefined;
  return placesOf(list, values[0]).find((place) =>
    list.entries[place]?.values.every((value, at) => !values[at] || value === values[at]),
  );
}

function placesOf({ entries, places }: List, first: string | undefined): readonly number[] {
  return first ? (places.get(first) ?? []) : entries.map((_, index) => index);
}

/** Puts an entry in place of those with these values, else at the end; without an entry those are taken out. An empty value means any. */
function put(list: List, values: Tuple, entry: Entry | undefined): void {
  const found = placesOf(list, values[0]).filter((place) => {
    const old = list.entries[place]?.values;
    return old !== undefined && values.every((value, at) => (value === '' ? old[at] !== '' : old[at] === value));
  });
  for (const place of found) list.entries[place] = entry;
  if (entry && found.length === 0) append(list, entry);
  if (!entry && values[0] && found.length > 0) forgetEmpty(list, values[0]);
}

function forgetEmpty(list: List, first: string): void {
  const left = list.places.get(first)?.filter((place) => list.entries[place] !== undefined);
  list.places.set(first, left ?? []);
}

/** The resource's own items come last, each in its merged form (walk, appendListNode). */
function settle(list: List, entry: Entry): void {
  const { values } = entry;
  if (values.length === 1) {
    if (values[0]) {
      put(list, values, entry);
      return;
    }
    list.entries = [];
    list.places.clear();
  } else if (values[0]) {
    const missing = values.indexOf('');
    put(list, missing === -1 ? values : values.slice(0, missing), undefined);
  }
  append(list, entry);
}
