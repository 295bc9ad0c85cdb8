import type { Logger } from '../core/index';
import { runProgram, type Program, type ProgramLimits, type ProgramResult } from './run-program';

/** One rendering by a program outside: helm, or the kustomize of the user. */
export interface RenderJob extends Program {
  /** Tells everything that decides the output, and the limit: what took too long may end with a longer one. */
  readonly key: string;
  /** Longest run, in milliseconds; that of all when absent. */
  readonly limit?: number;
}

/** The job, with the limit that settings give it. */
export function withLimit(job: RenderJob, { renderTimeout: limit }: { readonly renderTimeout: number }): RenderJob {
  return { ...job, key: `${job.key} ${limit}`, limit };
}

export type RenderAnswer =
  | { readonly state: 'pending' }
  | { readonly state: 'done'; readonly output: string }
  /** `message`: why, in the program's words or ours. */
  | { readonly state: 'failed'; readonly message: string };

/** Runs programs for renderings in the background, a few at a time, and remembers what they wrote. */
export interface ExternalRenders {
  /**
   * What is known now about all renderings that are wanted, by their keys. What is missing is started; what was wanted before and is not
   * any more is ended. `onDone` says when to ask again.
   */
  answers(jobs: readonly RenderJob[]): ReadonlyMap<string, RenderAnswer>;
  /** When nothing runs and nothing waits. */
  idle(): Promise<void>;
  /** Failures are forgotten: what is asked for again runs again. For whoever knows that the world has changed. */
  forgetFailures(): void;
  /** Ends what runs, for good. */
  dispose(): void;
}

export interface ExternalRendersOptions {
  readonly logger: Logger;
  /** Longest run, in milliseconds. */
  readonly limit: number;
  /** A rendering has ended: other answers may be had. */
  readonly onDone: () => void;
  /** For tests. */
  readonly run?: (program: Program, limits: ProgramLimits, signal: AbortSignal) => Promise<ProgramResult>;
}

const maxRunning = 2;

/** Longest output of one rendering, in bytes. */
const maxOutput = 32 << 20;

/** What is remembered beyond what is asked for, in characters. */
const maxRemembered = 64 << 20;

interface State extends Required<ExternalRendersOptions> {
  /** Waiting for their turn, in the order in which they were asked for. */
  readonly waiting: Map<string, RenderJob>;
  readonly running: Map<string, AbortController>;
  /** Ended ones, the one asked for last at the end. */
  readonly known: Map<string, RenderAnswer>;
  /** Keys of the last question: these are never forgotten, or they would run for ever. */
  wanted: ReadonlySet<string>;
  onIdle: (() => void)[];
  disposed: boolean;
}

/** Nothing is run before it is asked for. */
export function createExternalRenders(options: ExternalRendersOptions): ExternalRenders {
  const state: State = {
    run: runProgram,
    ...options,
    waiting: new Map(),
    running: new Map(),
    known: new Map(),
    wanted: new Set(),
    onIdle: [],
    disposed: false,
  };
  return {
    answers(jobs) {
      state.wanted = new Set(jobs.map(({ key }) => key));
      dropUnwanted(state);
      const answers = new Map(jobs.map((job) => [job.key, answerOf(state, job)]));
      startNext(state);
      return answers;
    },
    idle: () =>
      new Promise((done) => {
        state.onIdle.push(done);
        reportIdle(state);
      }),
    forgetFailures() {
      for (const [key, { state: end }] of state.known) if (end === 'failed') state.known.delete(key);
    },
    dispose() {
      state.disposed = true;
      state.wanted = new Set();
      dropUnwanted(state);
      state.known.clear();
    },
  };
}

function answerOf(state: State, job: RenderJob): RenderAnswer {
  const known = state.known.get(job.key);
  if (known) {
    state.known.delete(job.key);
    state.known.set(job.key, known);
    return known;
  }
  const isUnderWay = state.running.get(job.key)?.signal.aborted === false;
  if (!isUnderWay && !state.disposed) state.waiting.set(job.key, job);
  return { state: 'pending' };
}

function dropUnwanted(state: State): void {
  for (const key of [...state.waiting.keys()]) if (!state.wanted.has(key)) state.waiting.delete(key);
  for (const [key, controller] of state.running) if (!state.wanted.has(key)) controller.abort();
  reportIdle(state);
}

function startNext(state: State): void {
  for (const [key, job] of state.waiting) {
    if (state.running.size >= maxRunning) return;
    // One of this key that was cancelled has not ended yet: this one waits for it.
    if (state.running.has(key)) continue;
    state.waiting.delete(key);
    void runJob(state, job);
  }
}

async function runJob(state: State, job: RenderJob): Promise<void> {
  const controller = new AbortController();
  state.running.set(job.key, controller);
  const began = performance.now();
  const result = await state
    .run(job, { time: job.limit ?? state.limit, size: maxOutput }, controller.signal)
    .catch((error: unknown): ProgramResult => ({ message: `It could not be run: ${String(error)}.` }));
  state.running.delete(job.key);
  const cancelled = controller.signal.aborted;
  if (!cancelled) {
    state.known.set(
      job.key,
      'output' in result ? { state: 'done', output: result.output } : { state: 'failed', ...result },
    );
    forgetOldest(state);
    const took = `${Math.round(performance.now() - began)} ms`;
    state.logger.info(`${job.command.join(' ')}: ${'output' in result ? 'done' : result.message} (${took})`);
  }
  startNext(state);
  if (!cancelled) state.onDone();
  reportIdle(state);
}

function forgetOldest({ known, wanted }: State): void {
  let size = 0;
  for (const [key, answer] of known) if (!wanted.has(key)) size += sizeOf(answer);
  for (const [key, answer] of known) {
    if (size <= maxRemembered) return;
    if (wanted.has(key)) continue;
    known.delete(key);
    size -= sizeOf(answer);
  }
}

function sizeOf(answer: RenderAnswer): number {
  return answer.state === 'done' ? answer.output.length : 1000;
}

function reportIdle(state: State): void {
  if (state.running.size > 0 || state.waiting.size > 0) return;
  for (const done of state.onIdle.splice(0)) done();
}
