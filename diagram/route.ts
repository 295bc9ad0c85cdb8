import { TRACK_ROOM, type Column } from './columns';
import { centreY, type Point, type Rect } from './geometry';
import type { EdgeState } from '../server/core/views/view';
import type { GraphEdge } from './graph';
import { BOX_HEADER, EDGE_LABEL } from './metrics';
import { textWidth, truncate } from './text';

export interface EdgeLabel {
  /** Middle of the text's baseline. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface EdgeRoute {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly state: EdgeState;
  /** Corners, from the source's side to the target's. Consecutive points share x or y. */
  readonly points: readonly Point[];
  readonly label?: EdgeLabel;
}

export interface RoutedItem extends Rect {
  readonly id: string;
  readonly column: number;
}

export interface RoutedGroup extends Rect {
  readonly folded: boolean;
}

const CLEARANCE = 7;
const TRACK_STEP = 8;
const PORT_STEP = 16;
const PORT_MARGIN = 12;
const START_INSET = 14;

/**
 * Edges as right-angled lines that touch no card: they run up and down in the gutters between columns, which hold nothing else, and pass a column through a gap
 * between its cards. Edges that leave one card in the same state share their first line.
 */
export function routeEdges(
  edges: readonly GraphEdge[],
  items: ReadonlyMap<string, RoutedItem>,
  columns: readonly Column[],
  groups: readonly RoutedGroup[],
): readonly EdgeRoute[] {
  const ends = edges.flatMap((edge) => {
    const source = items.get(edge.source);
    const target = items.get(edge.target);
    return source === undefined || target === undefined ? [] : [{ edge, source, target }];
  });
  const obstacles = obstaclesOf(items, columns, groups);
  const ports = portsOf(ends);
  const paths = ends.map((end) => passagesOf(end, ports, obstacles));
  const tracks = tracksOf(paths, columns);
  return paths.map((path) => routeOf(path, columns, tracks));
}

/** The route as SVG path data, with rounded corners. */
export function pathData(points: readonly Point[], radius = 9): string {
  const [first] = points;
  if (first === undefined) return '';
  let data = `M${first.x} ${first.y}`;
  for (let index = 1; index < points.length; index += 1) {
    const [before, corner, after] = [points[index - 1], points[index], points[index + 1]];
    if (before === undefined || corner === undefined) continue;
    if (after === undefined) {
      data += `L${corner.x} ${corner.y}`;
      continue;
    }
    const reach = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const enter = towards(corner, before, reach);
    const leave = towards(corner, after, reach);
    data += `L${enter.x} ${enter.y}Q${corner.x} ${corner.y} ${leave.x} ${leave.y}`;
  }
  return data;
}

interface Ends {
  readonly edge: GraphEdge;
  readonly source: RoutedItem;
  readonly target: RoutedItem;
}

type Side = 'left' | 'right';

function sourceSide({ source, target }: Ends): Side {
  return source.column <= target.column ? 'right' : 'left';
}

function targetSide({ source, target }: Ends): Side {
  return source.column < target.column ? 'left' : 'right';
}

interface Ports {
  readonly sources: ReadonlyMap<string, number>;
  readonly targets: ReadonlyMap<string, number>;
}

/** Where edges touch cards. Leaving edges share a place per state; arriving ones have each their own, in the order of where they come from. */
function portsOf(ends: readonly Ends[]): Ports {
  const sides = new Map<
    string,
    { item: RoutedItem; keys: Map<string, { sum: number; count: number; isSource: boolean }> }
  >();
  const add = (item: RoutedItem, side: Side, key: string, other: RoutedItem, isSource: boolean): void => {
    const sideKey = `${item.id} ${side}`;
    const known = sides.get(sideKey) ?? {
      item,
      keys: new Map<string, { sum: number; count: number; isSource: boolean }>(),
    };
    sides.set(sideKey, known);
    const port = known.keys.get(key) ?? { sum: 0, count: 0, isSource };
    known.keys.set(key, { sum: port.sum + centreY(other), count: port.count + 1, isSource });
  };
  for (const end of ends) {
    add(end.source, sourceSide(end), trunkKey(end), end.target, true);
    add(end.target, targetSide(end), end.edge.id, end.source, false);
  }
  const sources = new Map<string, number>();
  const targets = new Map<string, number>();
  for (const { item, keys } of sides.values()) {
    const sorted = [...keys.entries()].sort(([, a], [, b]) => a.sum / a.count - b.sum / b.count);
    const step = Math.min(PORT_STEP, Math.max(0, item.height - 2 * PORT_MARGIN) / Math.max(1, sorted.length - 1));
    sorted.forEach(([key, port], index) => {
      const y = Math.round(centreY(item) + (index - (sorted.length - 1) / 2) * step);
      (port.isSource ? sources : targets).set(key, y);
    });
  }
  return aligned(ends, sides, { sources, targets });
}

