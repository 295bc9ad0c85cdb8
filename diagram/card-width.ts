import type { ViewNode } from '../server/core/views/view';
import { badgesWidth } from './badges';
import { partText } from './describe';
import { CARD_WIDTH, LEAST_CARD_WIDTH, LINE, MAX_LINES, MAX_PARTS, SUBTITLE, TITLE } from './metrics';
import { cleanText, textWidth, type TextStyle } from './text';

/** Where a card's texts begin and end. */
export const ICON_X = 12;
export const TEXT_X = 36;
export const RIGHT_PADDING = 12;
export const LINE_X = ICON_X + 2;
export const PART_INDENT = 8;
/** Between the subtitle and the number of parts. */
export const EXPANDER_GAP = 6;

const WIDTH_STEP = 12;
/** Longer ones are wider than any card. */
const MOST_CHARACTERS = 60;

/** How far the outlines of some kinds cut into the card at the left and the right of its texts. */
export function insetsOf({ kind }: ViewNode): readonly [number, number] {
  return INSETS[kind] ?? [0, 0];
}

/** Width of the sign that says how many parts a card has. */
export function expanderWidth(text: string): number {
  return 24 + Math.ceil(textWidth(text, SUBTITLE));
}

/** How the number of a card's parts is written. */
export function partCountText(count: number): string {
  return count > 999 ? '999+' : `${count}`;
}

/** The width at which nothing on the card is cut, in steps and within limits: a lane of short texts need not be as wide as one of long texts. */
export function wantedWidth(node: ViewNode): number {
  const [left, right] = insetsOf(node);
  const { parts = [] } = node;
  const expander = parts.length === 0 ? 0 : expanderWidth(partCountText(parts.length)) + EXPANDER_GAP;
  const widest = Math.max(
    TEXT_X + widthOf(node.title, TITLE),
    TEXT_X + widthOf(node.subtitle, SUBTITLE) + expander,
    ...node.lines.slice(0, MAX_LINES).map((line) => LINE_X + widthOf(line, LINE)),
    ...parts.slice(0, MAX_PARTS).map((part) => LINE_X + PART_INDENT + widthOf(partText(part), LINE)),
  );
  const exact = Math.max(left + widest + right + RIGHT_PADDING, badgesWidth(node));
  return Math.min(CARD_WIDTH, Math.max(LEAST_CARD_WIDTH, Math.ceil(exact / WIDTH_STEP) * WIDTH_STEP));
}

const INSETS: Readonly<Partial<Record<ViewNode['kind'], readonly [number, number]>>> = {
  outside: [6, 6],
  client: [6, 6],
  ingress: [0, 8],
  addresses: [6, 6],
  network: [0, 8],
  several: [0, 6],
  gateway: [0, 4],
};

function widthOf(text: string, style: TextStyle): number {
  return textWidth(cleanText(text.slice(0, MOST_CHARACTERS)), style);
}
