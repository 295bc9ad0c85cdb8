import { posix } from 'node:path';
import { booleanAt, itemsAt, nodeAt, stringAt, toPlain, type SourceNode } from '../../core/manifest/node';

/** How a chart of this repository is deployed, as a Flux HelmRelease or an Argo CD Application says. */
export interface ChartRelease {
  /** `HelmRelease apps/web`, `Application web`. */
  readonly label: string;
  /** Of the chart, from the root of the repository; empty for the root itself. */
  readonly chart: string;
  /** From the root of the repository; later ones win. */
  readonly valuesFiles: readonly string[];
  /** YAML that wins over the files. */
  readonly values: string | undefined;
  /** What wins over all others. */
  readonly parameters: readonly HelmParameter[];
  /** Name of the release; undefined when it is only known at run time. */
  readonly release: string | undefined;
  readonly namespace: string;
  /** False when values come from elsewhere, or what helm renders is changed after it. */
  readonly complete: boolean;
}

/** An argument of `--set`: `image.tag` and its value. */
export interface HelmParameter {
  readonly name: string;
  readonly value: string;
  /** The value stays text, whatever it looks like. */
  readonly isText: boolean;
}

/**
 * The charts that a resource deploys from paths of a repository; whether this is the repository, and a chart is there, is for the caller to
 * find out. Charts of chart repositories, and what a generator fills in, are left alone.
 */
export function releasesOf(root: SourceNode): readonly ChartRelease[] {
  const group = (stringAt(root, 'apiVersion')?.value ?? '').split('/')[0];
  const kind = stringAt(root, 'kind')?.value;
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') return fluxRelease(root);
  if (group !== 'argoproj.io') return [];
  if (kind === 'Application') return applicationReleases(root, root, true);
  const template = kind === 'ApplicationSet' ? nodeAt(root, 'spec', 'template') : undefined;
  return template ? applicationReleases(root, template, nodeAt(root, 'spec', 'templatePatch') === undefined) : [];
}

/** https://fluxcd.io/flux/components/helm/helmreleases/ */
function fluxRelease(root: SourceNode): readonly ChartRelease[] {
  const spec = nodeAt(root, 'spec', 'chart', 'spec');
  const source = stringAt(spec, 'sourceRef', 'kind')?.value;
  const chart = inRepository(stringAt(spec, 'chart')?.value);
  if ((source !== 'GitRepository' && source !== 'Bucket') || chart === undefined) return [];
  const own = stringAt(root, 'metadata', 'namespace')?.value;
  const target = stringAt(root, 'spec', 'targetNamespace')?.value;
  const name = stringAt(root, 'metadata', 'name')?.value ?? '';
  const values = nodeAt(root, 'spec', 'values');
  const files = textsAt(spec, 'valuesFiles').map((file) => inRepository(file));
  return [
    {
      label: labelOf(root),
      chart,
      valuesFiles: files.flatMap((file) => file ?? []),
      values: values?.type === 'map' ? JSON.stringify(toPlain(values)) : undefined,
      parameters: [],
      release: stringAt(root, 'spec', 'releaseName')?.value ?? (target === undefined ? name : `${target}-${name}`),
      namespace: target ?? own ?? 'default',
      complete:
        itemsAt(root, 'spec', 'valuesFrom').length === 0 &&
        itemsAt(root, 'spec', 'postRenderers').length === 0 &&
        !files.includes(undefined),
    },
  ];
}

/** https://argo-cd.readthedocs.io/en/stable/user-guide/helm/ */
function applicationReleases(root: SourceNode, app: SourceNode, complete: boolean): readonly ChartRelease[] {
  const single = nodeAt(app, 'spec', 'source');
  const sources = [...itemsAt(app, 'spec', 'sources'), ...(single ? [single] : [])];
  const namespace = stringAt(app, 'spec', 'destination', 'namespace')?.value ?? 'default';
  return sources.flatMap((source): readonly ChartRelease[] => {
    const path = stringAt(source, 'path')?.value;
    const chart = path === undefined || nodeAt(source, 'chart') ? undefined : inRepository(path);
    const others = ['kustomize', 'directory', 'plugin'].some((key) => nodeAt(source, key));
    if (chart === undefined || others) return [];
    const helm = nodeAt(source, 'helm');
    const release = stringAt(helm, 'releaseName')?.value ?? stringAt(app, 'metadata', 'name')?.value;
    const files = textsAt(helm, 'valueFiles').map((file) => valueFile(chart, file));
    const mayLackFiles = booleanAt(helm, 'ignoreMissingValueFiles') === true;
    const found: ChartRelease = {
      label: labelOf(root),
      chart,
      valuesFiles: files.flatMap((file) => file ?? []),
      values: inlineValues(helm),
      parameters: itemsAt(helm, 'parameters').flatMap(toParameter),
      release: release?.includes('{{') ? undefined : release,
      namespace: stringAt(helm, 'namespace')?.value ?? (namespace.includes('{{') ? 'default' : namespace),
      complete:
        complete && nodeAt(helm, 'fileParameters') === undefined && (mayLackFiles || !files.includes(undefined)),
    };
    return isFilledIn(found) ? [found] : [];
  });
}

/** Nothing that decides the rendering is left for a generator to say. */
function isFilledIn({ chart, valuesFiles, values, parameters }: ChartRelease): boolean {
  return !JSON.stringify([chart, valuesFiles, values, parameters]).includes('{{');
}

/** `valuesObject` wins over `values`: it takes its place. */
function inlineValues(helm: SourceNode | undefined): string | undefined {
  const object = nodeAt(helm, 'valuesObject');
  return object?.type === 'map' ? JSON.stringify(toPlain(object)) : stringAt(helm, 'values')?.value;
}

function toParameter(node: SourceNode): readonly HelmParameter[] {
  const name = stringAt(node, 'name')?.value;
  const value = nodeAt(node, 'value');
  if (name === undefined || value?.type !== 'scalar') return [];
  return [{ name, value: String(value.value ?? ''), isText: booleanAt(node, 'forceString') === true }];
}

/** A path from the chart; from the root of the repository with `/`, and with `$name/` from that of another source. */
function valueFile(chart: string, file: string): string | undefined {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(file)) return undefined;
  const ofOther = /^\$[^/]+\/(.*)$/.exec(file)?.[1];
  return inRepository(ofOther ?? (file.startsWith('/') ? file : posix.join(chart, file)));
}

/** A path from the root of the repository, without `./`; undefined when it leads out of it. */
function inRepository(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const plain = posix.normalize(path.replace(/^\/+/, '')).replace(/\/+$/, '');
  if (plain === '..' || plain.startsWith('../')) return undefined;
  return plain === '.' ? '' : plain;
}

function labelOf(root: SourceNode): string {
  const namespace = stringAt(root, 'metadata', 'namespace')?.value;
  const name = stringAt(root, 'metadata', 'name')?.value ?? '';
  return `${stringAt(root, 'kind')?.value ?? ''} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

function textsAt(node: SourceNode | undefined, key: string): readonly string[] {
  return itemsAt(node, key).flatMap((item) =>
    item.type === 'scalar' && typeof item.value === 'string' ? [item.value] : [],
  );
}
