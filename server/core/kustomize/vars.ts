import { computed, withEntries } from '../manifest/edit-tree';
import { isClusterScoped, mayBeRelevant } from '../manifest/kinds';
import {
  entriesAt,
  entryOf,
  itemsAt,
  type MapNode,
  type OffsetRange,
  type ScalarNode,
  type SourceNode,
} from '../manifest/node';
import type { Context } from './context';
import { changeFields, gvkOf, mapItems } from './field-paths';
import type { TransformerConfig } from './field-specs';
import { sameIdentity, withRoot, type Identity, type Item } from './item';
import { listAt, textAt } from './kustomization-values';
import { isRefusal, lookUp, pathSteps } from './replacement-paths';

/** An entry of `vars`: a field of a resource that goes wherever `$(NAME)` stands. */
export interface Var {
  readonly name: string;
  readonly objref: Identity & { readonly version: string };
  readonly fieldPath: string;
  /** URI of the file that declares it, and where. */
  readonly file: string;
  readonly range: OffsetRange;
  /**
   * The resource that it meant when it was declared, by the place where it is written: names change, and others may have them. What it was
   * called until then tells it from copies that came through other overlays.
   */
  readonly source: (Pick<Item, 'file' | 'identities'> & { readonly start: number }) | undefined;
}

/** Told of what kustomize would refuse. */
export type ReportVar = (file: string, range: OffsetRange, message: string) => void;

/**
 * The variables that a kustomization declares.
 * @param items what the kustomization makes, to tell which of them each variable means (kustomize, ResAccumulator.MergeVars)
 */
export function declaredVars(context: Context, items: readonly Item[] = []): readonly Var[] {
  return listAt(context, context.kustomization.root, 'vars').flatMap((node) => {
    const name = textAt(context, node, 'name');
    if (!name?.value) return [];
    const objref = objrefOf(fieldOf(node, 'objref'), context);
    const fieldref = fieldOf(node, 'fieldref');
    const meant = items.filter((item) => isMeant(item, objref));
    const [item] = meant;
    if (meant.length > 1) {
      const { kind, name: object } = objref;
      context.invalid(
        node,
        `More than one ${kind} ${object} could be meant by ${name.value}: kustomize refuses to build. Say its \`namespace\`.`,
      );
      return [];
    }
    return [
      {
        name: name.value,
        objref,
        fieldPath: (fieldref && fieldPathOf(fieldref, context)) || 'metadata.name',
        file: node.file ?? context.kustomization.uri,
        range: { start: node.start, end: node.end },
        source: item && { file: item.file, start: item.root.start, identities: item.identities },
      },
    ];
  });
}

/** The kinds that the variables of a kustomization read, so that the host can have them read. */
export function kindsReadByVars(root: MapNode): readonly { readonly kind: string }[] {
  return itemsAt(root, 'vars').flatMap((node) => {
    const kind = entryOf(fieldOf(node, 'objref'), 'kind')?.value;
    return kind?.type === 'scalar' && typeof kind.value === 'string' && kind.value !== '' ? [{ kind: kind.value }] : [];
  });
}

/**
 * Puts the values of variables wherever `$(NAME)` stands in the fields that may hold them. What names no variable stays: Kubernetes
 * replaces it when a container starts (kustomize, api/filters/refvar).
 */
export function resolveVars(
  items: readonly Item[],
  vars: readonly Var[],
  config: TransformerConfig,
  report: ReportVar,
): readonly Item[] {
  if (vars.length === 0) return items;
  const values = valuesOf(vars, items, report);
  return items.map((item) => {
    const refuse = ({ file = item.file, start, end }: SourceNode): void =>
      report(
        file,
        { start, end },
        'Variables can only be replaced in texts, and every item here must be one: kustomize refuses to build. Put it in quotes.',
      );
    const change = (node: SourceNode): SourceNode => changed(node, values, refuse);
    return withRoot(item, changeFields(item.root, config.varReference, { change, misfit: refuse }));
  });
}

/** `fieldpath` is how kustomize's own documentation writes it. */
function fieldPathOf(fieldref: SourceNode, context: Context): string | undefined {
  const key = entriesAt(fieldref).find((entry) => entry.key.toLowerCase() === 'fieldpath')?.key;
  return key === undefined ? undefined : textAt(context, fieldref, key, 'fieldPath')?.value;
}

/** kustomize reads its own files without regard to the case of keys, and `objRef`, `fieldRef` are common. */
function fieldOf(node: SourceNode, field: 'objref' | 'fieldref'): SourceNode | undefined {
  return entriesAt(node).find(({ key }) => key.toLowerCase() === field)?.value;
}

