import { expect, onTestFinished } from 'vitest';
import { placeRendered, type PlacedResources } from '../../server/core/helm/place-rendered';
import { diskFiles } from '../../server/workspace/disk-files';
import { createExternalRenders, type RenderAnswer, type RenderJob } from '../../server/workspace/external-renders';
import { loadChart, type LoadedChart } from '../../server/workspace/helm/load-chart';
import { renderedSources } from '../../server/workspace/helm/rendered-sources';
import { renderJob, type ChartRendering } from '../../server/workspace/helm/renderings';
import { tools } from '../tools/setup.mjs';

export const { helm } = tools;

const quiet = { info: () => undefined, warn: () => undefined };

export function chartAt(path: string): LoadedChart {
  const chart = loadChart(diskFiles, path, quiet);
  if ('problem' in chart) throw new Error(chart.problem);
  return chart;
}

/** Runs jobs as the product does, to their end. */
export async function answersOf(jobs: readonly RenderJob[]): Promise<readonly RenderAnswer[]> {
  const renders = createExternalRenders({ logger: quiet, limit: 30_000, onDone: () => undefined });
  onTestFinished(() => renders.dispose());
  renders.answers(jobs);
  await renders.idle();
  const answers = renders.answers(jobs);
  return jobs.map(({ key }) => answers.get(key) ?? { state: 'pending' });
}

export function plainRendering(changes: Partial<ChartRendering> = {}): ChartRendering {
  return {
    label: undefined,
    valuesFiles: [],
    values: undefined,
    parameters: [],
    release: 'rel',
    namespace: 'ns',
    complete: true,
    ...changes,
  };
}

export async function outputOf(chart: LoadedChart, changes: Partial<ChartRendering> = {}): Promise<string> {
  const [answer] = await answersOf([renderJob(helm, chart, plainRendering(changes), diskFiles)]);
  expect(answer).toMatchObject({ state: 'done' });
  return answer?.state === 'done' ? answer.output : '';
}

export function placed(chart: LoadedChart, output: string): PlacedResources {
  return placeRendered(output, { ...renderedSources(chart), namespace: 'ns' });
}
