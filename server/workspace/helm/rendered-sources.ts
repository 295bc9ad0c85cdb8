import { posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { RenderedSource } from '../../core/helm/place-rendered';
import { readChartDescription, type ChartDescription } from './chart';
import type { LoadedChart } from './load-chart';

/** What `placeRendered` needs to know of a chart. */
export interface RenderedSources {
  readonly sourceOf: (path: string) => RenderedSource | undefined;
  readonly helpers: readonly string[];
}

/**
 * The files that wrote a chart's output. What a packed dependency (`charts/redis-1.0.0.tgz`) wrote falls on its entry in `Chart.yaml`.
 */
export function renderedSources(chart: LoadedChart): RenderedSources {
  return {
    sourceOf(path) {
      const { name } = chart.description;
      return path.startsWith(`${name}/`) ? sourceIn(chart, '', path.slice(name.length + 1)) : undefined;
    },
    helpers: [...chart.texts].flatMap(([file, text]) =>
      isTemplate(file) && /\{\{-?\s*define\b/.test(text) ? [text] : [],
    ),
  };
}

function isTemplate(file: string): boolean {
  return /(^|\/)templates\//.test(file);
}

/**
 * @param directory of a chart: empty, or with a slash at its end
 * @param path as Helm writes it: dependencies by the names, or aliases, that they have in their chart
 */
function sourceIn(chart: LoadedChart, directory: string, path: string): RenderedSource | undefined {
  const [, dependency = '', rest = ''] = /^charts\/([^/]+)\/(.*)$/s.exec(path) ?? [];
  if (dependency === '') {
    const text = chart.texts.get(directory + path);
    return text === undefined ? undefined : { uri: uriOf(chart, directory + path), text };
  }
  const text = chart.texts.get(`${directory}Chart.yaml`) ?? '';
  const entry = readChartDescription(text)?.dependencies.find(({ name, alias }) => (alias ?? name) === dependency);
  const below = directoryOf(chart, directory, entry?.name ?? dependency);
  if (below !== undefined) return sourceIn(chart, below, rest);
  return { uri: uriOf(chart, `${directory}Chart.yaml`), text, place: entry?.place ?? firstLine(text) };
}

/** Where an unpacked dependency lies: its folder need not have its name. */
function directoryOf(chart: LoadedChart, above: string, name: string): string | undefined {
  for (const file of chart.texts.keys()) {
    if (posix.basename(file) !== 'Chart.yaml' || posix.dirname(posix.dirname(file)) !== `${above}charts`) continue;
    if (descriptionIn(chart, file)?.name === name) return `${posix.dirname(file)}/`;
  }
  return undefined;
}

function descriptionIn(chart: LoadedChart, file: string): ChartDescription | undefined {
  return readChartDescription(chart.texts.get(file) ?? '');
}

function uriOf({ path }: LoadedChart, file: string): string {
  return pathToFileURL(join(path, file)).href;
}

function firstLine(text: string): { readonly start: number; readonly end: number } {
  return { start: 0, end: /^.*/.exec(text)?.[0].trimEnd().length ?? 0 };
}
