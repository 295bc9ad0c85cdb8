import type { OffsetRange } from '../manifest/node';

/** What a `{{ … }}` does to the text around it. */
export interface TemplateAction extends OffsetRange {
  readonly type: 'action';
  /** `silent`: a comment, an assignment, `break`. `branch`: `else`. */
  readonly role: 'output' | 'silent' | 'open' | 'branch' | 'close';
  /** The first word: `if`, `range`, `include`, `.Values.x`. */
  readonly word: string;
  /** Without the braces and the dashes that trim. */
  readonly code: string;
}

export interface TemplateText extends OffsetRange {
  readonly type: 'text';
}

export type TemplatePiece = TemplateText | TemplateAction;

const blankCharacters = ' \t\r\n';

/**
 * Cuts a Go template (text/template) into its texts and its actions; the dashes of `{{-` and `-}}` have taken their white space already. An
 * action that does not end is text. Linear.
 */
export function templatePieces(text: string): readonly TemplatePiece[] {
  const pieces: TemplatePiece[] = [];
  let from = 0;
  for (let at = text.indexOf('{{'); at !== -1; at = text.indexOf('{{', from)) {
    const end = endOfAction(text, at + 2);
    if (end === undefined) break;
    // A dash trims only with white space at its inner side: `{{-1}}` is a number.
    const trimsLeft = text[at + 2] === '-' && isBlank(text, at + 3);
    const trimsRight = text[end - 3] === '-' && isBlank(text, end - 4);
    pushText(pieces, from, trimsLeft ? blankBefore(text, from, at) : at);
    const code = text.slice(at + (trimsLeft ? 3 : 2), end - (trimsRight ? 3 : 2)).trim();
    pieces.push({ type: 'action', start: at, end, code, ...roleOf(code) });
    from = trimsRight ? blankAfter(text, end) : end;
  }
  pushText(pieces, from, text.length);
  return pieces;
}

function pushText(pieces: TemplatePiece[], start: number, end: number): void {
  if (end > start) pieces.push({ type: 'text', start, end });
}

function isBlank(text: string, at: number): boolean {
  const character = text[at];
  return character !== undefined && blankCharacters.includes(character);
}

function blankBefore(text: string, from: number, at: number): number {
  let end = at;
  while (end > from && isBlank(text, end - 1)) end--;
  return end;
}

function blankAfter(text: string, at: number): number {
  let start = at;
  while (isBlank(text, start)) start++;
  return start;
}

/** Where the action that began ends; braces in strings and comments do not end it. Undefined when it, a string or a comment has no end. */
function endOfAction(text: string, from: number): number | undefined {
  for (let at = from; at < text.length;) {
    if (text.startsWith('}}', at)) return at + 2;
    const end = endOfToken(text, at);
    if (end === undefined) return undefined;
    at = end;
  }
  return undefined;
}

function endOfToken(text: string, at: number): number | undefined {
  const character = text[at];
  if (character === '/' && text[at + 1] === '*') return endAfter(text, '*/', at + 2);
  if (character === '`') return endAfter(text, '`', at + 1);
  if (character !== '"' && character !== "'") return at + 1;
  for (let end = at + 1; end < text.length && text[end] !== '\n'; end++) {
    if (text[end] === character) return end + 1;
    if (text[end] === '\\') end++;
  }
  return undefined;
}

function endAfter(text: string, word: string, from: number): number | undefined {
  const at = text.indexOf(word, from);
  return at === -1 ? undefined : at + word.length;
}

const roles: ReadonlyMap<string, TemplateAction['role']> = new Map([
  ['if', 'open'],
  ['with', 'open'],
  ['range', 'open'],
  ['define', 'open'],
  ['block', 'open'],
  ['else', 'branch'],
  ['end', 'close'],
  ['break', 'silent'],
  ['continue', 'silent'],
]);

function roleOf(code: string): Pick<TemplateAction, 'role' | 'word'> {
  const word = /^[^\s("]+/.exec(code)?.[0] ?? '';
  const isSilent = code === '' || code.startsWith('/*') || /^\$\w*(\s*,\s*\$\w+)?\s*:?=/.test(code);
  return { word, role: roles.get(word) ?? (isSilent ? 'silent' : 'output') };
}
