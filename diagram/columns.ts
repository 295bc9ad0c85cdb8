import type { DiagramView, ViewEdge } from '../server/core/views/view';
import { signLength } from './ends';
import { freeTest, signedLabel } from './graph';
import { wantedWidth } from './card-width';
import { BOX_PADDING, CARD_WIDTH, EDGE_LABEL, LEAST_CARD_WIDTH, ROOMY_FROM, TITLE } from './metrics';
import { cleanText, textWidth } from './text';

/** One column of cards, with the gutter to its left. */
export interface Column {
  readonly lane: number;
  readonly heading: string;
  /** It stands beside the namespaces' boxes. */
  readonly free: boolean;
  readonly x: number;
  readonly width: number;
  /** Room for labels at the left of its cards, between them and the tracks of the gutter. */
  readonly labelRoom: number;
}

/** A column of a diagram. */
export interface LaneColumn extends Column {
  /** It stands at the right of the boxes. */
  readonly right: boolean;
  /** Room for labels at the right of its cards. */
  readonly backRoom: number;
  /** From its cards to the room for labels: the padding of the boxes, where one of their sides is. */
  readonly leftMargin: number;
  readonly rightMargin: number;
  /** Part of the gutter at its left in which edges run up and down. */
  readonly trackRoom: number;
}

/** What the router knows of a column. */
export type RoutedColumn = Column & Partial<LaneColumn>;

/** Least part of a gutter in which edges run up and down. */
export const TRACK_ROOM = 30;
const MAX_TRACK_ROOM = 136;
/** Where there are more tracks than the least room holds, it grows by so much for so many of them. */
const TRACK_ROOM_STEP = 24;
const TRACKS_PER_STEP = 3;
/** Left and right of the tracks. */
const TRACK_MARGINS = { left: 10, right: 6 };
const TRACK_STEP = 8;
/** Least room beside the tracks, for the arrow heads. */
export const INNER_MARGIN = 12;
const LABEL_STEP = 24;
const MAX_LABEL_ROOM = 144;
/** What a gutter of a large picture has for the labels that will come. */
const LEAST_LABEL_ROOM = 48;
const LABEL_MARGIN = 6;
/** Beside the name of a frame: its icon, and a sign that counts problems. */
const NAME_MARGINS = 66;

/**
 * Columns of a view, from left to right; lanes that hold nothing get none. What the previous layout had stays open, so that an edit does not shift the picture to
 * and fro.
 */
export function columnsOf(view: DiagramView, previous: readonly LaneColumn[] = []): readonly LaneColumn[] {
  const used = usedColumns(view, previous);
  const rooms = labelRooms(view, used, previous);
  const widths = columnWidths(view, used, previous);
  const known = new Map(previous.map((column) => [keyOf(column), column]));
  const columns = used.map((key, index): LaneColumn => {
    const [before, after] = [used[index - 1], used[index + 1]];
    return {
      ...key,
      heading: view.lanes[key.lane] ?? '',
      x: 0,
      width: widths[index] ?? CARD_WIDTH,
      labelRoom: rooms[index]?.left ?? 0,
      backRoom: rooms[index]?.right ?? 0,
      leftMargin: !key.free && before?.free !== false ? BOX_PADDING : INNER_MARGIN,
      rightMargin: !key.free && after?.free !== false ? BOX_PADDING : 0,
      trackRoom: known.get(keyOf(key))?.trackRoom ?? TRACK_ROOM,
    };
  });
  return sideBySide(columns, hasEdgesLeftOfAll(view, used));
}

/** The same columns with room for so many tracks in their gutters. */
export function widened(
  columns: readonly LaneColumn[],
  trackCounts: ReadonlyMap<number, number>,
): readonly LaneColumn[] {
  const wide = columns.map((column, index): LaneColumn => {
    const steps = Math.ceil(((trackCounts.get(index) ?? 0) - TRACKS_PER_STEP) / TRACKS_PER_STEP);
    return {
      ...column,
      trackRoom: Math.min(MAX_TRACK_ROOM, TRACK_ROOM + Math.max(0, steps) * TRACK_ROOM_STEP),
    };
  });
  const first = columns[0];
  return sideBySide(wide, first !== undefined && first.x > first.leftMargin);
}

