import type { ViewNode } from '../server/core/views/view';
import { arrangeCards, makeRoom, type Card, type Neighbours } from './arrange';
import { boxedSpan, type Column } from './columns';
import type { Rect } from './geometry';
import type { Graph } from './graph';
import {
  BOX_GAP,
  BOX_HEADER,
  BOX_LEAST_GAP,
  BOX_PADDING,
  BOX_SLACK,
  FOLDED_GAP,
  FOLDED_HEIGHT,
  cardHeight,
  ROOMY_FROM,
} from './metrics';

/** An item that edges may end at: a node's card or a folded group. */
export interface Item extends Rect {
  readonly id: string;
  /** Index into `Layout.columns`. */
  readonly column: number;
  /** The card lists its parts. */
  readonly expanded?: true;
}

export interface GroupBox extends Rect {
  readonly id: string;
  readonly folded: boolean;
  /** Index into `Layout.columns`: the first one of an open box. */
  readonly column: number;
}

/** What stands between the lanes beside all boxes: a group, or a band of nodes that belong to none. */
export interface Box {
  readonly id: string;
  readonly folded: boolean;
  readonly framed: boolean;
  readonly nodes: readonly ViewNode[];
}

/** Where a box begins when no card is expanded. */
export interface Slot {
  readonly top: number;
  readonly folded: boolean;
}

export interface Stack {
  readonly nodes: Item[];
  readonly folded: Item[];
  readonly groups: GroupBox[];
  readonly tops: Map<string, ReadonlyMap<string, number>>;
  readonly slots: Map<string, Slot>;
  readonly roomy: boolean;
}

interface Setting {
  readonly columns: readonly Column[];
  readonly neighbours: Neighbours;
  readonly expanded: ReadonlySet<string>;
  readonly memory:
    | {
        readonly tops: ReadonlyMap<string, ReadonlyMap<string, number>>;
        readonly slots: ReadonlyMap<string, Slot>;
        readonly roomy: boolean;
      }
    | undefined;
  readonly nodeCount: number;
}

/** Boxes of nodes that belong to no group but stand among those that do, such as external names. */
const BAND = 'band:';

/** Boxes in the previous order, then new ones in the view's; a band follows the box of its first neighbour. */
export function orderedBoxes(
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
    const band = bands.get(id);
    if (band === undefined) bands.set(id, [node]);
    else band.push(node);
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

/** Puts boxes one above the other. What expanded cards need is added on top, so that it is gone with them. */
export function stackBoxes(boxes: readonly Box[], setting: Setting): Stack {
  const { columns, memory } = setting;
  const roomy = memory?.roomy === true || setting.nodeCount > ROOMY_FROM;
  // Folding is a wish to see something else: then everything closes up. An edit is not: then slots stay.
  const refolded = boxes.some((box) => (memory?.slots.get(box.id)?.folded ?? box.folded) !== box.folded);
  const slots = refolded ? undefined : memory?.slots;
  const stack: Stack = { nodes: [], folded: [], groups: [], tops: new Map(), slots: new Map(slots), roomy };
  const boxed = columns.flatMap((column, index) => (column.free ? [] : [index]));
  let free = 0;
  let fresh = 0;
  let shownFree = 0;
  for (let index = 0; index < boxes.length;) {
    const box = boxes[index];
    if (box === undefined) break;
    const row = box.folded ? foldedRow(boxes, index, boxed.length) : [box];
    const kept = slots?.get(box.id)?.top;
    const top = kept !== undefined && kept >= free - (BOX_GAP - BOX_LEAST_GAP) ? kept : Math.max(free, fresh);
    const shownTop = Math.max(top, shownFree);
    let heights = { plain: FOLDED_HEIGHT, shown: FOLDED_HEIGHT };
    if (box.folded) placeFolded(row, shownTop, columns, boxed, stack);
    else heights = placeOpen(box, shownTop, setting, stack);
    for (const each of row) stack.slots.set(each.id, { top, folded: each.folded });
    free = top + heights.plain + (box.folded ? FOLDED_GAP : BOX_GAP);
    fresh = free + (roomy && !box.folded ? BOX_SLACK : 0);
    shownFree = shownTop + heights.shown + BOX_LEAST_GAP;
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
): void {
  row.forEach((box, index) => {
    const column = boxed[index] ?? 0;
    const { x, width } = columns[column] ?? { x: 0, width: 0 };
    stack.folded.push({ id: box.id, x, y: top, width, height: FOLDED_HEIGHT, column });
    stack.groups.push({ id: box.id, folded: true, column, x, y: top, width, height: FOLDED_HEIGHT });
  });
}

/** Heights of the box without and with what expanded cards need. */
function placeOpen(
  box: Box,
  top: number,
  { columns, neighbours, expanded, memory }: Setting,
  stack: Stack,
): { readonly plain: number; readonly shown: number } {
  const columnOf = (lane: number): number => columns.findIndex((each) => each.lane === lane && !each.free);
  const cardOf = (node: ViewNode, isExpanded: boolean): Card => ({
    id: node.id,
    lane: node.lane,
    height: cardHeight(node, columns[columnOf(node.lane)]?.width, isExpanded),
  });
  const cards = box.nodes.map((node) => cardOf(node, false));
  const tops = arrangeCards(cards, neighbours, memory?.tops.get(box.id) ?? new Map<string, number>());
  stack.tops.set(box.id, tops);
  const shown = box.nodes.some((node) => expanded.has(node.id))
    ? box.nodes.map((node) => cardOf(node, expanded.has(node.id)))
    : cards;
  const shownTops = shown === cards ? tops : makeRoom(shown, tops);
  const inside = top + (box.framed ? BOX_HEADER : 0);
  for (const card of shown) {
    const column = columnOf(card.lane);
    const { x, width } = columns[column] ?? { x: 0, width: 0 };
    const y = inside + (shownTops.get(card.id) ?? 0);
    const item = { id: card.id, x, y, width, height: card.height, column };
    stack.nodes.push(expanded.has(card.id) ? { ...item, expanded: true } : item);
  }
  const around = box.framed ? BOX_HEADER + BOX_PADDING : 0;
  const heights = { plain: bottomOf(cards, tops) + around, shown: bottomOf(shown, shownTops) + around };
  if (box.framed)
    stack.groups.push({
      id: box.id,
      folded: false,
      column: boxedSpan(columns)[0],
      ...frameSpan(columns),
      y: top,
      height: heights.shown,
    });
  return heights;
}

function bottomOf(
  cards: readonly { readonly id: string; readonly height: number }[],
  tops: ReadonlyMap<string, number>,
): number {
  return cards.reduce((bottom, card) => Math.max(bottom, (tops.get(card.id) ?? 0) + card.height), 0);
}

/** From the left to the right of all frames. */
export function frameSpan(columns: readonly Column[]): { readonly x: number; readonly width: number } {
  const [first, last] = boxedSpan(columns).map((index) => columns[index]);
  if (first === undefined || last === undefined) return { x: 0, width: 0 };
  return { x: first.x - BOX_PADDING, width: last.x + last.width - first.x + 2 * BOX_PADDING };
}