/** Lone ports slide along their card to face the other end: that spares many small bends. */
function aligned(
  ends: readonly Ends[],
  sides: ReadonlyMap<string, { readonly keys: ReadonlyMap<string, unknown> }>,
  ports: Ports,
): Ports {
  const sources = new Map(ports.sources);
  const targets = new Map(ports.targets);
  const isLone = (item: RoutedItem, side: Side): boolean => sides.get(`${item.id} ${side}`)?.keys.size === 1;
  const nearest = new Map<string, number>();
  for (const end of ends) {
    const y = targets.get(end.edge.id);
    if (y === undefined || !isLone(end.source, sourceSide(end)) || !isFacing(end.source, y)) continue;
    const known = nearest.get(trunkKey(end));
    if (known === undefined || Math.abs(y - centreY(end.source)) < Math.abs(known - centreY(end.source)))
      nearest.set(trunkKey(end), y);
  }
  for (const [trunk, y] of nearest) sources.set(trunk, y);
  for (const end of ends) {
    const y = sources.get(trunkKey(end));
    if (y !== undefined && isLone(end.target, targetSide(end)) && isFacing(end.target, y)) targets.set(end.edge.id, y);
  }
  return { sources, targets };
}

function isFacing(item: RoutedItem, y: number): boolean {
  return Math.abs(y - centreY(item)) <= item.height / 2 - PORT_MARGIN;
}

function trunkKey(end: Ends): string {
  return `${end.source.id} ${sourceSide(end)} ${end.edge.state}`;
}

type Intervals = readonly (readonly [number, number])[];

/** Per column, from top to bottom: where no edge may pass. */
function obstaclesOf(
  items: ReadonlyMap<string, RoutedItem>,
  columns: readonly Column[],
  groups: readonly RoutedGroup[],
): readonly Intervals[] {
  const headers = groups
    .filter((group) => !group.folded)
    .map((group) => [group.y - 2, group.y + BOX_HEADER - CLEARANCE] as const);
  const perColumn = columns.map((column) => (column.free ? [] : [...headers]));
  for (const item of items.values())
    perColumn[item.column]?.push([item.y - CLEARANCE, item.y + item.height + CLEARANCE]);
  return perColumn.map((intervals) => merged(intervals.sort((a, b) => a[0] - b[0])));
}

function merged(intervals: Intervals): Intervals {
  const result: [number, number][] = [];
  for (const [start, end] of intervals) {
    const last = result.at(-1);
    if (last !== undefined && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}

/** The free height nearest to the desired one. */
function freeHeight(intervals: Intervals, desired: number): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((intervals[middle]?.[1] ?? 0) <= desired) low = middle + 1;
    else high = middle;
  }
  const blocking = intervals[low];
  if (blocking === undefined || blocking[0] >= desired) return desired;
  return desired - blocking[0] < blocking[1] - desired ? blocking[0] : blocking[1];
}

/** An edge's heights: on leaving, in every gutter it crosses a change from one to the next, on arriving. */
interface Path {
  readonly end: Ends;
  readonly trunk: string;
  /** Gutters in travel order; gutter `n` is at the left of column `n`. */
  readonly gutters: readonly number[];
  /** One more than gutters. */
  readonly heights: readonly number[];
}

function passagesOf(end: Ends, ports: Ports, obstacles: readonly Intervals[]): Path {
  const trunk = trunkKey(end);
  const from = ports.sources.get(trunk) ?? centreY(end.source);
  const to = ports.targets.get(end.edge.id) ?? centreY(end.target);
  const gutters = guttersBetween(end.source.column, end.target.column);
  const heights = [from];
  gutters.slice(1).forEach((gutter, index) => {
    const passed = end.source.column < end.target.column ? gutter - 1 : (gutters[index] ?? 0) - 1;
    heights.push(freeHeight(obstacles[passed] ?? [], to));
  });
  return { end, trunk, gutters, heights: [...heights, to] };
}

function guttersBetween(source: number, target: number): readonly number[] {
  if (source === target) return [source + 1];
  const gutters: number[] = [];
  if (source < target) for (let gutter = source + 1; gutter <= target; gutter += 1) gutters.push(gutter);
  else for (let gutter = source; gutter > target; gutter -= 1) gutters.push(gutter);
  return gutters;
}

