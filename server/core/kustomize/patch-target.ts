import { entriesAt, nodeAt, type SourceNode } from '../manifest/node';
import { anchoredPattern, type AnchoredPattern } from './anchored-pattern';
import type { Context } from './context';
import { gvkOf } from './field-paths';
import { currentIdentity, type Item } from './item';
import { checkKeys, textAt } from './kustomization-values';
import { labelExpression, type LabelExpression, type Labels } from './label-expression';
import { effectiveNamespace } from './namespace';

export type TargetMatch = (item: Item) => boolean;

const patterns = ['group', 'version', 'kind', 'name', 'namespace'] as const;
const selectors = ['labelSelector', 'annotationSelector'] as const;

/**
 * What a patch's `target` means: regular expressions that the whole of group, version, kind, name and namespace must match, name and
 * namespace either as they were first written or as they stand, and selectors of labels and annotations (kustomize, resWrangler.Select).
 * What is left out or empty matches everything. Undefined when it cannot be read, which is reported.
 */
export function patchTarget(context: Context, target: SourceNode): TargetMatch | undefined {
  const reported = { count: 0 };
  const noting: Context = {
    ...context,
    invalid: (at, message) => {
      reported.count++;
      context.invalid(at, message);
    },
    incomplete: (at, message) => {
      reported.count++;
      context.incomplete(at, message);
    },
  };
  checkKeys(noting, target, [...patterns, ...selectors], 'target');
  const known = withKnownCase(target);
  const [group, version, kind, name, namespace] = patterns.map((field) => patternAt(noting, known, field));
  const [labels, annotations] = selectors.map((field) => selectorAt(noting, known, field));
  if (reported.count > 0) return undefined;
  const matches = (pattern: AnchoredPattern | undefined, ...texts: readonly string[]): boolean =>
    !pattern || texts.some((text) => pattern(text));
  return (item) => {
    const gvk = gvkOf(item.root);
    const first = item.identities[0];
    const current = currentIdentity(item);
    return (
      matches(group, gvk.group) &&
      matches(version, gvk.version) &&
      matches(kind, gvk.kind) &&
      matches(name, first.name, current.name) &&
      matches(namespace, effectiveNamespace(first), effectiveNamespace(current)) &&
      (!labels || labels(textsAt(item.root, 'labels'))) &&
      (!annotations || annotations(textsAt(item.root, 'annotations')))
    );
  };
}

/** Keys are told apart without regard to case. */
function withKnownCase(target: SourceNode): SourceNode {
  if (target.type !== 'map') return target;
  const known = new Map([...patterns, ...selectors].map((key) => [key.toLowerCase(), key]));
  const entries = target.entries.map((entry) => ({ ...entry, key: known.get(entry.key.toLowerCase()) ?? entry.key }));
  return { ...target, entries };
}

function patternAt(context: Context, target: SourceNode, field: string): AnchoredPattern | undefined {
  const node = textAt(context, target, field, `target.${field}`);
  if (!node?.value) return undefined;
  const pattern = anchoredPattern(node.value);
  if (typeof pattern === 'function') return pattern;
  const { problem, refused } = pattern;
  if (refused) context.invalid(node, `The regular expression "${node.value}" ${problem}: kustomize refuses to build.`);
  else
    context.incomplete(node, `The regular expression "${node.value}" ${problem}: what it selects is not patched here.`);
  return undefined;
}

function selectorAt(context: Context, target: SourceNode, field: string): LabelExpression | undefined {
  const node = textAt(context, target, field, `target.${field}`);
  if (!node?.value) return undefined;
  const expression = labelExpression(node.value);
  if (typeof expression === 'function') return expression;
  context.invalid(node, `The selector "${node.value}" ${expression.problem}: kustomize refuses to build.`);
  return undefined;
}

function textsAt(root: SourceNode, field: string): Labels {
  return new Map(
    entriesAt(nodeAt(root, 'metadata', field)).flatMap(({ key, value }) =>
      value.type === 'scalar' && value.value !== null ? [[key, String(value.value)] as const] : [],
    ),
  );
}
