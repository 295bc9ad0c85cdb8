import { withEntry, withoutEntry } from '../manifest/edit-tree';
import {
  entryOf,
  itemsAt,
  nodeAt,
  stringAt,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type SequenceNode,
  type SourceNode,
  type Sourced,
} from '../manifest/node';
import type { PatchProblem, PatchResult } from './strategic-merge';

/**
 * Applies a JSON patch (RFC 6902) to a resource, with what kustomize's library makes of the RFC (evanphx/json-patch v4): `replace` of a
 * missing key adds it, -1 is the last item, and a copy of what is missing is null. What the patch brings keeps the patch's place. One
 * operation that cannot be applied refuses the whole patch.
 * @param operations a sequence whose nodes say which file they are of
 */
export function applyJsonPatch(root: MapNode, operations: SourceNode): PatchResult {
  let current: SourceNode = root;
  for (const operation of itemsAt(operations)) {
    const next = apply(current, operation);
    if (isProblem(next)) return { problem: next };
    current = next;
  }
  const named = stringAt(current, 'kind')?.value && stringAt(current, 'metadata', 'name')?.value;
  if (current.type === 'map' && named) return { root: current };
  return problem(operations, 'This patch leaves no `kind` and `metadata.name`: kustomize refuses to build.');
}

/** What is wrong with a JSON patch itself, whatever it is applied to. */
export function jsonPatchProblem(patch: SourceNode): PatchProblem | undefined {
  if (patch.type !== 'sequence' || patch.items.length === 0)
    return refusal(
      patch,
      'A JSON patch is a list of operations, each with `op` and `path`: kustomize refuses this one.',
    );
  const odd = patch.items.find((operation) => operation.type !== 'map');
  return odd && refusal(odd, 'Each operation of a JSON patch is a mapping with `op` and `path`.');
}

function apply(root: SourceNode, operation: SourceNode): SourceNode | PatchProblem {
  const op = stringAt(operation, 'op');
  const path = stringAt(operation, 'path');
  if (!path)
    return refusal(
      nodeAt(operation, 'path') ?? operation,
      'This operation has no `path`: it needs one such as /spec/replicas.',
    );
  const value = nodeAt(operation, 'value') ?? nullAt(operation);
  switch (op?.value) {
    case 'add':
      return add(root, path, value);
    case 'replace':
      return path.value === '' ? value : replace(root, path, value);
    case 'remove':
      return remove(root, path);
    case 'test':
      return test(root, path, nodeAt(operation, 'value'));
    case 'copy':
    case 'move':
      return transfer(root, operation, path, op.value === 'move');
    default:
      return refusal(
        nodeAt(operation, 'op') ?? operation,
        `A JSON patch knows no operation ${op ? `"${op.value}"` : 'without `op`'}, only add, remove, replace, move, copy and test.`,
      );
  }
}

type Pointer = Sourced<string>;

function add(root: SourceNode, path: Pointer, value: SourceNode): SourceNode | PatchProblem {
  return change(root, path, (parent, key) => {
    if (parent.type === 'map') return withEntry(parent, entryAt(path, key, value));
    const index = key === '-' ? parent.items.length : indexIn(key, parent.items.length + 1);
    return index === undefined ? noItem(parent, key, path) : spliced(parent, index, 0, value);
  });
}

function replace(root: SourceNode, path: Pointer, value: SourceNode): SourceNode | PatchProblem {
  return change(root, path, (parent, key) => {
    if (parent.type === 'map') return withEntry(parent, entryAt(path, key, value));
    const index = indexIn(key, parent.items.length);
    return index === undefined ? noItem(parent, key, path) : spliced(parent, index, 1, value);
  });
}

/** The key stands at the end of the pointer, or somehow within it. A value of another file has none there. */
function entryAt({ node, value: pointer }: Pointer, key: string, value: SourceNode): MapEntry {
  if (value.file !== node.file) return { key, keyStart: value.start, keyEnd: value.start, value };
  const quotes = node.type === 'scalar' && (node.style === 'single' || node.style === 'double') ? 1 : 0;
  const isAsWritten = node.end - node.start === pointer.length + 2 * quotes && pointer.endsWith(`/${key}`);
  const keyEnd = isAsWritten ? node.end - quotes : node.end;
  return { key, keyStart: isAsWritten ? keyEnd - key.length : node.start, keyEnd, value };
}

function remove(root: SourceNode, path: Pointer): SourceNode | PatchProblem {
  return change(root, path, (parent, key) => {
    if (parent.type === 'map')
      return entryOf(parent, key)
        ? withoutEntry(parent, key)
        : refusal(path.node, `There is no \`${key}\` to remove at ${path.value}: kustomize refuses this patch.`);
    const index = indexIn(key, parent.items.length);
    return index === undefined ? noItem(parent, key, path) : spliced(parent, index, 1);
  });
}

/** What is missing is equal to null. */
function test(root: SourceNode, path: Pointer, value: SourceNode | undefined): SourceNode | PatchProblem {
  if (!value) return refusal(path.node, 'This test has no `value` to compare with.');
  const found = valueAt(root, path.value);
  if (same(found ?? nullAt(path.node), value)) return root;
  return refusal(value, `What stands at ${path.value} is not this value, so kustomize refuses the whole patch.`);
}

