import type { MapEntry, OffsetRange, SourceNode } from '../../server/core/manifest/node';
import { keyRange } from '../../server/core/manifest/node';
import type { Resource } from '../../server/core/manifest/resource';
import type { NetworkModel } from '../../server/core/model/network-model';

/** A change of a file's text, by offsets into the text as it is. */
export interface Edit extends OffsetRange {
  readonly file: string;
  readonly newText: string;
}

/** A place in the text as it was, before the edits. */
export interface Spot {
  readonly file: string;
  readonly offset: number;
}

/** One slip that somebody could make, and what should be said of it. */
export interface Mistake {
  /** For people: `targetPort http → htpt`. */
  readonly what: string;
  readonly edits: readonly Edit[];
  /** A finding on the line of one of these is right. */
  readonly at: readonly Spot[];
  /** Where what should be found stands in what is added: any line of this file that is added is right, and those beside it. */
  readonly anywhereIn?: string;
  /** A rule that may find it wherever it does: kustomize refuses what is added, and the kustomization is told of it. */
  readonly orBy?: string;
}

/** A sort of slip, and the rules that may find it, the first one before all. */
export interface MistakeKind {
  readonly name: string;
  readonly rules: readonly string[];
  /** Every place of a scope where it can be made, so that it matters: what works as it is would no longer. */
  sites(scope: Scope): Iterable<Mistake>;
}

/** A scope of a workspace that is right as it is. */
export interface Scope {
  readonly model: NetworkModel;
  readonly textOf: (uri: string) => string;
}

/** Where a node is written; undefined for one that serves other places too, or is not written as it is. */
export function placeOf({ textOf }: Scope, resource: Resource, node: SourceNode | undefined): Edit | undefined {
  if (!node || node.shared || node.start === node.end) return undefined;
  const file = node.file ?? resource.file;
  const text = textOf(file).slice(node.start, node.end);
  if (node.type === 'scalar' && (node.style === 'block' || !text.includes(String(node.value)))) return undefined;
  return { file, start: node.start, end: node.end, newText: text };
}

/** A scalar with another value, in the quotes it has. */
export function rewrite(
  scope: Scope,
  resource: Resource,
  node: SourceNode | undefined,
  value: string | number,
): Mistake | undefined {
  const place = placeOf(scope, resource, node);
  if (!place || node?.type !== 'scalar') return undefined;
  const newText = place.newText.replace(String(node.value), () => String(value));
  if (newText === place.newText) return undefined;
  return {
    what: `${String(node.value)} → ${value}`,
    edits: [{ ...place, newText }],
    at: [{ file: place.file, offset: place.start }],
  };
}

/** The key of an entry, misspelt. */
export function rewriteKey(scope: Scope, resource: Resource, entry: MapEntry, key: string): Mistake | undefined {
  const { start, end } = keyRange(entry);
  const file = entry.value.file ?? resource.file;
  if (entry.value.shared || scope.textOf(file).slice(start, end) !== entry.key) return undefined;
  return {
    what: `${entry.key}: → ${key}:`,
    edits: [{ file, start, end, newText: key }],
    at: [{ file, offset: start }],
  };
}

/** The lines that a range stands on, taken out; undefined where something else stands there too. */
export function dropLines({ textOf }: Scope, file: string, range: OffsetRange, what: string): Mistake | undefined {
  const text = textOf(file);
  const start = text.lastIndexOf('\n', range.start - 1) + 1;
  const newline = text.indexOf('\n', Math.max(range.start, range.end - 1));
  const end = newline === -1 ? text.length : newline + 1;
  if (!/^[ ]*$/.test(text.slice(start, range.start)) || !/^\s*$/.test(text.slice(range.end, end))) return undefined;
  return { what: `without ${what}`, edits: [{ file, start, end, newText: '' }], at: [{ file, offset: start }] };
}

/** The same mistake, expected elsewhere (also). */
export function expectedAt(mistake: Mistake | undefined, ...at: readonly (Spot | undefined)[]): Mistake | undefined {
  const known = at.filter((spot) => spot !== undefined);
  return mistake && known.length > 0 ? { ...mistake, at: known } : undefined;
}

/** Where a node stands. */
export function spotOf(resource: Resource, node: SourceNode | undefined): Spot | undefined {
  return node && { file: node.file ?? resource.file, offset: node.start };
}

/** Where a resource's name stands. */
export function nameSpot(resource: Resource): Spot {
  return { file: resource.nameNode.file ?? resource.file, offset: resource.nameNode.start };
}

/**
 * A name as a hurried hand writes it: a letter left out, doubled, wrong, or swapped with its neighbour. The same name gives the same
 * slip in every run. Undefined for names too short for anybody to tell a slip from another name.
 */
export function misspelt(name: string, taken: (candidate: string) => boolean = () => false): string | undefined {
  const words = [...name.matchAll(/[a-z]{4,}/gi)];
  const longest = words.sort((a, b) => b[0].length - a[0].length)[0];
  if (!longest) return undefined;
  const seed = Array.from(name).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 9973, 7);
  for (let attempt = 0; attempt < 12; attempt++) {
    const word = slip(longest[0], seed + attempt);
    const result = name.slice(0, longest.index) + word + name.slice(longest.index + longest[0].length);
    if (result !== name && !taken(result)) return result;
  }
  return undefined;
}

function slip(word: string, seed: number): string {
  const at = 1 + (seed % (word.length - 2));
  switch (seed % 4) {
    case 0:
      return word.slice(0, at) + word.slice(at + 1);
    case 1:
      return word.slice(0, at) + (word[at] ?? '') + word.slice(at);
    case 2:
      return word.slice(0, at) + (word[at + 1] ?? '') + (word[at] ?? '') + word.slice(at + 2);
    default:
      return word.slice(0, at) + (word[at] === 'e' ? 'a' : 'e') + word.slice(at + 1);
  }
}
