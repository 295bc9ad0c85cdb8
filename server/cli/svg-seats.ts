import { groupsOf, type Picture, type PictureLink, type PicturePeer } from './picture';
import { columnsFor, type Drawn } from './svg-columns';

/** Where a peer is drawn. Peers outside of all namespaces may be drawn twice: as a source and as a destination. */
export interface Seat {
  readonly id: string;
  readonly peer: PicturePeer;
  readonly column: number;
  /** Left of everything, right of everything, or among the frames. */
  readonly side: 'left' | 'right' | 'inside';
}

export interface Seats {
  readonly list: readonly Seat[];
  readonly drawn: readonly Drawn[];
  readonly columnCount: number;
}

/** Gives every peer of a picture a column, so that links lead to the right. */
export function seatsOf({ peers, links }: Picture): Seats {
  const isInside = (peer: PicturePeer): boolean => peer.namespace !== undefined || peer.type === 'namespace';
  const inside = peers.filter(isInside);
  const known = new Set(inside.map(({ id }) => id));
  const isAmong = ({ source, target }: PictureLink): boolean => known.has(source) && known.has(target);
  const { columns, drawn } = columnsFor(
    inside.map(({ id }) => id),
    links.filter(isAmong),
  );
  const free = links.filter((link) => !isAmong(link)).map((link) => toFree(link, known));
  const placed = squeezed(spreadLoose(inside, columns, [...drawn, ...free]));
  const seated = new Set(free.flatMap(({ left, right }) => [left, right]));
  const offset = peers.some(({ id }) => seated.has(atLeft(id))) ? 1 : 0;
  const last = [...placed.values()].reduce((most, column) => Math.max(most, column), -1) + offset + 1;
  const sides = peers
    .filter((peer) => !isInside(peer))
    .flatMap((peer): readonly Seat[] => [
      { id: atLeft(peer.id), peer, column: 0, side: 'left' },
      { id: atRight(peer.id), peer, column: last, side: 'right' },
    ])
    .filter(({ id }) => seated.has(id));
  const among = inside.map((peer): Seat => {
    return { id: peer.id, peer, column: (placed.get(peer.id) ?? 0) + offset, side: 'inside' };
  });
  return {
    list: [...among, ...sides],
    drawn: [...drawn, ...free],
    columnCount: sides.some(({ side }) => side === 'right') ? last + 1 : last,
  };
}

/** Wider pictures than this are read by nobody: then links within a column have to do. */
const mostColumns = 9;

function squeezed(columns: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const count = Math.max(0, ...columns.values()) + 1;
  if (count <= mostColumns) return columns;
  return new Map([...columns].map(([id, column]) => [id, Math.floor((column * mostColumns) / count)]));
}

function atLeft(id: string): string {
  return `left ${id}`;
}

function atRight(id: string): string {
  return `right ${id}`;
}

/** What comes from outside comes from the left; what leads there leads to the right, unless it goes both ways. */
function toFree(link: PictureLink, inside: ReadonlySet<string>): Drawn {
  const { source, target, isMutual } = link;
  const way = isMutual ? 'both' : 'forth';
  if (!inside.has(source))
    return { link, left: atLeft(source), right: inside.has(target) ? target : atRight(target), way };
  return isMutual
    ? { link, left: atLeft(target), right: source, way }
    : { link, left: source, right: atRight(target), way };
}

/** What no link ties to a column has the picture grow to so many columns. */
const looseColumns = 4;
/** What a frame takes besides its cards, in cards. */
const frameHeight = 1.2;

/**
 * Columns for peers that no link ties to one. They fill the shortest columns of their namespace, and namespaces without any link the
 * shortest columns of all, so that the picture stays low.
 */
function spreadLoose(
  peers: readonly PicturePeer[],
  columns: ReadonlyMap<string, number>,
  drawn: readonly Drawn[],
): ReadonlyMap<string, number> {
  const tied = new Set(drawn.flatMap(({ left, right }) => [left, right]));
  const result = new Map(columns);
  const { free, namespaces } = groupsOf(peers);
  const groups = [free, ...namespaces.map(({ members }) => members)].map((members) => ({
    fixed: members.filter(({ id }) => tied.has(id)).map(({ id }) => columns.get(id) ?? 0),
    loose: members.filter(({ id }) => !tied.has(id)),
  }));
  const linked = groups.filter(({ fixed }) => fixed.length > 0);
  const others = groups.filter(({ fixed }) => fixed.length === 0).sort((a, b) => b.loose.length - a.loose.length);
  const unlinked = others.reduce((sum, { loose }) => sum + loose.length, 0);
  const count = Math.max(
    1,
    Math.min(looseColumns, Math.ceil(Math.sqrt(unlinked))),
    ...linked.flatMap(({ fixed }) => fixed.map((column) => column + 1)),
  );
  const stack = Array.from({ length: count }, () => 0);
  for (const { fixed, loose } of [...linked, ...others]) {
    const width = Math.min(count, Math.ceil(Math.sqrt(loose.length)));
    const first = fixed.length > 0 ? Math.min(...fixed) : lowest(stack, width);
    const last = Math.max(Math.min(count, first + width) - 1, ...fixed);
    const heights = Array.from({ length: last - first + 1 }, () => 0);
    for (const column of fixed) heights[column - first] = (heights[column - first] ?? 0) + 1;
    for (const { id } of loose) {
      const shortest = heights.indexOf(Math.min(...heights));
      heights[shortest] = (heights[shortest] ?? 0) + 1;
      result.set(id, first + shortest);
    }
    stack.fill(Math.max(...stack.slice(first, last + 1)) + Math.max(...heights) + frameHeight, first, last + 1);
  }
  return result;
}

/** Where a frame of so many columns ends up highest. */
function lowest(stack: readonly number[], width: number): number {
  const tops = stack
    .slice(0, stack.length - width + 1)
    .map((_, first) => Math.max(...stack.slice(first, first + width)));
  return tops.indexOf(Math.min(...tops));
}
