/** Advances of printable ASCII in 1/100 em, as wide as the widest of Segoe UI, Helvetica and DejaVu Sans: a text that is cut too early beats one that spills. */
const ASCII_ADVANCES: readonly number[] = [
  // space to /
  32, 30, 46, 60, 58, 84, 70, 24, 39, 39, 50, 84, 32, 40, 32, 40,
  // 0 to ?
  64, 64, 64, 64, 64, 64, 64, 64, 64, 64, 34, 34, 84, 84, 84, 48,
  // @ to O
  98, 69, 69, 70, 77, 64, 58, 78, 76, 30, 50, 66, 56, 92, 78, 80,
  // P to _
  64, 80, 70, 64, 62, 74, 69, 99, 69, 64, 69, 33, 40, 33, 60, 52,
  // ` to o
  33, 62, 64, 55, 64, 62, 36, 64, 64, 28, 28, 58, 28, 98, 64, 62,
  // p to ~
  64, 64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 34, 26, 34, 64,
];
const OTHER_ADVANCE = 0.68;
const WIDE_ADVANCE = 1.05;
const MONOSPACE_ADVANCE = 0.61;

/** No card is so wide that more characters could matter; it bounds the work on hostile texts of zero-width characters. */
const MAX_CHARACTERS = 400;

const WHITESPACE = /\s+/gu;
/** Control characters and those that reorder text around them: shown, not obeyed. */
// eslint-disable-next-line no-control-regex -- these are the characters to find
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

export interface TextStyle {
  /** Font size in px. */
  readonly size: number;
  readonly bold?: boolean;
  readonly monospace?: boolean;
}

/** One line of text that cannot reorder or break what stands around it. */
export function cleanText(text: string): string {
  return text.replace(WHITESPACE, ' ').trim().replace(UNSAFE, '\ufffd');
}

/** Width of a text in px, from a table: close enough to lay out cards, and the same without a DOM. */
export function textWidth(text: string, style: TextStyle): number {
  let width = 0;
  for (const character of text) width += advanceOf(character, style);
  return width;
}

/** The text, or as much of it as fits into the width with an ellipsis. */
export function truncate(text: string, width: number, style: TextStyle): string {
  const clean = cleanText(text.length > MAX_CHARACTERS ? text.slice(0, MAX_CHARACTERS) : text);
  const whole = text.length <= MAX_CHARACTERS;
  if (whole && textWidth(clean, style) <= width) return clean;
  const room = width - advanceOf('…', style);
  let used = 0;
  let kept = '';
  for (const character of clean) {
    used += advanceOf(character, style);
    if (used > room) break;
    kept += character;
  }
  return `${kept.trimEnd()}…`;
}

function advanceOf(character: string, style: TextStyle): number {
  return emOf(character, style.monospace === true) * style.size * (style.bold === true ? 1.15 : 1);
}

function emOf(character: string, monospace: boolean): number {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 32 && code < 127) return monospace ? MONOSPACE_ADVANCE : (ASCII_ADVANCES[code - 32] ?? 60) / 100;
  if (isZeroWidth(code)) return 0;
  if (isWide(code)) return WIDE_ADVANCE;
  return monospace ? MONOSPACE_ADVANCE : OTHER_ADVANCE;
}

function isZeroWidth(code: number): boolean {
  return (code >= 0x300 && code <= 0x36f) || (code >= 0x200b && code <= 0x200d) || (code >= 0xfe00 && code <= 0xfe0f);
}

function isWide(code: number): boolean {
  return (
    (code >= 0x1100 && code <= 0x115f) ||
    (code >= 0x2e80 && code <= 0xd7a3) ||
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xff00 && code <= 0xff60) ||
    code >= 0x1f000
  );
}
