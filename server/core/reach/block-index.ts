import { containsCidr, type Cidr } from '../model/cidr';

/** Finds blocks that have addresses in common, without looking at all of them. */
export interface BlockIndex<T> {
  readonly touching: (cidr: Cidr) => ReadonlySet<T>;
}

interface Entry<T> {
  readonly cidr: Cidr;
  readonly item: T;
  /** The index of the smallest block around it; -1 where there is none. */
  readonly parent: number;
}

/** Blocks lie within each other or have nothing in common: those around a block are a chain, and those within it stand side by side. */
export function indexBlocks<T>(blocks: readonly { readonly cidr: Cidr; readonly item: T }[]): BlockIndex<T> {
  const sorted = blocks.toSorted((a, b) => compareStart(a.cidr, b.cidr) || (a.cidr.last > b.cidr.last ? -1 : 1));
  const entries: Entry<T>[] = [];
  for (const { cidr, item } of sorted) {
    let parent = entries.length - 1;
    while (parent >= 0 && !isIn(cidr, entries[parent])) parent = entries[parent]?.parent ?? -1;
    entries.push({ cidr, item, parent });
  }
  return {
    touching(cidr) {
      const found = new Set<T>();
      const next = firstAfter(entries, cidr);
      for (let at = next - 1; at >= 0; at = entries[at]?.parent ?? -1) {
        const entry = entries[at];
        if (entry && isIn(cidr, entry)) found.add(entry.item);
      }
      for (let at = next - 1; at >= 0; at--) {
        const entry = entries[at];
        if (!entry || compareStart(entry.cidr, cidr) !== 0) break;
        found.add(entry.item);
      }
      for (let at = next; at < entries.length; at++) {
        const entry = entries[at];
        if (!entry || !containsCidr(cidr, entry.cidr)) break;
        found.add(entry.item);
      }
      return found;
    },
  };
}

function isIn<T>(cidr: Cidr, entry: Entry<T> | undefined): boolean {
  return entry !== undefined && containsCidr(entry.cidr, cidr);
}

/** The first entry that begins after the start of a block. */
function firstAfter<T>(entries: readonly Entry<T>[], cidr: Cidr): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry && compareStart(entry.cidr, cidr) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function compareStart(a: Cidr, b: Cidr): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.first < b.first ? -1 : a.first > b.first ? 1 : 0;
}
