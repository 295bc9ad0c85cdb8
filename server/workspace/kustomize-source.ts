import { dirname, join, resolve as resolvePath, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readKustomization } from '../core/kustomize/read-kustomization';
import {
  isUnavailable,
  type KustomizationFile,
  type KustomizeSource,
  type Unavailable,
} from '../core/kustomize/source';
import { kindsReadBy } from '../core/kustomize/replacements';
import { kindsReadByVars } from '../core/kustomize/vars';
import { isRelevant } from '../core/manifest/kinds';
import { itemsAt, stringAt, type MapNode, type SourceNode } from '../core/manifest/node';
import { readManifest } from '../core/manifest/read-manifest';
import { readTrees } from '../core/manifest/read-trees';
import type { Resource } from '../core/manifest/resource';
import type { FileSource } from './file-source';
import { folderOf, type ScopeRoot } from './folders';
import { followLinks, isKnown, kustomizationPathIn, readFile, textOf, type Reading } from './reading';

/** What kustomizations name, read when it is asked for, also outside of the folders that are checked. */
export interface KustomizeReader extends KustomizeSource {
  /**
   * Drops what was kept of the files that changed, and takes the kustomizations that are known now.
   * @param known by the URI of their directory
   */
  renew(known: ReadonlyMap<string, KustomizationFile>, roots: readonly ScopeRoot[]): void;
  /**
   * Kinds that networking does not read and replacements or variables copy from. It grows while kustomizations outside of the folders are
   * read: what was rendered before was rendered without those.
   */
  kinds(): ReadonlySet<string>;
  /** URIs of all files and directories that were ever asked for, there or not. */
  readonly asked: ReadonlySet<string>;
}

export function createKustomizeSource(reading: Reading): KustomizeReader {
  let known: ReadonlyMap<string, KustomizationFile> = new Map();
  /** Kustomizations that no folder of the workspace holds; undefined for directories without one. */
  const outer = new Map<string, KustomizationFile | undefined>();
  /** What each of them copies from, as it was read last. */
  const outerKinds = new Map<string, readonly string[]>();
  const texts = new Map<string, string | Unavailable>();
  const trees = new Map<string, readonly SourceNode[] | Unavailable>();
  const asked = new Set<string>();
  /** Work trees of the folders; undefined where one of them lies in none. */
  let repositories: readonly string[] | undefined;
  let kinds: ReadonlySet<string> = new Set();

  function text(uri: string): string | Unavailable {
    asked.add(uri);
    return kept(texts, uri, () => {
      const found = reading.texts.get(uri) ?? (isOutside(uri) ? outsideOfRepository : textOf(reading, uri));
      if (typeof found === 'string') reading.analyzer.setSource(uri, found);
      return found;
    });
  }

  /** Resources of kinds that networking does not read, and replacements or variables copy values from. */
  function copiedFrom(uri: string): readonly Resource[] {
    if (kinds.size === 0) return [];
    const found = textOf(reading, uri);
    if (typeof found !== 'string' || ![...kinds].some((kind) => found.includes(kind))) return [];
    return readManifest(uri, found, { kinds }).resources.filter(
      ({ apiVersion, kind }) => !isRelevant(apiVersion, kind),
    );
  }

  /** A base outside of the repository is nobody's but this machine's. */
  function isOutside(uri: string): boolean {
    const path = fileURLToPath(uri);
    return repositories !== undefined && !repositories.some((top) => isBelow(path, top));
  }

  /** The same set when there is nothing new. */
  function setKinds(next: ReadonlySet<string>): void {
    if (next.size !== kinds.size || [...next].some((kind) => !kinds.has(kind))) kinds = next;
  }

  const source: KustomizeReader = {
    asked,
    kinds: () => kinds,
    resolve: (directory, path) => followLinks(reading, resolveUri(directory, path)),
    kustomizationIn(directory) {
      asked.add(directory);
      const file = known.get(directory);
      if (file || isKnown(reading, directory)) return file;
      return kept(outer, directory, () => {
        const path = isOutside(directory) ? undefined : kustomizationPathIn(reading.files, fileURLToPath(directory));
        if (path === undefined) return undefined;
        const uri = pathToFileURL(path).href;
        const found = text(uri);
        const read = typeof found === 'string' ? readKustomization(directory, uri, found) : undefined;
        outerKinds.set(directory, read ? copiedKinds(directory, read.root, source) : []);
        setKinds(new Set([...kinds, ...(outerKinds.get(directory) ?? [])]));
        return read;
      });
    },
    resourcesIn(uri) {
      asked.add(uri);
      if (!isKnown(reading, uri)) {
        if (isOutside(uri)) return outsideOfRepository;
        readFile(reading, fileURLToPath(uri));
        reading.borrowed.add(uri);
      }
      const unavailable = reading.others.get(uri);
      return unavailable ?? [...reading.analyzer.resourcesOf(uri), ...copiedFrom(uri)];
    },
    treesIn: (uri) =>
      kept(trees, uri, () => {
        const found = text(uri);
        if (isUnavailable(found)) return found;
        const { roots, problem } = readTrees(found);
        if (!problem) return roots;
        return { unavailable: `cannot be read (${problem.message.replace(/\.$/, '')})`, refused: true };
      }),
    textOf: text,
    renew(now, roots) {
      known = now;
      if (reading.renewed) for (const map of [texts, trees, outer, outerKinds]) map.clear();
      for (const uri of reading.touched) for (const map of [texts, trees]) map.delete(uri);
      if (reading.touched.size > 0) outer.clear();
      if (reading.stale) repositories = repositoriesOf(roots, reading.files);
      const own = [...now.values()].flatMap(({ directory, root }) => copiedKinds(directory, root, source));
      setKinds(new Set([...own, ...[...outerKinds.values()].flat()]));
    },
  };
  return source;
}

