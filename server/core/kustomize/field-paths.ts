import { withEntry, withValue } from '../manifest/edit-tree';
import { entryOf, itemsAt, stringAt, type MapEntry, type MapNode, type SourceNode } from '../manifest/node';
import type { FieldSpec } from './field-specs';

/** Group, version and kind of a resource; the core group is the empty string. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** The group, version and kind of a resource as it stands. */
export function gvkOf(root: SourceNode): Gvk {
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? '';
  const slash = apiVersion.indexOf('/');
  return {
    group: slash === -1 ? '' : apiVersion.slice(0, slash),
    version: apiVersion.slice(slash + 1),
    kind: stringAt(root, 'kind')?.value ?? '',
  };
}

/** Whether a selector means this kind; what it leaves out or empty matches everything (kustomize, Gvk.IsSelected). */
export function selects(selector: Partial<Gvk>, gvk: Gvk): boolean {
  return (
    (!selector.group || selector.group === gvk.group) &&
    (!selector.version || selector.version === gvk.version) &&
    (!selector.kind || selector.kind === gvk.kind)
  );
}

/** The keys of a path as field specs write it: `spec/volumes[]/name`, where `\/` is a slash within a key. */
export function parseFieldPath(path: string): readonly string[] {
  const keys: string[] = [];
  let open = false;
  for (const part of path.split('/')) {
    if (open) keys.push(`${keys.pop() ?? ''}/${part}`);
    else keys.push(part);
    const last = keys.length - 1;
    open = part.endsWith('\\');
    if (open) keys[last] = keys[last]?.slice(0, -1) ?? '';
  }
  return keys;
}

/** What is done to the fields that a path leads to. */
export interface FieldChange {
  /** What the node there becomes. Never called with null. */
  change(node: SourceNode): SourceNode;
  /**
   * Where a spec that creates finds nothing or null, this entry's value is what `change` gets, and mappings on the way get its place.
   * Without it nothing is made.
   */
  readonly made?: MapEntry;
  /** Told of a text, number or boolean on the way, where kustomize refuses to go on. */
  misfit?(node: SourceNode): void;
}

/**
 * Changes the fields that specs lead to. Sequences on the way are walked through, said or not; null ends the way. The same tree comes
 * back when nothing changes (kustomize, api/filters/fieldspec).
 */
export function changeFields(root: MapNode, specs: readonly FieldSpec[], how: FieldChange): MapNode {
  const gvk = gvkOf(root);
  let current = root;
  for (const spec of specs) {
    if (!selects(spec, gvk)) continue;
    current = changeField(current, spec, how);
  }
  return current;
}

/** The same for the fields of one spec, whatever kind the resource is of. */
export function changeField(root: MapNode, { path, create }: FieldSpec, how: FieldChange): MapNode {
  const changed = below(root, { path, at: 0, made: create ? how.made : undefined }, how);
  return changed.type === 'map' ? changed : root;
}

/** A step of a path. Paths are walked many thousand times: they are not cut into pieces for it. */
interface Way {
  readonly path: readonly string[];
  readonly at: number;
  readonly made: MapEntry | undefined;
}

function below(node: SourceNode, way: Way, how: FieldChange): SourceNode {
  const step = way.path[way.at];
  if (step === undefined) return how.change(node);
  if (isNull(node)) return node;
  if (node.type === 'sequence') return mapItems(node, (item) => below(item, way, how));
  if (node.type === 'map') return belowEntry(node, step, way, how);
  how.misfit?.(node);
  return node;
}

function belowEntry(map: MapNode, step: string, way: Way, how: FieldChange): MapNode {
  const { made } = way;
  const rest = { ...way, at: way.at + 1 };
  const isList = step.endsWith('[]');
  const key = isList ? step.slice(0, -2) : step;
  const entry = entryOf(map, key);
  if (entry && !isNull(entry.value)) {
    const next = below(entry.value, rest, how);
    return next === entry.value ? map : withEntry(map, withValue(entry, next));
  }
  if (!made || isList) return map;
  const start = rest.at === way.path.length ? made.value : emptyMapAt(made);
  return withEntry(map, {
    key,
    keyStart: made.keyStart,
    keyEnd: made.keyEnd,
    value: below(start, rest, how),
  });
}

/** A sequence with its items changed; the same one when none is. */
export function mapItems(node: SourceNode, change: (item: SourceNode) => SourceNode): SourceNode {
  if (node.type !== 'sequence') return node;
  const items = itemsAt(node);
  const changed = items.map(change);
  if (changed.every((item, index) => item === items[index])) return node;
  // What the sequence shared with other uses of an anchor is passed on to its items.
  const { start, end, file } = node;
  return { type: 'sequence', items: changed, start, end, ...(file === undefined ? {} : { file }) };
}

function emptyMapAt({ value }: MapEntry): MapNode {
  return {
    type: 'map',
    entries: [],
    start: value.start,
    end: value.end,
    ...(value.shared ? { shared: value.shared } : {}),
    ...(value.file === undefined ? {} : { file: value.file }),
  };
}

export function isNull(node: SourceNode): boolean {
  return node.type === 'scalar' && node.value === null;
}
