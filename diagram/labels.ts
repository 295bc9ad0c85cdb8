import { INNER_MARGIN, type RoutedColumn } from './columns';
import { signLength } from './ends';
import { intersects, type Point, type Rect } from './geometry';
import type { GraphEdge } from './graph';
import type { EdgeLabel } from './edge-route';
import { EDGE_LABEL } from './metrics';
import { textWidth, truncate } from './text';

export type { EdgeLabel } from './edge-route';

const ABOVE_LINE = 4;
const ASCENT = 9;
const DESCENT = 2;
/** Between a frame and the words beside it. */
const FRAME_GAP = 4;
/** Less than this holds no word. */
const LEAST_ROOM = 20;
/** Labels are looked up by row: no label is as high as one. */
const ROW = 32;

/** Labels stand above the last straight part of their edge, in room that no card and no vertical line uses: outside of the frame, where there is one. */
export function labelOf(
  { label, state }: Pick<GraphEdge, 'label' | 'state'>,
  end: Point,
  side: 'left' | 'right',
  column: RoutedColumn | undefined,
  isAtFrame: boolean,
): EdgeLabel | undefined {
  if (label === '' || column === undefined) return undefined;
  const isLeft = side === 'left';
  const margin = isLeft ? (column.leftMargin ?? INNER_MARGIN) : (column.rightMargin ?? 0);
  const isFramed = !column.free && margin > INNER_MARGIN;
  const sign = signLength(state);
  // Beside a frame the sign stands within its padding.
  const gap = isAtFrame ? sign : isFramed ? margin + FRAME_GAP : sign;
  const slack = isAtFrame ? 0 : margin;
  const room = (isLeft ? column.labelRoom : (column.backRoom ?? 0)) + slack - gap;
  if (room < LEAST_ROOM) return undefined;
  const text = truncate(label, room, EDGE_LABEL);
  const middle = gap + textWidth(text, EDGE_LABEL) / 2;
  return { x: Math.round(isLeft ? end.x - middle : end.x + middle), y: end.y - ABOVE_LINE, text };
}

/** The room that a label takes. */
export function labelBox({ x, y, text }: EdgeLabel): Rect {
  const width = textWidth(text, EDGE_LABEL);
  return { x: x - width / 2, y: y - ASCENT, width, height: ASCENT + DESCENT };
}

interface Labelled {
  readonly id: string;
  readonly focusLabel?: EdgeLabel;
}

/** Edges in focus with those labels that stand clear of each other; the one that `first` names keeps its own. */
export function labelsInFocus<Edge extends Labelled>(
  edges: readonly Edge[],
  first?: string,
): readonly { readonly edge: Edge; readonly label: EdgeLabel }[] {
  const rows = new Map<number, Rect[]>();
  const takesRoom = (box: Rect): boolean => {
    const crossed = [Math.floor(box.y / ROW), Math.floor((box.y + box.height) / ROW)];
    if (crossed.some((row) => rows.get(row)?.some((other) => intersects(other, box)))) return false;
    for (const row of new Set(crossed)) {
      const known = rows.get(row);
      if (known === undefined) rows.set(row, [box]);
      else known.push(box);
    }
    return true;
  };
  return [...edges]
    .sort((a, b) => Number(b.id === first) - Number(a.id === first))
    .flatMap((edge) => {
      const label = edge.focusLabel;
      return label !== undefined && takesRoom(labelBox(label)) ? [{ edge, label }] : [];
    });
}
