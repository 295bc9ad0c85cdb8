import { createHash } from 'node:crypto';
import { join } from 'node:path';
import picomatch from 'picomatch';
import type { RenderJob } from '../external-renders';
import type { FileSource } from '../file-source';
import { mayBeValues } from './chart';
import type { LoadedChart } from './load-chart';
import type { ChartRelease, HelmParameter } from './releases';

/** One way to render a chart: a scope of its own. */
export interface ChartRendering {
  /** Tells it from the others of the chart (`values-prod.yaml`, `HelmRelease apps/web`); undefined for `values.yaml` alone. */
  readonly label: string | undefined;
  /** Absolute paths; later ones win. */
  readonly valuesFiles: readonly string[];
  readonly values: string | undefined;
  readonly parameters: readonly HelmParameter[];
  readonly release: string;
  readonly namespace: string;
  /** False when values are missing that are used in the cluster. */
  readonly complete: boolean;
}

/** Files that a chart is rendered with, one at a time, beside `values.yaml`: what people name for environments, and chart-testing for CI. */
const defaultValuesGlobs: readonly string[] = ['values-*.yaml', 'ci/*.yaml'];

/**
 * The renderings of a chart by itself: with its `values.yaml`, and once more with each file that the globs name.
 * @param globs from the chart's directory
 */
export function valuesRenderings(chart: LoadedChart, globs = defaultValuesGlobs): readonly ChartRendering[] {
  if (chart.description.isLibrary) return [];
  const matches = picomatch([...globs], { dot: true });
  const named = chart.files.filter(
    (file) =>
      file !== 'values.yaml' && file !== 'Chart.yaml' && matches(file) && mayBeValues(chart.texts.get(file) ?? ''),
  );
  const plain: ChartRendering = {
    label: undefined,
    valuesFiles: [],
    values: undefined,
    parameters: [],
    release: releaseName(chart.description.name),
    namespace: 'default',
    complete: true,
  };
  return [plain, ...named.map((file) => ({ ...plain, label: file, valuesFiles: [join(chart.path, file)] }))];
}

/**
 * The rendering that a HelmRelease or an Application asks for. Values files that are not there are left out, and it is incomplete then.
 * @param repository the directory that the release's paths begin at
 */
export function releaseRendering(
  files: FileSource,
  chart: LoadedChart,
  release: ChartRelease,
  repository: string,
): ChartRendering {
  const wanted = release.valuesFiles.map((file) => join(repository, file));
  const found = wanted.filter((path) => files.kindOf(path) === 'file');
  return {
    label: release.label,
    valuesFiles: found,
    values: release.values,
    parameters: release.parameters,
    release: releaseName(release.release ?? chart.description.name),
    namespace: isLabel(release.namespace) ? release.namespace : 'default',
    complete: release.complete && found.length === wanted.length,
  };
}

/** `charts/web`, `charts/web (values-prod.yaml)`. */
export function scopeName(chart: string, { label }: Pick<ChartRendering, 'label'>): string {
  return label === undefined ? chart : `${chart} (${label})`;
}

/**
 * What to run for a rendering. It changes nothing on the machine and asks no cluster: no plugin, no post-renderer, no repository, no network.
 * @param helm the program
 */
export function renderJob(helm: string, chart: LoadedChart, rendering: ChartRendering, files: FileSource): RenderJob {
  const command = [
    helm,
    'template',
    rendering.release,
    chart.path,
    `--namespace=${rendering.namespace}`,
    '--skip-tests',
    `--kube-version=${kubeVersion}`,
    `--api-versions=${apiVersions.join(',')}`,
    ...(hasRemoteSchema(chart) ? ['--skip-schema-validation'] : []),
    ...rendering.valuesFiles.map((path) => `--values=${inList(path)}`),
    ...(rendering.values === undefined ? [] : ['--values=-']),
    ...rendering.parameters.map(toArgument),
  ];
  const hash = createHash('sha256').update(JSON.stringify([command, chart.hash, rendering.values ?? null]));
  for (const path of rendering.valuesFiles) {
    const read = files.read(path, maxValues);
    hash.update('bytes' in read ? read.bytes : read.skipped);
  }
  const key = hash.digest('hex');
  const { path: cwd } = chart;
  return { key, command, cwd, ...(rendering.values === undefined ? {} : { stdin: rendering.values }) };
}

const maxValues = 16 << 20;

/** The same whichever helm there is: charts ask for it, and old ones believe in clusters without Ingress v1. */
const kubeVersion = '1.34.0';

/**
 * What clusters have beside the built-in kinds, as charts ask for it. Those of OpenShift are left out on purpose: charts take them for the
 * sign that they are on OpenShift.
 */
const apiVersions: readonly string[] = [
  ...['gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v1beta1'].flatMap((version) => [
    version,
    ...['GatewayClass', 'Gateway', 'HTTPRoute'].map((kind) => `${version}/${kind}`),
  ]),
  'gateway.networking.k8s.io/v1/GRPCRoute',
  'gateway.networking.k8s.io/v1beta1/ReferenceGrant',
  'networking.k8s.io/v1/Ingress',
  'networking.k8s.io/v1/IngressClass',
  'networking.k8s.io/v1/NetworkPolicy',
  'policy/v1/PodDisruptionBudget',
  'monitoring.coreos.com/v1',
  'monitoring.coreos.com/v1/ServiceMonitor',
];

/** Helm would fetch what a schema refers to. */
function hasRemoteSchema({ texts }: LoadedChart): boolean {
  return [...texts].some(([file, text]) => file.endsWith('values.schema.json') && /"\$ref"\s*:\s*"https?:/.test(text));
}

/** Helm reads the argument as a list with commas (CSV). */
function inList(path: string): string {
  return /[",\r\n]/.test(path) ? `"${path.replaceAll('"', '""')}"` : path;
}

/** As Argo CD writes it: a comma in a value is no new parameter, but that in a list `{a,b}` is its comma. */
function toArgument({ name, value, isText }: HelmParameter): string {
  const escaped = /^\{.*\}$/s.test(value) ? value : value.replace(/(?<!\\),/g, '\\,');
  return `${isText ? '--set-string' : '--set'}=${name}=${escaped}`;
}

/** A name that Helm takes (pkg/chart/v2/util/validate_name): a DNS label of at most 53 characters. */
function releaseName(name: string): string {
  const label = name
    .toLowerCase()
    .replace(/[^a-z0-9-]+/g, '-')
    .slice(0, 53)
    .replace(/^-+|-+$/g, '');
  return label === '' ? 'release' : label;
}

function isLabel(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(text);
}
