import { entriesAt, itemsAt, type MapEntry, type MapNode, type ScalarNode, type SourceNode } from './node';

/** Changes of trees for whoever renders manifests. A tree is never changed in place: what did not change is shared with the old one. */

/** A tree that is put into a resource of another file: every node says where it is written. */
export function fromFile<T extends SourceNode>(node: T, file: string): T;
export function fromFile(node: SourceNode, file: string): SourceNode {
  const own = node.file ?? file;
  switch (node.type) {
    case 'scalar':
      return { ...node, file: own };
    case 'map':
      return { ...node, file: own, entries: entriesAt(node).map((entry) => entryFromFile(entry, own)) };
    case 'sequence':
      return { ...node, file: own, items: itemsAt(node).map((item) => fromFile(item, own)) };
  }
}

/** The same for one entry of a mapping, with its key. */
function entryFromFile(entry: MapEntry, file: string): MapEntry {
  return { ...entry, value: fromFile(entry.value, file) };
}

/** A scalar whose value is worked out from what is written: it keeps the place, and no fix may edit it. */
export function computed(node: SourceNode, value: ScalarNode['value']): ScalarNode {
  return {
    type: 'scalar',
    value,
    style: node.type === 'scalar' ? node.style : 'plain',
    start: node.start,
    end: node.end,
    shared: true,
    ...(node.file === undefined ? {} : { file: node.file }),
  };
}

/**
 * The entry with another value. A key belongs to its value's file, and it is no more to be trusted than the old value was: where that is
 * another file, or the old value was shared alone, nobody wrote the key there, and it has an empty place before the value.
 */
export function withValue(entry: MapEntry, value: SourceNode): MapEntry {
  const { file, shared } = entry.value;
  if (value.file === file && (!shared || value.shared)) return { ...entry, value };
  return { key: entry.key, keyStart: value.start, keyEnd: value.start, value };
}

/** The mapping with another value at a key: in place of the old one, else at the end. The same mapping when the value is the same. */
export function withEntry(map: MapNode, entry: MapEntry): MapNode {
  const index = map.entries.findLastIndex(({ key }) => key === entry.key);
  if (index === -1) return withEntries(map, [...entriesAt(map), entry]);
  if (map.entries[index]?.value === entry.value) return map;
  return withEntries(
    map,
    entriesAt(map).map((old, at) => (at === index ? entry : old)),
  );
}

/** The mapping without a key; the same mapping when it is not there. */
export function withoutEntry(map: MapNode, key: string): MapNode {
  if (!map.entries.some((entry) => entry.key === key)) return map;
  return withEntries(
    map,
    entriesAt(map).filter((entry) => entry.key !== key),
  );
}

/** A mapping at the same place with other entries. What it shared with other uses of an anchor is passed on to the entries. */
export function withEntries(map: MapNode, entries: readonly MapEntry[]): MapNode {
  return {
    type: 'map',
    entries,
    start: map.start,
    end: map.end,
    ...(map.file === undefined ? {} : { file: map.file }),
  };
}

/**
 * The tree with the mapping or scalar at a path of keys replaced by what `change` makes of it. Nothing is made that is not there: where
 * the path leaves the tree, or `change` gives undefined or the same node, the same tree comes back.
 */
export function changeAt(
  root: MapNode,
  path: readonly string[],
  change: (node: SourceNode) => SourceNode | undefined,
): MapNode {
  const [key, ...rest] = path;
  if (key === undefined) return root;
  const entry = entriesAt(root).findLast((candidate) => candidate.key === key);
  if (!entry) return root;
  const { value } = entry;
  const next = rest.length === 0 ? change(value) : value.type === 'map' ? changeAt(value, rest, change) : undefined;
  return next === undefined || next === value ? root : withEntry(root, { ...entry, value: next });
}
