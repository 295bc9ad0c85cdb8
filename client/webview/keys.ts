import type { Direction } from '../../diagram/navigate';
import { VIEW_NAMES } from '../../diagram/view-names';
import type { ViewName } from '../../server/core/views/view';

/** What a key asks for, also where there is no picture. */
export type Command =
  | PictureCommand
  | { readonly type: 'show'; readonly name: ViewName }
  | { readonly type: 'help' }
  | { readonly type: 'back' };

/** What a key asks of the picture. */
export type PictureCommand =
  | { readonly type: 'move'; readonly direction: Direction }
  | { readonly type: 'pan'; readonly dx: number; readonly dy: number }
  | { readonly type: 'edge'; readonly step: 1 | -1 }
  | { readonly type: 'reveal'; readonly go: boolean }
  | { readonly type: 'zoom'; readonly factor: number }
  | { readonly type: 'expand' | 'focus' | 'path' | 'search' | 'fit' | 'first' | 'last' }
  | { readonly type: 'table' | 'matrix' };

const ARROWS: Readonly<Record<string, readonly [Direction, number, number]>> = {
  ArrowLeft: ['left', 1, 0],
  ArrowRight: ['right', -1, 0],
  ArrowUp: ['up', 0, 1],
  ArrowDown: ['down', 0, -1],
};
const PAN_STEP = 80;
const ZOOM_STEP = 1.25;

type Keystroke = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'altKey'>;

/** The command of a keystroke, when the focus is in no text field. */
export function commandOf(event: Keystroke): Command | undefined {
  if (event.altKey) return undefined;
  if (event.key === 'Enter') return { type: 'reveal', go: event.ctrlKey || event.metaKey };
  if (event.ctrlKey || event.metaKey) return undefined;
  const arrow = ARROWS[event.key];
  if (arrow !== undefined) {
    const [direction, dx, dy] = arrow;
    return event.shiftKey ? { type: 'pan', dx: dx * PAN_STEP, dy: dy * PAN_STEP } : { type: 'move', direction };
  }
  return PLAIN[event.key.length === 1 ? event.key.toLowerCase() : event.key];
}

const PLAIN: Readonly<Record<string, Command>> = {
  '[': { type: 'edge', step: -1 },
  ']': { type: 'edge', step: 1 },
  ' ': { type: 'expand' },
  '/': { type: 'search' },
  '+': { type: 'zoom', factor: ZOOM_STEP },
  '=': { type: 'zoom', factor: ZOOM_STEP },
  '-': { type: 'zoom', factor: 1 / ZOOM_STEP },
  '0': { type: 'fit' },
  t: { type: 'table' },
  m: { type: 'matrix' },
  f: { type: 'focus' },
  p: { type: 'path' },
  '?': { type: 'help' },
  Escape: { type: 'back' },
  Home: { type: 'first' },
  End: { type: 'last' },
  ...Object.fromEntries(VIEW_NAMES.map((name, index) => [`${index + 1}`, { type: 'show', name }])),
};
