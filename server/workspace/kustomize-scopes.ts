import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Rendering } from '../core/index';
import { placeBuilt } from '../core/kustomize/place-built';
import { createKustomizeRenderer, type KustomizeRendering } from '../core/kustomize/render';
import type { KustomizationFile } from '../core/kustomize/source';
import { pointersOf } from './deployers';
import type { RenderAnswer, RenderJob } from './external-renders';
import { repositoriesOf, type ScopeRoot } from './folders';
import { kustomizeGraph, type KustomizeGraph } from './kustomize-graph';
import { createKustomizeSource } from './kustomize-source';
import { kustomizationsByDirectory, setParts, textOf, type Reading } from './reading';
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
  /** URIs that kustomizations claim. */
  readonly taken: () => ReadonlySet<string>;
  /** Kustomizations by the URI of their directory. */
  readonly known: () => ReadonlyMap<string, KustomizationFile>;
}

/** A root, what Kubepath makes of it, and what the user's kustomize is asked for. */
interface Rendered {
  readonly root: KustomizationFile;
  readonly own: KustomizeRendering;
  readonly job: RenderJob | undefined;
}

export function createKustomizeScopes(reading: Reading): KustomizeScopes {
  const source = createKustomizeSource(reading);
  const renderer = createKustomizeRenderer(source);
  /** Renderings of the core, and of the user's kustomize, as the analyzer knows them. */
  const kept = new WeakMap<object, Rendering>();
  const built = new Map<string, Rendering>();
  let known: ReadonlyMap<string, KustomizationFile> = new Map();
  let graph: KustomizeGraph = { roots: [], taken: new Set(), parts: new Set() };
  let rendered: readonly Rendered[] = [];

  /** What Flux and Argo CD deploy of these folders. */
  function pointers(roots: readonly ScopeRoot[]): readonly KustomizationFile[] {
    return pointersOf([...reading.deployers.values()].flat(), source, {
      repositories: (file) => repositoriesOf(file, roots, reading.files),
      filesBelow: (directory) =>
        [...reading.manifests, ...reading.kustomizations.keys()].filter((uri) => uri.startsWith(`${directory}/`)),
    });
  }

  function jobOf(root: KustomizationFile, { problems, inputs }: KustomizeRendering): RenderJob | undefined {
    const command = reading.settings.kustomizeCommand;
    const isPartial = problems.some(({ rule }) => rule === 'kustomization-incomplete');
    if (command.length === 0 || !isPartial || root.deployer !== undefined) return undefined;
    const cwd = fileURLToPath(root.directory);
    const hash = createHash('sha256').update(JSON.stringify([command, cwd]));
    for (const uri of [...inputs].sort()) hash.update(uri).update(JSON.stringify(textOf(reading, uri)));
    return { key: hash.digest('hex'), command: [...command, cwd], cwd };
  }

  return {
    taken: () => graph.taken,
    known: () => known,
    update({ roots, testData, trusted }) {
      known = kustomizationsByDirectory(reading);
      source.renew(reading.touched, known);
      renderer.forget([...reading.touched]);
      if (reading.stale) {
        graph = kustomizeGraph(known, pointers(roots), source);
        setParts(reading, graph.parts);
      }
      rendered = graph.roots.flatMap((root): readonly Rendered[] => {
        const folder = testData.folderOf(root.directory);
        const open = [...reading.open.keys()].filter((uri) => folder === undefined || uri.startsWith(`${folder}/`));
        if (folder !== undefined && open.length === 0) return [];
        const own = renderer.render(root);
        // Test data is rendered where one of its files is open.
        if (folder !== undefined && !open.some((uri) => own.inputs.has(uri))) return [];
        return [{ root, own, job: trusted ? jobOf(root, own) : undefined }];
      });
    },
    jobs: () => rendered.flatMap(({ job }) => job ?? []),
    scopes(answers) {
      for (const key of built.keys()) if (!answers.has(key)) built.delete(key);
      return rendered.flatMap((one) => toScopes(one, answers));
    },
  };

  function toScopes({ root, own, job }: Rendered, answers: ReadonlyMap<string, RenderAnswer>): readonly UnnamedScope[] {
    const answer = job && answers.get(job.key);
    const whole = job && answer?.state === 'done' ? builtRendering(job.key, answer.output, root, own) : undefined;
    if (job && answer?.state === 'failed') reading.logger.warn(`${job.command.join(' ')}: ${answer.message}`);
    const rendering = whole ?? ownRendering(own);
    const { resources, problems } = rendering;
    if (resources.length === 0 && problems.length === 0) return [];
    return [
      {
        location: root.directory,
        ...(root.deployer === undefined ? {} : { variant: root.deployer }),
        kind: 'kustomize',
        root: root.directory,
        complete: problems.length === 0,
        files: [...new Set(resources.map(({ file }) => file))],
        rendering,
      },
    ];
  }

  function ownRendering(own: KustomizeRendering): Rendering {
    const found = kept.get(own) ?? { ...own };
    kept.set(own, found);
    return found;
  }

  function builtRendering(key: string, output: string, root: KustomizationFile, own: KustomizeRendering): Rendering {
    const found = built.get(key) ?? {
      resources: placeBuilt(output, own.resources, root),
      problems: [],
      inputs: own.inputs,
      affixes: own.affixes,
    };
    built.set(key, found);
    return found;
  }
}
