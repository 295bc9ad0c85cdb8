import type { ViewNode } from '../server/core/views/view';
import { badgeRowCount } from './badges';
import type { TextStyle } from './text';

/** Sizes in px at 100%. Cards of one lane share a width, so that lanes stay columns; it is this in large pictures, and at most this. */
export const CARD_WIDTH = 236;
export const LEAST_CARD_WIDTH = 156;
/** With room for an edge between the shadow of one card and the next. */
export const CARD_GAP = 20;
export const COMPONENT_GAP = 22;
export const BOX_PADDING = 18;
export const BOX_HEADER = 40;
export const BOX_GAP = 26;
/** Least distance of boxes, when one has grown. */
export const BOX_LEAST_GAP = 10;
/** Room below a box for one more card of any height before the boxes under it have to move; only large pictures need it. */
export const BOX_SLACK = 140;
/** Above this many cards a picture keeps room for what will be added, and its columns stay where they are. */
export const ROOMY_FROM = 60;
export const FOLDED_HEIGHT = 60;
export const FOLDED_GAP = 26;
export const MAX_LINES = 4;
/** Of an expanded card; one more line says how many more parts there are. */
export const MAX_PARTS = 20;

export const TITLE: TextStyle = { size: 13, bold: true };
export const SUBTITLE: TextStyle = { size: 11 };
export const LINE: TextStyle = { size: 11, monospace: true };
export const EDGE_LABEL: TextStyle = { size: 10.5, monospace: true };
export const BADGE_HEIGHT = 16;

const HEADER_HEIGHT = 46;
const LINE_HEIGHT = 16;
const FOOTER_HEIGHT = 9;
const BADGE_ROW = 21;

/** Height of a node's card. It depends on what the card says alone, so that a problem that comes or goes moves nothing. */
export function cardHeight(node: ViewNode, width = CARD_WIDTH, expanded = false): number {
  return (
    lineBottom(shownLineCount(node) + (expanded ? partLineCount(node) : 0)) + badgeRowCount(node, width) * BADGE_ROW
  );
}

/** Lines on the card; the last one may say how many more there are. */
export function shownLineCount(node: ViewNode): number {
  return Math.min(node.lines.length, MAX_LINES);
}

/** Lines of an expanded card for its parts. */
export function partLineCount({ parts = [] }: ViewNode): number {
  return parts.length > MAX_PARTS ? MAX_PARTS + 1 : parts.length;
}

/** Baseline of a card's n-th line. */
export function lineBaseline(index: number): number {
  return HEADER_HEIGHT + 12 + index * LINE_HEIGHT;
}

/** Top of the n-th row of badges, below so many lines. */
export function badgeTop(row: number, lineCount: number): number {
  return lineBottom(lineCount) + row * BADGE_ROW - 1;
}

function lineBottom(lineCount: number): number {
  return lineCount === 0 ? HEADER_HEIGHT : HEADER_HEIGHT + lineCount * LINE_HEIGHT + FOOTER_HEIGHT;
}
