import type { Analyzer } from '../../server/core/index';
import { isKustomizationName } from '../../server/core/kustomize/read-kustomization';
import { defaultSettings, type Settings } from '../../server/core/settings';
import type { ExternalRenders, RenderAnswer } from '../../server/workspace/external-renders';
import { createReading, readInto } from '../../server/workspace/reading';
import { createScopeMaker } from '../../server/workspace/scope-maker';
import { memoryFiles } from './memory-files';

/** Whether some of these files say how others are deployed, or analysed. */
export function needsWorkspace(uris: readonly string[]): boolean {
  return uris.some((uri) => {
    const name = uri.slice(uri.lastIndexOf('/') + 1);
    return isKustomizationName(name) || name === 'Chart.yaml' || name === '.kubepath.yaml';
  });
}

export interface ThroughWorkspace {
  readonly analyzer: Analyzer;
  /** Every text by its URI; read whenever a kustomization names a file. */
  readonly texts: ReadonlyMap<string, string>;
  /** URI of the folder, without trailing slash. */
  readonly root: string;
  readonly settings?: Settings;
  /** What helm and kustomize answer to whatever they are asked. */
  readonly answer?: RenderAnswer;
}

/**
 * Gives texts to an analyzer the way a workspace does: kustomizations are rendered, and nothing is read from disk.
 * @returns what takes changed texts
 */
export function throughWorkspace({
  analyzer,
  texts: all,
  root,
  settings = defaultSettings,
  answer,
}: ThroughWorkspace): (texts: ReadonlyMap<string, string>) => void {
  const logger = { info: () => undefined, warn: () => undefined };
  const reading = createReading({ analyzer, files: memoryFiles(all), logger, settings });
  const maker = createScopeMaker(reading);
  return (texts) => {
    for (const [uri, text] of texts) readInto(reading, uri, text);
    maker.update([{ uri: root, isFile: false }], answer && alwaysAnswering(answer));
  };
}

function alwaysAnswering(answer: RenderAnswer): ExternalRenders {
  return {
    answers: (jobs) => new Map(jobs.map(({ key }) => [key, answer])),
    idle: () => Promise.resolve(),
    forgetFailures: () => undefined,
    dispose: () => undefined,
  };
}
