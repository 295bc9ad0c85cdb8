import type { AddressBar, ViewRange } from '../server/core/views/view';
import { SUBTITLE } from './metrics';
import type { Shape } from './shapes';
import { cleanText, textWidth, truncate } from './text';

/** The cluster's ranges of addresses, drawn to scale. */
export interface AddressBarShapes {
  readonly shapes: readonly Shape[];
  readonly height: number;
  /** Where each range can be clicked: its bar with its label. */
  readonly hits: readonly AddressHit[];
  /** The same in words, a line each. */
  readonly description: readonly string[];
}

export interface AddressHit {
  /** Of the range. */
  readonly id: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const PADDING = 8;
/** For `IPv4` and `IPv6`. */
const FAMILY_ROOM = 38;
const BREAK_ROOM = 20;
const MIN_SEGMENT = 120;
const LABEL_GAP = 12;
/** Less than this nobody sees. */
const MIN_BAR = 4;
const BAR = 9;
const AXIS_ROOM = 16;
const ROW = 30;
const LINE_GAP = 10;
/** Neighbours end and begin at one place, but for what floating point adds. */
const ROUNDING = 0.01;
/** A label with less room says nothing. */
const MIN_LABEL = 24;

/**
 * Draws ranges to scale. A /12 is 4,096 times as large as a /24, so the axis is cut into segments: ranges that overlap or lie near each other
 * share one, and within a segment the scale is the same. What is too small to see gets a least width, and a marker that says so.
 */
export function addressBarShapes(bar: AddressBar, width: number): AddressBarShapes {
  const ranges = bar.ranges.flatMap(readRange);
  if (ranges.length === 0 || !(width > 0)) return { shapes: [], height: 0, hits: [], description: [] };
  const lines = ([4, 6] as const).flatMap((family) => linesOf(segmentsOf(ranges, family), width));
  const shapes: Shape[] = [];
  const placed: PlacedRange[] = [];
  let y = PADDING;
  for (const line of lines) {
    const own = placeRanges(line, y + AXIS_ROOM);
    shapes.push(...axisShapes(line, y + AXIS_ROOM / 2));
    placed.push(...own);
    y = Math.max(...own.map(({ hit }) => hit.y + hit.height)) + LINE_GAP;
  }
  return {
    shapes: [...shapes, ...placed.flatMap(rangeShapes), ...overlapShapes(bar, placed)],
    height: y - LINE_GAP + PADDING,
    hits: placed.map(({ hit }) => hit),
    description: describeAddresses(bar),
  };
}

/** What the bar shows, in words: the ranges in their order, then what is wrong with them. */
export function describeAddresses({ ranges, overlaps }: AddressBar): readonly string[] {
  return [...ranges.map(labelOf), ...overlaps.map(({ text }) => text)].map(cleanText);
}

interface Range {
  readonly range: ViewRange;
  readonly first: bigint;
  readonly last: bigint;
}

/** Ranges that are drawn at one scale. */
interface Segment {
  readonly family: 4 | 6;
  readonly ranges: Range[];
  readonly first: bigint;
  last: bigint;
}

interface PlacedSegment extends Segment {
  readonly x: number;
  readonly width: number;
}

/** Segments beside each other. */
interface Line {
  readonly segments: readonly PlacedSegment[];
  readonly left: number;
  readonly right: number;
}

interface RangeLabel {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  readonly anchor?: 'end';
}

interface PlacedRange extends Range {
  readonly segment: PlacedSegment;
  readonly row: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  /** It is drawn wider than it is. */
  readonly isWidened: boolean;
  readonly label: RangeLabel | undefined;
  readonly hit: AddressHit;
}

function readRange(range: ViewRange): readonly Range[] {
  if (!/^\d{1,40}$/.test(range.first) || !/^\d{1,40}$/.test(range.last)) return [];
  const [first, last] = [BigInt(range.first), BigInt(range.last)];
  return first <= last ? [{ range, first, last }] : [];
}

function segmentsOf(ranges: readonly Range[], family: 4 | 6): readonly Segment[] {
  const own = ranges.filter(({ range }) => range.family === family).sort(byStart);
  const segments: Segment[] = [];
  for (const range of own) {
    const current = segments.at(-1);
    if (current && isNear(current, range)) {
      current.ranges.push(range);
      if (range.last > current.last) current.last = range.last;
    } else segments.push({ family, ranges: [range], first: range.first, last: range.last });
  }
  return segments;
}

/** Near enough, and enough of one size, that both are seen at one scale. */
function isNear(segment: Segment, range: Range): boolean {
  if (range.first <= segment.last) return true;
  const [a, b] = [sizeOf(segment), sizeOf(range)];
  const [small, large] = a < b ? [a, b] : [b, a];
  return range.first - segment.last <= small * 4n && large <= small * 32n;
}

/** As many segments beside each other as have room; larger ones are wider, by the length of their numbers. */
function linesOf(segments: readonly Segment[], width: number): readonly Line[] {
  const left = Math.min(PADDING + FAMILY_ROOM, width / 4);
  const right = width - Math.min(PADDING, width / 4);
  const room = right - left;
  const perLine = Math.max(1, Math.floor((room + BREAK_ROOM) / (MIN_SEGMENT + BREAK_ROOM)));
  const count = Math.ceil(segments.length / perLine);
  return Array.from({ length: count }, (_, index) => {
    const own = segments.slice(
      Math.round((index * segments.length) / count),
      Math.round(((index + 1) * segments.length) / count),
    );
    const unit = (room - BREAK_ROOM * (own.length - 1)) / own.reduce((sum, segment) => sum + weightOf(segment), 0);
    let x = left;
    const placed = own.map((segment): PlacedSegment => {
      const at = { ...segment, x, width: unit * weightOf(segment) };
      x += at.width + BREAK_ROOM;
      return at;
    });
    return { segments: placed, left, right };
  });
}

function weightOf(segment: Segment): number {
  return 16 + sizeOf(segment).toString(2).length;
}

/** Each range in the first row that has room for it and its label, below those that it lies in; from left to right. */
function placeRanges({ segments, left, right }: Line, top: number): readonly PlacedRange[] {
  const ends: number[] = [];
  const placed: PlacedRange[] = [];
  for (const segment of segments) {
    for (const range of segment.ranges) {
      const bar = barOf(range.first, range.last, segment);
      const label = labelFor(range.range, bar.x, left, right);
      const start = Math.min(bar.x, label?.start ?? bar.x);
      const end = Math.max(bar.x + bar.width, label?.end ?? 0);
      const around = placed.filter((other) => other.segment === segment && other.last >= range.first);
      const least = Math.max(0, ...around.map(({ row }) => row + 1));
      // Bars may touch, labels may not.
      const free = ends.findIndex((taken, index) => index >= least && taken <= start + ROUNDING);
      const row = free === -1 ? ends.length : free;
      ends[row] = Math.max(bar.x + bar.width, label ? label.end + LABEL_GAP : 0);
      const y = top + row * ROW;
      const hit = { id: range.range.id, x: start, y, width: end - start, height: ROW - 4 };
      placed.push({ ...range, ...bar, segment, row, y, label, hit });
    }
  }
  return placed;
}

/** A label begins with its bar. One that would leave the picture there ends at its edge, so that a wider font does not lead it out either. */
function labelFor(range: ViewRange, x: number, left: number, right: number): RangeLabel | undefined {
  if (right - left < MIN_LABEL) return undefined;
  const text = truncate(labelOf(range), right - left, SUBTITLE);
  const size = textWidth(text, SUBTITLE);
  return x + size <= right
    ? { text, start: x, end: x + size }
    : { text, start: right - size, end: right, anchor: 'end' };
}

function barOf(first: bigint, last: bigint, segment: PlacedSegment): Pick<PlacedRange, 'x' | 'width' | 'isWidened'> {
  const exact = share(last - first + 1n, segment) * segment.width;
  const width = Math.min(segment.width, Math.max(MIN_BAR, exact));
  const end = segment.x + segment.width - width;
  return {
    x: Math.min(end, segment.x + share(first - segment.first, segment) * segment.width),
    width,
    isWidened: exact < MIN_BAR,
  };
}

/** A part of a segment as a number from 0 to 1: addresses of IPv6 have no room in one. */
function share(part: bigint, segment: Segment): number {
  return Number((part << 40n) / sizeOf(segment)) / 2 ** 40;
}

function sizeOf({ first, last }: Pick<Range, 'first' | 'last'>): bigint {
  return last - first + 1n;
}

function byStart(a: Range, b: Range): number {
  if (a.first !== b.first) return a.first < b.first ? -1 : 1;
  if (a.last !== b.last) return a.last > b.last ? -1 : 1;
  return a.range.id < b.range.id ? -1 : 1;
}

const USES: Readonly<Record<ViewRange['use'], string>> = {
  pod: 'pods',
  service: 'Services',
  node: 'nodes',
  policy: 'ipBlock',
};

function labelOf({ cidr, use, source }: ViewRange): string {
  return `${cidr} ${USES[use]} · ${source}`;
}

/** The axis with a break wherever the scale changes. */
function axisShapes({ segments, left }: Line, y: number): readonly Shape[] {
  const [first] = segments;
  const family = `IPv${first?.family ?? 4}`;
  const hasRoom = textWidth(family, SUBTITLE) + PADDING <= left;
  return [
    ...(hasRoom ? [{ type: 'text', className: 'axis-label', x: PADDING, y: y + 4, text: family } as const] : []),
    ...segments.flatMap((segment, index): readonly Shape[] => {
      const end = segment.x + segment.width;
      const axis: Shape = { type: 'path', className: 'axis', data: `M${segment.x} ${y}H${end}` };
      const at = end + BREAK_ROOM / 2;
      const gap: Shape = {
        type: 'path',
        className: 'break',
        data: `M${at - 5} ${y + 5}l4 -10M${at + 1} ${y + 5}l4 -10`,
      };
      return index < segments.length - 1 ? [axis, gap] : [axis];
    }),
  ];
}

function rangeShapes({ range, x, y, width, isWidened, label }: PlacedRange): readonly Shape[] {
  const marker = `M${x + width / 2 - 3} ${y - 5}h6l-3 4z`;
  return [
    { type: 'path', className: `range ${range.use}`, data: rect(x, y, width) },
    ...(isWidened ? [{ type: 'path', className: 'marker', data: marker } as const] : []),
    ...(label ? [labelShape(label, y + BAR + 12)] : []),
  ];
}

function labelShape({ text, start, end, anchor }: RangeLabel, y: number): Shape {
  const label = { type: 'text', className: 'range-label', y, text } as const;
  return anchor ? { ...label, x: end, anchor } : { ...label, x: start };
}

/** Hatches both ranges where they overlap. */
function overlapShapes({ overlaps }: AddressBar, placed: readonly PlacedRange[]): readonly Shape[] {
  const byId = new Map(placed.map((range) => [range.range.id, range]));
  return overlaps.flatMap(({ ranges: [one, other] }): readonly Shape[] => {
    const [a, b] = [byId.get(one), byId.get(other)];
    if (a?.segment !== b?.segment || !a || !b || a.first > b.last || b.first > a.last) return [];
    const first = a.first > b.first ? a.first : b.first;
    const last = a.last < b.last ? a.last : b.last;
    const { x, width } = barOf(first, last, a.segment);
    return [a, b].map(({ y }) => ({ type: 'path', className: 'overlap', data: rect(x, y, width) }));
  });
}

function rect(x: number, y: number, width: number): string {
  return `M${x} ${y}h${width}v${BAR}h${-width}z`;
}