type Tracks = ReadonlyMap<string, number>;

/** The x of every vertical line. Lines of one trunk share a track; lines that would overlap get tracks of their own. */
function tracksOf(paths: readonly Path[], columns: readonly Column[]): Tracks {
  const perGutter = new Map<number, Map<string, { low: number; high: number }>>();
  for (const path of paths) {
    path.gutters.forEach((gutter, index) => {
      const [from, to] = [path.heights[index] ?? 0, path.heights[index + 1] ?? 0];
      if (from === to && path.end.source.column !== path.end.target.column) return;
      const trunks = perGutter.get(gutter) ?? new Map<string, { low: number; high: number }>();
      perGutter.set(gutter, trunks);
      const known = trunks.get(path.trunk) ?? { low: Infinity, high: -Infinity };
      trunks.set(path.trunk, { low: Math.min(known.low, from, to), high: Math.max(known.high, from, to) });
    });
  }
  const result = new Map<string, number>();
  for (const [gutter, trunks] of perGutter) assignTracks(gutter, trunks, columns, result);
  return result;
}

function assignTracks(
  gutter: number,
  trunks: ReadonlyMap<string, { low: number; high: number }>,
  columns: readonly Column[],
  result: Map<string, number>,
): void {
  const sorted = [...trunks.entries()].sort(([, a], [, b]) => a.low - b.low || a.high - b.high);
  const bottoms: number[] = [];
  const assigned = sorted.map(([trunk, { low, high }]) => {
    const free = bottoms.findIndex((bottom) => bottom + 6 < low);
    const track = free === -1 ? bottoms.length : free;
    bottoms[track] = high;
    return { trunk, track };
  });
  const left = columns[gutter - 1];
  const start = (left === undefined ? -TRACK_ROOM : left.x + left.width) + 10;
  const step = Math.min(TRACK_STEP, (TRACK_ROOM - 16) / Math.max(1, bottoms.length - 1));
  const first = start + Math.max(0, (TRACK_ROOM - 16 - step * (bottoms.length - 1)) / 2);
  for (const { trunk, track } of assigned) result.set(`${gutter} ${trunk}`, Math.round((first + track * step) * 2) / 2);
}

function routeOf(path: Path, columns: readonly Column[], tracks: Tracks): EdgeRoute {
  const { edge, source, target } = path.end;
  const points: Point[] = [{ x: startX(source, sourceSide(path.end)), y: path.heights[0] ?? 0 }];
  path.gutters.forEach((gutter, index) => {
    const [from, to] = [path.heights[index] ?? 0, path.heights[index + 1] ?? 0];
    const x = tracks.get(`${gutter} ${path.trunk}`);
    if (x !== undefined && (from !== to || source.column === target.column)) points.push({ x, y: from }, { x, y: to });
  });
  const end = { x: sideX(target, targetSide(path.end)), y: path.heights.at(-1) ?? 0 };
  points.push(end);
  const label =
    edge.label === '' || source.column >= target.column ? undefined : labelOf(edge, end, columns[target.column]);
  const route = { id: edge.id, source: source.id, target: target.id, state: edge.state, points };
  return label === undefined ? route : { ...route, label };
}

/** Labels stand above the last straight part of their edge, in room that no card and no vertical line uses. */
function labelOf(edge: GraphEdge, end: Point, column: Column | undefined): EdgeLabel | undefined {
  const room = column?.labelRoom ?? 0;
  if (room === 0) return undefined;
  const shown = truncate(edge.label, room - 4, EDGE_LABEL);
  const width = textWidth(shown, EDGE_LABEL);
  // Clear of the sign at the end.
  const margin = edge.state === 'broken' ? 19 : 12;
  return { x: Math.round(end.x - margin - width / 2), y: end.y - 4, text: shown };
}

/** A little inside the card: cards are drawn on top, and some are cut at the corners. */
function startX(item: RoutedItem, side: Side): number {
  return sideX(item, side) + (side === 'left' ? START_INSET : -START_INSET);
}

function sideX(item: RoutedItem, side: Side): number {
  return side === 'left' ? item.x : item.x + item.width;
}

function distance(a: Point, b: Point): number {
  return Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
}

function towards(from: Point, to: Point, reach: number): Point {
  const length = distance(from, to);
  return length === 0
    ? from
    : { x: from.x + ((to.x - from.x) / length) * reach, y: from.y + ((to.y - from.y) / length) * reach };
}
