import { Lexer } from 'yaml';
import type { Finding, Fix } from './finding';
import { isJson } from './manifest/split-documents';
import { lineStartsOf, positionAt } from './position';
import { readSuppressions, type Suppression } from './suppressions';

/**
 * Comments that would switch a finding off: for its line, and for the rest of its document. None where a comment cannot stand: in JSON, and
 * where a line more would become text or break it (a block scalar, quotes over several lines).
 */
export function disableFixes({ file, rule, range }: Finding, text: string): readonly Fix[] {
  if (text === '' || isJson(text)) return [];
  const line = range.start.line;
  const insertions = [
    { title: `Disable ${rule} for this line`, ...forLine(text, line, rule) },
    { title: `Disable ${rule} for the rest of this document`, ...newComment(text, line, `kubepath-disable ${rule}`) },
  ];
  return insertions.flatMap(({ title, offset, newText }) => {
    if (!switchesOff({ text, line, rule, offset, newText })) return [];
    const at = positionAt(lineStartsOf(text), offset);
    return [{ title, preferred: false, edits: [{ file, range: { start: at, end: at }, newText }] }];
  });
}

interface Insertion {
  readonly offset: number;
  readonly newText: string;
}

/** Into the comment right above, where one is for this line; else a comment of its own. */
function forLine(text: string, line: number, rule: string): Insertion {
  const above = readSuppressions(text).suppressions.find(
    ({ extent, firstLine, lastLine }) => extent === 'line' && firstLine === line - 1 && lastLine === line,
  );
  const last = above?.rules.at(-1);
  return last
    ? { offset: last.end, newText: `, ${rule}` }
    : newComment(text, line, `kubepath-disable-next-line ${rule}`);
}

/** A line above, indented and ended as the line is. */
function newComment(text: string, line: number, comment: string): Insertion {
  const starts = lineStartsOf(text);
  const start = starts[line] ?? text.length;
  const offset = start === 0 && text.startsWith('\uFEFF') ? 1 : start;
  const own = text.slice(offset, starts[line + 1] ?? text.length);
  const indentation = /^[ \t]*/.exec(own)?.[0] ?? '';
  // The last line may have no line break: then the text's others show how they are written.
  const lineBreak = /\r\n|\n|\r/.exec(own)?.[0] ?? /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  return { offset, newText: `${indentation}# ${comment}${lineBreak}` };
}

interface Attempt extends Insertion {
  readonly text: string;
  readonly line: number;
  readonly rule: string;
}

/** Whether the text with the insertion says the same as before, and holds a comment that is for the finding. */
function switchesOff({ text, line, rule, offset, newText }: Attempt): boolean {
  const after = text.slice(0, offset) + newText + text.slice(offset);
  const target = line + (/[\r\n]$/.test(newText) ? 1 : 0);
  const isFor = ({ rules, firstLine, lastLine }: Suppression): boolean =>
    firstLine < target && target <= lastLine && rules.some(({ id }) => id === rule);
  if (!readSuppressions(after).suppressions.some(isFor)) return false;
  if (/^(---|%)/.test(lineOf(text, line))) return false;
  if (text.includes('{{')) return keepsTemplate(text, line);
  const [start, end] = documentAround(text, offset);
  return sameTokens(text.slice(start, end), after.slice(start, end + newText.length));
}

/** A template's own words may run over lines, and eat the line breaks beside them. */
function keepsTemplate(text: string, line: number): boolean {
  const before = text.slice(0, lineStartsOf(text)[line] ?? 0);
  const isWithin = before.split('{{').length !== before.split('}}').length;
  return !isWithin && !/-\}\}\s*$/.test(before) && !/^\s*\{\{-/.test(lineOf(text, line));
}

function lineOf(text: string, line: number): string {
  const starts = lineStartsOf(text);
  return text.slice(starts[line] ?? 0, starts[line + 1] ?? text.length);
}

/** From the `---` before a place to the one after it: to read more of a large file would take too long for every move of a cursor. */
function documentAround(text: string, offset: number): readonly [number, number] {
  const end = text.indexOf('\n---', offset);
  return [text.lastIndexOf('\n---', offset - 1) + 1, end === -1 ? text.length : end + 1];
}

function sameTokens(before: string, after: string): boolean {
  return tokensOf(before) === tokensOf(after);
}

/** What YAML reads of a text, without comments and the space around them. */
function tokensOf(text: string): string {
  const tokens: string[] = [];
  let isScalar = false;
  try {
    for (const token of new Lexer().lex(text)) {
      if (isScalar || !/^(#|[ \t\r\n]+$)/.test(token)) tokens.push(isScalar ? `=${token}` : token);
      isScalar = !isScalar && token === '\x1f';
    }
  } catch {
    tokens.push('?');
  }
  return tokens.join('\0');
}
