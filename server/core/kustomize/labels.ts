import { entryOf, nodeAt, type MapEntry, type MapNode, type SourceNode } from '../manifest/node';
import { withEntry } from '../manifest/edit-tree';
import type { Context } from './context';
import { changeFields } from './field-paths';
import type { FieldSpec, TransformerConfig } from './field-specs';
import { currentIdentity, withRoot, type Item } from './item';
import { booleanOf, checkKeys, listAt, shareNode, textEntries } from './kustomization-values';
import { mergeFieldSpecs, readFieldSpecs } from './transformer-config';

/** Puts `labels` and then `commonLabels` on every item, in kustomize's order. */
export function applyLabels(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  const { root } = context.kustomization;
  const labelled = listAt(context, root, 'labels').reduce(
    (current, node) => addEntries(current, context, entryOf(node, 'pairs'), 'pairs', specsOf(node, context, config)),
    items,
  );
  return addEntries(labelled, context, entryOf(root, 'commonLabels'), 'commonLabels', config.commonLabels);
}

/** Sets the entries of a mapping of texts in every mapping that the specs lead to. They land at their place in the kustomization. */
export function addEntries(
  items: readonly Item[],
  context: Context,
  source: MapEntry | undefined,
  name: string,
  specs: readonly FieldSpec[],
): readonly Item[] {
  const entries = source ? textEntries(context, source.value, name) : [];
  if (!source || entries.length === 0) return items;
  const made: MapEntry = { ...source, value: shareNode(context, emptied(source.value)) };
  return items.map((item) => {
    const change = (node: SourceNode): SourceNode => {
      if (node.type === 'map') return entries.reduce(setEntry, node);
      misfit(node);
      return node;
    };
    const misfit = (node: SourceNode): void => {
      const { kind, name: of } = currentIdentity(item);
      context.invalid(
        { start: node.start, end: node.end, file: node.file ?? item.file },
        `\`${name}\` is to change a mapping here in ${kind} ${of}, and this is none: kustomize refuses to build.`,
      );
    };
    return withRoot(item, changeFields(item.root, specs, { change, made, misfit }));
  });
}

const labelKeys = ['pairs', 'includeSelectors', 'includeTemplates', 'fields'];
const metadataLabels: FieldSpec = { path: ['metadata', 'labels'], create: true };

/** Which fields an entry of `labels` changes: always the resource's own labels (kustomize, LabelTransformer's configurator). */
function specsOf(node: SourceNode, context: Context, config: TransformerConfig): readonly FieldSpec[] {
  checkKeys(context, node, labelKeys, 'labels');
  const defaults = booleanOf(context, node, 'includeSelectors')
    ? config.commonLabels
    : booleanOf(context, node, 'includeTemplates')
      ? mergeFieldSpecs(config.templateLabels, [metadataLabels])
      : [metadataLabels];
  const own = readFieldSpecs(context, listAt(context, node, 'fields'), 'labels');
  if (own.length === 0 && config.labels.length === 0) return defaults;
  return mergeFieldSpecs(own, [...config.labels, ...defaults], ({ path }) =>
    context.invalid(
      nodeAt(node, 'fields') ?? node,
      `\`fields\` says of ${path.join('/')} otherwise than kustomize whether it is created: kustomize refuses to build.`,
    ),
  );
}

/** Where the key is, its value keeps its own links (see linked-values.ts); elsewhere it is linked with all that is made here. */
function setEntry(map: MapNode, entry: MapEntry): MapNode {
  const there = entryOf(map, entry.key);
  // Two specs may lead to one place: it stays linked with the others.
  if (there?.value === entry.value) return map;
  return withEntry(map, there ? { ...entry, value: { ...entry.value } } : entry);
}

function emptied({ start, end, file }: SourceNode): MapNode {
  return { type: 'map', entries: [], start, end, ...(file === undefined ? {} : { file }) };
}
