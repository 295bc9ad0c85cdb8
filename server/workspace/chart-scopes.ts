import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { placeRendered } from '../core/helm/place-rendered';
import type { Rendering, SourceProblem } from '../core/index';
import { lineStartsOf } from '../core/position';
import { withLimit, type RenderAnswer, type RenderJob } from './external-renders';
import { isWithin, repositoriesOf, type ScopeRoot } from './folders';
import { outermostCharts } from './helm/chart';
import { helmFailure } from './helm/failures';
import { helmCommand } from './helm/find-helm';
import { loadChart, type LoadedChart } from './helm/load-chart';
import { releasesOf } from './helm/releases';
import { renderedSources } from './helm/rendered-sources';
import { releaseRendering, renderJob, valuesRenderings, type ChartRendering } from './helm/renderings';
import { resolveUri } from './kustomize-source';
import { settingsAt, type Reading } from './reading';
import type { UnnamedScope } from './scope-names';
import type { TestData } from './test-data';

export interface ChartInput {
  readonly roots: readonly ScopeRoot[];
  readonly testData: TestData;
  /** URIs of what changed since the last time. */
  readonly touched: ReadonlySet<string>;
  /** Whether programs may run. */
  readonly trusted: boolean;
  /** Whether there may be other charts, or other resources that deploy them, than the last time. */
  readonly stale: boolean;
}

/** Charts as helm renders them: a scope for each way to render one. */
export interface ChartScopes {
  /** What helm is asked for now. */
  jobs(input: ChartInput): readonly RenderJob[];
  /** Scopes of the charts that the last `jobs` were about, as far as helm has answered; until then as they were before. */
  scopes(answers: ReadonlyMap<string, RenderAnswer>): readonly UnnamedScope[];
  /** What is wrong with those charts. */
  problems(answers: ReadonlyMap<string, RenderAnswer>): readonly SourceProblem[];
  /** What was left alone, in a few words. */
  note(): string | undefined;
}

/** One rendering of a chart, on its way. */
interface Wanted {
  readonly chart: LoadedChart;
  readonly rendering: ChartRendering;
  readonly job: RenderJob;
}

/** A rendering with places, and the job that it came from. */
interface Placed {
  readonly key: string;
  readonly rendering: Rendering;
}

export function createChartScopes(reading: Reading): ChartScopes {
  const loaded = new Map<string, ReturnType<typeof loadChart>>();
  /** The last rendering of each chart and label: shown until the next one is there. */
  const last = new Map<string, Placed>();
  let wanted: readonly Wanted[] = [];
  let unreadable: readonly SourceProblem[] = [];
  let note: string | undefined;

  function chartAt(uri: string): ReturnType<typeof loadChart> {
    const chart = loaded.get(uri) ?? loadChart(reading.files, fileURLToPath(uri), reading.logger);
    loaded.set(uri, chart);
    return chart;
  }

  function renderingsOf(chart: LoadedChart, { roots, testData }: ChartInput): readonly ChartRendering[] {
    const holder = testData.folderOf(`${chart.uri}/Chart.yaml`);
    const released = [...reading.deployers.values()].flat().flatMap(({ file, root }) => {
      // Examples in documentation say nothing of what lies outside of it.
      const from = testData.folderOf(file);
      if (from !== undefined && from !== holder) return [];
      return releasesOf(root).flatMap((release) => {
        const repository = repositoriesOf(file, roots, reading.files).find(
          (directory) => resolveUri(directory, release.chart === '' ? '.' : release.chart) === chart.uri,
        );
        return repository === undefined
          ? []
          : [releaseRendering(reading.files, chart, release, fileURLToPath(repository))];
      });
    });
    return [...valuesRenderings(chart, settingsAt(reading, chart.uri).helmValuesFiles), ...released];
  }

  return {
    jobs(input) {
      const { testData, touched, trusted } = input;
      // Asked with every keystroke: what helm is asked for changes with the files of charts alone.
      if (!input.stale && !reading.renewed && ![...touched].some((uri) => isPart(uri, wanted, reading)))
        return wanted.map(({ job }) => job);
      if (reading.renewed) {
        loaded.clear();
        for (const [place, { rendering }] of last) last.set(place, { key: '', rendering });
      }
      for (const uri of touched) for (const chart of loaded.keys()) if (isWithin(uri, chart)) loaded.delete(chart);
      const charts = outermostCharts([...reading.charts]).filter((uri) => isAskedFor(uri, testData, reading));
      const helm = trusted ? helmCommand(reading.settings.helmPath) : undefined;
      const isOff = reading.settings.helmPath === 'off';
      note = helm === undefined && !isOff ? leftAlone(charts.length, trusted) : undefined;
      const problems: SourceProblem[] = [];
      wanted = (helm === undefined ? [] : charts.toSorted()).flatMap((uri) => {
        const chart = chartAt(uri);
        if ('problem' in chart) {
          problems.push(problemIn(`${uri}/Chart.yaml`, chart.problem));
          return [];
        }
        return renderingsOf(chart, input).map((rendering) => ({
          chart,
          rendering,
          job: withLimit(renderJob(helm ?? '', chart, rendering, reading.files), settingsAt(reading, uri)),
        }));
      });
      unreadable = problems;
      const places = new Set(wanted.map(placeOf));
      for (const place of last.keys()) if (!places.has(place)) last.delete(place);
      return wanted.map(({ job }) => job);
    },
    scopes: (answers) =>
      wanted.flatMap((one): readonly UnnamedScope[] => {
        const rendering = renderingOf(one, answers.get(one.job.key));
        return rendering ? [toScope(one, rendering)] : [];
      }),
    problems: (answers) => [
      ...unreadable,
      ...byChart(wanted).flatMap((some) => failureOf(some, answers, reading) ?? []),
    ],
    note: () => note,
  };

  function renderingOf(one: Wanted, answer: RenderAnswer | undefined): Rendering | undefined {
    const place = placeOf(one);
    if (answer?.state === 'failed') last.delete(place);
    const known = last.get(place);
    if (answer?.state !== 'done' || known?.key === one.job.key) return known?.rendering;
    const rendering = toRendering(one, answer.output, reading);
    last.set(place, { key: one.job.key, rendering });
    return rendering;
  }
}

