import { printAddress, type Cidr } from '../model/cidr';

/** Addresses from first to last, both inclusive. */
export interface AddressRange {
  readonly family: 4 | 6;
  readonly first: bigint;
  readonly last: bigint;
}

const spaces: readonly AddressRange[] = [
  { family: 4, first: 0n, last: (1n << 32n) - 1n },
  { family: 6, first: 0n, last: (1n << 128n) - 1n },
];

/**
 * All addresses of one family, cut at the edges of some CIDRs: no CIDR covers a part of a resulting range and leaves another, so all
 * addresses of a range are treated alike by whatever is said in terms of these CIDRs. In ascending order, without gaps.
 */
export function cutSpace(family: 4 | 6, cidrs: readonly Cidr[]): readonly AddressRange[] {
  const space = spaces.find((candidate) => candidate.family === family);
  if (!space) return [];
  const starts = new Set([space.first]);
  for (const cidr of cidrs) {
    if (cidr.family !== family) continue;
    starts.add(cidr.first);
    if (cidr.last < space.last) starts.add(cidr.last + 1n);
  }
  const sorted = [...starts].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return sorted.map((first, index) => ({ family, first, last: (sorted[index + 1] ?? space.last + 1n) - 1n }));
}

/** Whether a range lies wholly in a CIDR. For ranges of `cutSpace` the alternative is that it lies wholly outside. */
export function liesIn(range: AddressRange, cidr: Cidr): boolean {
  return range.family === cidr.family && cidr.first <= range.first && range.last <= cidr.last;
}

/** Neighbouring ranges that have the same key become one. Takes ranges in ascending order, as `cutSpace` gives them. */
export function mergeAlike(
  ranges: readonly AddressRange[],
  keyOf: (range: AddressRange) => string,
): readonly AddressRange[] {
  const merged: AddressRange[] = [];
  let lastKey: string | undefined;
  for (const range of ranges) {
    const key = keyOf(range);
    const previous = merged.at(-1);
    const joins = previous?.family === range.family && previous.last + 1n === range.first && key === lastKey;
    if (joins) merged[merged.length - 1] = { ...previous, last: range.last };
    else merged.push(range);
    lastKey = key;
  }
  return merged;
}

/** `10.0.0.0-10.255.255.255`, also for a single address. */
export function printAddressRange({ family, first, last }: AddressRange): string {
  return `${printAddress(first, family)}-${printAddress(last, family)}`;
}
