import { computed, withEntries, withEntry, withoutEntry } from '../manifest/edit-tree';
import {
  entriesAt,
  entryOf,
  itemsAt,
  nodeAt,
  type MapEntry,
  type MapNode,
  type ScalarNode,
  type SequenceNode,
  type SourceNode,
} from '../manifest/node';
import { keyedList, primitiveList } from './keyed-list';
import { fieldSchema, mergeSchemaOf, type MergeSchema } from './merge-keys';

/** What becomes of a resource; without a root it is deleted. A problem is something that kustomize refuses. */
export type PatchResult =
  | { readonly root: MapNode | undefined; readonly problem?: undefined }
  | { readonly root?: undefined; readonly problem: PatchProblem };

export interface PatchProblem {
  /** The node of the patch that is to blame. */
  readonly at: SourceNode;
  /** Full sentences. */
  readonly message: string;
}

/** What a patch may change of what a resource is called. */
export interface PatchOptions {
  readonly allowNameChange?: boolean;
  readonly allowKindChange?: boolean;
}

/**
 * Merges a strategic merge patch into a resource as kustomize does (kyaml, merge2 and walk, with lists growing at their front). What the
 * patch brings keeps the patch's place, a mapping or list that both have keeps the resource's.
 * @param patch a tree whose nodes say which file they are of
 */
export function strategicMerge(base: MapNode, patch: MapNode, options: PatchOptions = {}): PatchResult {
  const walk = startWalk();
  const directive = directiveOf(patch, walk);
  if (directive === 'delete') return { root: undefined };
  // kustomize makes nothing of this: what it returns is not what it goes on with (patchstrategicmerge.Filter).
  if (directive === 'replace') return { root: base };
  const merged = mergeMaps(base, anonymous(patch, options), schemaOf(base), walk);
  if (walk.problem) return { problem: walk.problem };
  return { root: merged && restored(merged, base) };
}

/** Remembers the first thing that kustomize refuses. */
interface Walk {
  problem: PatchProblem | undefined;
}

function startWalk(): Walk {
  return { problem: undefined };
}

function schemaOf(root: MapNode): MergeSchema | undefined {
  return mergeSchemaOf(text(nodeAt(root, 'apiVersion')), text(nodeAt(root, 'kind')));
}

/** The patch without what it is called: that says where it belongs, not what it changes (kustomize, Resource.ApplySmPatch). */
function anonymous(patch: MapNode, { allowNameChange, allowKindChange }: PatchOptions): MapNode {
  let result = withoutEntry(patch, 'apiVersion');
  if (!allowKindChange) result = withoutEntry(result, 'kind');
  const metadata = entryOf(result, 'metadata');
  if (metadata?.value.type !== 'map') return result;
  let value = withoutEntry(metadata.value, 'namespace');
  if (!allowNameChange) value = withoutEntry(value, 'name');
  return withEntry(result, { ...metadata, value });
}

/** A resource keeps its name and namespace even where a patch takes all of `metadata` away. */
function restored(root: MapNode, base: MapNode): MapNode {
  const metadata = entryOf(base, 'metadata');
  if (metadata?.value.type !== 'map') return root;
  const now = nodeAt(root, 'metadata');
  const kept = now?.type === 'map' ? now : withEntries(metadata.value, []);
  const names = ['name', 'namespace'].flatMap((key) =>
    entryOf(kept, key) ? [] : (entryOf(metadata.value, key) ?? []),
  );
  if (now && names.length === 0) return root;
  return withEntry(root, { ...metadata, value: withEntries(kept, [...entriesAt(kept), ...names]) });
}

/** Undefined when there is nothing, or nothing is left. */
function merge(
  base: SourceNode | undefined,
  patch: SourceNode | undefined,
  schema: MergeSchema | undefined,
  walk: Walk,
): SourceNode | undefined {
  // A null that is written out stays, `key:` with nothing behind it goes.
  if (!base || isNull(base))
    return patch ? added(patch, schema, walk) : base && base.end > base.start ? base : undefined;
  if (patch && isNull(patch)) return undefined;
  if (base.type === 'map' && (!patch || patch.type === 'map')) return mergeMaps(base, patch, schema, walk);
  if (base.type === 'sequence' && (!patch || patch.type === 'sequence')) return mergeLists(base, patch, schema, walk);
  if (patch && patch.type !== base.type)
    walk.problem ??= {
      at: patch,
      message: `This patch has ${words[patch.type]} here, and what it patches has ${words[base.type]}: kustomize refuses to merge them.`,
    };
  return patch?.type === 'scalar' && base.type === 'scalar' ? inStyleOf(base, patch) : (patch ?? base);
}

/** The quotes of what was there stay, so a number in its place is a text: `targetPort: "http"` becomes "8080" (kyaml, FieldSetter). */
function inStyleOf(base: ScalarNode, patch: ScalarNode): ScalarNode {
  const isQuoted = base.style === 'single' || base.style === 'double' || base.style === 'block';
  if (!isQuoted || typeof base.value !== 'string' || typeof patch.value === 'string') return patch;
  return { ...computed(patch, String(patch.value)), style: base.style };
}

const words = { scalar: 'a plain value', map: 'a mapping', sequence: 'a list' } as const;

