import { parseConnections, printConnections } from './connection-set';
import type { Connection } from './connectivity';
import { mergeAlike, parseAddressRange, printAddressRange, type AddressRange } from './ip-space';

/** What became of the connections from one peer to another. */
export interface Difference {
  readonly src: string;
  readonly dst: string;
  /** Undefined: there were none. */
  readonly before: string | undefined;
  /** Undefined: there are none any more. */
  readonly after: string | undefined;
}

/**
 * What differs between two results, both in the order in which `connectionsOf` gives them, and read once, one source at a time. Ranges of
 * addresses are cut at the edges of both sides and joined again where they fare alike, so that another cut of the same addresses is no
 * difference. Connections from addresses come behind all others.
 */
export function* differencesOf(
  before: Iterable<Connection>,
  after: Iterable<Connection>,
): Generator<Difference, void, undefined> {
  const known = new Map<string, string>();
  const inbound = new Map<string, Collected>();
  for (const sources of paired(bySource(canonical(before, known)), bySource(canonical(after, known)))) {
    const range = rangeOf(sources.src);
    if (range) collect(inbound, range, sources);
    else yield* fromNamed(sources);
  }
  const fromRanges = [...inbound].flatMap(([dst, sides]) =>
    betweenRanges(sides).map(({ range, ...fare }) => ({ src: printOutside(range), dst, ...fare })),
  );
  yield* fromRanges.sort(byPeers);
}

/** Some addresses, and what may pass from or to them. */
interface Stretch {
  readonly range: AddressRange;
  readonly conn: string;
}

interface Sides<T> {
  readonly before: readonly T[];
  readonly after: readonly T[];
}

interface Source {
  readonly src: string;
  readonly lines: readonly Connection[];
}

type SourceOfBoth = Sides<Connection> & { readonly src: string };

interface Collected extends Sides<Stretch> {
  readonly before: Stretch[];
  readonly after: Stretch[];
}

/** Connections whose sets are written as `printConnections` writes them, so that equal sets are equal texts; empty ones are left out. */
function* canonical(connections: Iterable<Connection>, known: Map<string, string>): Generator<Connection> {
  for (const connection of connections) {
    const conn = known.get(connection.conn) ?? canonicalText(connection.conn);
    known.set(connection.conn, conn);
    if (conn !== 'No Connections') yield conn === connection.conn ? connection : { ...connection, conn };
  }
}

function canonicalText(conn: string): string {
  const set = parseConnections(conn);
  return set ? printConnections(set) : conn;
}

function* bySource(connections: Iterable<Connection>): Generator<Source, undefined, undefined> {
  let lines: Connection[] = [];
  for (const connection of connections) {
    const [first] = lines;
    if (first && first.src !== connection.src) {
      yield { src: first.src, lines };
      lines = [];
    }
    lines.push(connection);
  }
  const [first] = lines;
  if (first) yield { src: first.src, lines };
}

/** The sources of both sides, in order; one that a side lacks has no lines there. */
function* paired(
  before: Generator<Source, undefined>,
  after: Generator<Source, undefined>,
): Generator<SourceOfBoth, undefined, undefined> {
  let left = before.next().value;
  let right = after.next().value;
  while (left ?? right) {
    const takenLeft = left && (!right || left.src <= right.src) ? left : undefined;
    const takenRight = right && (!left || right.src <= left.src) ? right : undefined;
    const src = (takenLeft ?? takenRight)?.src ?? '';
    yield { src, before: takenLeft?.lines ?? [], after: takenRight?.lines ?? [] };
    if (takenLeft) left = before.next().value;
    if (takenRight) right = after.next().value;
  }
}

function* fromNamed({ src, before, after }: SourceOfBoth): Generator<Difference, void, undefined> {
  const old = split(before);
  const now = split(after);
  const named = [...new Set([...old.named.keys(), ...now.named.keys()])].flatMap((dst): readonly Difference[] => {
    const pair = { before: old.named.get(dst), after: now.named.get(dst) };
    return pair.before === pair.after ? [] : [{ src, dst, ...pair }];
  });
  const ranges = betweenRanges({ before: old.stretches, after: now.stretches }).map(({ range, ...pair }) => ({
    src,
    dst: printOutside(range),
    ...pair,
  }));
  yield* [...ranges, ...named].sort(byPeers);
}

/** What a source reaches: peers by their names, and stretches of addresses. */
function split(lines: readonly Connection[]): {
  readonly named: ReadonlyMap<string, string>;
  readonly stretches: readonly Stretch[];
} {
  const named = new Map<string, string>();
  const stretches: Stretch[] = [];
  for (const { dst, conn } of lines) {
    const range = rangeOf(dst);
    if (range) stretches.push({ range, conn });
    else named.set(dst, conn);
  }
  return { named, stretches };
}

function collect(inbound: Map<string, Collected>, range: AddressRange, { before, after }: Sides<Connection>): void {
  const add = (side: keyof Collected, { dst, conn }: Connection): void => {
    const sides = inbound.get(dst) ?? { before: [], after: [] };
    inbound.set(dst, sides);
    sides[side].push({ range, conn });
  };
  for (const line of before) add('before', line);
  for (const line of after) add('after', line);
}

interface Fare {
  readonly range: AddressRange;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** Where the two sides differ, in as few ranges as tell it. */
function betweenRanges(sides: Sides<Stretch>): readonly Fare[] {
  return ([4, 6] as const).flatMap((family) => {
    const before = inFamily(sides.before, family);
    const after = inFamily(sides.after, family);
    const differing = cut([...before, ...after])
      .map((range): Fare => ({ range, before: connAt(before, range), after: connAt(after, range) }))
      .filter((fare) => fare.before !== fare.after);
    const isLikePrevious = (index: number): boolean =>
      differing[index]?.before === differing[index - 1]?.before &&
      differing[index]?.after === differing[index - 1]?.after;
    return mergeAlike(
      differing.map(({ range }) => range),
      isLikePrevious,
    ).map(({ range, index }) => ({ range, before: differing[index]?.before, after: differing[index]?.after }));
  });
}

function inFamily(stretches: readonly Stretch[], family: 4 | 6): readonly Stretch[] {
  return stretches.filter(({ range }) => range.family === family).sort((a, b) => compare(a.range.first, b.range.first));
}

/** The least ranges such that none lies partly in a stretch, in ascending order. */
function cut(stretches: readonly Stretch[]): readonly AddressRange[] {
  const [one] = stretches;
  if (!one) return [];
  const starts = [...new Set(stretches.flatMap(({ range }) => [range.first, range.last + 1n]))].sort(compare);
  return starts.slice(0, -1).map((first, index) => {
    return { family: one.range.family, first, last: (starts[index + 1] ?? first + 1n) - 1n };
  });
}

/** What the stretch that covers a range allows. Stretches are in ascending order and do not overlap. */
function connAt(stretches: readonly Stretch[], range: AddressRange): string | undefined {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle]?.range.last ?? 0n) < range.first) low = middle + 1;
    else high = middle;
  }
  const found = stretches[low];
  return found && found.range.first <= range.first ? found.conn : undefined;
}

function rangeOf(peer: string): AddressRange | undefined {
  return peer.endsWith(outside) ? parseAddressRange(peer.slice(0, -outside.length)) : undefined;
}

const outside = '[External]';

function printOutside(range: AddressRange): string {
  return `${printAddressRange(range)}${outside}`;
}

function compare<T extends bigint | string>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byPeers(a: Difference, b: Difference): number {
  return compare(a.src, b.src) || compare(a.dst, b.dst);
}
