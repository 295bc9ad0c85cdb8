import { printAddress } from '../model/cidr';
import { renewed } from '../model/network-model';
import type { Direction } from '../model/policy';
import { mergeAlike, type AddressRange } from '../reach/ip-space';
import { samePeers, type Peers } from '../reach/peers';
import type { Reach } from '../reach/reach';
import { firstAndMore } from './policy-words';
import type { SideRow, SideRows } from './policy-sides';

/** Addresses outside of the cluster that all pods treat alike in one direction. */
export interface AddressGroup {
  /** Numbers of peers. */
  readonly members: readonly number[];
  /** What tells it from others: its ranges, as text. */
  readonly key: string;
  /** `203.0.113.0/24`, `Outside the cluster`. */
  readonly title: string;
  readonly lines: readonly string[];
  /** All addresses there are. */
  readonly isWhole: boolean;
}

/** The outside, by what holds for it in one direction: wherever it lies, what fares alike is one. */
export function addressGroups(reach: Reach, rows: readonly SideRows[], direction: Direction): readonly AddressGroup[] {
  const { classes, ranges, firstRange, speaksOfIpv6 } = reach.peers;
  const distinct = new Set<SideRow>();
  for (const each of rows) classes.forEach((_, index) => distinct.add(each.of(index, direction)));
  const states = new Int32Array(ranges.length);
  let count = 1;
  for (const row of distinct) {
    if (row.isOutsideOne) continue;
    const { outcomes, size } = outcomesOf(row);
    const steps = new Int32Array(count * size);
    count = 0;
    for (let range = 0; range < ranges.length; range++) {
      const key = (states[range] ?? 0) * size + (outcomes[row.indexes[firstRange + range] ?? 0] ?? 0);
      if (steps[key] === 0) steps[key] = ++count;
      states[range] = (steps[key] ?? 1) - 1;
    }
  }
  const nameOnce = namesOf(reach);
  const groups = new Map<number, number[]>();
  ranges.forEach(({ family }, range) => {
    if (family === 6 && !speaksOfIpv6) return;
    const state = states[range] ?? 0;
    const group = groups.get(state);
    if (group) group.push(range);
    else groups.set(state, [range]);
  });
  return [...groups.values()].map(nameOnce);
}

/** Of each side what is allowed, as a number: sides that differ in their policies alone are alike. */
function outcomesOf({ sides }: SideRow): { readonly outcomes: readonly number[]; readonly size: number } {
  const alike = new Map<string, number>();
  const outcomes = sides.map(({ written, sure, may }) => {
    const key = `${written} ${sure} ${may}`;
    const outcome = alike.get(key) ?? alike.size;
    alike.set(key, outcome);
    return outcome;
  });
  return { outcomes, size: alike.size };
}

interface Names {
  readonly peers: Peers;
  readonly known: Map<string, AddressGroup>;
  readonly earlier: ReadonlyMap<string, AddressGroup> | undefined;
}

/** Names groups; what was named before an edit that left the ranges as they were need not be named again. */
function namesOf(reach: Reach): (members: readonly number[]) => AddressGroup {
  const { known, earlier } = renewed<Names>(reach.model, 'address-names', (before) => {
    const isSame = before?.peers.speaksOfIpv6 === reach.peers.speaksOfIpv6 && samePeers(before.peers, reach.peers);
    return { peers: reach.peers, known: new Map(), earlier: isSame ? before.known : undefined };
  });
  return (members) => {
    const key = members.join();
    const group = known.get(key) ?? earlier?.get(key) ?? toGroup(reach, members);
    known.set(key, group);
    return group;
  };
}

function toGroup({ peers }: Reach, members: readonly number[]): AddressGroup {
  const own = members.flatMap((member) => peers.ranges[member] ?? []);
  const merged = mergeAlike(own, () => true).map(({ range }) => range);
  const names = ([4, 6] as const)
    .map((family) => merged.filter((range) => range.family === family))
    .filter((ranges) => ranges.length > 0)
    .map(nameOf);
  const isWhole = names.length > 0 && names.every((name) => name.isAll) && (!peers.speaksOfIpv6 || names.length === 2);
  const key = merged.map(printRange).join();
  return {
    members: members.map((member) => peers.firstRange + member),
    key: isWhole ? 'all' : key,
    title: isWhole ? 'Outside the cluster' : names.map(({ title }) => title).join(', '),
    lines: [...(isWhole ? [names.map(({ title }) => title).join(', ')] : []), ...names.flatMap(({ lines }) => lines)],
    isWhole,
  };
}

interface AddressName {
  readonly title: string;
  readonly lines: readonly string[];
  readonly isAll: boolean;
}

/**
 * A family's ranges as people write them: the smallest block around them, and what it leaves out, where that is shorter than a list of
 * blocks.
 */
function nameOf(ranges: readonly AddressRange[]): AddressName {
  const [first, ...rest] = ranges.flatMap(blocksOf);
  if (first === undefined) return { title: '', lines: [], isAll: false };
  if (rest.length === 0) return { title: first, lines: [], isAll: first.endsWith('/0') };
  const around = blockAround(ranges);
  const left = gapsIn(around, ranges).flatMap(blocksOf);
  if (left.length > rest.length) {
    return { title: first, lines: [`and ${firstAndMore(rest, 3)}`], isAll: false };
  }
  return { title: printRange(around), lines: [`except ${firstAndMore(left, 4)}`], isAll: false };
}

const lengthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

function blockAround(ranges: readonly AddressRange[]): AddressRange {
  const family = ranges[0]?.family ?? 4;
  const [first, last] = [ranges[0]?.first ?? 0n, ranges.at(-1)?.last ?? 0n];
  for (let bits = 0; bits < lengthOf(family); bits++) {
    const start = (first >> BigInt(bits)) << BigInt(bits);
    const end = start + (1n << BigInt(bits)) - 1n;
    if (end >= last) return { family, first: start, last: end };
  }
  return { family, first: 0n, last: (1n << BigInt(lengthOf(family))) - 1n };
}

function gapsIn({ family, first, last }: AddressRange, ranges: readonly AddressRange[]): readonly AddressRange[] {
  const gaps: AddressRange[] = [];
  let next = first;
  for (const range of ranges) {
    if (range.first > next) gaps.push({ family, first: next, last: range.first - 1n });
    next = range.last + 1n;
  }
  if (next <= last) gaps.push({ family, first: next, last });
  return gaps;
}

/** The CIDRs that make up a range. */
function blocksOf({ family, first, last }: AddressRange): readonly string[] {
  const blocks: string[] = [];
  for (let at = first; at <= last;) {
    let bits = 0;
    const fits = (next: number): boolean =>
      next <= lengthOf(family) && at % (1n << BigInt(next)) === 0n && at + (1n << BigInt(next)) - 1n <= last;
    while (fits(bits + 1)) bits++;
    blocks.push(`${printAddress(at, family)}/${lengthOf(family) - bits}`);
    at += 1n << BigInt(bits);
  }
  return blocks;
}

function printRange(range: AddressRange): string {
  const blocks = blocksOf(range);
  return blocks.length === 1
    ? (blocks[0] ?? '')
    : `${printAddress(range.first, range.family)}-${printAddress(range.last, range.family)}`;
}
