import type { DiagramView } from '../server/core/views/view';
import { freeTest } from './graph';
import { BOX_PADDING, CARD_WIDTH, EDGE_LABEL, OUTSIDE_WIDTH } from './metrics';
import { cleanText, textWidth } from './text';

/** One column of cards, with the gutter to its left. */
export interface Column {
  readonly lane: number;
  readonly heading: string;
  /** It stands left of the namespaces' boxes. */
  readonly free: boolean;
  readonly x: number;
  readonly width: number;
  /** Room for labels in the gutter at its left, next to its cards. */
  readonly labelRoom: number;
}

/** Part of a gutter in which edges run up and down. */
export const TRACK_ROOM = 40;
const LABEL_STEP = 24;
/** Least room beside the tracks, for the arrow heads. */
const INNER_MARGIN = 12;
const MAX_LABEL_ROOM = 120;
const LABEL_MARGIN = 20;

/**
 * Columns of a view, from left to right; lanes that hold nothing get none. What the previous layout had stays open, so that an edit does not shift the picture to
 * and fro.
 */
export function columnsOf(view: DiagramView, previous: readonly Column[] = []): readonly Column[] {
  const used = usedColumns(view, previous);
  const rooms = labelRooms(view, used, previous);
  const columns: Column[] = [];
  let x = 0;
  for (const [index, { lane, free }] of used.entries()) {
    const labelRoom = rooms[index] ?? 0;
    const before = columns[index - 1];
    if (before !== undefined) x += TRACK_ROOM + labelRoom + (before.free && !free ? BOX_PADDING : INNER_MARGIN);
    else if (!free) x += BOX_PADDING;
    const width = free ? OUTSIDE_WIDTH : CARD_WIDTH;
    columns.push({ lane, free, heading: view.lanes[lane] ?? '', x, width, labelRoom });
    x += width;
  }
  return columns;
}

interface ColumnKey {
  readonly lane: number;
  readonly free: boolean;
}

function usedColumns(view: DiagramView, previous: readonly ColumnKey[]): readonly ColumnKey[] {
  const isFree = freeTest(view);
  const keys = new Map<string, ColumnKey>();
  const add = (lane: number, free: boolean): void => void keys.set(`${lane}${free ? '<' : ''}`, { lane, free });
  for (const column of previous) add(column.lane, column.free);
  for (const node of view.nodes) add(node.lane, isFree(node));
  return [...keys.values()].sort((a, b) => Number(b.free) - Number(a.free) || a.lane - b.lane);
}

/** Rooms grow in steps, so that a longer label seldom shifts the columns. */
function labelRooms(view: DiagramView, columns: readonly ColumnKey[], previous: readonly Column[]): readonly number[] {
  const isFree = freeTest(view);
  const columnOf = new Map(
    view.nodes.map((node) => {
      const free = isFree(node);
      return [node.id, columns.findIndex((column) => column.lane === node.lane && column.free === free)];
    }),
  );
  const rooms = columns.map(
    (key) => previous.find((column) => column.lane === key.lane && column.free === key.free)?.labelRoom ?? 0,
  );
  for (const edge of view.edges) {
    const target = columnOf.get(edge.target) ?? -1;
    if (edge.label === '' || (columnOf.get(edge.source) ?? -1) >= target) continue;
    const wanted =
      Math.ceil((textWidth(cleanText(edge.label.slice(0, 40)), EDGE_LABEL) + LABEL_MARGIN) / LABEL_STEP) * LABEL_STEP;
    rooms[target] = Math.max(rooms[target] ?? 0, Math.min(MAX_LABEL_ROOM, wanted));
  }
  return rooms;
}