function sideBySide(columns: readonly LaneColumn[], leadingGutter: boolean): readonly LaneColumn[] {
  let x = 0;
  return columns.map((column, index) => {
    const before = columns[index - 1];
    if (before !== undefined) x += before.rightMargin + before.backRoom;
    if (before !== undefined || leadingGutter) x += column.trackRoom + column.labelRoom;
    if (before !== undefined || leadingGutter || !column.free) x += column.leftMargin;
    const placed = { ...column, x };
    x += column.width;
    return placed;
  });
}

/** Indexes of the first and the last column inside the boxes. */
export function boxedSpan(columns: readonly { readonly free: boolean }[]): readonly [number, number] {
  return [columns.findIndex((column) => !column.free), columns.findLastIndex((column) => !column.free)];
}

/** The x of one of so many tracks in the gutter at the left of a column; one more gutter is at the right of all. */
export function trackX(columns: readonly RoutedColumn[], gutter: number, track: number, count: number): number {
  const [before, after] = [columns[gutter - 1], columns[gutter]];
  const room = after?.trackRoom ?? TRACK_ROOM;
  const start =
    before === undefined
      ? (after?.x ?? 0) - (after?.leftMargin ?? 0) - (after?.labelRoom ?? 0) - room
      : before.x + before.width + (before.rightMargin ?? 0) + (before.backRoom ?? 0);
  if (after === undefined) return start + TRACK_MARGINS.left + track * TRACK_STEP;
  const inner = room - TRACK_MARGINS.left - TRACK_MARGINS.right;
  const step = Math.min(TRACK_STEP, inner / Math.max(1, count - 1));
  const spare = (inner - step * (count - 1)) / 2;
  return Math.round((start + TRACK_MARGINS.left + spare + track * step) * 2) / 2;
}

interface ColumnKey {
  readonly lane: number;
  readonly free: boolean;
  readonly right: boolean;
}

interface Room {
  left: number;
  right: number;
}

function usedColumns(view: DiagramView, previous: readonly ColumnKey[]): readonly ColumnKey[] {
  const isFree = freeTest(view);
  const keys = new Map<string, ColumnKey>();
  const add = (key: ColumnKey): void => void keys.set(keyOf(key), key);
  for (const { lane, free, right } of previous) add({ lane, free, right });
  const leftLanes = leadingLanes(view.openLanes);
  for (const node of view.nodes) {
    const free = isFree(node);
    add({ lane: node.lane, free, right: free && node.lane >= leftLanes });
  }
  return [...keys.values()].sort((a, b) => placeOf(a) - placeOf(b) || a.lane - b.lane);
}

/** How many of the open lanes stand at the left: those without a gap from the first one on. */
function leadingLanes(openLanes: readonly number[]): number {
  let count = 0;
  while (openLanes.includes(count)) count += 1;
  return count;
}

function keyOf(column: ColumnKey): string {
  return `${column.lane} ${placeOf(column)}`;
}

function placeOf({ free, right }: ColumnKey): number {
  return !free ? 1 : right ? 2 : 0;
}

/** Edges between boxes that end at their frames run at the left of all; where nothing stands there, they need room. */
function hasEdgesLeftOfAll(view: DiagramView, used: readonly ColumnKey[]): boolean {
  if (used[0]?.free !== false) return false;
  const groups = new Set(view.groups.map((group) => group.id));
  return view.edges.some((edge) => groups.has(edge.source) || groups.has(edge.target));
}

