import { fromFile } from '../manifest/edit-tree';
import { entryOf, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { defaultConfig } from './default-config';
import { parseFieldPath, selects } from './field-paths';
import type { FieldSpec, NameReferenceSpec, TransformerConfig } from './field-specs';
import { booleanOf, checkKeys, listAt, textAt } from './kustomization-values';
import { isRemote } from './remote';
import { isUnavailable } from './source';

/** What the files under `configurations` add to the fields that transformers change. */
export function configOf(context: Context): TransformerConfig {
  return listAt(context, context.kustomization.root, 'configurations').reduce(
    (config, node) => mergeConfigs(config, configAt(node, context)),
    emptyConfig,
  );
}

/** Both together. The first one itself when the second adds nothing to it. */
export function mergeConfigs(a: TransformerConfig, b: TransformerConfig): TransformerConfig {
  if (a === b || b === emptyConfig) return a;
  const nameReference = mergeNameReferences(a.nameReference, b.nameReference);
  const merged = { ...a, nameReference };
  for (const field of fieldLists) merged[field] = mergeFieldSpecs(a[field], b[field]);
  const isSame = nameReference === a.nameReference && fieldLists.every((field) => merged[field] === a[field]);
  return isSame ? a : merged;
}

/**
 * Both lists together, the first one itself when the second adds nothing. A spec is already there when one of the same path means a part
 * of what it means, so a narrower spec keeps a wider one out: that is kustomize's way (FsSlice.MergeOne).
 * @param onConflict told of specs that are there with another `create`, which kustomize refuses
 */
export function mergeFieldSpecs(
  a: readonly FieldSpec[],
  b: readonly FieldSpec[],
  onConflict?: (spec: FieldSpec) => void,
): readonly FieldSpec[] {
  if (b.length === 0) return a;
  const byPath = new Map<string, FieldSpec[]>();
  const listFor = (path: readonly string[]): FieldSpec[] => {
    const key = path.join('/');
    const list = byPath.get(key) ?? [];
    byPath.set(key, list);
    return list;
  };
  for (const spec of a) listFor(spec.path).push(spec);
  const added = b.filter((spec) => {
    const known = listFor(spec.path);
    const same = known.find((candidate) => selects(spec, gvkOfSpec(candidate)));
    if (same && same.create !== spec.create) onConflict?.(spec);
    if (!same) known.push(spec);
    return !same;
  });
  return added.length === 0 ? a : [...a, ...added];
}

/** Reads field specs as `configurations` and `labels` write them; what cannot be read is reported and left out. */
export function readFieldSpecs(context: Context, nodes: readonly SourceNode[], name: string): readonly FieldSpec[] {
  return nodes.flatMap((node) => {
    checkKeys(context, node, ['path', 'group', 'version', 'kind', 'create'], name);
    const path = textAt(context, node, 'path', `${name} path`)?.value;
    if (path === undefined) return [];
    return {
      ...selectorAt(context, node, name),
      path: parseFieldPath(path),
      create: booleanOf(context, node, 'create'),
    };
  });
}

type FieldList = Exclude<keyof TransformerConfig, 'nameReference'>;

const fieldLists = [
  'namePrefix',
  'nameSuffix',
  'namespace',
  'commonLabels',
  'labels',
  'templateLabels',
  'commonAnnotations',
  'varReference',
  'images',
  'replicas',
] as const satisfies readonly FieldList[];

const emptyConfig: TransformerConfig = {
  namePrefix: [],
  nameSuffix: [],
  namespace: [],
  commonLabels: [],
  labels: [],
  templateLabels: [],
  commonAnnotations: [],
  nameReference: [],
  varReference: [],
  images: [],
  replicas: [],
};

function configAt(node: SourceNode, context: Context): TransformerConfig {
  if (node.type !== 'scalar' || typeof node.value !== 'string') {
    context.invalid(node, 'An entry of `configurations` must be the path of a file.');
    return emptyConfig;
  }
  const { kustomization, source } = context;
  const uri = source.resolve(kustomization.directory, node.value);
  const trees = isRemote(node.value) ? { unavailable: 'is remote' } : source.treesIn(uri);
  if (isUnavailable(trees)) {
    context.incomplete(node, `${node.value} ${trees.unavailable}: the fields that it adds are not known here.`);
    return emptyConfig;
  }
  // kustomize reads the first document of such a file.
  const [tree] = trees;
  return tree ? configIn(fromFile(tree, uri), context) : emptyConfig;
}

function configIn(tree: SourceNode, context: Context): TransformerConfig {
  if (tree.type === 'scalar' && tree.value === null) return emptyConfig;
  checkKeys(context, tree, [...fieldLists, 'nameReference'], 'configurations');
  const config = { ...emptyConfig, nameReference: nameReferencesIn(tree, context) };
  for (const field of fieldLists) {
    const added = readFieldSpecs(context, listAt(context, tree, field), field);
    mergeFieldSpecs(defaultConfig[field], added, ({ path }) =>
      context.invalid(
        entryOf(tree, field)?.value ?? tree,
        `\`${field}\` says of ${path.join('/')} otherwise than kustomize whether it is created: kustomize refuses to build.`,
      ),
    );
    config[field] = added;
  }
  return config;
}

function nameReferencesIn(tree: SourceNode, context: Context): readonly NameReferenceSpec[] {
  return listAt(context, tree, 'nameReference').flatMap((node) => {
    checkKeys(context, node, ['group', 'version', 'kind', 'fieldSpecs'], 'nameReference');
    const selector = selectorAt(context, node, 'nameReference');
    const fields = readFieldSpecs(context, listAt(context, node, 'fieldSpecs'), 'fieldSpecs');
    return fields.length === 0 ? [] : { kind: '', ...selector, fields };
  });
}

type Selector = Partial<Pick<FieldSpec, 'group' | 'version' | 'kind'>>;

function selectorAt(context: Context, node: SourceNode, name: string): Selector {
  const selector: Record<string, string> = {};
  for (const part of ['group', 'version', 'kind']) {
    const text = textAt(context, node, part, `${name} ${part}`)?.value;
    if (text) selector[part] = text;
  }
  return selector;
}

function mergeNameReferences(
  a: readonly NameReferenceSpec[],
  b: readonly NameReferenceSpec[],
): readonly NameReferenceSpec[] {
  return b.reduce((merged, added) => {
    const index = merged.findIndex((known) => keyOf(known) === keyOf(added));
    const known = merged[index];
    if (!known) return [...merged, added];
    const fields = mergeFieldSpecs(known.fields, added.fields);
    return fields === known.fields ? merged : merged.with(index, { ...known, fields });
  }, a);
}

function keyOf({ group = '', version = '', kind }: NameReferenceSpec): string {
  return `${group}/${version}/${kind}`;
}

function gvkOfSpec({ group = '', version = '', kind = '' }: FieldSpec): Required<Selector> {
  return { group, version, kind };
}
