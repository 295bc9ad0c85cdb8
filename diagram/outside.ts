import type { ViewNode } from '../server/core/views/view';
import { arrangeCards, makeRoom, spread, type Card, type Neighbours } from './arrange';
import type { Item } from './boxes';
import type { LaneColumn } from './columns';
import { centreY, type Rect } from './geometry';
import { CARD_GAP, cardHeight } from './metrics';

/** Nodes beside all boxes, in their places. */
export interface Outside {
  readonly items: readonly Item[];
  /** As they are when no card is expanded. */
  readonly tops: ReadonlyMap<string, number>;
}

interface Setting {
  readonly columns: readonly LaneColumn[];
  readonly neighbours: Neighbours;
  readonly expanded: ReadonlySet<string>;
  /** All that stands in boxes, the boxes' headers and folded ones. */
  readonly boxed: readonly (Rect & { readonly id: string })[];
  /** Tops on the screen; undefined when the boxes have been folded otherwise since. */
  readonly previous: ReadonlyMap<string, number> | undefined;
}

/** Nodes beside the boxes stand next to the topmost thing they are connected with: there a reader starts. */
export function placeOutside(free: readonly ViewNode[], setting: Setting): Outside {
  const { columns, expanded, previous } = setting;
  const columnOf = new Map(columns.flatMap(({ lane, free }, index) => (free ? [[lane, index] as const] : [])));
  const placeOf = (lane: number): { readonly column: number; readonly x: number; readonly width: number } => {
    const column = columnOf.get(lane) ?? 0;
    const { x, width } = columns[column] ?? { x: 0, width: 0 };
    return { column, x, width };
  };
  const cardOf = (node: ViewNode, isExpanded: boolean): Card => ({
    id: node.id,
    lane: node.lane,
    height: cardHeight(node, placeOf(node.lane).width, isExpanded),
  });
  const cards = free.map((node) => cardOf(node, false));
  // These lanes are a box of their own, whose top is 0.
  const tops =
    previous !== undefined && cards.some((card) => previous.has(card.id))
      ? arrangeCards(cards, setting.neighbours, previous)
      : placeAfresh(cards, setting);
  const shown = free.map((node) => cardOf(node, expanded.has(node.id)));
  const shownTops = free.some((node) => expanded.has(node.id)) ? makeRoom(shown, tops) : tops;
  const items = shown.map(({ id, lane, height }) => {
    const item = { id, ...placeOf(lane), y: shownTops.get(id) ?? 0, height };
    return expanded.has(id) ? ({ ...item, expanded: true } as const) : item;
  });
  return { items, tops };
}

/** Lanes from the boxes outwards, so that each finds those it leads to in their places. */
function placeAfresh(cards: readonly Card[], { columns, neighbours, boxed }: Setting): ReadonlyMap<string, number> {
  const centres = new Map(boxed.map((item) => [item.id, centreY(item)]));
  const tops = new Map<string, number>();
  const free = columns.filter((column) => column.free);
  const outwards = [...free.filter((column) => !column.right).reverse(), ...free.filter((column) => column.right)];
  for (const { lane } of outwards) {
    const inLane = cards.filter((card) => card.lane === lane);
    for (const [id, top, height] of placeLane(inLane, neighbours, centres)) {
      tops.set(id, top);
      centres.set(id, top + height / 2);
    }
  }
  return tops;
}

function placeLane(
  cards: readonly Card[],
  neighbours: Neighbours,
  centres: ReadonlyMap<string, number>,
): readonly (readonly [string, number, number])[] {
  const wishes = cards.map(({ id, height }) => {
    const reached = (neighbours.get(id) ?? []).flatMap((other) => centres.get(other) ?? []);
    const centre = reached.reduce((topmost, each) => Math.min(topmost, each), Infinity);
    return { id, height, desired: centre - height / 2 };
  });
  const connected = wishes.filter((wish) => wish.desired !== Infinity).sort((a, b) => a.desired - b.desired);
  const alone = wishes.filter((wish) => wish.desired === Infinity);
  const tops = spread(connected, CARD_GAP);
  let floor = 0;
  return [...connected, ...alone].map(({ id, height }, index) => {
    const top = Math.max(tops[index] ?? 0, floor);
    floor = top + height + CARD_GAP;
    return [id, top, height] as const;
  });
}
