import { withEntries, withValue } from '../manifest/edit-tree';
import { entriesAt, type MapNode, type ScalarNode, type SourceNode } from '../manifest/node';
import { mapItems } from './field-paths';

/**
 * When kustomize puts a label on a resource, it puts one and the same YAML node wherever the label was missing. Whatever later changes
 * the value at one of these places changes it at all of them: `labels` without selectors, or a strategic merge patch of the pod template,
 * then reach selectors too (kustomize v5.5.0, filtersutil.SetEntry). Here a node is such a one when it comes from another file than the
 * resource and the very same object stands at several places.
 */
export function withLinkedValues(before: MapNode, after: MapNode): MapNode {
  const changes = changesOfLinkable(before, after);
  if (changes.length === 0) return after;
  const isLinked = linkedIn(before, new Set(changes.map(({ old }) => old)));
  // A value that was set at several places is what it became at the last one.
  const last = new Map(
    changes.filter(({ old }) => isLinked(old)).map(({ old, now }) => [old, { ...now, shared: true as const }]),
  );
  if (last.size === 0) return after;
  const replaced = new Map<ScalarNode, ScalarNode>(last);
  for (const { old, now } of changes) replaced.set(now, last.get(old) ?? now);
  return substituted(after, (node) => replaced.get(node) ?? node);
}

/** The tree without links, for what writes a resource anew: JSON patches do (kustomize, filters/patchjson6902). */
export function withoutLinks(root: MapNode): MapNode {
  return substituted(root, (node) => (isLinkable(node) ? { ...node } : node));
}

function isLinkable(node: SourceNode): node is ScalarNode {
  return node.type === 'scalar' && node.shared === true && node.file !== undefined;
}

interface Change {
  readonly old: ScalarNode;
  readonly now: ScalarNode;
}

/** Values that were set, be it to what they were, in the order in which kustomize merges mappings: by key. */
function changesOfLinkable(before: SourceNode, after: SourceNode): readonly Change[] {
  if (before === after) return [];
  if (isLinkable(before)) {
    return after.type === 'scalar' ? [{ old: before, now: after }] : [];
  }
  // What is written elsewhere is another mapping or list: `$patch: replace` brings all of it.
  if (before.start !== after.start || before.file !== after.file) return [];
  if (before.type === 'map' && after.type === 'map') return changesOfEntries(before, after);
  if (before.type === 'sequence' && after.type === 'sequence' && before.items.length === after.items.length)
    return before.items.flatMap((item, index) => changesBetween(item, after.items[index]));
  return [];
}

/** Nearly always the keys are the same and most values the very same nodes: that case is told without an index. */
function changesOfEntries(before: MapNode, after: MapNode): readonly Change[] {
  const differing = before.entries.filter(({ key, value }, at) => {
    const now = after.entries[at];
    return now?.key !== key || now.value !== value;
  });
  if (differing.length === 0) return [];
  const next = new Map(after.entries.map(({ key, value }) => [key, value]));
  const previous = new Map(differing.map(({ key, value }) => [key, value]));
  return [...previous.keys()].sort().flatMap((key) => changesBetween(previous.get(key), next.get(key)));
}

function changesBetween(before: SourceNode | undefined, after: SourceNode | undefined): readonly Change[] {
  return before && after ? changesOfLinkable(before, after) : [];
}

/** Tells which of these nodes stand at several places. */
function linkedIn(root: SourceNode, nodes: ReadonlySet<ScalarNode>): (node: ScalarNode) => boolean {
  const places = new Map<ScalarNode, number>();
  const count = (node: SourceNode): void => {
    if (node.type === 'map') node.entries.forEach(({ value }) => count(value));
    else if (node.type === 'sequence') node.items.forEach(count);
    else if (nodes.has(node)) places.set(node, (places.get(node) ?? 0) + 1);
  };
  count(root);
  return (node) => (places.get(node) ?? 0) > 1;
}

type Replace = (scalar: ScalarNode) => ScalarNode;

function substituted(map: MapNode, replace: Replace): MapNode {
  const entries = entriesAt(map);
  const changed = entries.map((entry) => {
    const value = substitutedNode(entry.value, replace);
    return value === entry.value ? entry : withValue(entry, value);
  });
  return changed.every((entry, index) => entry === entries[index]) ? map : withEntries(map, changed);
}

function substitutedNode(node: SourceNode, replace: Replace): SourceNode {
  if (node.type === 'map') return substituted(node, replace);
  return node.type === 'scalar' ? replace(node) : mapItems(node, (item) => substitutedNode(item, replace));
}
