import { coreValue } from '../manifest/core-schema';
import { computed, fromFile } from '../manifest/edit-tree';
import { mayBeRelevant } from '../manifest/kinds';
import { entryOf, itemsAt, numberAt, stringAt, type MapNode, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Context } from './context';
import { identityOf, withRoot, type Item } from './item';
import { booleanOf, listAt, textAt } from './kustomization-values';
import { changeAtPath, isRefusal, lookUp, pathSteps, textOf, type Refusal } from './replacement-paths';
import { describeWanted, isMeant, readWanted, targetMatcher } from './replacement-selectors';
import { isUnavailable } from './source';
import { writtenText } from './written-text';

/**
 * Runs `replacements`: a field of one resource, or a given text, goes into fields of others. It keeps the place where it is written
 * (kustomize, api/filters/replacement). `options.encoding` does nothing, as in kustomize.
 */
export function applyReplacements(items: readonly Item[], context: Context): readonly Item[] {
  return replacementsOf(context).reduce((current, replacement) => applyOne(current, replacement, context), items);
}

/** The kinds that the replacements within a kustomization read, so that the host can have them read. */
export function kindsReadBy(root: MapNode): readonly { readonly kind: string }[] {
  return itemsAt(root, 'replacements').flatMap((replacement) => {
    const kind = stringAt(replacement, 'source', 'kind')?.value;
    return kind ? [{ kind }] : [];
  });
}

/** The entries of a kustomization: each a replacement, or the path of a file with one or a list of them. */
function replacementsOf(context: Context): readonly SourceNode[] {
  const { kustomization, source } = context;
  return listAt(context, kustomization.root, 'replacements').flatMap((entry): readonly SourceNode[] => {
    const path = textAt(context, entry, 'path');
    if (!path) return [entry];
    if (entryOf(entry, 'source') || entryOf(entry, 'targets')) {
      context.invalid(
        entry,
        'An entry of `replacements` is either a path or a replacement: kustomize refuses both in one.',
      );
      return [];
    }
    const uri = source.resolve(kustomization.directory, path.value);
    const trees = source.treesIn(uri);
    if (isUnavailable(trees)) {
      context.incomplete(path, `${path.value} ${trees.unavailable}, so its replacements are not made here.`);
      return [];
    }
    return trees.flatMap((tree) => {
      const filed = fromFile(tree, uri);
      return filed.type === 'sequence' ? filed.items : [filed];
    });
  });
}

/** What goes into the targets. */
interface Value {
  /** Carries its file. */
  readonly node: SourceNode;
  /** A scalar's text as it is written; empty for what is no scalar. */
  readonly text: string;
}

function applyOne(items: readonly Item[], replacement: SourceNode, context: Context): readonly Item[] {
  const targets = listAt(context, replacement, 'targets');
  const source = entryOf(replacement, 'source')?.value;
  const given = textAt(context, replacement, 'sourceValue');
  if ((!source && !given) || targets.length === 0) {
    context.invalid(
      replacement,
      'A replacement needs a `source` and at least one of `targets`: kustomize refuses others.',
    );
    return items;
  }
  if (source && given) {
    context.invalid(given, 'A replacement has either `source` or `sourceValue`: kustomize refuses both.');
    return items;
  }
  const value = given
    ? { node: fromFile(given, context.kustomization.uri), text: given.value }
    : source && valueOf(items, source, targets, context);
  return value ? targets.reduce((current, target) => applyTarget(current, target, value, context), items) : items;
}

/** Finds the field that is copied. Reports why there is none. */
function valueOf(
  items: readonly Item[],
  source: SourceNode,
  targets: readonly SourceNode[],
  context: Context,
): Value | undefined {
  const wanted = readWanted(source, context);
  const found = items.filter((candidate) => isMeant(candidate, wanted));
  const [item] = found;
  const meant = describeWanted(wanted);
  if (!item) {
    const kind = wanted.kind ?? '';
    if (mayBeRelevant(kind)) context.missing(source, `There is no ${meant} to copy from: kustomize refuses to build.`);
    else if (targets.some((target) => items.some(targetMatcher(target, context) ?? (() => false))))
      context.incomplete(source, `${meant} is not known here, so what is copied from it is missing.`);
    return undefined;
  }
  if (found.length > 1) {
    context.invalid(
      source,
      `This means ${found.length} resources, and kustomize copies from one only: say more, such as \`kind\`, \`name\` or \`namespace\`.`,
    );
    return undefined;
  }
  const path = textAt(context, source, 'fieldPath');
  const node = lookUp(item.root, pathSteps(path?.value || 'metadata.name'));
  const value = isRefusal(node)
    ? node
    : node && !isEmpty(node)
      ? part(valueAt(node, item, context), optionsOf(source, context))
      : { refusal: 'there is nothing' };
  if (!isRefusal(value)) return value;
  context.invalid(
    path ?? source,
    `${path?.value ?? 'metadata.name'} of ${meant} cannot be copied: ${value.refusal}. kustomize refuses to build.`,
  );
  return undefined;
}