/** As wide as what stands in them needs. In a large picture all are as wide as can be: there, an edit should shift nothing. */
function columnWidths(
  view: DiagramView,
  columns: readonly ColumnKey[],
  previous: readonly LaneColumn[],
): readonly number[] {
  if (view.nodes.length > ROOMY_FROM) return columns.map(() => CARD_WIDTH);
  const isFree = freeTest(view);
  const widths = new Map(previous.map((column) => [keyOf(column), column.width]));
  const places = new Map(columns.map((column) => [`${column.lane} ${column.free}`, keyOf(column)]));
  const grow = (key: string, width: number): void => void widths.set(key, Math.max(widths.get(key) ?? 0, width));
  // A frame's name stays above the first column, and each may hold a folded one.
  const names = Math.min(
    CARD_WIDTH,
    view.groups.reduce((most, { label }) => Math.max(most, nameWidth(label)), 0),
  );
  for (const column of columns) grow(keyOf(column), column.free ? LEAST_CARD_WIDTH : Math.max(LEAST_CARD_WIDTH, names));
  for (const node of view.nodes) {
    const key = places.get(`${node.lane} ${isFree(node)}`);
    if (key !== undefined) grow(key, wantedWidth(node));
  }
  return columns.map((column) => widths.get(keyOf(column)) ?? CARD_WIDTH);
}

function nameWidth(label: string): number {
  return Math.ceil(textWidth(cleanText(label.slice(0, 60)), TITLE)) + NAME_MARGINS;
}

/**
 * Rooms grow in steps, so that a longer label seldom shifts the columns. In a large picture those that are on the screen stay as they are: there, a label that does
 * not fit is cut.
 */
function labelRooms(
  view: DiagramView,
  columns: readonly ColumnKey[],
  previous: readonly LaneColumn[],
): readonly Room[] {
  const spans = spansOf(view, columns);
  const isLarge = view.nodes.length > ROOMY_FROM;
  const known = new Map(previous.map((column) => [keyOf(column), column]));
  const rooms = columns.map((key): Room => {
    const column = known.get(keyOf(key));
    return { left: column?.labelRoom ?? 0, right: column?.backRoom ?? 0 };
  });
  for (const edge of view.edges) {
    const source = spans.get(edge.source);
    const target = spans.get(edge.target);
    if (source === undefined || target === undefined || edge.quiet === true) continue;
    const end = arrivalOf(source, target);
    const [room, key] = [rooms[end.column], columns[end.column]];
    if (room === undefined || key === undefined || (isLarge && known.has(keyOf(key)))) continue;
    room[end.side] = Math.max(room[end.side], roomFor(edge, isLarge ? LEAST_LABEL_ROOM : 0));
  }
  return rooms;
}

function roomFor(edge: ViewEdge, least: number): number {
  const label = signedLabel(edge, edge.label.slice(0, 40));
  if (label === '') return least;
  const wanted =
    Math.ceil((textWidth(cleanText(label), EDGE_LABEL) + signLength(edge.state) + LABEL_MARGIN) / LABEL_STEP) *
    LABEL_STEP;
  return Math.min(MAX_LABEL_ROOM, wanted);
}

/** The columns that something stands in. */
export interface Span {
  readonly first: number;
  readonly last: number;
  readonly isFrame: boolean;
}

/** Where an edge arrives: side by side it ends at the near side, in one column at the right, at a frame around its source at the left. */
export function arrivalOf(source: Span, target: Span): { readonly column: number; readonly side: 'left' | 'right' } {
  if (source.last < target.first) return { column: target.first, side: 'left' };
  if (source.first > target.last) return { column: target.last, side: 'right' };
  return source.isFrame || target.isFrame
    ? { column: target.first, side: 'left' }
    : { column: target.last, side: 'right' };
}

function spansOf(view: DiagramView, columns: readonly ColumnKey[]): ReadonlyMap<string, Span> {
  const isFree = freeTest(view);
  const places = new Map(columns.map((column, index) => [`${column.lane} ${column.free}`, index]));
  const [first, last] = boxedSpan(columns);
  const spans = new Map<string, Span>(view.groups.map((group) => [group.id, { first, last, isFrame: true }]));
  for (const node of view.nodes) {
    const index = places.get(`${node.lane} ${isFree(node)}`) ?? 0;
    spans.set(node.id, { first: index, last: index, isFrame: false });
  }
  return spans;
}
