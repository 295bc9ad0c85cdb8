import { entryOf, itemsAt, nodeAt, stringAt, type MapEntry, type MapNode, type SourceNode } from '../manifest/node';
import { fromFile } from '../manifest/edit-tree';
import { readEmbedded } from '../manifest/embedded-yaml';
import type { Context } from './context';
import { defaultConfig } from './default-config';
import type { TransformerConfig } from './field-specs';
import { listAt } from './kustomization-values';
import { isRemote } from './remote';
import { isUnavailable } from './source';
import { readFieldSpecs } from './transformer-config';

/**
 * The configurations under `generators`, each as the context of a kustomization that says the same with a field of its own. Plugins that
 * are programs, and charts, are reported: nothing is run here.
 */
export function generatorPlugins(context: Context): readonly Context[] {
  const { root } = context.kustomization;
  for (const field of ['helmCharts', 'helmChartInflationGenerator'])
    for (const chart of itemsAt(root, field)) {
      const name = (stringAt(chart, 'name') ?? stringAt(chart, 'chartName'))?.value ?? 'this chart';
      context.incomplete(
        chart,
        `What the chart ${name} makes is missing here: Kubepath renders no charts within kustomizations.`,
      );
    }
  return itemsAt(root, 'generators').flatMap((node) => plugins(node, context));
}

/** A configuration under `transformers`, as the context of a kustomization with the same field, and the fields that it changes. */
export interface TransformerPlugin {
  readonly context: Context;
  readonly config: TransformerConfig;
}

/** The configurations under `transformers`. Validators change nothing, so they are passed over. */
export function transformerPlugins(context: Context): readonly TransformerPlugin[] {
  return itemsAt(context.kustomization.root, 'transformers')
    .flatMap((node) => plugins(node, context))
    .map((plugin) => ({ context: plugin, config: pluginConfig(plugin) }));
}

/** A plugin changes the fields that it names itself, and no others. */
function pluginConfig(context: Context): TransformerConfig {
  const { root } = context.kustomization;
  const specs = readFieldSpecs(context, listAt(context, root, 'fieldSpecs'), 'fieldSpecs');
  if (!entryOf(root, 'fieldSpecs') && ['namePrefix', 'nameSuffix'].some((key) => entryOf(root, key)))
    context.invalid(
      root,
      'This plugin needs `fieldSpecs`, such as `[{path: metadata/name}]`: kustomize refuses to build.',
    );
  return {
    ...defaultConfig,
    namePrefix: specs,
    nameSuffix: specs,
    namespace: specs,
    commonLabels: specs,
    commonAnnotations: specs,
    images: specs,
    replicas: specs,
  };
}

/** An entry is a path to configurations, or the configuration itself as text. */
function plugins(node: SourceNode, context: Context): readonly Context[] {
  if (node.type !== 'scalar' || typeof node.value !== 'string') return [];
  return treesOf(node, node.value, context).flatMap((tree) => {
    if (!stringAt(tree, 'metadata', 'name')?.value)
      context.invalid(tree, 'A plugin needs a `metadata.name`: kustomize refuses to build.');
    const root = tree.type === 'map' ? asKustomization(tree) : undefined;
    if (root) return [{ ...context, kustomization: { ...context.kustomization, root } }];
    const kind = stringAt(tree, 'kind')?.value ?? 'A plugin';
    context.incomplete(
      node,
      `${kind} is a plugin that Kubepath does not run: what it makes or changes is missing here.`,
    );
    return [];
  });
}

function treesOf(node: SourceNode, entry: string, context: Context): readonly SourceNode[] {
  const { kustomization, source } = context;
  if (entry.includes('\n')) {
    const text = source.textOf(kustomization.uri);
    return node.type === 'scalar' && typeof text === 'string'
      ? readEmbedded(text, node, node.file ?? kustomization.uri)
      : [];
  }
  const uri = source.resolve(kustomization.directory, entry);
  if (source.kustomizationIn(uri)) {
    context.incomplete(
      node,
      `${entry} is a kustomization that makes plugins, which Kubepath does not build: what they make or change is missing here.`,
    );
    return [];
  }
  const trees = isRemote(entry) ? { unavailable: 'is remote' } : source.treesIn(uri);
  if (!isUnavailable(trees)) return trees.map((tree) => fromFile(tree, uri));
  context.incomplete(node, `${entry} ${trees.unavailable}: what this plugin makes or changes is missing here.`);
  return [];
}

/** Built-in plugins, by the field of a kustomization that says the same (kustomize, builtinpluginconsts). */
const asFields: Readonly<Record<string, (config: MapNode) => readonly (MapEntry | undefined)[]>> = {
  NamespaceTransformer: (config) => [field('namespace', nodeAt(config, 'metadata', 'namespace'))],
  PrefixTransformer: (config) => [field('namePrefix', nodeAt(config, 'prefix'))],
  SuffixTransformer: (config) => [field('nameSuffix', nodeAt(config, 'suffix'))],
  PrefixSuffixTransformer: (config) => [
    field('namePrefix', nodeAt(config, 'prefix')),
    field('nameSuffix', nodeAt(config, 'suffix')),
  ],
  AnnotationsTransformer: (config) => [field('commonAnnotations', nodeAt(config, 'annotations'))],
  LabelTransformer: (config) => [field('commonLabels', nodeAt(config, 'labels'))],
  PatchTransformer: (config) => [field('patches', list(config))],
  PatchStrategicMergeTransformer: (config) => [
    field('patchesStrategicMerge', nodeAt(config, 'paths')),
    field('patchesStrategicMerge', nodeAt(config, 'patches')),
  ],
  PatchJson6902Transformer: (config) => [field('patchesJson6902', list(renamed(config, { jsonOp: 'patch' })))],
  ReplicaCountTransformer: (config) => [field('replicas', list(nodeAt(config, 'replica')))],
  ImageTagTransformer: (config) => [field('images', list(nodeAt(config, 'imageTag')))],
  ReplacementTransformer: (config) => [field('replacements', nodeAt(config, 'replacements'))],
  ConfigMapGenerator: (config) => [field('configMapGenerator', list(named(config)))],
  SecretGenerator: (config) => [field('secretGenerator', list(named(config)))],
};

function asKustomization(config: MapNode): MapNode | undefined {
  if (stringAt(config, 'apiVersion')?.value !== 'builtin') return undefined;
  const entries = asFields[stringAt(config, 'kind')?.value ?? '']?.(config);
  return (
    entries && {
      ...config,
      entries: [...entries, entryOf(config, 'fieldSpecs')].filter((entry) => entry !== undefined),
    }
  );
}

function field(key: string, value: SourceNode | undefined): MapEntry | undefined {
  return value && { key, keyStart: value.start, keyEnd: value.start, value };
}

function list(node: SourceNode | undefined): SourceNode | undefined {
  return (
    node && {
      type: 'sequence',
      items: [node],
      start: node.start,
      end: node.end,
      ...(node.file === undefined ? {} : { file: node.file }),
    }
  );
}

function renamed(config: MapNode, keys: Readonly<Record<string, string>>): MapNode {
  return { ...config, entries: config.entries.map((entry) => ({ ...entry, key: keys[entry.key] ?? entry.key })) };
}

/** Generators keep their name and namespace under `metadata`, as resources do. */
function named(config: MapNode): MapNode {
  const metadata = ['name', 'namespace'].map((key) => field(key, nodeAt(config, 'metadata', key)));
  return { ...config, entries: [...config.entries, ...metadata.filter((entry) => entry !== undefined)] };
}