/** Whether a file decides about a rendering. What is no manifest may be values that a release has lacked so far. */
function isPart(uri: string, wanted: readonly Wanted[], { charts, manifests }: Reading): boolean {
  return (
    !manifests.has(uri) ||
    [...charts].some((chart) => isWithin(uri, chart)) ||
    wanted.some(({ rendering }) => rendering.valuesFiles.some((path) => pathToFileURL(path).href === uri))
  );
}

/** What tells a rendering from all others, whatever becomes of it. */
function placeOf({ chart, rendering }: Wanted): string {
  return `${chart.uri} ${rendering.label ?? ''}`;
}

function toRendering({ chart, rendering: { namespace } }: Wanted, output: string, reading: Reading): Rendering {
  giveSources(chart, reading);
  const { podTemplates } = settingsAt(reading, chart.uri);
  const { resources, notes } = placeRendered(output, { ...renderedSources(chart), namespace, podTemplates });
  for (const note of notes) reading.logger.info(note);
  return { resources, problems: [], inputs: new Set(chart.files.map((file) => fileUri(chart, file))), affixes: [] };
}

/** Only now: what was rendered before has its places in the texts before. */
function giveSources(chart: LoadedChart, { analyzer }: Reading): void {
  for (const [file, text] of chart.texts) analyzer.setSource(fileUri(chart, file), text);
}

function toScope({ chart, rendering: { label, complete } }: Wanted, rendering: Rendering): UnnamedScope {
  return {
    location: chart.uri,
    ...(label === undefined ? {} : { variant: label }),
    kind: 'helm',
    root: chart.uri,
    complete,
    files: [...new Set(rendering.resources.map(({ file }) => file))],
    rendering,
  };
}

/**
 * What helm could not render, as one finding of the chart. Where the chart renders with other values, it may well be that it is not meant to
 * be rendered without any: then nothing is said of its plain `values.yaml`.
 */
function failureOf(
  some: readonly Wanted[],
  answers: ReadonlyMap<string, RenderAnswer>,
  reading: Reading,
): SourceProblem | undefined {
  const failed = some.flatMap((one) => {
    const answer = answers.get(one.job.key);
    return answer?.state === 'failed' ? [{ ...one, message: answer.message }] : [];
  });
  const mayRenderOtherwise = some.some(({ job }) => answers.get(job.key)?.state !== 'failed');
  const [first, ...more] = failed.filter(({ rendering }) => rendering.label !== undefined || !mayRenderOtherwise);
  if (!first) return undefined;
  giveSources(first.chart, reading);
  const { chart, rendering, message } = first;
  const { message: reason, at } = helmFailure(message, lastStep(chart.uri));
  const values = rendering.label === undefined ? '' : ` (With ${rendering.label}.)`;
  const others = more.length === 0 ? '' : ` So it is with ${more.length} more of its values.`;
  const source = at && renderedSources(chart).sourceOf(at.source);
  const problem = problemIn(source?.uri ?? `${chart.uri}/Chart.yaml`, `${reason}${values}${others}`);
  return source ? { ...problem, range: lineOf(source.text, at.line) } : problem;
}

function lineOf(text: string, line: number): SourceProblem['range'] {
  const start = lineStartsOf(text)[line] ?? 0;
  const content = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
  const indentation = content.length - content.trimStart().length;
  return { start: start + indentation, end: start + content.trimEnd().length };
}

function problemIn(file: string, message: string): SourceProblem {
  return { rule: 'chart-not-rendered', file, range: { start: 0, end: 0 }, message };
}

/** Charts in test data are rendered where a file of theirs is open. */
function isAskedFor(chart: string, testData: TestData, { open }: Reading): boolean {
  return !testData.has(`${chart}/Chart.yaml`) || [...open.keys()].some((uri) => uri.startsWith(`${chart}/`));
}

function leftAlone(count: number, trusted: boolean): string | undefined {
  if (count === 0) return undefined;
  const charts = count === 1 ? '1 Helm chart is' : `${count} Helm charts are`;
  return `${charts} left alone: ${trusted ? 'no helm was found' : 'the workspace is not trusted'}`;
}

function byChart(wanted: readonly Wanted[]): readonly (readonly Wanted[])[] {
  const groups = new Map<string, Wanted[]>();
  for (const one of wanted) groups.set(one.chart.uri, [...(groups.get(one.chart.uri) ?? []), one]);
  return [...groups.values()];
}

function fileUri({ path }: LoadedChart, file: string): string {
  return pathToFileURL(join(path, file)).href;
}

function lastStep(uri: string): string {
  return decodeURIComponent(uri.slice(uri.lastIndexOf('/') + 1));
}
