import type { EdgeState } from '../server/core/views/view';
import type { Point, Rect } from './geometry';
import type { EdgeChange, GraphEdge } from './graph';

export interface EdgeLabel {
  /** Middle of the text's baseline. */
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

export interface EdgeRoute {
  readonly id: string;
  readonly source: string;
  readonly target: string;
  readonly state: EdgeState;
  /** Corners, from the source's side to the target's. Consecutive points share x or y. */
  readonly points: readonly Point[];
  /** Where it is written in the whole picture. */
  readonly label?: EdgeLabel;
  /** Where it is written when the edge is in focus; other edges with the same words may share the place, and others may be too close to have a `label`. */
  readonly focusLabel?: EdgeLabel;
  /** Where the head at the source's side stands, of edges that lead both ways. */
  readonly back?: Point;
  /** Drawn only while one of its ends is in focus. */
  readonly quiet?: true;
  readonly change?: EdgeChange;
}

export interface RoutedItem extends Rect {
  readonly id: string;
  readonly column: number;
  /** Of a frame, which holds several columns. */
  readonly lastColumn?: number;
}

export interface RoutedGroup extends Rect {
  readonly folded: boolean;
}

/** An edge with where it leaves and arrives. */
export interface Ends {
  readonly edge: GraphEdge;
  readonly source: RoutedItem;
  readonly target: RoutedItem;
  readonly sourceSide: Side;
  readonly targetSide: Side;
  /** Edges that leave one card in the same style share their first line. */
  readonly trunk: number;
  /** Those that arrive at one card in the same style with the same words share the last one. */
  readonly arrival: number;
}

export type Side = 'left' | 'right';
