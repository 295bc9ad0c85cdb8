import { distance } from 'fastest-levenshtein';
import { entriesAt, entryOf, type MapEntry, type SourceNode } from '../manifest/node';
import { addProblem, isWritten, keyPlace, type PolicyReader } from './policy-reading';

/** The fields that a mapping of the API has, and those of other places that people write there. */
export interface FieldSet {
  /** What messages call the mapping: "A peer". */
  readonly name: string;
  readonly fields: Readonly<Record<string, 'list' | 'mapping' | 'value'>>;
  /** By name: the field that gets another meaning when this one is dropped, and where it belongs. */
  readonly misplaced?: Readonly<Record<string, { readonly spoils: string; readonly advice: string }>>;
}

/**
 * Adds a problem for each field that the API server does not know and would drop, where what is left then means something else: slips
 * of the pen, and fields that belong elsewhere. Other unknown fields change nothing and are passed over.
 * @returns the fields whose meaning is in doubt
 */
export function strayFields(
  reader: PolicyReader,
  node: SourceNode,
  path: string,
  { name, fields, misplaced = {} }: FieldSet,
): ReadonlySet<string> {
  const spoiled = new Set<string>();
  for (const entry of entriesAt(node)) {
    if (Object.hasOwn(fields, entry.key) || saysNothing(entry.value)) continue;
    const elsewhere = Object.hasOwn(misplaced, entry.key) ? misplaced[entry.key] : undefined;
    const meant = elsewhere ? [] : meantFields(entry.key, Object.keys(fields));
    const spoils = elsewhere ? [elsewhere.spoils] : meant;
    const [first] = spoils;
    if (first === undefined) continue;
    for (const field of spoils) spoiled.add(field);
    const advice = elsewhere?.advice ?? `Write ${meant.join(' or ')}.`;
    const [only, other] = meant;
    const renamed = only !== undefined && !other && fields[only] === shapeOf(entry) && !entryOf(node, only);
    addProblem(reader, `${path}.${first}`, keyPlace(entry), `${name} has no field "${entry.key}". ${advice}`, {
      instead: renamed ? only : undefined,
    });
  }
  return spoiled;
}

/** An empty list is everywhere the same as none. */
function saysNothing(value: SourceNode): boolean {
  return !isWritten(value) || (value.type === 'sequence' && value.items.length === 0);
}

function shapeOf({ value }: MapEntry): string {
  return value.type === 'sequence' ? 'list' : value.type === 'map' ? 'mapping' : 'value';
}

/** The fields that a key may be a slip for: other case, two letters swapped, one letter or two in a long name. Mostly one or none. */
export function meantFields(key: string, names: readonly string[]): readonly string[] {
  const lower = key.toLowerCase();
  const same = names.find((name) => name.toLowerCase() === lower);
  return same === undefined ? names.filter((name) => isSlipFor(lower, name.toLowerCase())) : [same];
}

function isSlipFor(key: string, name: string): boolean {
  if (name.length < 4 || Math.abs(key.length - name.length) > 2) return false;
  return sorted(key) === sorted(name) || distance(key, name) <= (name.length >= 8 ? 2 : 1);
}

function sorted(text: string): string {
  return text.split('').sort().join('');
}
