import { keyRange, type MapEntry, type OffsetRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';

/** What an offset points at in a resource. */
export interface Cursor {
  /** Mapping keys and sequence indexes, from the root to the thing. */
  readonly path: readonly (string | number)[];
  /** The nodes along the path, the root first: one more than the path has steps. */
  readonly nodes: readonly SourceNode[];
  /** The thing: a key with its scalar, a key alone, or a scalar in a sequence. */
  readonly range: OffsetRange;
}

/** The thing at a zero-based offset of a resource's file; undefined on white space, comments and punctuation. */
export function cursorAt(resource: Resource, offset: number): Cursor | undefined {
  return descend(resource.root, offset, [], [resource.root]);
}

/** Whether a path begins with these steps; `*` stands for any index. */
export function isUnder(cursor: Cursor, ...pattern: readonly string[]): boolean {
  return (
    pattern.length <= cursor.path.length &&
    pattern.every((step, at) => (step === '*' ? typeof cursor.path[at] === 'number' : cursor.path[at] === step))
  );
}

/** The index at a step of the path, or -1 where there is none. */
export function indexAt(cursor: Cursor, step: number): number {
  const found = cursor.path[step];
  return typeof found === 'number' ? found : -1;
}

function descend(
  node: SourceNode,
  offset: number,
  path: readonly (string | number)[],
  nodes: readonly SourceNode[],
): Cursor | undefined {
  if (node.type === 'scalar') return { path, nodes, range: toRange(node) };
  const inside =
    node.type === 'map'
      ? descendMap(node.entries, offset, path, nodes)
      : descendSequence(node.items, offset, path, nodes);
  // What an alias stands for is written elsewhere: the alias itself is the thing then.
  return inside ?? (node.shared ? { path, nodes, range: toRange(node) } : undefined);
}

function descendMap(
  entries: readonly MapEntry[],
  offset: number,
  path: readonly (string | number)[],
  nodes: readonly SourceNode[],
): Cursor | undefined {
  const entry = entries.findLast(
    ({ keyStart, keyEnd, value }) => keyStart <= offset && offset <= Math.max(keyEnd, value.end),
  );
  if (!entry) return undefined;
  const { keyStart, keyEnd, value } = entry;
  const below = { path: [...path, entry.key], nodes: [...nodes, value] };
  if (value.type === 'scalar') {
    // A value merged in from an anchor elsewhere does not belong to the key's text.
    const end = value.start >= keyEnd ? value.end : keyEnd;
    return offset <= end ? { ...below, range: { start: keyStart, end } } : undefined;
  }
  if (offset <= keyEnd) return { ...below, range: toRange(keyRange(entry)) };
  return offset < value.start ? undefined : descend(value, offset, below.path, below.nodes);
}

function descendSequence(
  items: readonly SourceNode[],
  offset: number,
  path: readonly (string | number)[],
  nodes: readonly SourceNode[],
): Cursor | undefined {
  const index = items.findLastIndex(({ start, end }) => start <= offset && offset <= end);
  const item = items[index];
  return item && descend(item, offset, [...path, index], [...nodes, item]);
}

function toRange({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}
