import type { ViewBadge, ViewNode } from '../server/core/views/view';
import { cleanText, textWidth, truncate, type TextStyle } from './text';

/** A badge in its place: rows from the top, x from the left of the row. */
export interface PlacedBadge {
  readonly text: string;
  readonly tone: ViewBadge['tone'];
  readonly row: number;
  readonly x: number;
  readonly width: number;
}

export const BADGE_TEXT: TextStyle = { size: 10, bold: true };
/** Left and right of a row of badges. */
export const BADGE_MARGIN = 12;

const MAX_ROWS = 2;
const MAX_BADGES = 12;
const GAP = 5;
const PADDING = 7;
/** Signs that tell tones apart without colour. */
const TONE_SIGNS: Readonly<Record<ViewBadge['tone'], string>> = { plain: '', good: '✓ ', warn: '! ' };

/** Rows of a card's badges. */
export function badgeRowCount(node: ViewNode, width: number): number {
  const last = placeBadges(node, width).at(-1);
  return last === undefined ? 0 : last.row + 1;
}

/** The width of a card that has its badges in one row. */
export function badgesWidth({ badges = [] }: ViewNode): number {
  const texts = badges.slice(0, MAX_BADGES).map(({ tone, text }) => TONE_SIGNS[tone] + text);
  return texts.reduce((sum, text) => sum + widthOf(cleanText(text)) + GAP, 2 * BADGE_MARGIN - GAP);
}

/** A card's badges, wrapped into its width; those that find no room are counted. */
export function placeBadges({ badges = [] }: ViewNode, width: number): readonly PlacedBadge[] {
  if (badges.length === 0) return [];
  const room = width - 2 * BADGE_MARGIN;
  const placed: PlacedBadge[] = [];
  for (const [index, badge] of badges.entries()) {
    const next = placeAfter(placed.at(-1), TONE_SIGNS[badge.tone] + badge.text, badge.tone, room);
    if (index >= MAX_BADGES || next.row >= MAX_ROWS) return withCount(placed, badges.length, room);
    placed.push(next);
  }
  return placed;
}

function placeAfter(last: PlacedBadge | undefined, text: string, tone: ViewBadge['tone'], room: number): PlacedBadge {
  const shown = truncate(text, room - 2 * PADDING, BADGE_TEXT);
  const width = widthOf(shown);
  if (last === undefined) return { text: shown, tone, row: 0, x: 0, width };
  const x = last.x + last.width + GAP;
  return x + width <= room
    ? { text: shown, tone, row: last.row, x, width }
    : { text: shown, tone, row: last.row + 1, x: 0, width };
}

function widthOf(text: string): number {
  return Math.ceil(textWidth(text, BADGE_TEXT)) + 2 * PADDING;
}

/** As many as leave room for `+3`. */
function withCount(placed: readonly PlacedBadge[], total: number, room: number): readonly PlacedBadge[] {
  for (let kept = placed.length; kept > 0; kept -= 1) {
    const shown = placed.slice(0, kept);
    const count = placeAfter(shown.at(-1), `+${total - kept}`, 'plain', room);
    if (count.row < MAX_ROWS) return [...shown, count];
  }
  return placed;
}
