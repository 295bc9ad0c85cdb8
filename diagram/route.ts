import { arrivalOf as sidesOf, trackX, type RoutedColumn } from './columns';
import type { EdgeRoute, Ends, RoutedGroup, RoutedItem, Side } from './edge-route';
import type { Point } from './geometry';
import { styleOf, type GraphEdge } from './graph';
import { labelOf } from './labels';
import { obstaclesOf, passagesThrough, type Intervals } from './obstacles';
import { portsOf } from './ports';
import { isLoop, pathOf, sharedLines, tracksOf, type Path, type Tracks } from './tracks';

export type { EdgeRoute, RoutedItem } from './edge-route';

const START_INSET = 14;

interface Plan {
  readonly paths: readonly Path[];
  readonly tracks: Tracks;
  readonly legible: ReadonlySet<number>;
}

/** Which way edges take, before it is known how wide the gutters are. */
export interface RoutePlan {
  /** As they were when it was made. */
  readonly columns: readonly RoutedColumn[];
  readonly loud: Plan;
  /** Quiet edges take no room from the others. */
  readonly quiet: Plan;
}

/** Plans edges and draws them between columns that stay where they are. Every edge arrives at a place of its own. */
export function routeEdges(
  edges: readonly GraphEdge[],
  items: ReadonlyMap<string, RoutedItem>,
  columns: readonly RoutedColumn[],
  groups: readonly RoutedGroup[],
): readonly EdgeRoute[] {
  return drawPlan(planEdges(edges, items, columns, groups, ownArrival), columns);
}

/**
 * Edges as right-angled lines that touch no card: they run up and down in the gutters between columns, which hold nothing else, and pass a column through a gap
 * between its cards.
 */
export function planEdges(
  edges: readonly GraphEdge[],
  items: ReadonlyMap<string, RoutedItem>,
  columns: readonly RoutedColumn[],
  groups: readonly RoutedGroup[],
  arrivalOf: (edge: GraphEdge, side: Side) => string = sharedArrival,
): RoutePlan {
  const obstacles = obstaclesOf(items.values(), columns, groups);
  const numberOf = numbering();
  const ends = edges.flatMap((edge) => endsOf(edge, items, arrivalOf, numberOf) ?? []);
  const isQuiet = ({ edge }: Ends): boolean => edge.quiet === true;
  return {
    columns,
    loud: planTogether(
      ends.filter((end) => !isQuiet(end)),
      obstacles,
    ),
    quiet: planTogether(ends.filter(isQuiet), obstacles),
  };
}

/** Tracks of the edges that are seen, by gutter. */
export function trackCounts({ loud }: RoutePlan): ReadonlyMap<number, number> {
  return loud.tracks.counts;
}

/** The planned edges between columns in their places. */
export function drawPlan(
  { columns: planned, loud, quiet }: RoutePlan,
  columns: readonly RoutedColumn[],
): readonly EdgeRoute[] {
  const shifts = columns.map(({ x }, index) => x - (planned[index]?.x ?? x));
  const labelled = new Set<number>();
  const isWritten = ({ end }: Path): boolean => {
    if (!loud.legible.has(end.arrival) || labelled.has(end.arrival)) return false;
    labelled.add(end.arrival);
    return true;
  };
  return [
    ...loud.paths.map((path) => routeOf(path, { columns, shifts, tracks: loud.tracks }, isWritten(path))),
    ...quiet.paths.map((path) => routeOf(path, { columns, shifts, tracks: quiet.tracks }, false)),
  ];
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

function sharedArrival(edge: GraphEdge, side: Side): string {
  return `${edge.target} ${side} ${styleOf(edge)} ${edge.label}`;
}

function ownArrival(edge: GraphEdge): string {
  return edge.id;
}

/** Numbers for names: comparing long names over and over takes its time. */
function numbering(): (name: string) => number {
  const numbers = new Map<string, number>();
  return (name) => {
    const known = numbers.get(name);
    if (known !== undefined) return known;
    numbers.set(name, numbers.size);
    return numbers.size - 1;
  };
}

function endsOf(
  edge: GraphEdge,
  items: ReadonlyMap<string, RoutedItem>,
  arrivalOf: (edge: GraphEdge, side: Side) => string,
  numberOf: (name: string) => number,
): Ends | undefined {
  const source = items.get(edge.source);
  const target = items.get(edge.target);
  if (source === undefined || target === undefined) return undefined;
  const targetSide = sidesOf(spanOf(source), spanOf(target)).side;
  const sourceSide = sidesOf(spanOf(target), spanOf(source)).side;
  return {
    edge,
    source,
    target,
    sourceSide,
    targetSide,
    trunk: numberOf(`from ${source.id} ${sourceSide} ${styleOf(edge)}`),
    arrival: numberOf(`to ${arrivalOf(edge, targetSide)}`),
  };
}

function spanOf({ column, lastColumn }: RoutedItem): Parameters<typeof sidesOf>[0] {
  return { first: column, last: lastColumn ?? column, isFrame: lastColumn !== undefined };
}

function planTogether(ends: readonly Ends[], obstacles: readonly Intervals[]): Plan {
  const ports = portsOf(ends);
  const passages = passagesThrough(obstacles);
  const lineOf = sharedLines(ends);
  const paths = ends.map((end) => pathOf(end, lineOf(end), ports, passages));
  return { paths, tracks: tracksOf(paths), legible: ports.legible };
}

interface Setting {
  readonly columns: readonly RoutedColumn[];
  /** How far each column has moved since the plan. */
  readonly shifts: readonly number[];
  readonly tracks: Tracks;
}

function routeOf(path: Path, { columns, shifts, tracks }: Setting, isWritten: boolean): EdgeRoute {
  const { edge, source, target, sourceSide, targetSide } = path.end;
  const back = { x: sideX(source, sourceSide, shifts), y: path.heights[0] ?? 0 };
  const end = { x: sideX(target, targetSide, shifts), y: path.heights.at(-1) ?? 0 };
  const points: Point[] = [{ x: back.x + insetOf(source, sourceSide), y: back.y }];
  path.gutters.forEach((gutter, index) => {
    const [from, to] = [path.heights[index] ?? 0, path.heights[index + 1] ?? 0];
    const track = tracks.trackOf.get(gutter)?.get(path.line);
    if (track === undefined || (from === to && !isLoop(path))) return;
    const x = trackX(columns, gutter, track, tracks.counts.get(gutter) ?? 1);
    points.push({ x, y: from }, { x, y: to });
  });
  points.push(end);
  const column = columns[targetSide === 'left' ? target.column : (target.lastColumn ?? target.column)];
  const label = labelOf(edge, end, targetSide, column, target.lastColumn !== undefined);
  return {
    id: edge.id,
    source: source.id,
    target: target.id,
    state: edge.state,
    points,
    ...(label === undefined ? {} : { focusLabel: label }),
    ...(label === undefined || !isWritten ? {} : { label }),
    ...(edge.mutual === true ? { back } : {}),
    ...(edge.quiet === true ? { quiet: true } : {}),
    ...(edge.change === undefined ? {} : { change: edge.change }),
  };
}

/** Lines begin a little inside the card: cards are drawn on top, and some are cut at the corners. Frames are drawn below. */
function insetOf({ lastColumn }: RoutedItem, side: Side): number {
  if (lastColumn !== undefined) return 0;
  return side === 'left' ? START_INSET : -START_INSET;
}

function sideX({ x, width, column, lastColumn }: RoutedItem, side: Side, shifts: readonly number[]): number {
  return side === 'left' ? x + (shifts[column] ?? 0) : x + width + (shifts[lastColumn ?? column] ?? 0);
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
