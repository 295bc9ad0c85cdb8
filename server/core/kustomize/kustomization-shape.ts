import { entryOf, stringAt, type MapNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';

/**
 * What may stand in a kustomization (kustomize v5.7, types.Kustomization). `any` is left to whoever reads it, `texts` is a list of texts, a
 * tuple is a list of such, and a record is a mapping with these keys.
 */
type Shape = 'any' | 'texts' | readonly [Shape] | { readonly [key: string]: Shape };

/**
 * Reports what makes kustomize refuse a kustomization before it builds anything: fields that it does not know, most of them slips, and those
 * of a wrong type that nobody else would notice.
 */
export function checkShape(root: MapNode, context: Context): void {
  check(root, kustomization, undefined, context);
  const kind = stringAt(root, 'kind')?.value || 'Kustomization';
  const apiVersion = versions[kind];
  const said = entryOf(root, 'apiVersion')?.value;
  if (apiVersion === undefined)
    context.invalid(
      entryOf(root, 'kind')?.value ?? root,
      'The `kind` of a kustomization is Kustomization or Component: kustomize refuses others.',
    );
  else if (said?.type === 'scalar' && said.value !== null && said.value !== '' && said.value !== apiVersion)
    context.invalid(said, `The \`apiVersion\` of a ${kind} is ${apiVersion}: kustomize refuses others.`);
}

const versions: Readonly<Record<string, string>> = {
  Kustomization: 'kustomize.config.k8s.io/v1beta1',
  Component: 'kustomize.config.k8s.io/v1alpha1',
};

function keys(...names: readonly string[]): Shape {
  return Object.fromEntries(names.map((name) => [name, 'any']));
}

const options = keys('labels', 'annotations', 'disableNameSuffixHash', 'immutable');
const generator = {
  ...Object.fromEntries(
    ['name', 'namespace', 'behavior', 'literals', 'files', 'envs', 'env'].map((name) => [name, 'any' as const]),
  ),
  options,
};
const selected = ['group', 'version', 'kind', 'name', 'namespace'];
const fieldOptions = keys('delimiter', 'index', 'encoding', 'create');
const selector = keys(...selected, 'labelSelector', 'annotationSelector');
const metadata = ['name', 'namespace', 'labels', 'annotations'];

/** Labels, images, replicas and targets of patches are checked where they are read. */
const kustomization: Shape = {
  apiVersion: 'any',
  kind: 'any',
  metadata: keys(...metadata),
  openapi: 'any',
  namePrefix: 'any',
  nameSuffix: 'any',
  namespace: 'any',
  commonLabels: 'any',
  labels: 'any',
  commonAnnotations: 'any',
  patchesStrategicMerge: 'any',
  patches: [keys('path', 'patch', 'target', 'options')],
  patchesJson6902: [keys('path', 'patch', 'target', 'options')],
  images: 'any',
  imageTags: 'any',
  replacements: [
    {
      path: 'any',
      source: {
        ...Object.fromEntries(selected.map((name) => [name, 'any' as const])),
        fieldPath: 'any',
        options: fieldOptions,
      },
      sourceValue: 'any',
      targets: [{ select: selector, reject: [selector], fieldPaths: 'any', options: fieldOptions }],
    },
  ],
  replicas: 'any',
  vars: [
    {
      name: 'any',
      objref: keys('apiVersion', 'group', 'version', 'kind', 'name', 'namespace'),
      fieldref: keys('fieldPath'),
    },
  ],
  sortOptions: { order: 'any', legacySortOptions: keys('orderFirst', 'orderLast') },
  resources: 'texts',
  components: 'texts',
  crds: 'texts',
  bases: 'texts',
  configMapGenerator: [generator],
  secretGenerator: [{ ...generator, type: 'any' }],
  helmGlobals: 'any',
  helmCharts: 'any',
  helmChartInflationGenerator: 'any',
  generatorOptions: options,
  configurations: 'any',
  generators: 'texts',
  transformers: 'texts',
  validators: 'texts',
  buildMetadata: 'texts',
};

function check(node: SourceNode, shape: Shape, name: string | undefined, context: Context): void {
  if (shape === 'any' || (node.type === 'scalar' && node.value === null)) return;
  if (shape === 'texts') checkTexts(node, name, context);
  else if (isList(shape)) {
    if (node.type === 'sequence') for (const item of node.items) check(item, shape[0], name, context);
  } else if (node.type === 'map') checkEntries(node, shape, name, context);
  else if (name === 'generatorOptions' || name === 'metadata')
    context.invalid(node, `\`${name}\` must be a mapping: kustomize refuses anything else.`);
}

function isList(shape: Shape): shape is readonly [Shape] {
  return Array.isArray(shape);
}

/** kustomize tells keys apart as Go's JSON does, without regard to case. */
function checkEntries(
  map: MapNode,
  shape: Readonly<Record<string, Shape>>,
  name: string | undefined,
  context: Context,
): void {
  const known = new Map(Object.entries(shape).map(([key, value]) => [key.toLowerCase(), { key, value }]));
  for (const { key, keyStart, keyEnd, value } of map.entries) {
    const found = known.get(key.toLowerCase());
    if (found) check(value, found.value, found.key, context);
    else {
      const where = name === undefined ? '' : ` under \`${name}\``;
      const place = { start: keyStart, end: keyEnd, ...(value.file === undefined ? {} : { file: value.file }) };
      context.invalid(place, `kustomize knows no field \`${key}\`${where} and refuses to build: is it misspelled?`);
    }
  }
}

function checkTexts(node: SourceNode, name = '', context: Context): void {
  if (node.type !== 'sequence') {
    context.invalid(node, `\`${name}\` must be a list of texts: kustomize refuses anything else.`);
    return;
  }
  for (const item of node.items)
    if (item.type !== 'scalar' || (typeof item.value !== 'string' && item.value !== null))
      context.invalid(item, `Every entry of \`${name}\` must be a text: kustomize refuses anything else.`);
}
