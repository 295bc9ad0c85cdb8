import { centreY } from './geometry';
import type { Passages } from './obstacles';
import type { Ports } from './ports';
import type { Ends, RoutedItem, Side } from './edge-route';

/** An edge's heights: on leaving, in every gutter it crosses a change from one to the next, on arriving. */
export interface Path {
  readonly end: Ends;
  /** Edges with the same number run up and down in one line. */
  readonly line: number;
  /** Gutters in travel order; gutter `n` is at the left of column `n`. */
  readonly gutters: readonly number[];
  /** One more than gutters. */
  readonly heights: readonly number[];
}

/** Edges share their lines with those from the same card, or with those to the same card where these are more: one line for all that call the database. */
export function sharedLines(ends: readonly Ends[]): (end: Ends) => number {
  const counts = new Map<number, number>();
  const count = (key: number): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { trunk, arrival } of ends) {
    count(trunk);
    count(arrival);
  }
  return ({ trunk, arrival }) => ((counts.get(arrival) ?? 0) > (counts.get(trunk) ?? 0) ? arrival : trunk);
}

/** The way of an edge through gutters and past columns. */
export function pathOf(end: Ends, line: number, ports: Ports, passages: Passages): Path {
  const from = ports.sources.get(end.trunk) ?? centreY(end.source);
  const to = ports.targets.get(end.arrival) ?? centreY(end.target);
  const first = gutterOf(end.source, end.sourceSide);
  const last = gutterOf(end.target, end.targetSide);
  const gutters = [first];
  const heights = [from];
  for (let gutter = first; gutter !== last;) {
    const next = gutter < last ? gutter + 1 : gutter - 1;
    heights.push(passages.pass(Math.min(gutter, next), to, end.trunk, end.arrival));
    gutters.push(next);
    gutter = next;
  }
  return { end, line, gutters, heights: [...heights, to] };
}

function gutterOf({ column, lastColumn }: RoutedItem, side: Side): number {
  return side === 'left' ? column : (lastColumn ?? column) + 1;
}

/** It leaves and arrives at the same side of one column. */
export function isLoop({ gutters, end }: Path): boolean {
  return gutters.length === 1 && end.sourceSide === end.targetSide;
}

/** Where edges run up and down: the place of every line in every gutter it uses, and how many places there are. */
export interface Tracks {
  /** By gutter and line. */
  readonly trackOf: ReadonlyMap<number, ReadonlyMap<number, number>>;
  /** By gutter. */
  readonly counts: ReadonlyMap<number, number>;
}

/** More lines than this in one gutter cannot be told apart anyway. */
const MOST_TRACKS = 48;

interface Extent {
  low: number;
  high: number;
}

/** Lines that would overlap get tracks of their own. */
export function tracksOf(paths: readonly Path[]): Tracks {
  const perGutter = new Map<number, Map<number, Extent>>();
  for (const path of paths) {
    path.gutters.forEach((gutter, index) => {
      const [from, to] = [path.heights[index] ?? 0, path.heights[index + 1] ?? 0];
      if (from === to && !isLoop(path)) return;
      const lines = perGutter.get(gutter) ?? new Map<number, Extent>();
      perGutter.set(gutter, lines);
      const known = lines.get(path.line);
      if (known === undefined) lines.set(path.line, { low: Math.min(from, to), high: Math.max(from, to) });
      else {
        known.low = Math.min(known.low, from, to);
        known.high = Math.max(known.high, from, to);
      }
    });
  }
  const trackOf = new Map<number, ReadonlyMap<number, number>>();
  const counts = new Map<number, number>();
  for (const [gutter, lines] of perGutter) {
    const assigned = assignTracks(lines);
    trackOf.set(gutter, assigned.trackOf);
    counts.set(gutter, assigned.count);
  }
  return { trackOf, counts };
}

function assignTracks(lines: ReadonlyMap<number, Extent>): {
  readonly trackOf: ReadonlyMap<number, number>;
  readonly count: number;
} {
  const trackOf = new Map<number, number>();
  const sorted = [...lines.entries()].sort(([, a], [, b]) => a.low - b.low || a.high - b.high);
  const bottoms: number[] = [];
  sorted.forEach(([line, { low, high }], index) => {
    const free = bottoms.findIndex((bottom) => bottom + 6 < low);
    const track = free !== -1 ? free : bottoms.length < MOST_TRACKS ? bottoms.length : index % MOST_TRACKS;
    bottoms[track] = Math.max(high, bottoms[track] ?? high);
    trackOf.set(line, track);
  });
  return { trackOf, count: bottoms.length };
}
