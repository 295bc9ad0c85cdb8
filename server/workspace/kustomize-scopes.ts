import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Rendering, SourceProblem } from '../core/index';
import { placeBuilt } from '../core/kustomize/place-built';
import { createKustomizeRenderer, type KustomizeRendering } from '../core/kustomize/render';
import type { KustomizationFile } from '../core/kustomize/source';
import { pointersOf, type Pointer } from './deployers';
import { withLimit, type RenderAnswer, type RenderJob } from './external-renders';
import { repositoriesOf, type ScopeRoot } from './folders';
import { kustomizeGraph, type KustomizeGraph } from './kustomize-graph';
import { createKustomizeSource } from './kustomize-source';
import { kustomizationsByDirectory, setParts, settingsAt, type Reading } from './reading';
import type { UnnamedScope } from './scope-names';
import type { TestData } from './test-data';

export interface KustomizeInput {
  readonly roots: readonly ScopeRoot[];
  readonly testData: TestData;
  /** Whether programs may run. */
  readonly trusted: boolean;
}

/** Scopes of leaf kustomizations, as they are rendered. */
export interface KustomizeScopes {
  /** Renders what changed. */
  update(input: KustomizeInput): void;
  /** What the user's own kustomize is asked for: roots that cannot be rendered whole here. */
  jobs(): readonly RenderJob[];
  scopes(answers: ReadonlyMap<string, RenderAnswer>): readonly UnnamedScope[];
  /** Whether a kustomization claims a file: it is rendered from it, or would be if anybody used that kustomization. */
  isTaken(uri: string): boolean;
  /** URIs that something is rendered from now. The same set as before when nothing else is. */
  inputs(): ReadonlySet<string>;
  /** URIs of files and directories that were ever looked for. */
  readonly asked: ReadonlySet<string>;
  /** Kustomizations by the URI of their directory. */
  readonly known: () => ReadonlyMap<string, KustomizationFile>;
}

/** A root, what Kubepath makes of it, and what the user's kustomize is asked for. */
interface Rendered {
  readonly root: KustomizationFile;
  readonly own: KustomizeRendering;
  readonly job: RenderJob | undefined;
  /** False for test data that nobody looks at. */
  readonly shown: boolean;
}

export function createKustomizeScopes(reading: Reading): KustomizeScopes {
  const source = createKustomizeSource(reading);
  const jobs = createJobs(reading);
  let renderer = createKustomizeRenderer(source);
  let known: ReadonlyMap<string, KustomizationFile> = new Map();
  let pointers: readonly Pointer[] = [];
  let graph: KustomizeGraph = { roots: [], taken: new Set(), parts: new Set() };
  let rendered: readonly Rendered[] = [];
  let inputs: ReadonlySet<string> = new Set();

  /** What Flux and Argo CD deploy of these folders. Examples in documentation say nothing of what lies outside of it. */
  function findPointers({ roots, testData }: KustomizeInput): readonly Pointer[] {
    const found = pointersOf(
      [...reading.deployers].sort(([a], [b]) => (a < b ? -1 : 1)).flatMap(([, some]) => some),
      source,
      {
        repositories: (file) => repositoriesOf(file, roots, reading.files),
        filesBelow: (directory) =>
          [...reading.manifests, ...reading.kustomizations.keys()].filter(
            (uri) => uri.startsWith(`${directory}/`) && !reading.borrowed.has(uri),
          ),
      },
    );
    return found.flatMap((pointer): readonly Pointer[] => {
      const holder = testData.folderOf(pointer.file.uri);
      const target = testData.folderOf(pointer.file.directory);
      if (holder === target) return [pointer];
      return holder === undefined ? [{ ...pointer, saysMore: true }] : [];
    });
  }

  function updateGraph(input: KustomizeInput): void {
    const before = new Set(pointers.map((pointer) => JSON.stringify(pointer)));
    pointers = findPointers(input);
    const changed = pointers.filter((pointer) => !before.has(JSON.stringify(pointer)));
    renderer.forget(changed.map(({ file }) => file.uri));
    graph = kustomizeGraph(known, pointers, source);
    setParts(reading, graph.parts);
  }

  function renderRoot(root: KustomizationFile, { testData, trusted }: KustomizeInput): readonly Rendered[] {
    const folder = testData.folderOf(root.deployer === undefined ? root.directory : root.uri);
    const open = folder === undefined ? [] : [...reading.open.keys()].filter((uri) => uri.startsWith(`${folder}/`));
    if (folder !== undefined && open.length === 0) return [];
    const own = renderer.render(root);
    const shown = folder === undefined || open.some((uri) => own.inputs.has(uri));
    return [{ root, own, shown, job: trusted && shown ? jobs.jobOf(root, own) : undefined }];
  }

  function renderAll(input: KustomizeInput): readonly Rendered[] {
    const kinds = source.kinds();
    const all = graph.roots.flatMap((root) => renderRoot(root, input));
    if (kinds === source.kinds()) return all;
    renderer = createKustomizeRenderer(source);
    return graph.roots.flatMap((root) => renderRoot(root, input));
  }

  return {
    isTaken: (uri) => graph.taken.has(uri) || inputs.has(uri),
    inputs: () => inputs,
    asked: source.asked,
    known: () => known,
    update(input) {
      known = kustomizationsByDirectory(reading);
      const kinds = source.kinds();
      source.renew(known, input.roots);
      if (reading.renewed || kinds !== source.kinds()) renderer = createKustomizeRenderer(source);
      else renderer.forget([...reading.touched]);
      if (reading.stale) updateGraph(input);
      const before = new Set(rendered.map(({ own }) => own));
      const count = rendered.length;
      rendered = renderAll(input);
      if (count === rendered.length && rendered.every(({ own }) => before.has(own))) return;
      const next = new Set(rendered.flatMap(({ own }) => [...own.inputs]));
      if (next.size !== inputs.size || [...next].some((uri) => !inputs.has(uri))) inputs = next;
    },
    jobs: () => rendered.flatMap(({ job }) => job ?? []),
    scopes: (answers) =>
      rendered.flatMap(({ root, own, job, shown }) =>
        shown ? toScope(root, jobs.wholeOf(root, own, job, answers)) : [],
      ),
  };
}

