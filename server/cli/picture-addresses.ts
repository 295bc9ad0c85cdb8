import { printAddress } from '../core/model/cidr';
import { parseAddressRange, type AddressRange } from '../core/reach/ip-space';
import { isOutside, type PicturePeer, type Relation } from './picture';

/** Addresses outside of the cluster that are treated alike become one peer, with a name that people write. */
export function joinAddresses(relation: Relation): {
  readonly peers: readonly PicturePeer[];
  readonly relation: Relation;
} {
  const groups = new Map<string, string[]>();
  for (const [id, treatment] of treatments(relation)) groups.set(treatment, [...(groups.get(treatment) ?? []), id]);
  const representative = new Map<string, string>();
  const peers = [...groups.values()].map((ids): PicturePeer => {
    const [id = ''] = ids;
    for (const other of ids) representative.set(other, id);
    return {
      id,
      type: 'outside',
      namespace: undefined,
      ...namesOf(ids),
      open: [],
      exposed: [],
    };
  });
  const rename = (id: string): string => representative.get(id) ?? id;
  const joined = [...relation].map(
    ([src, row]) => [rename(src), new Map([...row].map(([dst, conn]) => [rename(dst), conn]))] as const,
  );
  return { peers, relation: new Map(joined) };
}

/** For every range of addresses a text that says what may pass from and to it. */
function treatments(relation: Relation): ReadonlyMap<string, string> {
  const found = new Map<string, string[]>();
  const add = (id: string, fact: readonly string[]): void => {
    const known = found.get(id) ?? [];
    found.set(id, known);
    known.push(JSON.stringify(fact));
  };
  for (const [src, row] of relation) {
    for (const [dst, conn] of row) {
      if (isOutside(src)) add(src, ['from', dst, conn]);
      if (isOutside(dst)) add(dst, ['to', src, conn]);
    }
  }
  return new Map([...found].map(([id, facts]) => [id, facts.sort().join()]));
}

const spaces = {
  4: { bits: 32, last: (1n << 32n) - 1n },
  6: { bits: 128, last: (1n << 128n) - 1n },
} as const;

interface Names {
  readonly title: string;
  readonly subtitle: string;
}

function namesOf(ids: readonly string[]): Names {
  const ranges = ids.flatMap((id) => parseAddressRange(id.replace('[External]', '')) ?? []);
  const names = ([4, 6] as const).flatMap((family) => {
    const own = ranges.filter((range) => range.family === family).sort((a, b) => (a.first < b.first ? -1 : 1));
    return own.length === 0 ? [] : [namesOfFamily(family, own)];
  });
  const [first, second] = names;
  if (!first || !second) return first ?? { title: ids[0] ?? '', subtitle: outside };
  const isAny =
    first.subtitle === outside && second.subtitle === outside && first.title === any[4] && second.title === any[6];
  return isAny ? first : { title: `${first.title}, ${second.title}`, subtitle: first.subtitle };
}

const outside = 'outside of the cluster';
const any = { 4: 'Any address', 6: 'Any IPv6 address' } as const;

function namesOfFamily(family: 4 | 6, ranges: readonly AddressRange[]): Names {
  const missing = gaps(family, ranges);
  if (missing.length === 0) return { title: any[family], subtitle: outside };
  if (missing.length < ranges.length) return { title: any[family], subtitle: `except ${listed(missing, 3)}` };
  const [first, ...rest] = ranges;
  return { title: first ? nameOf(first) : '', subtitle: rest.length === 0 ? outside : `and ${listed(rest, 2)}` };
}

function gaps(family: 4 | 6, ranges: readonly AddressRange[]): readonly AddressRange[] {
  const missing: AddressRange[] = [];
  let next = 0n;
  for (const { first, last } of ranges) {
    if (first > next) missing.push({ family, first: next, last: first - 1n });
    next = last + 1n;
  }
  if (next <= spaces[family].last) missing.push({ family, first: next, last: spaces[family].last });
  return missing;
}

function listed(ranges: readonly AddressRange[], most: number): string {
  const named = ranges.slice(0, most).map(nameOf).join(', ');
  return ranges.length > most ? `${named} and ${ranges.length - most} more` : named;
}

/** As a CIDR where it is one. */
function nameOf({ family, first, last }: AddressRange): string {
  const size = last - first + 1n;
  const [from, to] = [printAddress(first, family), printAddress(last, family)];
  if (size === 1n) return from;
  const isBlock = (size & (size - 1n)) === 0n && first % size === 0n;
  return isBlock ? `${from}/${spaces[family].bits - (size.toString(2).length - 1)}` : `${from}-${to}`;
}
