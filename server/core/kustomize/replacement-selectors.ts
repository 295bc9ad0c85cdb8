import { entryOf, type SourceNode } from '../manifest/node';
import { labelsAt } from '../model/label';
import { anchoredPattern } from './anchored-pattern';
import type { Context } from './context';
import { gvkOf } from './field-paths';
import type { Item } from './item';
import { listAt, textAt } from './kustomization-values';
import { labelExpression } from './label-expression';

/** What a source or target says of the resources it means; what it leaves out matches everything. */
export interface Wanted {
  readonly group?: string;
  readonly version?: string;
  readonly kind?: string;
  readonly name?: string;
  readonly namespace?: string;
}

type Id = Required<Wanted>;

const idFields = ['group', 'version', 'kind', 'name', 'namespace'] as const;

export function readWanted(node: SourceNode, context: Context): Wanted {
  return Object.fromEntries(
    idFields.flatMap((field) => {
      const value = textAt(context, node, field)?.value;
      return value ? [[field, value] as const] : [];
    }),
  );
}

/** `Service web in namespace shop`, for messages. */
export function describeWanted({ kind = 'resource', name, namespace }: Wanted): string {
  return `${kind}${name === undefined ? '' : ` ${name}`}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}

/** Whether a resource is or was known by exactly this (kustomize, ResId.IsSelectedBy). */
export function isMeant(item: Item, wanted: Wanted): boolean {
  return idsOf(item).some((id) =>
    idFields.every((field) => wanted[field] === undefined || wanted[field] === id[field]),
  );
}

/** Tells the resources that a target selects and does not reject. Undefined when kustomize would refuse its selectors: they are reported. */
export function targetMatcher(target: SourceNode, context: Context): ((item: Item) => boolean) | undefined {
  const select = entryOf(target, 'select')?.value;
  if (!select) {
    context.invalid(target, 'A target needs `select`, which tells the resources it means: kustomize refuses to build.');
    return undefined;
  }
  const selected = readSelector(select, context);
  const rejected = listAt(context, target, 'reject').map((reject) => readSelector(reject, context));
  if (!selected || rejected.includes(undefined)) return undefined;
  const rejects = rejected.filter((selector) => selector !== undefined);
  return (item) => {
    const ids = idsOf(item);
    return (
      ids.some(selected.holdsForId) &&
      selected.holdsForLabels(item) &&
      // A part of a `reject` rejects by itself (kustomize, selectByAnnoAndLabel and containsRejectId).
      !rejects.some(
        (reject) => (reject.hasLabels && reject.holdsForLabels(item)) || (reject.hasId && ids.some(reject.holdsForId)),
      )
    );
  };
}

interface Selector {
  readonly hasId: boolean;
  readonly hasLabels: boolean;
  readonly holdsForId: (id: Id) => boolean;
  readonly holdsForLabels: (item: Item) => boolean;
}

function readSelector(node: SourceNode, context: Context): Selector | undefined {
  const wanted = readWanted(node, context);
  const ids = idFields.flatMap((field) => {
    const word = wanted[field];
    // Newer versions of kustomize take such words for patterns of a whole name, older ones as they are.
    const pattern = word === undefined ? undefined : anchoredPattern(word);
    const matches = typeof pattern === 'function' ? pattern : (): boolean => false;
    return word === undefined ? [] : [(id: Id) => id[field] === word || matches(id[field])];
  });
  const labels: ((item: Item) => boolean)[] = [];
  for (const field of ['labels', 'annotations'] as const) {
    const text = textAt(context, node, field === 'labels' ? 'labelSelector' : 'annotationSelector');
    if (!text?.value) continue;
    const expression = labelExpression(text.value);
    if (typeof expression !== 'function') {
      context.invalid(text, `The selector "${text.value}" ${expression.problem}: kustomize refuses to build.`);
      return undefined;
    }
    labels.push(({ root }) =>
      expression(new Map(labelsAt(root, 'metadata', field).map(({ key, value }) => [key, value]))),
    );
  }
  return {
    hasId: ids.length > 0,
    hasLabels: labels.length > 0,
    holdsForId: (id) => ids.every((test) => test(id)),
    holdsForLabels: (item) => labels.every((test) => test(item)),
  };
}

/** Everything that a resource is or was known by (kustomize, MakeResIds). */
function idsOf(item: Item): readonly Id[] {
  const { version } = gvkOf(item.root);
  return item.identities.map(({ group, kind, name, namespace = 'default' }) => ({
    group,
    version,
    kind,
    name,
    namespace,
  }));
}
