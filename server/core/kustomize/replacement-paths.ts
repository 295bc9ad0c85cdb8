import { computed, withEntry, withValue } from '../manifest/edit-tree';
import { coreValue } from '../manifest/core-schema';
import { entryOf, itemsAt, type MapNode, type ScalarNode, type SequenceNode, type SourceNode } from '../manifest/node';
import { anchoredPattern, type AnchoredPattern } from './anchored-pattern';
import { isNull } from './field-paths';

/** Why kustomize would not go on, as the end of a sentence. */
export interface Refusal {
  readonly refusal: string;
}

export function isRefusal(answer: object | undefined): answer is Refusal {
  return answer !== undefined && 'refusal' in answer;
}

/**
 * The steps of a field path: `spec.ports.[name=http].port`. A dot within brackets or after a backslash is no end of a step, and brackets
 * without `=` only hold a key together (kustomize, SmarterPathSplitter).
 */
export function pathSteps(path: string): readonly string[] {
  const parts = unescaped(path.split('.'));
  const steps: string[] = [];
  for (let index = 0; index < parts.length; index++) {
    let step = parts[index] ?? '';
    if (!step.startsWith('[') || step.endsWith(']')) {
      steps.push(step);
      continue;
    }
    while (index < parts.length - 1 && !step.endsWith(']')) step += `.${parts[++index] ?? ''}`;
    steps.push(step.includes('=') ? step : step.replace(/^[[\]]+|[[\]]+$/g, ''));
  }
  return steps;
}

/** Parts that end with a backslash belong together with the next one. */
function unescaped(parts: readonly string[]): readonly string[] {
  return parts.reduce<readonly string[]>((done, part) => {
    const last = done.at(-1);
    return last?.endsWith('\\') ? [...done.slice(0, -1), `${last.slice(0, -1)}.${part}`] : [...done, part];
  }, []);
}

/** The one node at a path, as a source of replacements or variables is looked up: no wildcards (kustomize, PathGetter). */
export function lookUp(root: SourceNode, steps: readonly string[]): SourceNode | undefined | Refusal {
  let current: SourceNode | undefined | Refusal = root;
  for (const step of steps.map((part) => part.trim()).filter((part) => part !== '')) {
    if (current === undefined || isRefusal(current)) return current;
    current = isNull(current) ? undefined : stepInto(current, step);
  }
  return current;
}

function stepInto(node: SourceNode, step: string): SourceNode | undefined | Refusal {
  if (step === '*') return { refusal: 'the wildcard * is not allowed here' };
  const isLast = step === '-';
  if (isLast || isIndex(step) || isElement(step)) {
    if (node.type !== 'sequence') return notA('list', step);
    if (isLast) return itemsAt(node).at(-1);
    if (isIndex(step)) return Number(step) < 0 ? noIndex(step, node.items.length) : itemsAt(node)[Number(step)];
    const wanted = elementOf(step);
    if (isRefusal(wanted)) return wanted;
    return itemsAt(node).find((item) => {
      const value = wanted.field === '' ? item : entryOf(item, wanted.field)?.value;
      return value?.type === 'scalar' && textOf(value) === wanted.value;
    });
  }
  return node.type === 'map' ? entryOf(node, step)?.value : notA('mapping', step);
}

/** How the nodes that a path leads to are changed. */
export interface Change {
  /** What becomes of a node; called with undefined where one is made. */
  apply(node: SourceNode | undefined): SourceNode | Refusal;
  /** Where something is missing it is made, and mappings and lists on the way get this place. Without it nothing is made. */
  readonly made?: SourceNode;
}

/** A changed tree and how many nodes the path led to. */
export interface Changed {
  readonly node: SourceNode;
  readonly count: number;
}

/** Changes every node that a path leads to: with wildcards, and with patterns in `[field=pattern]` (kustomize, PathMatcher). */
export function changeAtPath(node: SourceNode, steps: readonly string[], how: Change): Changed | Refusal {
  const [step, ...rest] = steps;
  if (step === undefined) {
    const changed = how.apply(node);
    return isRefusal(changed) ? changed : { node: changed, count: 1 };
  }
  if (isIndex(step)) return changeIndex(node, step, rest, how);
  if (isElement(step)) return changeElements(node, step, rest, how);
  if (step === '*') return changeItems(node, step, rest, how, () => true);
  return changeField(node, step, rest, how);
}

function changeField(node: SourceNode, key: string, rest: readonly string[], how: Change): Changed | Refusal {
  // kustomize takes what it makes below null for done, and it is lost.
  if (isNull(node)) return { node, count: how.made ? 1 : 0 };
  if (key === '') return { refusal: 'a step of its path is empty' };
  if (node.type !== 'map') return notA('mapping', key);
  const entry = entryOf(node, key);
  if (!entry && !how.made) return { node, count: 0 };
  const below = entry ? changeAtPath(entry.value, rest, how) : make(rest, how);
  if (isRefusal(below) || below.count === 0) return isRefusal(below) ? below : { node, count: 0 };
  const { start: keyStart } = below.node;
  const next = entry ? withValue(entry, below.node) : { key, keyStart, keyEnd: keyStart, value: below.node };
  return { node: withEntry(node, next), count: below.count };
}

/** What stands at the end of a path of which nothing is there. */
function make(rest: readonly string[], how: Change): Changed | Refusal {
  const [next] = rest;
  if (next === undefined || !how.made) {
    const made = how.apply(undefined);
    return isRefusal(made) ? made : { node: made, count: 1 };
  }
  return changeAtPath(emptyAt(how.made, isIndex(next) || isElement(next) ? 'sequence' : 'map'), rest, how);
}

