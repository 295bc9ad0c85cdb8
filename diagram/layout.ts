import type { DiagramView } from '../server/core/views/view';
import {
  frameSpan,
  orderedBoxes,
  stackBoxes,
  type Box,
  type GroupBox,
  type Item,
  type Slot,
  type Stack,
} from './boxes';
import { boxedSpan, columnsOf, widened, type LaneColumn } from './columns';
import { freeTest, graphOf, type Graph } from './graph';
import { labelBox } from './labels';
import { BOX_PADDING } from './metrics';
import { placeOutside, type Outside } from './outside';
import { drawPlan, planEdges, trackCounts, type EdgeRoute, type RoutedItem } from './route';

export type { GroupBox, Item } from './boxes';

export interface LayoutOptions {
  /** Ids of groups that are drawn as one card. */
  readonly folded?: ReadonlySet<string>;
  /** Ids of nodes whose cards list their parts. */
  readonly expanded?: ReadonlySet<string>;
  /** The layout that is on the screen: what did not change stays where it was. */
  readonly previous?: Layout;
}

export interface Layout {
  readonly graph: Graph;
  readonly columns: readonly LaneColumn[];
  readonly nodes: ReadonlyMap<string, Item>;
  readonly groups: ReadonlyMap<string, GroupBox>;
  readonly edges: readonly EdgeRoute[];
  /** Edges may pass above the topmost card, some px outside. */
  readonly width: number;
  readonly height: number;
  /** What the next layout needs to keep things in place. */
  readonly memory: LayoutMemory;
}

export interface LayoutMemory {
  /** Boxes from top to bottom. */
  readonly order: readonly string[];
  /** Tops of cards inside their box, also of folded ones, by box and node; as they are when no card is expanded. */
  readonly tops: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly roomy: boolean;
}

/** Where the tops of the nodes beside all boxes are remembered. */
const OUTSIDE = 'outside:';
/** Per box; every name that was typed on the way to the final one leaves a place behind. */
const MOST_REMEMBERED = 200;
/** The part of a frame's header that edges end at. */
const HEADER_PORTS = { top: 8, height: 26 };

/**
 * Places a diagram in lanes. Columns have a fixed meaning, namespaces are boxes one above the other, folded ones small cards in the same columns, so that
 * the gutters between columns hold nothing but edges. The same input gives the same picture.
 */
export function layoutDiagram(view: DiagramView, options: LayoutOptions = {}): Layout {
  const graph = graphOf(view, options.folded ?? new Set<string>());
  const expanded = options.expanded ?? new Set<string>();
  const memory = options.previous?.memory;
  const planned = columnsOf(view, options.previous?.columns);
  const neighbours = neighboursOf(graph);
  const isFree = freeTest(view);
  const boxes = orderedBoxes(graph, isFree, neighbours, memory?.order ?? []);
  const placed = stackBoxes(boxes, { columns: planned, neighbours, expanded, memory, nodeCount: graph.nodes.length });
  const heads = [...placed.folded, ...framesOf(placed, planned)];
  const isEdit = options.previous !== undefined && sameFolds(placed, options.previous);
  const outside = placeOutside(graph.nodes.filter(isFree), {
    columns: planned,
    neighbours,
    expanded,
    boxed: [...placed.nodes, ...heads],
    previous: isEdit ? memory?.tops.get(OUTSIDE) : undefined,
  });
  const cards = [...placed.nodes, ...outside.items];
  const items = new Map([...heads, ...cards].map((item): [string, RoutedItem] => [item.id, item]));
  const plan = planEdges(graph.edges, items, planned, placed.groups);
  // An edit moves no column; what is drawn afresh gets the room that its edges need.
  const columns = isEdit ? planned : widened(planned, trackCounts(plan));
  const edges = drawPlan(plan, columns);
  const nodes = cards.map((item) => ({ ...item, x: columns[item.column]?.x ?? item.x }));
  const groups = placed.groups.map((group) => ({ ...group, ...xOf(group, columns) }));
  return {
    graph,
    columns,
    nodes: new Map(nodes.map((item) => [item.id, item])),
    groups: new Map(groups.map((group) => [group.id, group])),
    edges,
    ...sizeOf(columns, [...nodes, ...groups], edges),
    memory: memoryOf(boxes, placed, outside, memory),
  };
}

function xOf(group: GroupBox, columns: readonly LaneColumn[]): { readonly x: number; readonly width: number } {
  if (!group.folded) return frameSpan(columns);
  const { x, width } = columns[group.column] ?? group;
  return { x, width };
}

/** Headers of open frames, as what edges end at. */
function framesOf(placed: Stack, columns: readonly LaneColumn[]): readonly RoutedItem[] {
  const [first, last] = boxedSpan(columns);
  return placed.groups
    .filter((group) => !group.folded)
    .map(({ id, x, y, width }) => ({
      id,
      x,
      y: y + HEADER_PORTS.top,
      width,
      height: HEADER_PORTS.height,
      column: first,
      lastColumn: last,
    }));
}

function sizeOf(
  columns: readonly LaneColumn[],
  rects: readonly { readonly y: number; readonly height: number }[],
  edges: readonly EdgeRoute[],
): { readonly width: number; readonly height: number } {
  const last = columns.at(-1);
  let width = last === undefined ? 0 : last.x + last.width + (last.free ? 0 : BOX_PADDING);
  let height = rects.reduce((max, rect) => Math.max(max, rect.y + rect.height), 0);
  for (const { points, label } of edges) {
    for (const { x, y } of points) [width, height] = [Math.max(width, x), Math.max(height, y)];
    if (label !== undefined) width = Math.max(width, labelBox(label).x + labelBox(label).width);
  }
  return { width: Math.ceil(width), height };
}

/** What is gone keeps its place for a while: half-written YAML takes many nodes away, and brings them back. */
function memoryOf(
  boxes: readonly Box[],
  placed: Stack,
  outside: Outside,
  previous: LayoutMemory | undefined,
): LayoutMemory {
  const tops = new Map(previous?.tops);
  for (const [box, cards] of placed.tops) remember(tops, box, cards);
  remember(tops, OUTSIDE, outside.tops);
  const order = new Set([...(previous?.order ?? []), ...boxes.map((box) => box.id)]);
  return { order: [...order], tops, slots: placed.slots, roomy: placed.roomy };
}

function remember(
  tops: Map<string, ReadonlyMap<string, number>>,
  box: string,
  cards: ReadonlyMap<string, number>,
): void {
  const known = tops.get(box) ?? new Map<string, number>();
  tops.set(box, known.size > cards.size + MOST_REMEMBERED ? cards : new Map([...known, ...cards]));
}

function sameFolds(placed: Stack, previous: Layout): boolean {
  return placed.groups.every((group) => (previous.groups.get(group.id)?.folded ?? group.folded) === group.folded);
}

/** Quiet edges arrange nothing: hardly ever are they seen. */
function neighboursOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const edge of graph.edges) {
    if (edge.quiet === true) continue;
    add(edge.source, edge.target);
    add(edge.target, edge.source);
  }
  return neighbours;
}
