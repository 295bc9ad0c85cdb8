import { SUBTITLE, TITLE } from '../../diagram/metrics';
import { textWidth, truncate, type TextStyle } from '../../diagram/text';
import { openBadge, printExposed, type Exposed, type PicturePeer } from './picture';

/** What the card of a peer says, cut to its width, and how much room that takes. */
export interface Card {
  readonly peer: PicturePeer;
  readonly title: string;
  readonly subtitle: string;
  readonly badge: Badge | undefined;
  /** Badges below, for what is exposed. */
  readonly rows: readonly Badge[];
  readonly width: number;
  readonly height: number;
}

export interface Badge extends Readonly<Record<'x' | 'y' | 'width' | 'height', number>> {
  readonly text: string;
}

const BADGE: TextStyle = { size: 10.5 };
export const REMARK: TextStyle = { size: 11 };
export const TEXT_X = 36;
/** Baselines. */
export const TITLE_Y = 21;
export const SUBTITLE_Y = 37;

const PADDING = 12;
const LEAST_WIDTH = 124;
const MOST_WIDTH = 330;
const HEIGHT = 48;
const BADGE_HEIGHT = 16;
const BADGE_PADDING = 7;
const ROW_STEP = 20;
const MOST_ROWS = 4;
/** Fonts differ: some are this much wider than the table of advances says. */
const SLACK = 1.1;

/** The card with the width that its texts need. */
export function cardOf(peer: PicturePeer): Card {
  const badge = openBadge(peer);
  const rows = rowsOf(peer);
  const second = widthOf(peer.subtitle, SUBTITLE) + (badge === undefined ? 0 : badgeWidth(badge) + PADDING / 2);
  // Round ends take room from the texts.
  const end = peer.type === 'outside' || peer.type === 'controller' ? PADDING * 1.5 : PADDING;
  const wanted = [
    TEXT_X + widthOf(peer.title, TITLE) + end,
    TEXT_X + second + end,
    ...rows.map((row) => badgeWidth(printExposed(row)) + PADDING * 2),
  ];
  return fitted(peer, Math.ceil(Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, ...wanted))));
}

/** The card with a width that was decided elsewhere. */
export function fitted(peer: PicturePeer, width: number): Card {
  const text = openBadge(peer);
  const badge =
    text === undefined ? undefined : badgeAt(width - badgeWidth(text) - PADDING, SUBTITLE_Y - 12, text, MOST_WIDTH);
  const subtitleRoom = (badge?.x ?? width - PADDING / 2) - TEXT_X - PADDING / 2;
  const rows = rowsOf(peer).map((row, index) => rowAt(HEIGHT + index * ROW_STEP, row, width - PADDING * 2));
  return {
    peer,
    title: truncate(peer.title, (width - TEXT_X - PADDING) / SLACK + 1, TITLE),
    subtitle: truncate(peer.subtitle, subtitleRoom / SLACK + 1, SUBTITLE),
    badge,
    rows,
    width,
    height: rows.length === 0 ? HEIGHT : HEIGHT + rows.length * ROW_STEP + PADDING / 2,
  };
}

/** Room before and behind the name of a frame. */
export const FRAME_TITLE_X = 40;

/** The width of a frame that its name fits in. */
export function frameWidth(namespace: string): number {
  return Math.ceil(Math.min(MOST_WIDTH, FRAME_TITLE_X * 1.5 + widthOf(namespace, TITLE)));
}

/** As much of a namespace's name as its frame has room for. */
export function frameTitle(namespace: string, width: number): string {
  return truncate(namespace === '' ? '(no name)' : namespace, (width - FRAME_TITLE_X * 1.5) / SLACK + 1, TITLE);
}

function rowsOf({ exposed }: PicturePeer): readonly Exposed[] {
  if (exposed.length <= MOST_ROWS) return exposed;
  return [...exposed.slice(0, MOST_ROWS - 1), { peer: `and ${exposed.length - MOST_ROWS + 1} more`, conn: '' }];
}

/** Where room is short, the peer gives way before what it may do. */
function rowAt(y: number, { peer, conn }: Exposed, room: number): Badge {
  const inner = (room - BADGE_PADDING * 2) / SLACK;
  const shown = conn === '' ? '' : truncate(`: ${conn}`, inner / 2, BADGE);
  return badgeAt(PADDING, y, `${truncate(peer, inner - textWidth(shown, BADGE), BADGE)}${shown}`, room);
}

function badgeAt(x: number, y: number, text: string, room: number): Badge {
  const shown = truncate(text, (room - BADGE_PADDING * 2) / SLACK + 1, BADGE);
  return { x, y, text: shown, width: Math.min(room, badgeWidth(shown)), height: BADGE_HEIGHT };
}

function badgeWidth(text: string): number {
  return Math.ceil(widthOf(text, BADGE) + BADGE_PADDING * 2);
}

function widthOf(text: string, style: TextStyle): number {
  return textWidth(text.slice(0, 100), style) * SLACK;
}
