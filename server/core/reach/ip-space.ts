import { parseCidr, printAddress, type Cidr } from '../model/cidr';

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

/** Ranges that became one, and the index of the first of them. */
export interface MergedRange {
  readonly range: AddressRange;
  readonly index: number;
}

/**
 * Neighbouring ranges that are alike become one. Takes ranges as `cutSpace` gives them.
 * @param isLikePrevious whether the range with this index is treated as the one before it
 */
export function mergeAlike(
  ranges: readonly AddressRange[],
  isLikePrevious: (index: number) => boolean,
): readonly MergedRange[] {
  const merged: MergedRange[] = [];
  ranges.forEach((range, index) => {
    const previous = merged.at(-1);
    const touches = previous?.range.family === range.family && previous.range.last + 1n === range.first;
    if (previous && touches && isLikePrevious(index))
      merged[merged.length - 1] = { ...previous, range: { ...previous.range, last: range.last } };
    else merged.push({ range, index });
  });
  return merged;
}

/** `10.0.0.0-10.255.255.255`, also for a single address. */
export function printAddressRange({ family, first, last }: AddressRange): string {
  return `${printAddress(first, family)}-${printAddress(last, family)}`;
}

/** Reads what `printAddressRange` prints; undefined when it is something else. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [first, last, ...rest] = text
    .split('-')
    .map((address) => parseCidr(`${address}/${address.includes(':') ? 128 : 32}`));
  if (!first || !last || rest.length > 0 || first.family !== last.family || first.first > last.first) return undefined;
  return { family: first.family, first: first.first, last: last.first };
}
