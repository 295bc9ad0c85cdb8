import type { Column } from './columns';
import { BOX_HEADER } from './metrics';
import type { RoutedGroup, RoutedItem } from './edge-route';

/** From top to bottom, without overlaps. */
export type Intervals = readonly (readonly [number, number])[];

const CLEARANCE = 7;
/** Cards of workloads have a shadow below. */
const CLEARANCE_BELOW = 11;

/** Per column, from top to bottom: where no edge may pass. */
export function obstaclesOf(
  items: Iterable<RoutedItem>,
  columns: readonly Column[],
  groups: readonly RoutedGroup[],
): readonly Intervals[] {
  const headers = groups
    .filter((group) => !group.folded)
    .map((group) => [group.y - 2, group.y + BOX_HEADER - CLEARANCE] as const);
  const perColumn = columns.map((column) => (column.free ? [] : [...headers]));
  for (const item of items) perColumn[item.column]?.push([item.y - CLEARANCE, item.y + item.height + CLEARANCE_BELOW]);
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

/** Heights at which columns are passed. */
export interface Passages {
  /** The height for an edge to pass a column, near the desired one; edges that share a line anyway share it here too. */
  pass(column: number, desired: number, trunk: number, arrival: number): number;
}

interface Passage {
  readonly height: number;
  readonly trunk: number;
  readonly arrival: number;
}

const PASSAGE_STEP = 5;
/** So far from the desired height edges are kept apart; beyond that they run over each other. */
const MOST_STEPS = 8;
/** Where so many run over each other, one more makes no difference. */
const MOST_PER_ROW = 8;

/** Keeps edges apart that pass one column, as far as there is room between its cards. */
export function passagesThrough(obstacles: readonly Intervals[]): Passages {
  const taken = obstacles.map(() => new Map<number, Passage[]>());
  const isClear = (rows: ReadonlyMap<number, Passage[]>, height: number, trunk: number, arrival: number): boolean => {
    const row = rowOf(height);
    for (let near = row - 1; near <= row + 1; near += 1)
      for (const other of rows.get(near) ?? [])
        if (Math.abs(other.height - height) < PASSAGE_STEP - 1 && other.trunk !== trunk && other.arrival !== arrival)
          return false;
    return true;
  };
  return {
    pass(column, desired, trunk, arrival) {
      const intervals = obstacles[column] ?? [];
      const rows = taken[column] ?? new Map<number, Passage[]>();
      const nearest = freeHeight(intervals, desired);
      const isFree = (height: number): boolean => height >= -CLEARANCE && freeHeight(intervals, height) === height;
      const step = STEPS.find((each) => {
        const height = nearest + each * PASSAGE_STEP;
        return (each === 0 || isFree(height)) && isClear(rows, height, trunk, arrival);
      });
      const height = nearest + (step ?? 0) * PASSAGE_STEP;
      const known = rows.get(rowOf(height));
      const passage = { height, trunk, arrival };
      if (known === undefined) rows.set(rowOf(height), [passage]);
      else if (known.length < MOST_PER_ROW) known.push(passage);
      return height;
    },
  };
}

function rowOf(height: number): number {
  return Math.floor(height / PASSAGE_STEP);
}

/** 0, 1, -1, 2, -2 and so on. */
const STEPS = Array.from({ length: 2 * MOST_STEPS + 1 }, (_, index) =>
  index % 2 === 1 ? (index + 1) / 2 : -index / 2,
);
