import { changeAt, computed, withEntries, withEntry, withoutEntry } from '../manifest/edit-tree';
import { entriesAt, nodeAt, type MapNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import type { PatchResult } from './strategic-merge';
import { writtenText } from './written-text';

/**
 * A patch of which kustomize makes a copy for each resource, which is any but those in `patches` without a target. It reads labels and
 * annotations as texts for that, so `null` takes none away here but is a value like any other (kustomize, CopyMergeMetaDataFieldsFrom).
 */
export function withTextsInMetadata(patch: MapNode, context: Context): MapNode {
  return ['labels', 'annotations'].reduce(
    (root, field) =>
      changeAt(root, ['metadata', field], (node) => (node.type === 'map' ? withTexts(node, context) : node)),
    patch,
  );
}

function withTexts(map: MapNode, context: Context): MapNode {
  const entries = entriesAt(map);
  const texts = entries.map((entry) => {
    const { value } = entry;
    if (value.type !== 'scalar' || typeof value.value === 'string') return entry;
    return { ...entry, value: computed(value, writtenText(value, context)) };
  });
  return texts.every((entry, index) => entry === entries[index]) ? map : withEntries(map, texts);
}

/**
 * Applies a JSON patch to a resource that has annotations for it: kustomize notes there what the resource was called before, so that there
 * always are some when the patch looks. Empty ones are gone in the end.
 */
export function withAnnotations(root: MapNode, apply: (root: MapNode) => PatchResult): PatchResult {
  const metadata = nodeAt(root, 'metadata');
  if (metadata?.type !== 'map' || nodeAt(metadata, 'annotations')) return apply(root);
  const none: MapNode = { ...withEntries(metadata, []), end: metadata.start };
  const entry = { key: 'annotations', keyStart: none.start, keyEnd: none.start, value: none };
  const result = apply(changeAt(root, ['metadata'], (node) => (node.type === 'map' ? withEntry(node, entry) : node)));
  if (result.problem || !result.root) return result;
  return { root: changeAt(result.root, ['metadata'], withoutEmptyAnnotations) };
}

function withoutEmptyAnnotations(metadata: SourceNode): SourceNode {
  const annotations = nodeAt(metadata, 'annotations');
  if (metadata.type !== 'map' || annotations?.type !== 'map' || annotations.entries.length > 0) return metadata;
  return withoutEntry(metadata, 'annotations');
}
