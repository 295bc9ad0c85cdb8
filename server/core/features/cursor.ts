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

/**
 * The thing at a zero-based offset of a file that the resource is written in, or that a patch, a kustomization or a generator brought
 * some of it from; undefined on white space, comments and punctuation.
 */
export function cursorAt(resource: Resource, file: string, offset: number): Cursor | undefined {
  const at: Target = { offset, isOwn: (node) => (node.file ?? resource.file) === file };
  return descend(resource.root, at, [], [resource.root]);
}

/** What is looked for. In a rendered resource, nodes of several files lie within each other, and only those of one file count. */
interface Target {
  readonly offset: number;
  readonly isOwn: (node: SourceNode) => boolean;
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

type Path = readonly (string | number)[];
type Nodes = readonly SourceNode[];

function descend(node: SourceNode, at: Target, path: Path, nodes: Nodes): Cursor | undefined {
  if (node.type === 'scalar') return { path, nodes, range: toRange(node) };
  const inside =
    node.type === 'map' ? descendMap(node.entries, at, path, nodes) : descendSequence(node.items, at, path, nodes);
  // What an alias stands for is written elsewhere: the alias itself is the thing then.
  return inside ?? (node.shared && covers(node, at) ? { path, nodes, range: toRange(node) } : undefined);
}

function descendMap(entries: readonly MapEntry[], at: Target, path: Path, nodes: Nodes): Cursor | undefined {
  const entry = entries.findLast(
    ({ keyStart, keyEnd, value }) =>
      keyStart <= at.offset && at.offset <= Math.max(keyEnd, value.end) && at.isOwn(value),
  );
  if (!entry) return firstBelow(entries, at, path, nodes);
  const { keyStart, keyEnd, value } = entry;
  const below = { path: [...path, entry.key], nodes: [...nodes, value] };
  if (value.type === 'scalar') {
    // A value merged in from an anchor elsewhere does not belong to the key's text.
    const end = value.start >= keyEnd ? value.end : keyEnd;
    return at.offset <= end ? { ...below, range: { start: keyStart, end } } : undefined;
  }
  if (at.offset <= keyEnd) return { ...below, range: toRange(keyRange(entry)) };
  return at.offset < value.start ? undefined : descend(value, at, below.path, below.nodes);
}

/** What a patch brought lies deeper in a tree of another file. */
function firstBelow(entries: readonly MapEntry[], at: Target, path: Path, nodes: Nodes): Cursor | undefined {
  for (const { key, value } of entries) {
    const found = value.type === 'scalar' ? undefined : descend(value, at, [...path, key], [...nodes, value]);
    if (found) return found;
  }
  return undefined;
}

function descendSequence(items: readonly SourceNode[], at: Target, path: Path, nodes: Nodes): Cursor | undefined {
  const index = items.findLastIndex((item) => covers(item, at));
  const item = items[index];
  if (item) return descend(item, at, [...path, index], [...nodes, item]);
  for (const [place, other] of items.entries()) {
    const found = other.type === 'scalar' ? undefined : descend(other, at, [...path, place], [...nodes, other]);
    if (found) return found;
  }
  return undefined;
}

function covers(node: SourceNode, { offset, isOwn }: Target): boolean {
  return node.start <= offset && offset <= node.end && isOwn(node);
}

function toRange({ start, end }: OffsetRange): OffsetRange {
  return { start, end };
}
