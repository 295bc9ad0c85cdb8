import { cleanText } from './text';

/** For each item the others that it is connected with, and how often. */
export type PairCounts = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** So many others are named. */
const MOST_NAMED = 8;

/** Counts connections, seen from either end. */
export function countBetween(pairs: Iterable<readonly [string, string]>): PairCounts {
  const counts = new Map<string, Map<string, number>>();
  const add = (from: string, to: string): void => {
    const others = counts.get(from) ?? new Map<string, number>();
    counts.set(from, others);
    others.set(to, (others.get(to) ?? 0) + 1);
  };
  for (const [source, target] of pairs) {
    add(source, target);
    if (source !== target) add(target, source);
  }
  return counts;
}

/** How many connections of an item are counted. */
export function countOf(counts: PairCounts, id: string): number {
  let sum = 0;
  for (const count of counts.get(id)?.values() ?? []) sum += count;
  return sum;
}

/** "⇄ 12 to shop", one line each, the most first. */
export function pairLines(counts: PairCounts, id: string, nameOf: (id: string) => string): readonly string[] {
  const others = [...(counts.get(id) ?? [])].sort(([, a], [, b]) => b - a);
  const lines = others.slice(0, MOST_NAMED).map(([other, count]) => cleanText(`⇄ ${count} to ${nameOf(other)}`));
  const hidden = others.length - lines.length;
  return hidden > 0 ? [...lines, `and to ${hidden} more`] : lines;
}
