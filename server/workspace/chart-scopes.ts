import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { placeRendered } from '../core/helm/place-rendered';
import type { Rendering, SourceProblem } from '../core/index';
import { lineStartsOf } from '../core/position';
import type { RenderAnswer, RenderJob } from './external-renders';
import { repositoriesOf, type ScopeRoot } from './folders';
import { outermostCharts } from './helm/chart';
import { helmFailure } from './helm/failures';
import { helmCommand } from './helm/find-helm';
import { loadChart, type LoadedChart } from './helm/load-chart';
import { releasesOf } from './helm/releases';
import { renderedSources } from './helm/rendered-sources';
import { releaseRendering, renderJob, valuesRenderings, type ChartRendering } from './helm/renderings';
import { resolveUri } from './kustomize-source';
import type { Reading } from './reading';
import type { UnnamedScope } from './scope-names';
import type { TestData } from './test-data';

export interface ChartInput {
  readonly roots: readonly ScopeRoot[];
  readonly testData: TestData;
  /** URIs of what changed since the last time. */
  readonly touched: ReadonlySet<string>;
  /** Whether programs may run. */
  readonly trusted: boolean;
}

/** Charts as helm renders them: a scope for each way to render one. */
export interface ChartScopes {
  /** What helm is asked for now. */
  jobs(input: ChartInput): readonly RenderJob[];
  /** Scopes of the charts that the last `jobs` were about, as far as helm has answered; until then as they were before. */
  scopes(answers: ReadonlyMap<string, RenderAnswer>): readonly UnnamedScope[];
  /** What was left alone, in a few words. */
  note(): string | undefined;
}

/** One rendering of a chart, on its way. */
interface Wanted {
  readonly chart: LoadedChart;
  readonly rendering: ChartRendering;
  readonly job: RenderJob;
}

export function createChartScopes(reading: Reading): ChartScopes {
  const loaded = new Map<string, ReturnType<typeof loadChart>>();
  /** By the key of the job. */
  const placed = new Map<string, Rendering>();
  /** The last rendering of each chart and label: shown until the next one is there. */
  const last = new Map<string, Rendering>();
  let wanted: readonly Wanted[] = [];
  let unreadable: readonly SourceProblem[] = [];
  let note: string | undefined;

  function chartAt(uri: string): ReturnType<typeof loadChart> {
    let chart = loaded.get(uri);
    if (!chart) {
      chart = loadChart(reading.files, fileURLToPath(uri), reading.logger);
      loaded.set(uri, chart);
      if (!('problem' in chart))
        for (const [file, text] of chart.texts) reading.analyzer.setSource(fileUri(chart, file), text);
    }
    return chart;
  }

  function renderingsOf(chart: LoadedChart, roots: readonly ScopeRoot[]): readonly ChartRendering[] {
    const released = [...reading.deployers.values()].flat().flatMap(({ file, root }) =>
      releasesOf(root).flatMap((release) => {
        const repository = repositoriesOf(file, roots, reading.files).find(
          (directory) => resolveUri(directory, release.chart === '' ? '.' : release.chart) === chart.uri,
        );
        return repository === undefined
          ? []
          : [releaseRendering(reading.files, chart, release, fileURLToPath(repository))];
      }),
    );
    return [...valuesRenderings(chart, reading.settings.helmValuesFiles), ...released];
  }

  return {
    jobs({ roots, testData, touched, trusted }) {
      for (const uri of touched)
        for (const chart of loaded.keys()) if (uri === chart || uri.startsWith(`${chart}/`)) loaded.delete(chart);
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
        return renderingsOf(chart, roots).map((rendering) => ({
          chart,
          rendering,
          job: renderJob(helm ?? '', chart, rendering, reading.files),
        }));
      });
      unreadable = problems;
      return wanted.map(({ job }) => job);
    },
    scopes(answers) {
      const scopes = byChart(wanted).flatMap((some) => chartScopes(some, answers));
      return [...scopes, ...unreadable.map((problem) => problemScope(problem))];
    },
    note: () => note,
  };

  function chartScopes(some: readonly Wanted[], answers: ReadonlyMap<string, RenderAnswer>): readonly UnnamedScope[] {
    const scopes = some.flatMap((one): readonly UnnamedScope[] => {
      const rendering = renderingOf(one, answers.get(one.job.key));
      return rendering ? [toScope(one, rendering)] : [];
    });
    const failure = failureOf(some, answers);
    return failure ? [...scopes, problemScope(failure)] : scopes;
  }

  function renderingOf({ chart, rendering, job }: Wanted, answer: RenderAnswer | undefined): Rendering | undefined {
    const place = `${chart.uri} ${rendering.label ?? ''}`;
    if (answer?.state === 'failed') last.delete(place);
    if (answer?.state !== 'done') return last.get(place);
    let found = placed.get(job.key);
    if (!found) {
      found = toRendering(chart, rendering, answer.output, reading);
      placed.clear();
      for (const { job: other, chart: itsChart, rendering: its } of wanted) {
        const kept = last.get(`${itsChart.uri} ${its.label ?? ''}`);
        if (kept && other.key !== job.key) placed.set(other.key, kept);
      }
      placed.set(job.key, found);
    }
    last.set(place, found);
    return found;
  }
}

function toRendering(
  chart: LoadedChart,
  { namespace }: ChartRendering,
  output: string,
  { logger }: Reading,
): Rendering {
  const { resources, notes } = placeRendered(output, { ...renderedSources(chart), namespace });
  for (const note of notes) logger.info(note);
  return { resources, problems: [], inputs: new Set(chart.files.map((file) => fileUri(chart, file))), affixes: [] };
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
function failureOf(some: readonly Wanted[], answers: ReadonlyMap<string, RenderAnswer>): SourceProblem | undefined {
  const failed = some.flatMap((one) => {
    const answer = answers.get(one.job.key);
    return answer?.state === 'failed' ? [{ ...one, message: answer.message }] : [];
  });
  const rendersOtherwise = some.some(({ job }) => answers.get(job.key)?.state === 'done');
  const [first, ...more] = failed.filter(({ rendering }) => rendering.label !== undefined || !rendersOtherwise);
  if (!first) return undefined;
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

/** A scope without resources, so that its problem is told. */
function problemScope(problem: SourceProblem): UnnamedScope {
  const root = problem.file.replace(/\/(Chart\.yaml|templates\/.*)$/, '');
  return {
    location: root,
    variant: 'not rendered',
    kind: 'helm',
    root,
    complete: false,
    files: [],
    rendering: { resources: [], problems: [problem], inputs: new Set([problem.file]), affixes: [] },
  };
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
