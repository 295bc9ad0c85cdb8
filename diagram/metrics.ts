import type { ViewNode } from '../server/core/views/view';
import type { TextStyle } from './text';

/** Sizes in px at 100%. Cards of one lane share a width, so that lanes stay columns. */
export const CARD_WIDTH = 236;
export const OUTSIDE_WIDTH = 188;
export const CARD_GAP = 16;
export const COMPONENT_GAP = 22;
export const BOX_PADDING = 18;
export const BOX_HEADER = 40;
export const BOX_GAP = 26;
/** Least distance of boxes, when one has grown. */
export const BOX_LEAST_GAP = 10;
/** Room below a box for one more card of any height before the boxes under it have to move; only large pictures need it. */
export const BOX_SLACK = 120;
export const FOLDED_HEIGHT = 60;
export const FOLDED_GAP = 26;
export const MAX_LINES = 4;

export const TITLE: TextStyle = { size: 13, bold: true };
export const SUBTITLE: TextStyle = { size: 11 };
export const LINE: TextStyle = { size: 11, monospace: true };
export const EDGE_LABEL: TextStyle = { size: 10.5, monospace: true };

const HEADER_HEIGHT = 46;
const LINE_HEIGHT = 16;
const FOOTER_HEIGHT = 9;

/** Height of a node's card. It depends on the number of lines alone, so that a problem that comes or goes moves nothing. */
export function cardHeight(node: ViewNode): number {
  const lines = shownLineCount(node);
  return lines === 0 ? HEADER_HEIGHT : HEADER_HEIGHT + lines * LINE_HEIGHT + FOOTER_HEIGHT;
}

/** Lines on the card; the last one may say how many more there are. */
export function shownLineCount(node: ViewNode): number {
  return Math.min(node.lines.length, MAX_LINES);
}

/** Baseline of a card's n-th line. */
export function lineBaseline(index: number): number {
  return HEADER_HEIGHT + 12 + index * LINE_HEIGHT;
}
