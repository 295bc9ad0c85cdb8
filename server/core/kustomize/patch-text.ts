import { fromFile } from '../manifest/edit-tree';
import { embeddedTrees } from '../manifest/embedded-yaml';
import { itemsAt, nodeAt, stringAt, type MapNode, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { reportDuplicateKeys } from './duplicate-keys';
import { textAt, type TextNode } from './kustomization-values';
import { isRemote } from './remote';
import { isUnavailable, type Unavailable } from './source';

/**
 * The documents of the patch that an entry has under `patch` or names under `path`; every node says which file it is of. Undefined when
 * they cannot be had, which is reported.
 */
export function patchIn(entry: SourceNode, context: Context): readonly SourceNode[] | undefined {
  const path = textAt(context, entry, 'path');
  const patch = textAt(context, entry, 'patch');
  const hasPatch = patch !== undefined && patch.value.trim() !== '';
  if (path?.value && hasPatch) {
    context.invalid(path, 'This entry has both a `path` and a `patch`: kustomize refuses that. Keep one of them.');
    return undefined;
  }
  if (path?.value) return patchAt(path, context);
  if (hasPatch) return inlinePatch(patch, context);
  const isReported = (!path && nodeAt(entry, 'path')) || (!patch && nodeAt(entry, 'patch'));
  if (!isReported) context.invalid(entry, 'This entry has no patch: give it a `path`, or write it out under `patch`.');
  return undefined;
}

/** The same for an entry of `patchesStrategicMerge`: the path of a patch, or the patch itself. */
export function patchOrPath(node: SourceNode, context: Context): readonly SourceNode[] | undefined {
  if (node.type !== 'scalar' || typeof node.value !== 'string') {
    context.invalid(node, 'An entry of `patchesStrategicMerge` is the path of a patch, or a patch as text.');
    return undefined;
  }
  const text: TextNode = { ...node, value: node.value };
  return /[\n{]/.test(text.value) ? inlinePatch(text, context) : patchAt(text, context);
}

/**
 * The resources that strategic merge patches are written as; lists of them are taken apart. kustomize wants all to have a kind and a name,
 * even where a target says what is patched. Undefined when one is none, which is reported.
 */
export function patchResources(trees: readonly SourceNode[], context: Context): readonly MapNode[] | undefined {
  const resources = trees.flatMap(listed);
  for (const resource of resources) {
    const missing = ['kind', 'metadata.name'].filter((field) => !stringAt(resource, ...field.split('.'))?.value);
    if (missing.length === 0) continue;
    const fields = missing.map((field) => `\`${field}\``).join(' and ');
    context.invalid(resource, `This is no patch: it has no ${fields}. kustomize wants both, even with a \`target\`.`);
    return undefined;
  }
  return resources.filter((resource) => resource.type === 'map');
}

function listed(tree: SourceNode): readonly SourceNode[] {
  const isList = stringAt(tree, 'kind')?.value.endsWith('List') ?? false;
  return isList && nodeAt(tree, 'items')?.type === 'sequence' ? itemsAt(tree, 'items').flatMap(listed) : [tree];
}

function patchAt(path: TextNode, context: Context): readonly SourceNode[] | undefined {
  const { kustomization, source } = context;
  if (isRemote(path.value)) {
    context.incomplete(
      path,
      `${path.value} is remote: Kubepath fetches nothing, so what this patch changes is missing here.`,
    );
    return undefined;
  }
  const uri = source.resolve(kustomization.directory, path.value);
  const trees = source.treesIn(uri);
  if (!isUnavailable(trees)) {
    reportBrokenJson(source.textOf(uri), path, context);
    for (const tree of trees) reportDuplicateKeys(tree, context, uri);
    return trees.filter(isSomething).map((tree) => fromFile(tree, uri));
  }
  const message = `${path.value} ${trees.unavailable}, so what this patch changes is missing here.`;
  if (trees.refused) context.invalid(path, message);
  else context.incomplete(path, message);
  return undefined;
}

function inlinePatch(node: ScalarNode, context: Context): readonly SourceNode[] | undefined {
  const file = node.file ?? context.kustomization.uri;
  const text = context.source.textOf(file);
  const { roots, problem } = embeddedTrees(typeof text === 'string' ? text : '', node, file);
  if (!problem) {
    if (typeof node.value === 'string') reportBrokenJson(node.value.trim(), node, context);
    for (const root of roots) reportDuplicateKeys(root, context);
    return roots.filter(isSomething);
  }
  context.invalid({ ...problem.range, file }, `This patch cannot be read. ${problem.message}`);
  return undefined;
}

/** kustomize takes a patch that begins with a bracket for JSON, where keys and texts have double quotes. */
function reportBrokenJson(text: string | Unavailable, at: SourceNode, context: Context): void {
  if (typeof text !== 'string' || !text.startsWith('[') || isJson(text)) return;
  context.invalid(
    at,
    'kustomize takes a patch that begins with [ for JSON, and this is none: write keys and texts in double quotes, or the list with dashes.',
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function isSomething(node: SourceNode): boolean {
  return node.type !== 'scalar' || node.value !== null;
}
