import { computed } from '../manifest/edit-tree';
import { entryOf, type MapEntry, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { changeFields, gvkOf, selects } from './field-paths';
import type { FieldSpec, TransformerConfig } from './field-specs';
import { withRoot, type Item } from './item';
import { shareNode, textAt } from './kustomization-values';

/** Puts `namePrefix` before every name but those of namespaces, custom resource definitions and API services. */
export function applyNamePrefix(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  return applyAffix(items, context, 'namePrefix', config.namePrefix, (item, prefix) => ({
    ...item,
    prefixes: [...item.prefixes, prefix],
  }));
}

/** The same after the name, for `nameSuffix`. */
export function applyNameSuffix(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  return applyAffix(items, context, 'nameSuffix', config.nameSuffix, (item, suffix) => ({
    ...item,
    suffixes: [...item.suffixes, suffix],
  }));
}

type Affix = 'namePrefix' | 'nameSuffix';

/** kustomize takes no note of an empty affix (Resource.appendCsvAnnotation). */
function applyAffix(
  items: readonly Item[],
  context: Context,
  field: Affix,
  specs: readonly FieldSpec[],
  record: (item: Item, affix: string) => Item,
): readonly Item[] {
  const { root } = context.kustomization;
  const affix = textAt(context, root, field);
  const entry = entryOf(root, field);
  if (!entry || !affix?.value) return items;
  const text = affix.value;
  const made: MapEntry = { ...entry, value: shareNode(context, { ...affix, value: '' }) };
  const change = (node: SourceNode): SourceNode => affixed(node, field, text);
  const ofNames = specs.filter(isName);
  return items.map((item) => {
    if (isSkipped(item)) return item;
    const changed = withRoot(item, changeFields(item.root, specs, { change, made }));
    return ofNames.some((spec) => selects(spec, originalGvk(item))) ? record(changed, text) : changed;
  });
}

function affixed(node: SourceNode, field: Affix, affix: string): SourceNode {
  if (node.type !== 'scalar') return node;
  const name = String(node.value);
  return computed(node, field === 'namePrefix' ? affix + name : name + affix);
}

function isName({ path }: FieldSpec): boolean {
  return path.join('/') === 'metadata/name';
}

/** By what the resource was at first (kustomize, PrefixTransformerPlugin.shouldSkip). */
function isSkipped(item: Item): boolean {
  const { group, kind } = originalGvk(item);
  return (
    kind === 'Namespace' || kind === 'CustomResourceDefinition' || (kind === 'APIService' && group === apiServices)
  );
}

const apiServices = 'apiregistration.k8s.io';

function originalGvk(item: Item): ReturnType<typeof gvkOf> {
  return { ...gvkOf(item.root), kind: item.identities[0].kind };
}
