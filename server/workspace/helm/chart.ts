import { entriesAt, itemsAt, stringAt, type OffsetRange, type SourceNode } from '../../core/manifest/node';
import { readTree } from '../../core/manifest/read-manifest';

/** What a `Chart.yaml` says. */
export interface ChartDescription {
  readonly name: string;
  /** A library has named templates only: it is not rendered by itself. */
  readonly isLibrary: boolean;
  readonly dependencies: readonly ChartDependency[];
}

export interface ChartDependency {
  readonly name: string;
  /** The name that it goes by in the rendered text, when that is another. */
  readonly alias: string | undefined;
  /** Where the name, or the alias, stands in `Chart.yaml`. */
  readonly place: OffsetRange;
}

/** Reads a `Chart.yaml`; undefined when it is none, or one that is still to be filled in. Never throws. */
export function readChartDescription(text: string): ChartDescription | undefined {
  const root = readTree(text);
  const apiVersion = stringAt(root, 'apiVersion')?.value;
  const name = stringAt(root, 'name')?.value ?? '';
  if ((apiVersion !== 'v1' && apiVersion !== 'v2') || !/^[A-Za-z0-9._-]+$/.test(name)) return undefined;
  return {
    name,
    isLibrary: stringAt(root, 'type')?.value === 'library',
    dependencies: itemsAt(root, 'dependencies').flatMap(toDependency),
  };
}

function toDependency(node: SourceNode): readonly ChartDependency[] {
  const name = stringAt(node, 'name');
  const alias = stringAt(node, 'alias');
  if (!name) return [];
  const { start, end } = (alias ?? name).node;
  return [{ name: name.value, alias: alias?.value, place: { start, end } }];
}

/** What a file is to a chart. A change of any of them may change what the chart renders to: templates may read every file. */
export type ChartFileRole =
  | 'description'
  | 'values'
  | 'template'
  /** Part of another chart, in `charts/`. */
  | 'dependency'
  | 'crd'
  /** In `ci` or `tests`: input of test tools. */
  | 'test'
  | 'other';

/**
 * What a file is to the chart in a directory (URIs without trailing slash); undefined outside of it. Of all of them only `other` files may be
 * manifests.
 */
export function chartFileRole(chart: string, uri: string): ChartFileRole | undefined {
  if (!uri.startsWith(`${chart}/`)) return undefined;
  const path = decodeURIComponent(uri.slice(chart.length + 1));
  const [folder] = path.split('/');
  if (/^(Chart\.(yaml|lock)|requirements\.(yaml|lock))$/.test(path)) return 'description';
  if (/^values[^/]*\.(ya?ml|json)$/.test(path) || /^ci\/[^/]*\.ya?ml$/.test(path)) return 'values';
  return folder === path ? 'other' : (roleByFolder.get(folder ?? '') ?? 'other');
}

const roleByFolder: ReadonlyMap<string, ChartFileRole> = new Map([
  ['templates', 'template'],
  ['charts', 'dependency'],
  ['crds', 'crd'],
  ['ci', 'test'],
  ['tests', 'test'],
]);

/**
 * Charts that stand for themselves: one in another's `charts` folder is rendered with that.
 * @param directories URIs without trailing slash
 */
export function outermostCharts(directories: readonly string[]): readonly string[] {
  const known = new Set(directories);
  return directories.filter((directory) => {
    for (let at = directory.lastIndexOf('/charts/'); at > 0; at = directory.lastIndexOf('/charts/', at - 1)) {
      if (known.has(directory.slice(0, at))) return false;
    }
    return true;
  });
}

/** Whether a text is a values file, as far as that can be told: a mapping, or nothing, but no manifest. */
export function mayBeValues(text: string): boolean {
  const root = readTree(text);
  if (!root || (root.type === 'scalar' && root.value === null)) return true;
  const keys = new Set(entriesAt(root).map(({ key }) => key));
  return root.type === 'map' && !(keys.has('apiVersion') && keys.has('kind'));
}
