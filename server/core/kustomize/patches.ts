import { isRelevant } from '../manifest/kinds';
import { entryOf, itemsAt, nodeAt, stringAt, type MapNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { currentIdentity, identityOf, remembering, withRoot, type Identity, type Item } from './item';
import { withoutLinks } from './linked-values';
import { applyJsonPatch, jsonPatchProblem } from './json-patch';
import { booleanOf, listAt } from './kustomization-values';
import { effectiveNamespace } from './namespace';
import { withAnnotations, withTextsInMetadata } from './patch-metadata';
import { patchTarget } from './patch-target';
import { patchIn, patchOrPath, patchResources } from './patch-text';
import { strategicMerge, type PatchOptions, type PatchResult } from './strategic-merge';

/** The field `patchesStrategicMerge`: patches that say themselves what they change. */
export function applyStrategicMergePatches(items: readonly Item[], context: Context): readonly Item[] {
  const value = nodeAt(context.kustomization.root, 'patchesStrategicMerge');
  const entries = value?.type === 'sequence' ? itemsAt(value) : value ? [value] : [];
  return entries.reduce((current, entry) => {
    const trees = patchOrPath(entry, context);
    if (trees?.length === 0) context.invalid(entry, emptyPatch);
    const patches = trees && patchResources(trees, context);
    const texts = patches?.map((patch) => withTextsInMetadata(patch, context));
    return texts ? patchNamed(current, texts, {}, context) : current;
  }, items);
}

/** The field `patches`: strategic merge patches and JSON patches, for what they name or for what a target selects. */
export function applyPatches(items: readonly Item[], context: Context): readonly Item[] {
  return listAt(context, context.kustomization.root, 'patches').reduce((current, entry) => {
    const trees = patchIn(entry, context);
    if (!trees) return current;
    const [first] = trees;
    return first?.type === 'sequence'
      ? applyOperations(current, first, entry, context)
      : applyResources(current, trees, entry, context);
  }, items);
}

/** The field `patchesJson6902`: JSON patches for what a target selects. */
export function applyJson6902Patches(items: readonly Item[], context: Context): readonly Item[] {
  return listAt(context, context.kustomization.root, 'patchesJson6902').reduce((current, entry) => {
    const trees = patchIn(entry, context);
    if (!trees) return current;
    if (!stringAt(entry, 'target', 'name')?.value) {
      const message = 'An entry of `patchesJson6902` needs a `target` with a `name`: kustomize refuses to build.';
      context.invalid(targetOf(entry) ?? entry, message);
      return current;
    }
    const [operations] = trees;
    if (operations) return applyOperations(current, operations, entry, context, forgetfully);
    context.invalid(entry, emptyPatch);
    return current;
  }, items);
}

const emptyPatch = 'This patch is empty: kustomize refuses to build.';

/** What a patch makes of an item. */
type Apply = (item: Item) => PatchResult;

/** How an item gets another tree. */
type Update = (item: Item, root: MapNode) => Item;

function remembered(item: Item, root: MapNode): Item {
  return remembering(item, withRoot(item, root));
}

function applyOperations(
  items: readonly Item[],
  operations: SourceNode,
  entry: SourceNode,
  context: Context,
  update: Update = remembered,
): readonly Item[] {
  const problem = jsonPatchProblem(operations);
  if (problem) context.invalid(problem.at, problem.message);
  else if (!targetOf(entry))
    context.invalid(entry, 'A JSON patch does not say what it changes: give this entry a `target`.');
  else {
    // The resource is written anew, so labels that kustomize put in several places at once no longer change together.
    const unlinked: Update = (item, root) => update({ ...item, root: withoutLinks(item.root) }, root);
    return patchSelected(items, entry, context, (item) => operated(item, operations, update), unlinked);
  }
  return items;
}

function operated(item: Item, operations: SourceNode, update: Update): PatchResult {
  const apply = (root: MapNode): PatchResult => applyJsonPatch(withoutLinks(root), operations);
  const isNoted = update === remembered || item.identities.length > 1 || item.generated !== undefined;
  return isNoted ? withAnnotations(item.root, apply) : apply(item.root);
}

function applyResources(
  items: readonly Item[],
  trees: readonly SourceNode[],
  entry: SourceNode,
  context: Context,
): readonly Item[] {
  const options = optionsOf(entry, context);
  const target = targetOf(entry);
  if (trees.length === 0) {
    // kustomize lets an empty file pass where there is a target.
    if (!target) context.invalid(entry, emptyPatch);
    return items;
  }
  const patches = patchResources(trees, context);
  const [patch, second] = patches ?? [];
  if (!patches || !patch) return items;
  if (!target) return patchNamed(items, patches, options, context);
  if (!second) {
    const texts = withTextsInMetadata(patch, context);
    return patchSelected(items, entry, context, ({ root }) => strategicMerge(root, texts, options), withRoot);
  }
  const message = 'An entry with a `target` takes one patch, and this one has several: kustomize refuses to build.';
  context.invalid(target, message);
  return items;
}

function targetOf(entry: SourceNode): SourceNode | undefined {
  const target = nodeAt(entry, 'target');
  return target?.type === 'scalar' && target.value === null ? undefined : target;
}

function optionsOf(entry: SourceNode, context: Context): PatchOptions {
  const options = nodeAt(entry, 'options');
  if (!options) return {};
  return {
    allowNameChange: booleanOf(context, options, 'allowNameChange'),
    allowKindChange: booleanOf(context, options, 'allowKindChange'),
  };
}

/** `patchesJson6902` makes kustomize forget what a resource was called before; the other fields let references follow. */
function forgetfully(item: Item, root: MapNode): Item {
  const [first, ...later] = item.identities;
  const identity = identityOf(root);
  const identities: Item['identities'] = later.length === 0 ? [identity] : [first, ...later.slice(0, -1), identity];
  return { ...withRoot(item, root), identities };
}

/** Patches whatever a target selects; a target that selects nothing is no mistake to kustomize. */
function patchSelected(
  items: readonly Item[],
  entry: SourceNode,
  context: Context,
  apply: Apply,
  update: Update,
): readonly Item[] {
  const target = targetOf(entry);
  const matches = target && patchTarget(context, target);
  return matches ? items.flatMap((item) => (matches(item) ? patched(item, apply, context, update) : item)) : items;
}

/** Applies each patch to the one resource that it names, by any name and namespace it ever had (kustomize, resWrangler.GetById). */
function patchNamed(
  items: readonly Item[],
  patches: readonly MapNode[],
  options: PatchOptions,
  context: Context,
): readonly Item[] {
  // Each place holds what has become of an item: one item, or none.
  const current: (readonly Item[])[] = items.map((item) => [item]);
  const places = placesByName(items, patches.length);
  for (const patch of patches) {
    const wanted = identityOf(patch);
    const apiVersion = apiVersionOf(patch);
    const namesakes = places(wanted.name);
    const named = namesakes.filter((at) => current[at]?.some((item) => isNamed(item, apiVersion, wanted)));
    const [place, second] = named;
    if (place === undefined) {
      reportUnmet(
        namesakes.flatMap((at) => current[at] ?? []),
        patch,
        context,
      );
    } else if (second !== undefined) {
      const all = named.flatMap((each) => current[each] ?? []).map((item) => currentIdentity(item).name);
      context.invalid(
        nameOf(patch),
        `${wanted.kind} ${wanted.name} could be any of ${all.join(', ')}: kustomize refuses to build. Use a name that only one of them has.`,
      );
    } else {
      const apply = ({ root }: Item): PatchResult => strategicMerge(root, patch, options);
      current[place] = (current[place] ?? []).flatMap((item) => patched(item, apply, context, withRoot));
    }
  }
  return current.flat();
}

/** The places of the items that may have a name. An index, where many ask; a patch cannot rename what it finds by name. */
function placesByName(items: readonly Item[], count: number): (name: string) => readonly number[] {
  if (count === 1) {
    const all = items.map((_, place) => place);
    return () => all;
  }
  const index = new Map<string, number[]>();
  for (const [place, { identities }] of items.entries())
    for (const name of new Set(identities.map((identity) => identity.name))) {
      const places = index.get(name);
      if (places) places.push(place);
      else index.set(name, [place]);
    }
  return (name) => index.get(name) ?? [];
}

function patched(item: Item, apply: Apply, context: Context, update: Update): readonly Item[] {
  const result = apply(item);
  if (result.problem) {
    context.invalid(result.problem.at, result.problem.message);
    return [item];
  }
  return result.root ? [update(item, result.root)] : [];
}

function isNamed(item: Item, apiVersion: string, wanted: Identity): boolean {
  const hasIdentity = item.identities.some(
    (identity) =>
      identity.name === wanted.name &&
      identity.kind === wanted.kind &&
      effectiveNamespace(identity) === effectiveNamespace(wanted),
  );
  return hasIdentity && apiVersionOf(item.root) === apiVersion;
}

function apiVersionOf(root: SourceNode): string {
  return stringAt(root, 'apiVersion')?.value ?? '';
}

/** Kinds that are not read here may well be there, so nothing is said of them. */
function reportUnmet(items: readonly Item[], patch: MapNode, context: Context): void {
  const { kind, name, namespace } = identityOf(patch);
  const apiVersion = apiVersionOf(patch);
  const namesake = items.find((item) => item.identities.some((other) => other.kind === kind && other.name === name));
  if (apiVersion === '' ? !namesake : !isRelevant(apiVersion, kind)) return;
  context.missing(
    nameOf(patch),
    `This kustomization has no ${kind} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`} for this patch, so kustomize refuses to build.${
      namesake ? ` ${hint(namesake, patch)}` : ''
    }`,
  );
}

function hint(namesake: Item, patch: MapNode): string {
  const identity = currentIdentity(namesake);
  const said = apiVersionOf(namesake.root);
  if (said !== apiVersionOf(patch)) return `${identity.kind} ${identity.name} has apiVersion ${said}: use that here.`;
  return identity.namespace === undefined
    ? `${identity.kind} ${identity.name} has no namespace yet when patches are applied: leave it out here.`
    : `${identity.kind} ${identity.name} is in namespace ${identity.namespace}: say so in \`metadata.namespace\`.`;
}

function nameOf(patch: MapNode): SourceNode {
  return stringAt(patch, 'metadata', 'name')?.node ?? entryOf(patch, 'kind')?.value ?? patch;
}
