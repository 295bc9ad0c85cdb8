import { fromYaml } from '../../server/core/manifest/from-yaml';
import type { SourceNode } from '../../server/core/manifest/node';
import { parseYaml } from '../../server/core/manifest/parse-yaml';
import { readManifest, readTree } from '../../server/core/manifest/read-manifest';
import type { KustomizationFile, KustomizeSource } from '../../server/core/kustomize/source';

/** Texts by path from the root, such as `base/deployment.yaml`; directories are what the paths say. */
export type Files = Readonly<Record<string, string>>;

/** The URI of a path of a fake source. */
export function uriOf(path: string): string {
  return path === '' ? 'file:///repo' : `file:///repo/${path}`;
}

/** A source that reads a record of files, as the workspace's reads a disk. */
export function fakeSource(files: Files): KustomizeSource {
  const textOf = (uri: string): string | undefined => {
    const path = uri.slice(uriOf('').length + 1);
    return Object.hasOwn(files, path) ? files[path] : undefined;
  };
  const isDirectory = (uri: string): boolean => Object.keys(files).some((path) => uriOf(path).startsWith(`${uri}/`));
  const unavailable = (uri: string): { readonly unavailable: string } => ({
    unavailable: isDirectory(uri) ? 'is a directory' : 'does not exist',
  });
  return {
    resolve: (directory, path) => {
      const resolved = new URL(`${directory}/${path}`.replace(/\/+$/, '')).href;
      return resolved.replace(/\/+$/, '');
    },
    kustomizationIn: (directory) => {
      for (const name of ['kustomization.yaml', 'kustomization.yml', 'Kustomization']) {
        const uri = `${directory}/${name}`;
        const text = textOf(uri);
        const root = text === undefined ? undefined : readTree(text);
        if (root?.type === 'map') return { directory, uri, root };
      }
      return undefined;
    },
    resourcesIn: (uri) => {
      const text = textOf(uri);
      return text === undefined ? unavailable(uri) : readManifest(uri, text).resources;
    },
    treesIn: (uri) => {
      const text = textOf(uri);
      return text === undefined ? unavailable(uri) : treesOf(text);
    },
    textOf: (uri) => textOf(uri) ?? unavailable(uri),
  };
}

/** The kustomization of a directory of a fake source, which must be there. */
export function kustomizationOf(source: KustomizeSource, path = ''): KustomizationFile {
  const found = source.kustomizationIn(uriOf(path));
  if (!found) throw new Error(`no kustomization in ${path === '' ? 'the root' : path}`);
  return found;
}

function treesOf(text: string): readonly SourceNode[] {
  return parseYaml(text).documents.flatMap((document) => fromYaml(document, 0).root ?? []);
}
