import type { Requirement } from '../model/label';

/** What the value of one label may be: some values, or all but some; and whether the label may be missing. */
export interface Allowed {
  readonly values: ReadonlySet<string>;
  /** `values` are those that it may not have. */
  readonly excluded: boolean;
  readonly missing: boolean;
}

/** A selector as what it asks of each label, by key. Labels that are not in it may be anything. */
export type Conditions = ReadonlyMap<string, Allowed>;

export const noConditions: Conditions = new Map();

/** The conditions of some requirements, all of which must hold; undefined when nothing can meet them. */
export function conditionsOf(requirements: readonly Requirement[]): Conditions | undefined {
  let conditions = noConditions;
  for (const requirement of requirements) {
    const narrowed = narrow(conditions, requirement.key, allowedBy(requirement));
    if (!narrowed) return undefined;
    conditions = narrowed;
  }
  return conditions;
}

/** The label is there, whatever its value is. */
export const present: Allowed = { values: new Set(), excluded: true, missing: false };

/** The label has this value. */
export function exactly(value: string): Allowed {
  return { values: new Set([value]), excluded: false, missing: false };
}

/** The one value that a label must have, where there is only one. */
export function onlyValue({ values, excluded, missing }: Allowed): string | undefined {
  const [value] = values;
  return !excluded && !missing && values.size === 1 ? value : undefined;
}

/** One condition more; undefined when nothing can meet it beside those that are there. */
export function narrow(conditions: Conditions, key: string, allowed: Allowed): Conditions | undefined {
  const known = conditions.get(key);
  const both = known ? intersection(known, allowed) : allowed;
  if (!both.missing && !both.excluded && both.values.size === 0) return undefined;
  return new Map(conditions).set(key, both);
}

/** Whether every set of labels that meets `inner` meets `outer`, whatever labels there are. */
export function implies(inner: Conditions, outer: Conditions): boolean {
  for (const [key, allowed] of outer) {
    const own = inner.get(key);
    if (!own || !isWithin(own, allowed)) return false;
  }
  return true;
}

/**
 * The same conditions taken apart, so that each label with a few values has one of them in each part. Only the whole where that would be
 * more than `most` parts.
 */
export function splitConditions(conditions: Conditions, most: number): readonly Conditions[] {
  let parts: readonly Conditions[] = [conditions];
  for (const [key, { values, excluded, missing }] of conditions) {
    if (excluded || missing || values.size < 2) continue;
    if (parts.length * values.size > most) return [conditions];
    parts = parts.flatMap((part) => [...values].map((value) => new Map(part).set(key, exactly(value))));
  }
  return parts;
}

/** `NotIn` and `DoesNotExist` also hold where the key is missing (API reference, LabelSelectorRequirement). */
function allowedBy({ operator, values }: Requirement): Allowed {
  switch (operator) {
    case 'In':
      return { values: new Set(values), excluded: false, missing: false };
    case 'NotIn':
      return { values: new Set(values), excluded: true, missing: true };
    case 'Exists':
      return present;
    case 'DoesNotExist':
      return { values: new Set(), excluded: false, missing: true };
  }
}

function intersection(a: Allowed, b: Allowed): Allowed {
  const missing = a.missing && b.missing;
  if (a.excluded && b.excluded) return { values: new Set([...a.values, ...b.values]), excluded: true, missing };
  const [some, other] = a.excluded ? [b, a] : [a, b];
  return { values: new Set([...some.values].filter((value) => admits(other, value))), excluded: false, missing };
}

function admits({ values, excluded }: Allowed, value: string): boolean {
  return values.has(value) !== excluded;
}

/** There are more values than any selector can name: all but some are never within some. */
function isWithin(inner: Allowed, outer: Allowed): boolean {
  if (inner.missing && !outer.missing) return false;
  if (!inner.excluded) return [...inner.values].every((value) => admits(outer, value));
  return outer.excluded && [...outer.values].every((value) => inner.values.has(value));
}
