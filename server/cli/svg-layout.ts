import { arrangeCards, spread } from '../../diagram/arrange';
import { TRACK_ROOM, type Column } from '../../diagram/columns';
import { centreY, type Point, type Rect } from '../../diagram/geometry';
import type { GraphEdge } from '../../diagram/graph';
import { BOX_GAP, BOX_HEADER, BOX_PADDING, CARD_GAP } from '../../diagram/metrics';
import { routeEdges, type RoutedItem } from '../../diagram/route';
import { groupsOf, type Picture, type PicturePeer } from './picture';
import { cardOf, fitted, frameWidth, type Card } from './svg-card';
import type { Drawn } from './svg-columns';
import { labelsOf, labelWidth, type Labels, type Note } from './svg-labels';
import { seatsOf, type Seat, type Seats } from './svg-seats';

export interface PlacedCard extends RoutedItem {
  readonly card: Card;
}

export interface PlacedFrame extends Rect {
  readonly namespace: string;
}

export interface PlacedLink extends LabelPlace {
  readonly drawn: Drawn;
  /** Corners, from left to right. */
  readonly points: readonly Point[];
  readonly label: string;
}

interface LabelPlace {
  readonly arrives: 'from left' | 'from right';
  /** Where the label's baseline ends, or begins when the link arrives from the right. */
  readonly labelAt: Point;
}

export interface PictureLayout {
  readonly cards: readonly PlacedCard[];
  readonly frames: readonly PlacedFrame[];
  readonly links: readonly PlacedLink[];
  /** Labels that are too long for their lines. */
  readonly notes: readonly Note[];
  readonly width: number;
  readonly height: number;
}

const ARROW_ROOM = 12;
const PORT_STEP = 15;
const PORT_MARGIN = 12;

/**
 * Places a picture: links lead from left to right, through columns. Whoever is outside of all namespaces stands at the left where
 * something comes from there, at the right where something goes. Namespaces are frames that share columns and never overlap.
 */
export function layoutPicture(picture: Picture): PictureLayout {
  const seats = seatsOf(picture);
  const labels = labelsOf(seats.drawn);
  const spans = spansOf(seats);
  const widths = widthsOf(seats, spans);
  const columns = columnsOf(seats, spans, widths, labels);
  const cards = cardsOf(seats, widths);
  const { frames, tops } = stackFrames(seats, spans, cards, columns, widths);
  const inside = placed(seats, 'inside', cards, columns, tops);
  const outside = (['left', 'right'] as const).flatMap((side) => {
    return placed(seats, side, cards, columns, topsBeside(seats, side, cards, inside));
  });
  const all = [...inside, ...outside];
  const links = linksOf(seats, all, columns, frames, labels);
  const rects: readonly Rect[] = [...all, ...frames];
  return {
    cards: all,
    frames,
    links,
    notes: labels.notes,
    width: Math.max(0, ...rects.map(({ x, width }) => x + width), ...links.map(rightmost)),
    height: rects.reduce((most, { y, height }) => Math.max(most, y + height), 0),
  };
}

/** The columns of a namespace's frame, both inclusive. */
interface Span {
  readonly namespace: string | undefined;
  readonly members: readonly Seat[];
  readonly first: number;
  readonly last: number;
}

/** Those with links first, from left to right, then the others, the largest first. */
function spansOf({ list, drawn }: Seats): readonly Span[] {
  const linked = new Set(drawn.flatMap(({ left, right }) => [left, right]));
  const isLinked = ({ members }: Span): boolean => members.some(({ id }) => linked.has(id));
  const seatOf = new Map(list.filter(({ side }) => side === 'inside').map((seat) => [seat.id, seat]));
  const { free, namespaces } = groupsOf([...seatOf.values()].map(({ peer }) => peer));
  const toSpan = (namespace: string | undefined, peers: readonly PicturePeer[]): Span => {
    const members = peers.flatMap(({ id }) => seatOf.get(id) ?? []);
    const columns = members.map(({ column }) => column);
    return { namespace, members, first: Math.min(...columns), last: Math.max(...columns) };
  };
  return [
    ...(free.length > 0 ? [toSpan(undefined, free)] : []),
    ...namespaces.map(({ namespace, members }) => toSpan(namespace, members)),
  ].sort(
    (a, b) =>
      Number(isLinked(b)) - Number(isLinked(a)) ||
      (isLinked(a) ? a.first - b.first : 0) ||
      b.members.length - a.members.length,
  );
}