/** Kinds whose resources are read for their values alone. */
function copiedKinds(directory: string, root: MapNode, source: KustomizeSource): readonly string[] {
  const inFiles = itemsAt(root, 'replacements').flatMap((item) => {
    const path = stringAt(item, 'path')?.value;
    const trees = path === undefined ? [] : source.treesIn(source.resolve(directory, path));
    return isUnavailable(trees) ? [] : trees.flatMap((tree) => (tree.type === 'sequence' ? tree.items : [tree]));
  });
  const named = inFiles.flatMap((replacement) => stringAt(replacement, 'source', 'kind')?.value ?? []);
  return [...named, ...[...kindsReadBy(root), ...kindsReadByVars(root)].map(({ kind }) => kind)];
}

/**
 * The URI of a path as a kustomization in a directory (a URI) writes it, without trailing slash. Asked many thousand times: plain paths are
 * followed on the URI itself.
 */
export function resolveUri(directory: string, path: string): string {
  return resolvedOnUri(directory, path) ?? pathToFileURL(resolvePath(fileURLToPath(directory), path)).href;
}

/** Undefined for what is not plain: signs that a URI writes otherwise, absolute paths, those that lead to the root or above. */
function resolvedOnUri(directory: string, path: string): string | undefined {
  if (!/^[\w.-][\w./-]*$/.test(path) || directory.endsWith('/')) return undefined;
  const steps = directory.split('/');
  for (const step of path.split('/')) {
    if (step === '..') {
      // `file:`, two slashes, and a step below the root.
      if (steps.length <= 4) return undefined;
      steps.pop();
    } else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

const outsideOfRepository: Unavailable = {
  unavailable: 'lies outside of the repository, where nobody else has it: move it in, or name it by its URL',
};

function repositoriesOf(roots: readonly ScopeRoot[], files: FileSource): readonly string[] | undefined {
  const tops = roots.map((root) => repositoryOf(files, fileURLToPath(folderOf(root))));
  return tops.includes(undefined) ? undefined : tops.filter((top) => top !== undefined);
}

/** The work tree that holds a directory; undefined where there is none. */
function repositoryOf(files: FileSource, directory: string): string | undefined {
  const top = files.topOf(directory);
  return files.kindOf(join(top, '.git')) === undefined && dirname(top) !== top ? undefined : top;
}

function isBelow(path: string, top: string): boolean {
  return path === top || path.startsWith(top.endsWith(sep) ? top : top + sep);
}

function kept<K, T>(map: Map<K, T>, key: K, make: () => T): T {
  if (map.has(key)) return map.get(key) as T;
  const made = make();
  map.set(key, made);
  return made;
}
