import { kustomizationNames, readKustomization } from '../../server/core/kustomize/read-kustomization';
import { createKustomizeRenderer, type KustomizeRendering } from '../../server/core/kustomize/render';
import type { KustomizationFile, KustomizeSource, Unavailable } from '../../server/core/kustomize/source';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { readTrees } from '../../server/core/manifest/read-trees';

/** Texts by path from the tree's root, such as `base/deployment.yaml`. */
export type Files = Readonly<Record<string, string>>;

const top = 'file:///tree';

/** What a folder of a tree deploys, rendered from memory with the readers that a workspace uses. */
export function renderTree(files: Files, root: string): KustomizeRendering {
  const source = sourceOf(files);
  const kustomization = source.kustomizationIn(root === '' ? top : `${top}/${root}`);
  if (!kustomization) throw new Error(`There is no kustomization in "${root}".`);
  return createKustomizeRenderer(source).render(kustomization);
}

/** The text of a file of the tree by its URI. */
export function textIn(files: Files, uri: string): string | undefined {
  const path = uri.slice(top.length + 1);
  return Object.hasOwn(files, path) ? files[path] : undefined;
}

function sourceOf(files: Files): KustomizeSource {
  const kustomizations = new Map<string, KustomizationFile | undefined>();
  const directories = new Set(
    Object.keys(files).flatMap((path) => {
      const steps = path.split('/').slice(0, -1);
      return steps.map((_, index) => `${top}/${steps.slice(0, index + 1).join('/')}`);
    }),
  );
  const textOf = (uri: string): string | Unavailable =>
    textIn(files, uri) ?? {
      unavailable: directories.has(uri) ? 'is a directory without a kustomization' : 'does not exist',
    };
  const readIn = (directory: string): KustomizationFile | undefined => {
    const uri = kustomizationNames
      .map((name) => `${directory}/${name}`)
      .find((name) => textIn(files, name) !== undefined);
    return uri === undefined ? undefined : readKustomization(directory, uri, textIn(files, uri) ?? '');
  };
  return {
    resolve: (directory, path) => new URL(`${directory}/${path}`).href.replace(/\/+$/, ''),
    kustomizationIn(directory) {
      if (!kustomizations.has(directory)) kustomizations.set(directory, readIn(directory));
      return kustomizations.get(directory);
    },
    resourcesIn(uri) {
      const text = textOf(uri);
      return typeof text === 'string' ? readManifest(uri, text).resources : text;
    },
    treesIn(uri) {
      const text = textOf(uri);
      if (typeof text !== 'string') return text;
      const { roots, problem } = readTrees(text);
      return problem ? { unavailable: `cannot be read (${problem.message})`, refused: true } : roots;
    },
    textOf,
  };
}