function changeIndex(node: SourceNode, step: string, rest: readonly string[], how: Change): Changed | Refusal {
  if (node.type !== 'sequence') return notA('list', step);
  const items = itemsAt(node);
  const index = Number(step);
  const item = items[index];
  if (!item && (index !== items.length || !how.made)) return noIndex(step, items.length);
  const below = item ? changeAtPath(item, rest, how) : make(rest, how);
  if (isRefusal(below) || below.count === 0) return isRefusal(below) ? below : { node, count: 0 };
  return { node: withItems(node, items.toSpliced(index, 1, below.node)), count: below.count };
}

function changeElements(node: SourceNode, step: string, rest: readonly string[], how: Change): Changed | Refusal {
  const wanted = elementOf(step);
  if (isRefusal(wanted)) return wanted;
  const pattern = patternWithin(wanted.value);
  if (!pattern) return { refusal: `${wanted.value} is no regular expression` };
  // What follows an element that is a text itself is not looked at.
  const beyond = wanted.field === '' ? [] : rest;
  const holds = (item: SourceNode): boolean => {
    const value = wanted.field === '' ? item : entryOf(item, wanted.field)?.value;
    return value?.type === 'scalar' && pattern(writtenForm(value));
  };
  const found = changeItems(node, step, beyond, how, holds);
  if (isRefusal(found) || found.count > 0 || !how.made || node.type !== 'sequence') return found;
  // kustomize looks for what it has made, and would never end.
  if (!pattern(wanted.value)) return { refusal: `nothing matches ${step}, and no item can be made of a pattern` };
  const element = makeElement(wanted, beyond, how.made, how);
  if (isRefusal(element)) return element;
  return { node: withItems(node, [...itemsAt(node), element.node]), count: element.count };
}

/** The element that a list lacks: with the field that tells it apart, and what the rest of the path makes of it. */
function makeElement(
  { field, value }: Element,
  rest: readonly string[],
  place: SourceNode,
  how: Change,
): Changed | Refusal {
  if (field === '') return make([], how);
  return changeAtPath(mapWith(place, field, computed(place, coreValue(value))), rest, how);
}

function changeItems(
  node: SourceNode,
  step: string,
  rest: readonly string[],
  how: Change,
  holds: (item: SourceNode) => boolean,
): Changed | Refusal {
  if (node.type !== 'sequence') return notA('list', step);
  const items: SourceNode[] = [];
  let count = 0;
  for (const item of itemsAt(node)) {
    const below = holds(item) ? changeAtPath(item, rest, how) : { node: item, count: 0 };
    if (isRefusal(below)) return below;
    items.push(below.node);
    count += below.count;
  }
  return { node: count === 0 ? node : withItems(node, items), count };
}

/** Whether a regular expression matches anywhere in a text. */
function patternWithin(text: string): AnchoredPattern | undefined {
  const [, flags = '', pattern = ''] = /^((?:\(\?i\))?)(.*)$/s.exec(text) ?? [];
  const within = anchoredPattern(`${flags}[\\s\\S]*(?:${pattern})[\\s\\S]*`);
  return typeof within === 'function' ? within : undefined;
}

/** The text of a scalar, whatever it means. */
export function textOf(node: ScalarNode): string {
  return node.value === null ? '' : String(node.value);
}

/** Patterns see a scalar with its quotes. */
function writtenForm(node: ScalarNode): string {
  const text = textOf(node);
  if (node.style === 'double') return JSON.stringify(text);
  return node.style === 'single' ? `'${text.replaceAll("'", "''")}'` : text;
}

function isIndex(step: string): boolean {
  return /^[+-]?\d+$/.test(step);
}

function isElement(step: string): boolean {
  return step.startsWith('[') && step.endsWith(']');
}

interface Element {
  readonly field: string;
  readonly value: string;
}

/** `[name=web]`, or `[=web]` for a list of texts. */
function elementOf(step: string): Element | Refusal {
  const inner = step.slice(1, -1);
  const equals = inner.indexOf('=');
  if (equals === -1) return { refusal: `${step} must have the form [field=value]` };
  return { field: inner.slice(0, equals), value: inner.slice(equals + 1) };
}

function notA(what: 'list' | 'mapping', step: string): Refusal {
  return { refusal: `there is no ${what} where ${step} is looked for` };
}

function noIndex(step: string, length: number): Refusal {
  return { refusal: `the list has ${length} items, and none at ${step}` };
}

/** What nobody wrote, at the place of what asks for it. */
function emptyAt(place: SourceNode, type: 'map' | 'sequence'): MapNode | SequenceNode {
  const at = { start: place.start, end: place.end, ...(place.file === undefined ? {} : { file: place.file }) };
  return type === 'map' ? { ...at, type, entries: [] } : { ...at, type, items: [] };
}

function mapWith(place: SourceNode, key: string, value: ScalarNode): SourceNode {
  const empty = emptyAt(place, 'map');
  const entry = { key, keyStart: value.start, keyEnd: value.end, value };
  return empty.type === 'map' ? withEntry(empty, entry) : empty;
}

/** What a sequence shared with other uses of an anchor is passed on to its items. */
function withItems({ type, start, end, file }: SequenceNode, items: readonly SourceNode[]): SequenceNode {
  return { type, items, start, end, ...(file === undefined ? {} : { file }) };
}
