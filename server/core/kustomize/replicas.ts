import { computed } from '../manifest/edit-tree';
import { entryOf, type MapEntry, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { changeFields, gvkOf, selects } from './field-paths';
import type { FieldSpec, TransformerConfig } from './field-specs';
import { withRoot, type Item } from './item';
import { checkKeys, listAt, shareNode, textAt, type TextNode } from './kustomization-values';

/** Sets how many replicas the workloads that `replicas` names have. They go by any name they ever had. */
export function applyReplicas(items: readonly Item[], context: Context, config: TransformerConfig): readonly Item[] {
  return listAt(context, context.kustomization.root, 'replicas').reduce(
    (current, node) => applyCount(current, node, context, config.replicas),
    items,
  );
}

function applyCount(
  items: readonly Item[],
  node: SourceNode,
  context: Context,
  specs: readonly FieldSpec[],
): readonly Item[] {
  checkKeys(context, node, ['name', 'count'], 'replicas');
  const name = textAt(context, node, 'name', 'replicas name');
  const made = countOf(node, context);
  if (!name || !made) return items;
  const specsFor = (item: Item): readonly FieldSpec[] => {
    const named = item.identities.filter((identity) => identity.name === name.value);
    if (named.length === 0) return [];
    const gvk = gvkOf(item.root);
    return specs.filter((spec) => named.some(({ kind }) => selects(spec, { ...gvk, kind })));
  };
  if (!items.some((item) => specsFor(item).length > 0)) reportAbsent(name, context, specs);
  return items.map((item) =>
    withRoot(item, changeFields(item.root, specsFor(item), { change: () => made.value, made })),
  );
}

function reportAbsent(name: TextNode, context: Context, specs: readonly FieldSpec[]): void {
  if (!specs.every(({ kind }) => kind !== undefined && readKinds.has(kind))) return;
  const kinds = [...new Set(specs.map(({ kind }) => kind))].join(', ');
  context.missing(name, `None of the kinds ${kinds} is called ${name.value}: kustomize refuses to build.`);
}

/** Kinds that are never left out of the items, whatever their group: that one is missing can only be told of these. */
const readKinds: ReadonlySet<string> = new Set([
  'Deployment',
  'StatefulSet',
  'ReplicaSet',
  'ReplicationController',
  'DaemonSet',
  'Job',
]);

/** The entry `replicas: <count>` at the place where the kustomization says the count; zero where it says none. */
function countOf(node: SourceNode, context: Context): MapEntry | undefined {
  const entry = entryOf(node, 'count');
  if (!entry || (entry.value.type === 'scalar' && entry.value.value === null)) {
    const zero = computed(node, 0);
    return { key: 'count', keyStart: node.start, keyEnd: node.end, value: shareNode(context, zero) };
  }
  const { value } = entry;
  if (value.type === 'scalar' && Number.isInteger(value.value)) return { ...entry, value: shareNode(context, value) };
  context.invalid(value, 'The `count` of `replicas` must be a whole number, without quotes: kustomize refuses others.');
  return undefined;
}