/** The cards of a column share a width, which a namespace's name fits in too where its frame has one column. */
function widthsOf({ list, columnCount }: Seats, spans: readonly Span[]): readonly number[] {
  const widths = Array.from({ length: columnCount }, () => 0);
  const grow = (column: number, width: number): void => void (widths[column] = Math.max(widths[column] ?? 0, width));
  for (const { peer, column } of list) grow(column, cardOf(peer).width);
  for (const { namespace, first, last } of spans)
    if (namespace !== undefined && first === last) grow(first, frameWidth(namespace) - BOX_PADDING * 2);
  return widths;
}

function columnsOf(seats: Seats, spans: readonly Span[], widths: readonly number[], labels: Labels): readonly Column[] {
  const columnOf = new Map(seats.list.map(({ id, column }) => [id, column]));
  const rooms = widths.map(() => ({ left: 0, right: 0 }));
  for (const drawn of seats.drawn) {
    const column = columnOf.get(drawn.right) ?? 0;
    const side = columnOf.get(drawn.left) === column ? 'right' : 'left';
    const room = rooms[column];
    if (room) room[side] = Math.max(room[side], Math.ceil(labelWidth(labels.of(drawn))) + ARROW_ROOM);
  }
  const framed = spans.filter(({ namespace }) => namespace !== undefined);
  const isFree = (index: number): boolean =>
    !seats.list.some(({ column, side }) => column === index && side === 'inside');
  let x = 0;
  return widths.map((cards, index): Column => {
    const { left: labelRoom, right } = rooms[index] ?? { left: 0, right: 0 };
    const before = framed.some(({ first }) => first === index) ? BOX_PADDING : 0;
    const after = framed.some(({ last }) => last === index) ? BOX_PADDING : 0;
    x += (index === 0 ? 0 : TRACK_ROOM + labelRoom + ARROW_ROOM) + before;
    // Lines run up and down behind the frames that end here, and behind labels.
    const width = cards + after + (right === 0 ? 0 : right + ARROW_ROOM);
    const column = { lane: index, heading: '', free: isFree(index), x, width, labelRoom };
    x += column.width;
    return column;
  });
}

/** Cards are high enough for the links at either side. */
function cardsOf(seats: Seats, widths: readonly number[]): ReadonlyMap<string, Card> {
  const counts = portCounts(seats);
  return new Map(
    seats.list.map(({ id, peer, column }) => {
      const card = fitted(peer, widths[column] ?? 0);
      return [
        id,
        { ...card, height: Math.max(card.height, PORT_MARGIN * 2 + ((counts.get(id) ?? 0) - 1) * PORT_STEP) },
      ];
    }),
  );
}

/** How many lines touch a card at its busier side: each that arrives, and one for all that leave the same way. */
function portCounts({ list, drawn }: Seats): ReadonlyMap<string, number> {
  const columnOf = new Map(list.map(({ id, column }) => [id, column]));
  const sides = new Map(list.map(({ id }) => [id, { left: 0, right: 0, ways: new Set<Drawn['way']>() }]));
  for (const { left, right, way } of drawn) {
    sides.get(left)?.ways.add(way);
    const side = sides.get(right);
    if (side) side[columnOf.get(left) === columnOf.get(right) ? 'right' : 'left'] += 1;
  }
  return new Map([...sides].map(([id, { left, right, ways }]) => [id, Math.max(left, right + ways.size)]));
}

type Tops = ReadonlyMap<string, number>;

/** Frames one below the other where they share columns, side by side where not. */
function stackFrames(
  seats: Seats,
  spans: readonly Span[],
  cards: ReadonlyMap<string, Card>,
  columns: readonly Column[],
  widths: readonly number[],
): { readonly frames: readonly PlacedFrame[]; readonly tops: Tops } {
  const neighbours = neighboursOf(seats);
  const bottoms = columns.map(() => 0);
  const tops = new Map<string, number>();
  const frames: PlacedFrame[] = [];
  for (const { namespace, members, first, last } of spans) {
    const heightOf = (id: string): number => cards.get(id)?.height ?? 0;
    const top = Math.max(...bottoms.slice(first, last + 1));
    const inside = top + (namespace === undefined ? 0 : BOX_HEADER);
    const lanes = members.map(({ id, column }) => ({ id, lane: column, height: heightOf(id) }));
    let bottom = inside;
    for (const [id, offset] of arrangeCards(lanes, neighbours, new Map())) {
      tops.set(id, inside + offset);
      bottom = Math.max(bottom, inside + offset + heightOf(id));
    }
    const end = bottom + (namespace === undefined ? 0 : BOX_PADDING);
    bottoms.fill(end + BOX_GAP, first, last + 1);
    if (namespace === undefined) continue;
    const x = (columns[first]?.x ?? 0) - BOX_PADDING;
    const right = (columns[last]?.x ?? 0) + (widths[last] ?? 0) + BOX_PADDING;
    frames.push({ namespace, x, y: top, width: right - x, height: end - top });
  }
  return { frames, tops };
}

