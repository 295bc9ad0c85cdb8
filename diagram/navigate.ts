import type { Rect } from './geometry';

export type Direction = 'left' | 'right' | 'up' | 'down';

/** The card an arrow key leads to: the nearest one in that direction, where straying sideways counts double. */
export function nextInDirection<Item extends Rect & { readonly id: string }>(
  items: Iterable<Item>,
  from: Rect & { readonly id: string },
  direction: Direction,
): string | undefined {
  let best: string | undefined;
  let bestCost = Infinity;
  for (const item of items) {
    if (item.id === from.id) continue;
    const cost = costOf(from, item, direction);
    if (cost >= bestCost) continue;
    bestCost = cost;
    best = item.id;
  }
  return best;
}

function costOf(from: Rect, to: Rect, direction: Direction): number {
  const dx = to.x + to.width / 2 - (from.x + from.width / 2);
  const dy = to.y + to.height / 2 - (from.y + from.height / 2);
  const isSideways = direction === 'left' || direction === 'right';
  const along = isSideways ? (direction === 'right' ? dx : -dx) : direction === 'down' ? dy : -dy;
  const across = Math.abs(isSideways ? dy : dx);
  // Up and down stay in their column while there is anything; left and right may climb.
  if (along <= (isSideways ? from.width / 2 : 1)) return Infinity;
  return along + across * (isSideways ? 2 : 6);
}