function transfer(root: SourceNode, operation: SourceNode, path: Pointer, isMove: boolean): SourceNode | PatchProblem {
  const from = stringAt(operation, 'from');
  if (!from)
    return refusal(
      nodeAt(operation, 'from') ?? operation,
      'This operation has no `from`: it needs a path such as /spec/replicas.',
    );
  const value = valueAt(root, from.value);
  const holder = value ?? valueAt(root, from.value.slice(0, from.value.lastIndexOf('/')));
  if (holder?.type !== 'map' && !value)
    return refusal(from.node, `There is nothing at ${from.value} to take: kustomize refuses this patch.`);
  if (!isMove) return add(root, path, { ...(value ?? nullAt(from.node)), shared: true });
  const without = remove(root, from);
  return isProblem(without) || !value ? without : add(without, path, { ...value, shared: true });
}

/** A mapping or sequence that a pointer leads through. */
type Parent = MapNode | SequenceNode;

/** The tree with the mapping or sequence that holds a pointer's last part changed. */
function change(
  root: SourceNode,
  path: Pointer,
  changed: (parent: Parent, key: string) => SourceNode | PatchProblem,
): SourceNode | PatchProblem {
  const keys = keysOf(path.value);
  const last = keys.pop();
  const walk = (node: SourceNode | undefined, depth: number): SourceNode | PatchProblem => {
    if (!node || node.type === 'scalar' || last === undefined)
      return refusal(
        path.node,
        `There is nothing at ${parentOf(path.value)} that could hold ${path.value}: kustomize refuses this patch.`,
      );
    const key = keys[depth];
    if (key === undefined) return changed(node, last);
    if (node.type === 'map') {
      const entry = entryOf(node, key);
      const value = walk(entry?.value, depth + 1);
      return isProblem(value) || !entry ? value : withEntry(node, { ...entry, value });
    }
    const index = indexIn(key, node.items.length);
    const item = walk(index === undefined ? undefined : itemsAt(node)[index], depth + 1);
    return isProblem(item) || index === undefined ? item : spliced(node, index, 1, item);
  };
  return walk(root, 0);
}

function valueAt(root: SourceNode, path: string): SourceNode | undefined {
  return keysOf(path).reduce<SourceNode | undefined>((node, key) => {
    if (node?.type !== 'sequence') return nodeAt(node, key);
    const index = indexIn(key, node.items.length);
    return index === undefined ? undefined : itemsAt(node)[index];
  }, root);
}

function keysOf(path: string): string[] {
  return path
    .split('/')
    .slice(1)
    .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || 'the root';
}

/** An index below a limit; negative ones count from the end. */
function indexIn(key: string, limit: number): number | undefined {
  if (!/^[-+]?\d+$/.test(key)) return undefined;
  const index = Number(key) < 0 ? Number(key) + limit : Number(key);
  return index >= 0 && index < limit ? index : undefined;
}

function noItem(parent: SequenceNode, key: string, path: Pointer): PatchProblem {
  const count = parent.items.length;
  const has = count === 0 ? 'is empty' : count === 1 ? 'has one item, 0' : `has the items 0 to ${count - 1}`;
  return refusal(
    path.node,
    `"${key}" is no place in the list at ${parentOf(path.value)}, which ${has}: kustomize refuses this patch.`,
  );
}

function spliced(list: SequenceNode, index: number, count: number, ...added: readonly SourceNode[]): SequenceNode {
  const { start, end, file } = list;
  const items = itemsAt(list).toSpliced(index, count, ...added);
  return { type: 'sequence', items, start, end, ...(file === undefined ? {} : { file }) };
}

function same(a: SourceNode, b: SourceNode): boolean {
  switch (a.type) {
    case 'scalar':
      return b.type === 'scalar' && a.value === b.value;
    case 'sequence':
      return (
        b.type === 'sequence' &&
        a.items.length === b.items.length &&
        a.items.every((item, index) => same(item, b.items[index] ?? item))
      );
    case 'map':
      return b.type === 'map' && [...keysIn(a), ...keysIn(b)].every((key) => sameAt(nodeAt(a, key), nodeAt(b, key)));
  }
}

function sameAt(a: SourceNode | undefined, b: SourceNode | undefined): boolean {
  return a !== undefined && b !== undefined && same(a, b);
}

function keysIn(map: MapNode): readonly string[] {
  return map.entries.map(({ key }) => key);
}

function nullAt({ start, end, file }: SourceNode): ScalarNode {
  return { type: 'scalar', value: null, style: 'plain', start, end, ...(file === undefined ? {} : { file }) };
}

function refusal(at: SourceNode, message: string): PatchProblem {
  return { at, message };
}

function problem(at: SourceNode, message: string): PatchResult {
  return { problem: { at, message } };
}

function isProblem(result: SourceNode | PatchProblem): result is PatchProblem {
  return 'message' in result;
}