function isEmpty(node: SourceNode): boolean {
  if (node.type === 'map') return node.entries.length === 0;
  return node.type === 'sequence' ? node.items.length === 0 : node.value === null;
}

function valueAt(node: SourceNode, item: Item, context: Context): Value {
  const filed = fromFile(node, item.file);
  return { node: filed, text: filed.type === 'scalar' ? writtenText(filed, context) : '' };
}

interface Options {
  readonly delimiter: string;
  readonly index: number;
  readonly create: boolean;
}

function optionsOf(node: SourceNode, context: Context): Options {
  const options = entryOf(node, 'options')?.value;
  if (!options) return { delimiter: '', index: 0, create: false };
  return {
    delimiter: textAt(context, options, 'delimiter')?.value ?? '',
    index: numberAt(options, 'index')?.value ?? 0,
    create: booleanOf(context, options, 'create'),
  };
}

/** The part of a source's text that its options name. */
function part(value: Value, { delimiter, index }: Options): Value | Refusal {
  if (delimiter === '') return value;
  if (value.node.type !== 'scalar') return noText;
  const text = value.text.split(delimiter)[index];
  if (text === undefined) return { refusal: `"${value.text}" has no part ${index} between "${delimiter}"` };
  return { node: computed(value.node, text), text };
}

const noText: Refusal = { refusal: '`delimiter` needs a text, and there is none' };

function applyTarget(items: readonly Item[], target: SourceNode, value: Value, context: Context): readonly Item[] {
  const isTarget = targetMatcher(target, context);
  if (!isTarget) return items;
  const options = optionsOf(target, context);
  const listed = listAt(context, target, 'fieldPaths').filter((node) => node.type === 'scalar');
  const paths = listed.length > 0 ? listed.map(textOf) : ['metadata.name'];
  const refused = new Set<string>();
  return items.map((item) => {
    if (!isTarget(item)) return item;
    return paths.reduce((current, path, index) => {
      const root = changed(current.root, path, value, options);
      if (!isRefusal(root)) return forgetfully(current, root);
      // Every other resource would likely be refused for the same reason, and kustomize stops at the first.
      if (!refused.has(path)) {
        const { kind, name } = item.identities[0];
        context.invalid(
          listed[index] ?? target,
          `${path} of ${kind} ${name} cannot be replaced: ${root.refusal}. kustomize refuses to build.`,
        );
      }
      refused.add(path);
      return current;
    }, item);
  });
}

/** A name that is replaced is forgotten: references to it do not follow. */
function forgetfully(item: Item, root: MapNode): Item {
  if (root === item.root) return item;
  const [first, ...later] = item.identities;
  const identity = identityOf(root);
  const identities: Item['identities'] = later.length === 0 ? [identity] : [first, ...later.slice(0, -1), identity];
  return { ...withRoot(item, root), identities };
}

function changed(root: MapNode, path: string, value: Value, options: Options): MapNode | Refusal {
  const result = changeAtPath(root, pathSteps(path), {
    apply: (node) => placed(node, value, options),
    ...(options.create ? { made: value.node } : {}),
  });
  if (isRefusal(result)) return result;
  if (result.count === 0)
    return {
      refusal: options.create ? 'it is not there and cannot be made' : 'it is not there, and `create` is not set',
    };
  return result.node.type === 'map' ? result.node : root;
}

/** What stands at a target once the value is in it; undefined stands for a target that is made. */
function placed(
  target: SourceNode | undefined,
  { node, text }: Value,
  { delimiter, index }: Options,
): SourceNode | Refusal {
  if (target && target.type !== 'scalar') return delimiter === '' ? copyOf(node) : noText;
  if (!target && node.type !== 'scalar') return copyOf(node);
  const full = delimiter === '' ? text : joined(target ? textOf(target) : '', text, delimiter, index);
  const value = target ? typedLike(target, full) : coreValue(full);
  if (value === undefined) return { refusal: `"${full}" is not of the type that stands there` };
  return node.type === 'scalar' && node.value === value ? copyOf(node) : computed(node, value);
}

/** One and the same node at several places would be taken for linked (linked-values.ts). */
function copyOf(node: SourceNode): SourceNode {
  return fromFile(node, node.file ?? '');
}

/** A scalar that was there keeps its type, whatever the text looks like; undefined when the text cannot be of that type. */
function typedLike({ value: old }: ScalarNode, text: string): ScalarNode['value'] | undefined {
  if (typeof old === 'string') return text;
  const value = coreValue(text);
  if (typeof value !== typeof old || (value === null) !== (old === null)) return undefined;
  return Number.isInteger(old) && !/^[-+]?\d+$|^0[xo]/.test(text) ? undefined : value;
}

function joined(target: string, text: string, delimiter: string, index: number): string {
  const parts = target.split(delimiter);
  if (index < 0) return [text, ...parts].join(delimiter);
  return (index < parts.length ? parts.toSpliced(index, 1, text) : [...parts, text]).join(delimiter);
}
