import type { DiagramView, ViewNode } from '../server/core/views/view';
import { arrangeCards, spread } from './arrange';
import { columnsOf, type Column } from './columns';
import { centreY, type Rect } from './geometry';
import { freeTest, graphOf, type Graph } from './graph';
import {
  BOX_GAP,
  BOX_HEADER,
  BOX_LEAST_GAP,
  BOX_PADDING,
  BOX_SLACK,
  CARD_GAP,
  FOLDED_GAP,
  FOLDED_HEIGHT,
  cardHeight,
} from './metrics';
import { routeEdges, type EdgeRoute } from './route';

export interface LayoutOptions {
  /** Ids of groups that are drawn as one card. */
  readonly folded?: ReadonlySet<string>;
  /** The layout that is on the screen: what did not change stays where it was. */
  readonly previous?: Layout;
}

/** An item that edges may end at: a node's card or a folded group. */
export interface Item extends Rect {
  readonly id: string;
  /** Index into `Layout.columns`. */
  readonly column: number;
}

export interface GroupBox extends Rect {
  readonly id: string;
  readonly folded: boolean;
}

export interface Layout {
  readonly graph: Graph;
  readonly columns: readonly Column[];
  readonly nodes: ReadonlyMap<string, Item>;
  readonly groups: ReadonlyMap<string, GroupBox>;
  readonly edges: readonly EdgeRoute[];
  readonly width: number;
  readonly height: number;
  /** What the next layout needs to keep things in place. */
  readonly memory: LayoutMemory;
}

interface LayoutMemory {
  /** Boxes from top to bottom. */
  readonly order: readonly string[];
  /** Tops of cards inside their box, also of folded ones, by box and node. */
  readonly tops: ReadonlyMap<string, ReadonlyMap<string, number>>;
  readonly slots: ReadonlyMap<string, Slot>;
  readonly roomy: boolean;
}

interface Slot {
  readonly top: number;
  readonly folded: boolean;
}

/** Above this many cards a picture keeps room between boxes for what will be added. */
const ROOMY_FROM = 60;
/** Boxes of nodes that belong to no group but stand among those that do, such as external names. */
const BAND = 'band:';
/** Where the tops of the nodes left of all boxes are remembered. */
const OUTSIDE = 'outside:';
/** Per box; every name that was typed on the way to the final one leaves a place behind. */
const MOST_REMEMBERED = 200;

/**
 * Places a diagram in lanes. Columns have a fixed meaning, namespaces are boxes one above the other, folded ones small cards in the same columns, so that
 * the gutters between columns hold nothing but edges. The same input gives the same picture.
 */
export function layoutDiagram(view: DiagramView, options: LayoutOptions = {}): Layout {
  const folded = options.folded ?? new Set<string>();
  const graph = graphOf(view, folded);
  const columns = columnsOf(view, options.previous?.columns);
  const neighbours = neighboursOf(graph);
  const boxes = orderedBoxes(graph, freeTest(view), neighbours, options.previous?.memory.order ?? []);
  const placed = stackBoxes(boxes, columns, neighbours, options.previous?.memory, graph.nodes.length);
  const outside = placeOutside(graph.nodes.filter(freeTest(view)), columns, neighbours, placed, options.previous);
  const nodes = new Map([...placed.nodes, ...outside].map((item) => [item.id, item]));
  const items = new Map([...nodes, ...placed.folded.map((item) => [item.id, item] as const)]);
  const groups = new Map(placed.groups.map((group) => [group.id, group]));
  const bottoms = [...items.values(), ...groups.values()].map((rect) => rect.y + rect.height);
  return {
    graph,
    columns,
    nodes,
    groups,
    edges: routeEdges(graph.edges, items, columns, [...groups.values()]),
    width: boxesRight(columns),
    height: bottoms.reduce((max, bottom) => Math.max(max, bottom), 0),
    memory: memoryOf(boxes, placed, outside, options.previous?.memory),
  };
}

