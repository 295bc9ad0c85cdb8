import { entriesAt, nodeAt, type MapEntry, type SourceNode } from '../manifest/node';

/** One label as written. Values of a wrong type are read as the text a person sees; the API server refuses them. */
export interface Label {
  readonly key: string;
  readonly value: string;
  readonly entry: MapEntry;
}

/** The labels at a path; empty when there are none. Of a key that stands twice the last one counts, as for `entryOf`. */
export function labelsAt(node: SourceNode | undefined, ...path: readonly (string | number)[]): readonly Label[] {
  const byKey = new Map(entriesAt(node, ...path).map((entry) => [entry.key, entry]));
  return [...byKey.values()].flatMap((entry) =>
    entry.value.type === 'scalar' ? [{ key: entry.key, value: String(entry.value.value ?? ''), entry }] : [],
  );
}

/** `app=web, tier=front`, the way kubectl prints labels. */
export function printLabels(labels: readonly { readonly key: string; readonly value: string }[]): string {
  return labels.map(({ key, value }) => `${key}=${value}`).join(', ');
}

/** The value of a label, or undefined when it is not there. */
export function labelValue(labels: readonly Label[], key: string): string | undefined {
  return labels.find((label) => label.key === key)?.value;
}

export type Operator = 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';

/** One condition of a selector. `key: value` under `matchLabels` is `In` with one value. */
export interface Requirement {
  readonly key: string;
  readonly operator: Operator;
  readonly values: readonly string[];
  /** The entry of `matchLabels` or of a Service's selector; undefined for an expression. */
  readonly entry?: MapEntry;
}

/** A label selector. Without requirements it selects everything. */
export interface Selector {
  readonly requirements: readonly Requirement[];
  readonly node: SourceNode;
  /** False when some part could not be understood: then nothing may be concluded from what it matches. */
  readonly valid: boolean;
}

/** A selector that is a plain mapping of labels (Service, ReplicationController). Undefined when it is absent or empty: then it selects nothing. */
export function readMapSelector(
  node: SourceNode | undefined,
  ...path: readonly (string | number)[]
): Selector | undefined {
  const found = nodeAt(node, ...path);
  const labels = labelsAt(found);
  if (!found || labels.length === 0) return undefined;
  return { requirements: labels.map(toRequirement), node: found, valid: true };
}

/** A LabelSelector (`matchLabels`, `matchExpressions`). Undefined when it is absent or null; empty selects everything (apimachinery, LabelSelector). */
export function readLabelSelector(
  node: SourceNode | undefined,
  ...path: readonly (string | number)[]
): Selector | undefined {
  const found = nodeAt(node, ...path);
  if (!found || (found.type === 'scalar' && found.value === null)) return undefined;
  const expressions = nodeAt(found, 'matchExpressions');
  const read = expressions?.type === 'sequence' ? expressions.items.map(readExpression) : [];
  const known =
    found.type === 'map' && found.entries.every(({ key }) => key === 'matchLabels' || key === 'matchExpressions');
  return {
    requirements: [...labelsAt(found, 'matchLabels').map(toRequirement), ...read.filter((item) => item !== undefined)],
    node: found,
    valid: known && !read.includes(undefined),
  };
}

function toRequirement({ key, value, entry }: Label): Requirement {
  return { key, operator: 'In', values: [value], entry };
}

function readExpression(node: SourceNode): Requirement | undefined {
  const text = (name: string): string | undefined => {
    const found = nodeAt(node, name);
    return found?.type === 'scalar' ? String(found.value ?? '') : undefined;
  };
  const key = text('key');
  const operator = text('operator');
  const list = nodeAt(node, 'values');
  const values =
    list?.type === 'sequence'
      ? list.items.flatMap((item) => (item.type === 'scalar' ? [String(item.value ?? '')] : []))
      : [];
  if (key === undefined) return undefined;
  switch (operator) {
    case 'In':
    case 'NotIn':
      return values.length > 0 ? { key, operator, values } : undefined;
    case 'Exists':
    case 'DoesNotExist':
      return { key, operator, values: [] };
    default:
      return undefined;
  }
}

/**
 * Whether a requirement holds for an object with these labels. `NotIn` and `DoesNotExist` also hold where the key is missing
 * (API reference, LabelSelectorRequirement).
 */
export function requirementHolds(requirement: Requirement, value: string | undefined): boolean {
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && requirement.values.includes(value);
    case 'NotIn':
      return value === undefined || !requirement.values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

/** `app=web, tier in (a, b), !debug`, the way kubectl takes selectors. */
export function printSelector(selector: Selector): string {
  return selector.requirements
    .map(({ key, operator, values }) => {
      switch (operator) {
        case 'In':
          return values.length === 1 ? `${key}=${values[0] ?? ''}` : `${key} in (${values.join(', ')})`;
        case 'NotIn':
          return `${key} notin (${values.join(', ')})`;
        case 'Exists':
          return key;
        case 'DoesNotExist':
          return `!${key}`;
      }
    })
    .join(', ');
}

/**
 * Whether a text holds a placeholder that something fills in before it is applied (envsubst, Flux substitution, sed). Such a value
 * is unknown, and nothing may be concluded from it.
 */
export function isPlaceholder(text: string): boolean {
  return /\$\{|\$\(|\{\{|<[^>]*>|_PLACEHOLDER|^__.*__$|^@.*@$|^%.*%$|^\$[A-Z_]+$/.test(text);
}