function objrefOf(node: SourceNode | undefined, context: Context): Var['objref'] {
  const text = (field: string): string => (node && textAt(context, node, field)?.value) ?? '';
  const [first = '', second] = text('apiVersion').split('/');
  return {
    group: second === undefined ? text('group') : first,
    version: second ?? (first || text('version')),
    kind: text('kind'),
    name: text('name'),
    namespace: text('namespace') || undefined,
  };
}

/** Group and version must be said; a namespace that is not said may be any (kustomize, ResId.GvknEquals). */
function isMeant(item: Item, { group, version, kind, name, namespace }: Var['objref']): boolean {
  if (gvkOf(item.root).version !== version) return false;
  return item.identities.some(
    (identity) =>
      identity.kind === kind &&
      identity.name === name &&
      identity.group === group &&
      (namespace === undefined || isClusterScoped(kind) || (identity.namespace ?? 'default') === namespace),
  );
}

type Values = ReadonlyMap<string, string | number | boolean>;

/** What each variable stands for. One that stands for a mapping or a list is left as it is written. */
function valuesOf(vars: readonly Var[], items: readonly Item[], report: ReportVar): Values {
  const seen = new Set<string>();
  const values = new Map<string, string | number | boolean>();
  for (const variable of vars) {
    const { name, objref, fieldPath, file, range } = variable;
    if (seen.has(name)) {
      report(file, range, `${name} is declared twice: kustomize refuses to build. Keep one, or rename it.`);
      continue;
    }
    seen.add(name);
    const item = sourceOf(variable, items);
    const node = item && lookUp(item.root, pathSteps(fieldPath).flatMap(withIndex));
    if (node && !isRefusal(node)) {
      // Nothing is an empty text, and a written null the word.
      if (node.type === 'scalar') values.set(name, node.value ?? (node.start === node.end ? '' : 'null'));
      continue;
    }
    // A kind that networking does not read may be there all the same.
    if (!item && objref.kind !== '' && !mayBeRelevant(objref.kind)) continue;
    report(file, range, item ? `${describe(objref)} has no ${fieldPath}, ${refused}` : missing(variable));
  }
  return values;
}

const refused = 'so kustomize refuses to build.';

function missing({ name, objref }: Var): string {
  const hint = objref.version === '' ? ' Say its `apiVersion` as well.' : '';
  return `There is no ${describe(objref)} for ${name}, ${refused}${hint}`;
}

function describe({ kind, name }: Identity): string {
  return `${kind || 'resource'} ${name}`;
}

function sourceOf({ source }: Var, items: readonly Item[]): Item | undefined {
  const copies = items.filter((item) => item.file === source?.file && item.root.start === source.start);
  const declared = copies.find(({ identities }) =>
    source?.identities.every((identity, index) => sameIdentity(identity, identities[index] ?? identities[0])),
  );
  return declared ?? copies[0];
}

/** `ports[0]` is `ports`, then `0`. */
function withIndex(step: string): readonly string[] {
  const [, key, index] = /^(.*)\[(\d+)\]$/.exec(step) ?? [];
  return key === undefined || index === undefined ? [step] : key === '' ? [index] : [key, index];
}

/** A text, the texts of a list or the texts of a mapping; not what lies deeper. */
function changed(node: SourceNode, values: Values, refuse: (node: SourceNode) => void): SourceNode {
  const text = (part: SourceNode): SourceNode =>
    part.type === 'scalar' && typeof part.value === 'string' ? expanded(part, part.value, values) : part;
  if (node.type === 'scalar') return text(node);
  if (node.type === 'sequence') {
    return mapItems(node, (item) => {
      if (item.type !== 'scalar' || typeof item.value !== 'string') refuse(item);
      return text(item);
    });
  }
  const entries = entriesAt(node);
  const next = entries.map((entry) => ({ ...entry, value: text(entry.value) }));
  return next.every(({ value }, index) => value === entries[index]?.value) ? node : withEntries(node, next);
}

/** A text that is one variable and no more takes its type too. */
function expanded(node: ScalarNode, text: string, values: Values): ScalarNode {
  const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1];
  const value = (whole === undefined ? undefined : values.get(whole)) ?? expand(text, values);
  return value === text ? node : computed(node, value);
}

/** `$$` is a dollar sign; so `$$(NAME)` is the text `$(NAME)`. */
function expand(text: string, values: Values): string {
  return text.replace(/\$\$|\$\(([^)]*)\)/g, (match, name: string | undefined) =>
    name === undefined ? '$' : String(values.get(name) ?? match),
  );
}