/** What is gone keeps its place for a while: half-written YAML takes many nodes away, and brings them back. */
function memoryOf(
  boxes: readonly Box[],
  placed: Stack,
  outside: readonly Item[],
  previous: LayoutMemory | undefined,
): LayoutMemory {
  const tops = new Map(previous?.tops);
  for (const [box, cards] of placed.tops) remember(tops, box, cards);
  remember(tops, OUTSIDE, new Map(outside.map((item) => [item.id, item.y])));
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

interface Box {
  readonly id: string;
  readonly folded: boolean;
  readonly framed: boolean;
  readonly nodes: readonly ViewNode[];
}

/** Boxes in the previous order, then new ones in the view's; a band follows the box of its first neighbour. */
function orderedBoxes(
  graph: Graph,
  isFree: (node: ViewNode) => boolean,
  neighbours: ReadonlyMap<string, readonly string[]>,
  previous: readonly string[],
): readonly Box[] {
  const boxes: Box[] = graph.groups.map(({ group, folded, members }) => ({
    id: group.id,
    folded,
    framed: true,
    nodes: members,
  }));
  const groupOf = new Map(graph.nodes.map((node) => [node.id, node.group]));
  const known = new Set(boxes.map((box) => box.id));
  const bands = new Map<string, ViewNode[]>();
  for (const node of graph.nodes) {
    if (isFree(node) || (node.group !== undefined && known.has(node.group))) continue;
    const anchor = (neighbours.get(node.id) ?? [])
      .map((id) => (known.has(id) ? id : groupOf.get(id)))
      .find((id) => id !== undefined);
    const id = BAND + (anchor ?? '');
    bands.set(id, [...(bands.get(id) ?? []), node]);
  }
  const withBands = boxes.flatMap((box) => {
    const band = bands.get(BAND + box.id);
    bands.delete(BAND + box.id);
    return band === undefined ? [box] : [box, { id: BAND + box.id, folded: false, framed: false, nodes: band }];
  });
  for (const [id, nodes] of bands) withBands.push({ id, folded: false, framed: false, nodes });
  const rank = new Map(previous.map((id, index) => [id, index]));
  return withBands.sort((a, b) => (rank.get(a.id) ?? previous.length) - (rank.get(b.id) ?? previous.length));
}

interface Stack {
  readonly nodes: Item[];
  readonly folded: Item[];
  readonly groups: GroupBox[];
  readonly tops: Map<string, ReadonlyMap<string, number>>;
  readonly slots: Map<string, Slot>;
  readonly roomy: boolean;
}

function stackBoxes(
  boxes: readonly Box[],
  columns: readonly Column[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  memory: LayoutMemory | undefined,
  nodeCount: number,
): Stack {
  const roomy = memory?.roomy === true || nodeCount > ROOMY_FROM;
  // Folding is a wish to see something else: then everything closes up. An edit is not: then slots stay.
  const refolded = boxes.some((box) => (memory?.slots.get(box.id)?.folded ?? box.folded) !== box.folded);
  const stack: Stack = {
    nodes: [],
    folded: [],
    groups: [],
    tops: new Map(),
    slots: new Map(refolded ? [] : memory?.slots),
    roomy,
  };
  const boxed = columns.flatMap((column, index) => (column.free ? [] : [index]));
  const slots = refolded ? undefined : memory?.slots;
  let free = 0;
  let fresh = 0;
  for (let index = 0; index < boxes.length;) {
    const box = boxes[index];
    if (box === undefined) break;
    const row = box.folded ? foldedRow(boxes, index, boxed.length) : [box];
    const kept = slots?.get(box.id)?.top;
    const top = kept !== undefined && kept >= free - (BOX_GAP - BOX_LEAST_GAP) ? kept : Math.max(free, fresh);
    const height = box.folded
      ? placeFolded(row, top, columns, boxed, stack)
      : placeOpen(box, top, columns, neighbours, memory, stack);
    for (const each of row) stack.slots.set(each.id, { top, folded: each.folded });
    free = top + height + (box.folded ? FOLDED_GAP : BOX_GAP);
    fresh = free + (roomy && !box.folded ? BOX_SLACK : 0);
    index += row.length;
  }
  return stack;
}

function foldedRow(boxes: readonly Box[], start: number, columnCount: number): readonly Box[] {
  const row: Box[] = [];
  for (let index = start; index < boxes.length && row.length < columnCount; index += 1) {
    const box = boxes[index];
    if (box?.folded !== true) break;
    row.push(box);
  }
  return row;
}

function placeFolded(
  row: readonly Box[],
  top: number,
  columns: readonly Column[],
  boxed: readonly number[],
  stack: Stack,
): number {
  row.forEach((box, index) => {
    const column = boxed[index] ?? 0;
    const { x, width } = columns[column] ?? { x: 0, width: 0 };
    stack.folded.push({ id: box.id, x, y: top, width, height: FOLDED_HEIGHT, column });
    stack.groups.push({ id: box.id, folded: true, x, y: top, width, height: FOLDED_HEIGHT });
  });
  return FOLDED_HEIGHT;
}

function placeOpen(
  box: Box,
  top: number,
  columns: readonly Column[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  memory: LayoutMemory | undefined,
  stack: Stack,
): number {
  const cards = box.nodes.map((node) => ({ id: node.id, lane: node.lane, height: cardHeight(node) }));
  const tops = arrangeCards(cards, neighbours, memory?.tops.get(box.id) ?? new Map<string, number>());
  stack.tops.set(box.id, tops);
  const inside = top + (box.framed ? BOX_HEADER : 0);
  let bottom = inside;
  for (const card of cards) {
    const column = columns.findIndex((each) => each.lane === card.lane && !each.free);
    const { x, width } = columns[column] ?? { x: 0, width: 0 };
    const y = inside + (tops.get(card.id) ?? 0);
    stack.nodes.push({ id: card.id, x, y, width, height: card.height, column });
    bottom = Math.max(bottom, y + card.height);
  }
  if (!box.framed) return bottom - top;
  const left = columns.find((column) => !column.free)?.x ?? 0;
  const height = bottom + BOX_PADDING - top;
  stack.groups.push({
    id: box.id,
    folded: false,
    x: left - BOX_PADDING,
    y: top,
    width: boxesRight(columns) - left + BOX_PADDING,
    height,
  });
  return height;
}

function boxesRight(columns: readonly Column[]): number {
  const last = columns.at(-1);
  return last === undefined ? 0 : last.x + last.width + (last.free ? 0 : BOX_PADDING);
}

/** Nodes left of the boxes stand beside the topmost box they lead to: there a reader starts. */
function placeOutside(
  free: readonly ViewNode[],
  columns: readonly Column[],
  neighbours: ReadonlyMap<string, readonly string[]>,
  placed: Stack,
  previous: Layout | undefined,
): readonly Item[] {
  const { x, width } = columns[0] ?? { x: 0, width: 0 };
  const centres = new Map([...placed.nodes, ...placed.folded].map((item) => [item.id, centreY(item)]));
  const known = previous?.memory.tops.get(OUTSIDE) ?? new Map<string, number>();
  if (previous !== undefined && sameFolds(placed, previous) && free.some((node) => known.has(node.id))) {
    // The lane of free nodes is a box of its own, whose top is 0.
    const cards = free.map((node) => ({ id: node.id, lane: 0, height: cardHeight(node) }));
    const arranged = arrangeCards(cards, neighbours, known);
    return cards.map((card) => ({
      id: card.id,
      x,
      y: arranged.get(card.id) ?? 0,
      width,
      height: card.height,
      column: 0,
    }));
  }
  const wishes = free
    .map((node) => {
      const height = cardHeight(node);
      const reached = (neighbours.get(node.id) ?? []).flatMap((id) => centres.get(id) ?? []);
      const centre = reached.reduce((lowest, each) => Math.min(lowest, each), Infinity);
      return { node, height, desired: centre === Infinity ? Number.MAX_SAFE_INTEGER : centre - height / 2 };
    })
    .sort((a, b) => a.desired - b.desired);
  const placedCount = wishes.filter((wish) => wish.desired !== Number.MAX_SAFE_INTEGER).length;
  const tops = [...spread(wishes.slice(0, placedCount), CARD_GAP)];
  let floor = 0;
  return wishes.map(({ node, height }, index) => {
    const y = Math.max(tops[index] ?? 0, floor);
    floor = y + height + CARD_GAP;
    return { id: node.id, x, y, width, height, column: 0 };
  });
}

function sameFolds(placed: Stack, previous: Layout): boolean {
  return placed.groups.every((group) => (previous.groups.get(group.id)?.folded ?? group.folded) === group.folded);
}

function neighboursOf(graph: Graph): ReadonlyMap<string, readonly string[]> {
  const neighbours = new Map<string, string[]>();
  const add = (from: string, to: string): void => {
    const known = neighbours.get(from);
    if (known === undefined) neighbours.set(from, [to]);
    else known.push(to);
  };
  for (const edge of graph.edges) {
    add(edge.source, edge.target);
    add(edge.target, edge.source);
  }
  return neighbours;
}
