/**
 * The tree that every later layer reads: a YAML or JSON value with the place it was written at.
 * Plain data, so that it can be cloned to a worker and kept in a cache. Aliases and merge keys are already resolved.
 */
export type SourceNode = ScalarNode | MapNode | SequenceNode;

/** A half-open range of zero-based UTF-16 offsets into the text of one file. */
export interface OffsetRange {
  readonly start: number;
  readonly end: number;
}

interface NodeBase extends OffsetRange {
  /** URI of the file this node was written in, when that is not the file of the resource that holds it. */
  readonly file?: string;
  /**
   * True when an edit here would not do what it says: the text belongs to an anchor that is used elsewhere too, or the value is worked
   * out from what is written (a prefixed name).
   */
  readonly shared?: true;
}

export interface ScalarNode extends NodeBase {
  readonly type: 'scalar';
  readonly value: string | number | boolean | null;
  /** How it was written: fixes keep the style. */
  readonly style: 'plain' | 'single' | 'double' | 'block' | 'alias';
}

export interface MapEntry {
  readonly key: string;
  /** Where the key's own text begins and ends, without the colon: see `keyRange`. Two numbers, since there are very many entries. */
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: SourceNode;
}

export interface MapNode extends NodeBase {
  readonly type: 'map';
  readonly entries: readonly MapEntry[];
}

export interface SequenceNode extends NodeBase {
  readonly type: 'sequence';
  readonly items: readonly SourceNode[];
}

/** The entry of a mapping with this key; the last one where a broken file holds the key twice, as kubectl reads it. */
export function entryOf(node: SourceNode | undefined, key: string): MapEntry | undefined {
  if (node?.type !== 'map') return undefined;
  // Every field of every resource is read through here: a plain loop is several times faster than a callback.
  for (let index = node.entries.length - 1; index >= 0; index--) {
    const entry = node.entries[index];
    if (entry?.key === key) return node.shared ? sharedEntry(entry) : entry;
  }
  return undefined;
}

/** Where an entry's key is written: always in the file of its value. */
export function keyRange({ keyStart, keyEnd, value }: MapEntry): OffsetRange & { readonly file?: string } {
  return { start: keyStart, end: keyEnd, ...(value.file === undefined ? {} : { file: value.file }) };
}

/** The node at a path of mapping keys and sequence indexes, or undefined where the path leaves the tree. */
export function nodeAt(node: SourceNode | undefined, ...path: readonly (string | number)[]): SourceNode | undefined {
  let current = node;
  for (const step of path) {
    current = typeof step === 'number' ? itemOf(current, step) : entryOf(current, step)?.value;
  }
  return current;
}

function itemOf(node: SourceNode | undefined, index: number): SourceNode | undefined {
  const item = node?.type === 'sequence' ? node.items[index] : undefined;
  return item && node?.shared ? shared(item) : item;
}

/** What is part of a shared node is shared. Said on the way down, so that a thousand aliases cost no thousand copies. */
function shared<T extends SourceNode>(node: T): T {
  return node.shared ? node : { ...node, shared: true };
}

function sharedEntry(entry: MapEntry): MapEntry {
  return { ...entry, value: shared(entry.value) };
}

/** A value together with the node it was read from. */
export interface Sourced<T> {
  readonly value: T;
  readonly node: SourceNode;
}

/** The string at a path, or undefined when there is none. Numbers and booleans are no strings: Kubernetes refuses them too. */
export function stringAt(
  node: SourceNode | undefined,
  ...path: readonly (string | number)[]
): Sourced<string> | undefined {
  const found = nodeAt(node, ...path);
  return found?.type === 'scalar' && typeof found.value === 'string' ? { value: found.value, node: found } : undefined;
}

/** The number at a path, or undefined when there is none. */
export function numberAt(
  node: SourceNode | undefined,
  ...path: readonly (string | number)[]
): Sourced<number> | undefined {
  const found = nodeAt(node, ...path);
  return found?.type === 'scalar' && typeof found.value === 'number' ? { value: found.value, node: found } : undefined;
}

/** The boolean at a path, or undefined when there is none. */
export function booleanAt(node: SourceNode | undefined, ...path: readonly (string | number)[]): boolean | undefined {
  const found = nodeAt(node, ...path);
  return found?.type === 'scalar' && typeof found.value === 'boolean' ? found.value : undefined;
}

/** The items of the sequence at a path; empty when there is none. */
export function itemsAt(node: SourceNode | undefined, ...path: readonly (string | number)[]): readonly SourceNode[] {
  const found = nodeAt(node, ...path);
  if (found?.type !== 'sequence') return [];
  return found.shared ? found.items.map(shared) : found.items;
}

/** The entries of the mapping at a path; empty when there is none. */
export function entriesAt(node: SourceNode | undefined, ...path: readonly (string | number)[]): readonly MapEntry[] {
  const found = nodeAt(node, ...path);
  if (found?.type !== 'map') return [];
  return found.shared ? found.entries.map(sharedEntry) : found.entries;
}

/** The plain JavaScript value of a tree, for output and comparison. */
export function toPlain(node: SourceNode): unknown {
  if (node.type === 'scalar') return node.value;
  if (node.type === 'sequence') return node.items.map(toPlain);
  return Object.fromEntries(node.entries.map((entry) => [entry.key, toPlain(entry.value)]));
}
