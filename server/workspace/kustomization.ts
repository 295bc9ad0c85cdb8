import { entriesAt, itemsAt, nodeAt, stringAt, type SourceNode } from '../core/manifest/node';
import { readTree } from '../core/manifest/read-manifest';

/** What Kubepath reads of a `kustomization.yaml` until it renders them itself. Paths are as written. */
export interface Kustomization {
  readonly component: boolean;
  /** Files, directories and URLs under `resources`, `bases` and `components`, in that order. */
  readonly resources: readonly string[];
  readonly namespace: string | undefined;
  /** Files that are no resources of their own: patches, generator input, values, configuration. */
  readonly otherFiles: readonly string[];
  /** True when what is deployed differs from the resources as written in ways that selectors can see. */
  readonly changesResources: boolean;
}

/** The names `kustomize` looks for in a directory (kustomize, konfig.RecognizedKustomizationFileNames). */
export const kustomizationNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'] as const;

/** Fields that make, remove or rewrite resources in ways that selectors can see. Prefixes and suffixes do so alike on both ends of a reference. */
const changingFields = [
  'components',
  'patches',
  'patchesStrategicMerge',
  'patchesJson6902',
  'replacements',
  'vars',
  'transformers',
  'generators',
  'helmCharts',
  'helmChartInflationGenerator',
  'commonLabels',
];

/** Reads a kustomization; undefined when the text is none (another tool's file, a Flux `Kustomization`). Never throws. */
export function readKustomization(text: string): Kustomization | undefined {
  const root = readTree(text);
  if (root?.type !== 'map') return undefined;
  const apiVersion = stringAt(root, 'apiVersion')?.value ?? 'kustomize.config.k8s.io/';
  if (!apiVersion.startsWith('kustomize.config.k8s.io/')) return undefined;
  return {
    component: stringAt(root, 'kind')?.value === 'Component',
    resources: ['resources', 'bases', 'components'].flatMap((key) => strings(root, key)),
    namespace: stringAt(root, 'namespace')?.value,
    otherFiles: otherFiles(root),
    changesResources:
      changingFields.some((key) => (nodeAt(root, key)?.type ?? 'scalar') !== 'scalar') ||
      itemsAt(root, 'labels').some((item) =>
        ['includeTemplates', 'includeSelectors'].some((key) => nodeAt(item, key) !== undefined),
      ),
  };
}

function otherFiles(root: SourceNode): readonly string[] {
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
  const values = itemsAt(root, 'helmCharts').flatMap((item) => stringAt(item, 'valuesFile')?.value ?? []);
  return [...listed, ...paths, ...values, ...generatorFiles(root)];
}

/** Entries are `path` or `key=path`. */
function generatorFiles(root: SourceNode): readonly string[] {
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
  return itemsAt(node, key).flatMap((item) =>
    item.type === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}
