import type { EdgeState } from '../server/core/views/view';
import type { Point } from './geometry';
import type { EdgeRoute } from './edge-route';

/**
 * The sign at the end of an edge, as SVG path data: every state has a shape of its own. `towards` is 1 for an edge that comes from the left. Filled for `ok` and
 * `half-open`, else lines.
 */
export function edgeEnd(state: EdgeState, x: number, y: number, towards: 1 | -1): string {
  const at = (dx: number, dy: number): string => `${x - dx * towards} ${y + dy}`;
  switch (state) {
    case 'ok':
      return `M${x} ${y}l${-8 * towards} -4.5v9z`;
    // Half a head: one side admits it.
    case 'half-open':
      return `M${x} ${y}l${-10 * towards} -6v6z`;
    // A cross: nothing arrives.
    case 'broken':
      return `M${x - 4 - 9 * towards} ${y - 4}l8 8m0 -8l-8 8M${x - 3 * towards} ${y - 7}v14`;
    // A cross in a ring before a bar: someone forbids it.
    case 'denied':
      return `M${at(12, -6)}a6 6 0 1 0 .01 0zM${at(14.5, -2.5)}L${at(9.5, 2.5)}M${at(14.5, 2.5)}L${at(9.5, -2.5)}M${at(3, -8)}v16`;
    // An open head: perhaps.
    case 'unknown':
      return `M${x - 7 * towards} ${y - 4.5}l${7 * towards} 4.5l${-7 * towards} 4.5`;
    case 'plain':
      return '';
  }
}

/** The signs of a route: at its target, and at its source too when it leads both ways. */
export function edgeEnds({ state, points, back }: Pick<EdgeRoute, 'state' | 'points' | 'back'>): string {
  const end = signAt(state, points.at(-1), points.at(-2));
  return back === undefined ? end : end + signAt(state, back, points[1]);
}

/** How far from its end an edge is free for words. */
export function signLength(state: EdgeState): number {
  if (state === 'denied') return 24;
  if (state === 'broken') return 19;
  return state === 'plain' ? 5 : 12;
}

function signAt(state: EdgeState, end: Point | undefined, before: Point | undefined): string {
  return end === undefined ? '' : edgeEnd(state, end.x, end.y, before !== undefined && before.x > end.x ? -1 : 1);
}