function neighboursOf({ drawn }: Seats): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  const add = (id: string, other: string): void => {
    const known = found.get(id);
    if (known) known.push(other);
    else found.set(id, [other]);
  };
  for (const { left, right } of drawn) {
    add(left, right);
    add(right, left);
  }
  return found;
}

function placed(
  { list }: Seats,
  side: Seat['side'],
  cards: ReadonlyMap<string, Card>,
  columns: readonly Column[],
  tops: Tops,
): readonly PlacedCard[] {
  return list
    .filter((seat) => seat.side === side)
    .flatMap(({ id, column }) => {
      const card = cards.get(id);
      if (!card) return [];
      return [
        { id, card, column, x: columns[column]?.x ?? 0, y: tops.get(id) ?? 0, width: card.width, height: card.height },
      ];
    });
}

/** Cards at a side stand as near as they can to the middle of what they are linked with. */
function topsBeside(
  seats: Seats,
  side: 'left' | 'right',
  cards: ReadonlyMap<string, Card>,
  inside: readonly PlacedCard[],
): Tops {
  const neighbours = neighboursOf(seats);
  const centres = new Map(inside.map((item) => [item.id, centreY(item)]));
  const wishes = seats.list
    .filter((seat) => seat.side === side)
    .map(({ id }) => {
      const known = (neighbours.get(id) ?? []).flatMap((other) => centres.get(other) ?? []);
      const height = cards.get(id)?.height ?? 0;
      const centre = known.reduce((sum, value) => sum + value, 0) / Math.max(1, known.length);
      return { id, height, desired: centre - height / 2 };
    })
    .sort((a, b) => a.desired - b.desired);
  const tops = spread(wishes, CARD_GAP);
  // Nothing stands above the frames' top.
  const shift = Math.max(0, -Math.min(0, ...tops));
  return new Map(wishes.map(({ id }, index) => [id, (tops[index] ?? 0) + shift]));
}

function linksOf(
  { drawn }: Seats,
  items: readonly PlacedCard[],
  columns: readonly Column[],
  frames: readonly PlacedFrame[],
  labels: Labels,
): readonly PlacedLink[] {
  const byId = new Map(items.map((item) => [item.id, item]));
  const edges = drawn.map(({ left, right, way }, index): GraphEdge => {
    return { id: String(index), source: left, target: right, state: states[way], label: '', edges: [] };
  });
  const groups = frames.map((frame) => ({ ...frame, folded: false }));
  return routeEdges(edges, byId, columns, groups).flatMap(({ id, points }): readonly PlacedLink[] => {
    const link = drawn[Number(id)];
    const end = points.at(-1);
    const [source, target] = [byId.get(link?.left ?? ''), byId.get(link?.right ?? '')];
    if (!link || !end || !source || !target) return [];
    const label = labels.of(link);
    if (source.column === target.column) return [{ drawn: link, points, label, ...labelBehind(end, target, frames) }];
    return [{ drawn: link, points, label, ...labelBefore(end, target, frames) }];
  });
}

/** A label stands outside of the frame that its link enters, so that no line runs through it. */
function labelBefore(end: Point, target: PlacedCard, frames: readonly PlacedFrame[]): LabelPlace {
  const frame = frameOf(target, frames);
  const x = frame && end.x - frame.x <= BOX_PADDING ? frame.x : end.x - ARROW_ROOM;
  return { arrives: 'from left', labelAt: { x: x - 4, y: end.y - 4 } };
}

function labelBehind(end: Point, target: PlacedCard, frames: readonly PlacedFrame[]): LabelPlace {
  const frame = frameOf(target, frames);
  const border = frame ? frame.x + frame.width : Infinity;
  const x = border - end.x <= BOX_PADDING ? border : end.x + ARROW_ROOM;
  return { arrives: 'from right', labelAt: { x: x + 4, y: end.y - 4 } };
}

function frameOf({ x, y }: PlacedCard, frames: readonly PlacedFrame[]): PlacedFrame | undefined {
  return frames.find((frame) => frame.x < x && x < frame.x + frame.width && frame.y < y && y < frame.y + frame.height);
}

function rightmost({ points, label, labelAt, arrives }: PlacedLink): number {
  return Math.max(...points.map(({ x }) => x), labelAt.x + (arrives === 'from right' ? labelWidth(label) : 0));
}

/** The router keeps lines of different states apart: here, lines that lead different ways. */
const states = { forth: 'ok', back: 'broken', both: 'unknown' } as const;