function mergeMaps(
  base: MapNode,
  patch: MapNode | undefined,
  schema: MergeSchema | undefined,
  walk: Walk,
): MapNode | undefined {
  const directive = patch && directiveOf(patch, walk);
  if (patch && directive === 'delete') return undefined;
  if (patch && directive === 'replace') return addedMap(patch, schema, walk);
  const changes = new Map(entriesAt(patch).map((entry) => [entry.key, entry]));
  changes.delete(directiveKey);
  const entries = entriesAt(base).flatMap((entry) => {
    const change = changes.get(entry.key);
    changes.delete(entry.key);
    return mergedEntry(entry, change, fieldSchema(schema, entry.key), walk);
  });
  for (const change of changes.values()) entries.push(...addedEntry(change, schema, walk));
  return remade(base, entries);
}

function mergedEntry(
  entry: MapEntry,
  change: MapEntry | undefined,
  schema: MergeSchema | undefined,
  walk: Walk,
): readonly MapEntry[] {
  const value = merge(entry.value, change?.value, schema, walk);
  if (!value) return [];
  if (value === entry.value) return [entry];
  // What the patch wrote goes with the key that it wrote.
  return [
    change && value.start === change.value.start && value.file === change.value.file
      ? { ...change, value }
      : { ...entry, value },
  ];
}

function addedEntry(entry: MapEntry, schema: MergeSchema | undefined, walk: Walk): readonly MapEntry[] {
  const value = added(entry.value, fieldSchema(schema, entry.key), walk);
  return value ? [{ ...entry, value }] : [];
}

/** What a patch brings to where nothing is: directives and nulls in it are settled. */
function added(patch: SourceNode, schema: MergeSchema | undefined, walk: Walk): SourceNode | undefined {
  switch (patch.type) {
    case 'scalar':
      return isNull(patch) ? undefined : patch;
    case 'map':
      return directiveOf(patch, walk) === 'delete' ? undefined : addedMap(patch, schema, walk);
    case 'sequence':
      return addedList(patch, schema, walk);
  }
}

function addedMap(patch: MapNode, schema: MergeSchema | undefined, walk: Walk): MapNode {
  const entries = entriesAt(patch).filter(({ key }) => key !== directiveKey);
  return remade(
    patch,
    entries.flatMap((entry) => addedEntry(entry, schema, walk)),
  );
}

function addedList(patch: SequenceNode, schema: MergeSchema | undefined, walk: Walk): SequenceNode {
  if (!schema?.mergeKeys?.length) return patch;
  const items = itemsAt(patch).flatMap((item) => added(item, schema.items, walk) ?? []);
  return relisted(
    patch,
    keyedList(items, items, schema.mergeKeys, (item) => ({ item, inPlace: true })),
  );
}

function mergeLists(
  base: SequenceNode,
  patch: SequenceNode | undefined,
  schema: MergeSchema | undefined,
  walk: Walk,
): SequenceNode | undefined {
  const keys = schema?.mergeKeys;
  if (!keys) return patch ?? base;
  const { directive, items } = listDirective(patch, walk);
  if (patch && directive === 'delete') return undefined;
  if (patch && directive === 'replace') return addedList({ ...patch, items }, schema, walk);
  if (keys.length === 0) return relisted(base, primitiveList(itemsAt(base), items));
  const merged = keyedList(itemsAt(base), items, keys, (own, change) => ({
    item: merge(own, change, schema.items, walk),
    inPlace: own !== undefined && (!change || directiveOf(change, walk) !== 'replace'),
  }));
  return relisted(base, merged);
}

const directiveKey = '$patch';
type Directive = 'merge' | 'replace' | 'delete';

function directiveOf(patch: SourceNode, walk: Walk): Directive {
  const node = nodeAt(patch, directiveKey);
  if (!node) return 'merge';
  const value = text(node);
  if (value === 'merge' || value === 'replace' || value === 'delete') return value;
  walk.problem ??= {
    at: node,
    message: `kustomize knows no patch strategy "${value}": \`$patch\` is \`merge\`, \`replace\` or \`delete\`.`,
  };
  return 'merge';
}

/** A list's directive is an item with nothing else in it; it is the first with a directive, else all of them speak for themselves. */
function listDirective(
  patch: SequenceNode | undefined,
  walk: Walk,
): { readonly directive: Directive; readonly items: readonly SourceNode[] } {
  const items = itemsAt(patch);
  const first = items.find((item) => nodeAt(item, directiveKey) !== undefined);
  if (first?.type !== 'map' || first.entries.length > 1) return { directive: 'merge', items };
  const directive = directiveOf(first, walk);
  return { directive, items: items.filter((item) => text(nodeAt(item, directiveKey)) !== directive) };
}

function remade(map: MapNode, entries: readonly MapEntry[]): MapNode {
  return map.entries.length === entries.length && entries.every((entry, index) => sameEntry(entry, map.entries[index]))
    ? map
    : withEntries(map, entries);
}

function sameEntry(a: MapEntry, b: MapEntry | undefined): boolean {
  return b !== undefined && a.value === b.value && a.key === b.key;
}

function relisted(list: SequenceNode, items: readonly SourceNode[]): SequenceNode {
  return list.items.length === items.length && items.every((item, index) => item === list.items[index])
    ? list
    : {
        type: 'sequence',
        items,
        start: list.start,
        end: list.end,
        ...(list.file === undefined ? {} : { file: list.file }),
      };
}

function isNull(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}

function text(node: SourceNode | undefined): string {
  return node?.type === 'scalar' && node.value !== null ? String(node.value) : '';
}