/** What is written twice is there all the same. */
function isDuplicateKey({ rule }: SourceProblem): boolean {
  return rule === 'yaml-duplicate-key';
}

function toScope(root: KustomizationFile, rendering: Rendering): readonly UnnamedScope[] {
  const { resources, problems } = rendering;
  if (resources.length === 0 && problems.length === 0) return [];
  return [
    {
      location: root.directory,
      ...(root.deployer === undefined ? {} : { variant: root.deployer }),
      kind: 'kustomize',
      root: root.directory,
      complete: problems.every(isDuplicateKey),
      files: [...new Set(resources.map(({ file }) => file))],
      rendering,
    },
  ];
}

/** What the user's own kustomize is asked for, and what it answered. */
interface Jobs {
  /** Undefined where Kubepath renders all there is. */
  jobOf(root: KustomizationFile, own: KustomizeRendering): RenderJob | undefined;
  /** What the program made of a root, the last time as long as it is still at work; else what Kubepath makes of it. */
  wholeOf(
    root: KustomizationFile,
    own: KustomizeRendering,
    job: RenderJob | undefined,
    answers: ReadonlyMap<string, RenderAnswer>,
  ): Rendering;
}

function createJobs(reading: Reading): Jobs {
  const known = new WeakMap<KustomizeRendering, RenderJob>();
  /** By the URI of the kustomization. */
  const outputs = new Map<string, string>();
  const placed = new WeakMap<KustomizeRendering, { readonly output: string; readonly rendering: Rendering }>();
  const told = new Set<string>();
  return {
    jobOf(root, own) {
      const command = reading.settings.kustomizeCommand;
      const isPartial = own.problems.some(({ rule }) => rule === 'kustomization-incomplete');
      if (command.length === 0 || !isPartial || root.deployer !== undefined) return undefined;
      const cwd = fileURLToPath(root.directory);
      const wanted = [...command, cwd];
      const before = known.get(own);
      const { renderTimeout } = settingsAt(reading, root.directory);
      if (before?.limit === renderTimeout && JSON.stringify(before.command) === JSON.stringify(wanted)) return before;
      const job = withLimit({ key: keyOf(wanted, own.inputs, reading), command: wanted, cwd }, { renderTimeout });
      known.set(own, job);
      return job;
    },
    wholeOf(root, own, job, answers) {
      const answer = job && answers.get(job.key);
      if (answer?.state === 'done') outputs.set(root.uri, answer.output);
      else if (answer?.state !== 'pending') outputs.delete(root.uri);
      if (job && answer?.state === 'failed' && !told.has(job.key)) {
        told.add(job.key);
        reading.logger.warn(`${job.command.join(' ')}: ${answer.message}`);
      }
      const output = outputs.get(root.uri);
      if (output === undefined) return own;
      const before = placed.get(own);
      if (before?.output === output) return before.rendering;
      const { inputs, affixes } = own;
      const rendering = {
        resources: placeBuilt(output, own.resources, root, settingsAt(reading, root.directory)),
        problems: own.problems.filter(isDuplicateKey),
        inputs,
        affixes,
      };
      placed.set(own, { output, rendering });
      return rendering;
    },
  };
}

/** Of what lies on disk: that is what the program reads, whatever is open in an editor. */
function keyOf(command: readonly string[], inputs: ReadonlySet<string>, { files }: Reading): string {
  const hash = createHash('sha256').update(JSON.stringify(command));
  for (const uri of [...inputs].sort()) {
    const path = fileURLToPath(uri);
    const read = files.kindOf(path) === 'file' ? files.read(path, maxInput) : undefined;
    hash.update(`\0${uri}\0`);
    if (read) hash.update('bytes' in read ? read.bytes : read.skipped);
  }
  return hash.digest('hex');
}

/** In bytes; of a larger file only its size counts. */
const maxInput = 16 << 20;
