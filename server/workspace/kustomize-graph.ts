import { isComponent } from '../core/kustomize/accumulate';
import { includedBy, otherFilesOf } from '../core/kustomize/read-kustomization';
import { isRemote } from '../core/kustomize/remote';
import type { KustomizationFile, KustomizeSource } from '../core/kustomize/source';
import type { Pointer } from './deployers';

/** How the kustomizations of a workspace hang together. */
export interface KustomizeGraph {
  /** Those that no other includes. Of a loop that nothing leads into, the first. */
  readonly roots: readonly KustomizationFile[];
  /** URIs that belong to kustomizations in any way: resources, patches, generator input. They form no scope of their own. */
  readonly taken: ReadonlySet<string>;
  /** Those among them that nobody names as a resource. */
  readonly parts: ReadonlySet<string>;
}

/**
 * @param known by the URI of their directory
 * @param pointers what other tools say in place of a kustomization. Those that say more than what they point at are roots, and it is none any
 * more. The others are roots only where it is none without them.
 */
export function kustomizeGraph(
  known: ReadonlyMap<string, KustomizationFile>,
  pointers: readonly Pointer[],
  source: KustomizeSource,
): KustomizeGraph {
  const telling = pointers.filter(({ saysMore }) => saysMore).map(({ file }) => file);
  const taken = includedIn([...known.values(), ...telling], source);
  const deployers = pointers
    .filter(({ saysMore, file }) => saysMore || taken.has(file.directory))
    .map(({ file }) => file);
  const files = [...known.values(), ...deployers];
  const included = includedIn(files, source);
  const parts = partsOf(files, included, source);
  const candidates = [...known.values()].filter((file) => !isComponent(file));
  const roots = [...deployers, ...candidates.filter(({ directory }) => !included.has(directory))];
  const reached = new Set<string>();
  for (const root of roots) reach(root, reached, source);
  for (const candidate of candidates) {
    if (reached.has(candidate.directory)) continue;
    roots.push(candidate);
    reach(candidate, reached, source);
  }
  return { roots, taken: new Set([...included, ...parts]), parts };
}

/** Files that kustomizations name as patches, generator input and the like, and none as a resource. */
export function partsOf(
  files: readonly KustomizationFile[],
  included: ReadonlySet<string>,
  source: Pick<KustomizeSource, 'resolve'>,
): ReadonlySet<string> {
  return new Set(files.flatMap((file) => urisOf(otherFilesOf(file), file, source)).filter((uri) => !included.has(uri)));
}

/** URIs that kustomizations name as resources, bases and components. */
export function includedIn(
  files: readonly KustomizationFile[],
  source: Pick<KustomizeSource, 'resolve'>,
): ReadonlySet<string> {
  return new Set(files.flatMap((file) => urisOf(includedBy(file), file, source)));
}

function urisOf(
  entries: readonly string[],
  file: KustomizationFile,
  source: Pick<KustomizeSource, 'resolve'>,
): readonly string[] {
  return entries.filter((entry) => !isRemote(entry)).map((entry) => source.resolve(file.directory, entry));
}

function reach(root: KustomizationFile, reached: Set<string>, source: KustomizeSource): void {
  const queue = [root];
  for (let next = queue.pop(); next; next = queue.pop()) {
    for (const uri of urisOf(includedBy(next), next, source)) {
      const file = reached.has(uri) ? undefined : source.kustomizationIn(uri);
      if (!file) continue;
      reached.add(uri);
      queue.push(file);
    }
    if (next === root) reached.add(root.directory);
  }
}
