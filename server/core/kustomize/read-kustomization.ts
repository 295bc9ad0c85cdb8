import { entriesAt, itemsAt, nodeAt, stringAt, type MapNode, type SourceNode } from '../manifest/node';
import { readTrees } from '../manifest/read-trees';
import type { KustomizationFile } from './source';

/** The names `kustomize` looks for in a directory (kustomize, konfig.RecognizedKustomizationFileNames). */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

export function isKustomizationName(name: string): boolean {
  return (kustomizationNames as readonly string[]).includes(name);
}

/**
 * Reads a kustomization; undefined when the text is none: another tool's file of that name, a Flux `Kustomization`, a template. Text that
 * cannot be read gives an empty one with the problem. Never throws.
 * @param directory URI without trailing slash
 */
export function readKustomization(directory: string, uri: string, text: string): KustomizationFile | undefined {
  const { roots, problem, template } = readTrees(text);
  if (template) return undefined;
  const root = roots.find((tree) => tree.type === 'map');
  const apiVersion = root && stringAt(root, 'apiVersion')?.value;
  if (apiVersion !== undefined && !apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined;
  if (!root && !problem) return undefined;
  return {
    directory,
    uri,
    root: root ?? { type: 'map', entries: [], start: 0, end: 0 },
    ...(problem ? { problem: { ...problem, message: `This kustomization cannot be read. ${problem.message}` } } : {}),
  };
}

/** Paths and URLs of what a kustomization includes: resources, bases and components. */
export function includedBy(file: KustomizationFile): readonly string[] {
  return namesIn(file).included;
}

/** Files that are no resources of their own: patches, generator input, values, configuration. */
export function otherFilesOf(file: KustomizationFile): readonly string[] {
  return namesIn(file).others;
}

interface Names {
  readonly included: readonly string[];
  readonly others: readonly string[];
}

/** Every change in a workspace asks for the names in all kustomizations, and only those that changed are other objects. */
const known = new WeakMap<KustomizationFile, Names>();

function namesIn(file: KustomizationFile): Names {
  const names = known.get(file) ?? {
    included: ['resources', 'bases', 'components'].flatMap((key) => strings(file.root, key)),
    others: otherNames(file.root),
  };
  known.set(file, names);
  return names;
}

function otherNames(root: MapNode): readonly string[] {
  const listed = [
    'patchesStrategicMerge',
    'configurations',
    'crds',
    'transformers',
    'generators',
    'validators',
  ].flatMap((key) => strings(root, key));
  const paths = ['patches', 'patchesJson6902', 'replacements'].flatMap((key) =>
    itemsAt(root, key).flatMap((item) => stringAt(item, 'path')?.value ?? []),
  );
  const values = itemsAt(root, 'helmCharts').flatMap((item) => [
    ...strings(item, 'additionalValuesFiles'),
    ...(stringAt(item, 'valuesFile') ? [stringAt(item, 'valuesFile')?.value ?? ''] : []),
  ]);
  const openapi = stringAt(root, 'openapi', 'path')?.value;
  return [...listed, ...paths, ...values, ...generatorFiles(root), ...(openapi === undefined ? [] : [openapi])].filter(
    (entry) => entry !== '' && !entry.includes('\n'),
  );
}

/** Entries are `path` or `key=path`. */
function generatorFiles(root: MapNode): readonly string[] {
  return ['configMapGenerator', 'secretGenerator']
    .flatMap((generator) =>
      itemsAt(root, generator).flatMap((item) => [
        ...strings(item, 'files'),
        ...strings(item, 'envs'),
        ...entriesAt(item).flatMap(({ key }) => (key === 'env' ? (stringAt(item, key)?.value ?? []) : [])),
      ]),
    )
    .map((entry) => entry.slice(entry.indexOf('=') + 1));
}

function strings(node: SourceNode, key: string): readonly string[] {
  const found = nodeAt(node, key);
  return itemsAt(found).flatMap((item) =>
    item.type === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}
