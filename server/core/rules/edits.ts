import { keyRange, type MapEntry, type OffsetRange, type ScalarNode, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { EditData, Place } from './rule';

/** Replaces a scalar's text, in the quotes it was written in. Undefined where the text serves other places too, is no scalar, or is not there. */
export function replaceScalar(
  resource: Resource,
  node: SourceNode | undefined,
  value: string | number,
): EditData | undefined {
  if (node?.type !== 'scalar' || node.shared || node.style === 'block' || node.start === node.end) return undefined;
  return { file: node.file ?? resource.file, start: node.start, end: node.end, newText: quoted(value, node.style) };
}

/** Replaces a mapping's key, within the quotes it may have. Undefined where the text is not the key's own. */
export function replaceKey(resource: Resource, entry: MapEntry, key: string): EditData | undefined {
  if (entry.value.shared) return undefined;
  const { start, end } = keyRange(entry);
  const quote = end - start === entry.key.length + 2 ? 1 : 0;
  // A key that nobody wrote as it is: made by a tool, or escaped in the pointer of a JSON patch.
  if (end - start - 2 * quote !== entry.key.length) return undefined;
  return { file: entry.value.file ?? resource.file, start: start + quote, end: end - quote, newText: key };
}

/**
 * Takes out the lines from `start` to `end` when nothing else stands on them; undefined otherwise, since cutting within a line
 * needs more care than a fix may take, and so do flow mappings, whose commas would have to go along.
 */
export function removeLines(text: string, file: string, range: OffsetRange): EditData | undefined {
  const start = lineStart(text, range.start);
  const newline = text.indexOf('\n', Math.max(range.start, range.end - 1));
  const end = newline === -1 ? text.length : newline + 1;
  const before = text.slice(start, range.start);
  const after = text.slice(range.end, end);
  if (!/^\s*$/.test(before) || !/^\s*(#.*)?\s*$/.test(after) || isInFlow(text, end)) return undefined;
  return { file, start, end, newText: '' };
}

/**
 * Takes an entry's own text out, wherever it may stand: its lines, the first key of a list's item, whose dash goes to the next key, or an
 * entry of a flow mapping with one comma. No edits where none of these leaves the rest as it is.
 */
export function removeEntry(text: string, file: string, range: OffsetRange): readonly EditData[] {
  const edit = removeLines(text, file, range) ?? removeFromFlow(text, file, range);
  return edit ? [edit] : removeBehindDash(text, file, range);
}

/** Undefined for the only entry of a mapping, and where comments stand about the comma. */
function removeFromFlow(text: string, file: string, { start, end }: OffsetRange): EditData | undefined {
  if (!isInFlow(text, end)) return undefined;
  const following = /^[^\S\n]*,[^\S\n]*/.exec(text.slice(end))?.[0];
  if (following !== undefined) {
    const cut = end + following.length;
    const first = lineStart(text, start);
    const isLine = text.slice(first, start).trim() === '' && /^\r?\n/.test(text.slice(cut));
    return isLine
      ? { file, start: first, end: text.indexOf('\n', cut) + 1, newText: '' }
      : { file, start, end: cut, newText: '' };
  }
  const before = /,\s*$/.exec(text.slice(Math.max(0, start - 200), start))?.[0];
  const comma = start - (before?.length ?? 0);
  const isCut = before !== undefined && /^\s*\}/.test(text.slice(end, end + 200));
  return isCut && !text.slice(lineStart(text, comma), comma).includes('#')
    ? { file, start: comma, end, newText: '' }
    : undefined;
}

/** The lines between the two keys stay, as comments are all that there is. */
function removeBehindDash(text: string, file: string, { start, end }: OffsetRange): readonly EditData[] {
  const first = lineStart(text, start);
  const dash = text.slice(first, start);
  const after = text.slice(end);
  const own = /^[^\S\n]*(#[^\n]*)?\n/.exec(after)?.[0];
  if (own === undefined || !/^ *(- +)+$/.test(dash)) return [];
  const between = /^([^\S\n]*(#[^\n]*)?\n)*/.exec(after.slice(own.length))?.[0] ?? '';
  const second = end + own.length + between.length;
  const next = second + dash.length;
  if (text.slice(second, next).trim() !== '' || !/^[^\s#-]/.test(text.slice(next))) return [];
  return [
    { file, start: first, end: end + own.length, newText: '' },
    { file, start: second, end: next, newText: dash },
  ];
}

/** An entry's place, as a finding's data keeps it. */
export interface EntryPlace {
  readonly file: string;
  readonly keyRange: OffsetRange;
  readonly value: OffsetRange;
}

/** Where an entry stands, for `addEntry`; undefined where the text serves other places too. */
export function entryPlace(resource: Resource, entry: MapEntry | undefined): EntryPlace | undefined {
  if (!entry || entry.value.shared) return undefined;
  return {
    file: entry.value.file ?? resource.file,
    keyRange: keyRange(entry),
    value: { start: entry.value.start, end: entry.value.end },
  };
}

/** Adds lines after an entry of a block mapping, indented and ended as the entry is. Undefined for a flow mapping. */
export function addEntry(text: string, after: EntryPlace, lines: readonly string[]): EditData | undefined {
  const start = lineStart(text, after.keyRange.start);
  const indentation = text.slice(start, after.keyRange.start);
  if (!/^ *(- +)*$/.test(indentation) || isInFlow(text, after.value.end)) return undefined;
  const newline = text.indexOf('\n', Math.max(after.value.end, after.keyRange.end));
  const crlf = text[newline - 1] === '\r' || (newline === -1 && text.includes('\r\n'));
  const position = newline === -1 ? text.length : crlf ? newline - 1 : newline;
  const newText = lines.map((line) => `${crlf ? '\r\n' : '\n'}${indentation.replaceAll('-', ' ')}${line}`).join('');
  return { file: after.file, start: position, end: position, newText };
}

/** Whether an entry stands in the text as one: the key of what a JSON patch writes is the end of a path. */
export function isWrittenKey(text: string, { keyRange }: EntryPlace): boolean {
  return /^\s*:/.test(text.slice(keyRange.end, keyRange.end + 200));
}

/**
 * Adds one more key with a scalar after an entry, in a block mapping as in a flow one, where the key is quoted as the entry's is. In JSON
 * over several lines it gets a line of its own.
 */
export function addScalar(text: string, after: EntryPlace, key: string, value: string | number): EditData | undefined {
  const end = Math.max(after.value.end, after.keyRange.end);
  if (!isWrittenKey(text, after)) return undefined;
  if (!isInFlow(text, end)) return addEntry(text, after, [`${key}: ${quoted(value, 'plain')}`]);
  const indentation = text.slice(lineStart(text, after.keyRange.start), after.keyRange.start);
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isJson = text[after.keyRange.start] === '"';
  const space = indentation.trim() === '' ? `${newline}${indentation}` : ' ';
  const pair = isJson ? `${JSON.stringify(key)}: ${JSON.stringify(value)}` : `${key}: ${quoted(value, 'plain')}`;
  return { file: after.file, start: end, end, newText: `,${space}${pair}` };
}

/** Adds lines before an entry of a block mapping, whose place behind a dash the first of them takes. Undefined for a flow mapping. */
export function addEntryBefore(text: string, before: EntryPlace, lines: readonly string[]): EditData | undefined {
  const { start } = before.keyRange;
  const indentation = text.slice(lineStart(text, start), start);
  if (!/^ *(- +)*$/.test(indentation) || isInFlow(text, before.value.end)) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const newText = lines.map((line) => `${line}${newline}${' '.repeat(indentation.length)}`).join('');
  return { file: before.file, start, end: start, newText };
}

/** Whether the next thing after an entry, comments aside, is what only follows entries of flow mappings. */
export function isInFlow(text: string, offset: number): boolean {
  // Each character can be read in one way only, so that many comments cost no more than their length.
  const pattern = /(?:\s|#[^\n]*(?:\n|$))*[,}\]]/y;
  pattern.lastIndex = offset;
  return pattern.test(text);
}

/** A value as YAML text in a given style; plain text is quoted where it would otherwise mean something else. */
export function quoted(value: string | number, style: ScalarNode['style']): string {
  if (typeof value === 'number') return String(value);
  if (style === 'single') return `'${value.replaceAll("'", "''")}'`;
  if (style === 'double') return JSON.stringify(value);
  if (/^[0-9a-f.:]*[0-9a-f.]:{0,2}\/\d+$/i.test(value)) return value; // A CIDR has no other meaning.
  return /^[A-Za-z_/][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i.test(value)
    ? value
    : JSON.stringify(value);
}

/** From an entry's key to the end of its value. */
export function entryRange(entry: MapEntry): Place {
  return {
    start: entry.keyStart,
    end: Math.max(entry.keyEnd, entry.value.end),
    ...(entry.value.file === undefined ? {} : { file: entry.value.file }),
  };
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/**
 * Takes a whole document out of a file with several, with one of its separators. Undefined when it is the only one, since an empty
 * manifest is no careful fix, or when it is an item of a list.
 */
export function removeDocument(text: string, file: string, range: OffsetRange): EditData | undefined {
  if (lineStart(text, range.start) !== range.start) return undefined;
  const before = separatorBefore(text, range.start);
  const after = separatorAfter(text, Math.max(range.start, range.end - 1));
  if (before !== undefined) return { file, start: before, end: after?.start ?? text.length, newText: '' };
  return after ? { file, start: range.start, end: after.end, newText: '' } : undefined;
}

function separatorBefore(text: string, offset: number): number | undefined {
  const matches = [...text.slice(0, offset).matchAll(/^---[ \t]*(#.*)?\r?$/gm)];
  return matches.at(-1)?.index;
}

function separatorAfter(text: string, offset: number): OffsetRange | undefined {
  const pattern = /^---[ \t]*(#.*)?\r?(\n|$)/gm;
  pattern.lastIndex = offset;
  const match = pattern.exec(text);
  return match ? { start: match.index, end: match.index + match[0].length } : undefined;
}

/** Adds a document at the end of a YAML file, with the file's line ends. Undefined for JSON, and where nobody says what comes after (`...`). */
export function appendDocument(text: string, file: string, lines: readonly string[]): EditData | undefined {
  if (/^\s*[{[]/.test(text) || /^\.\.\.\s*$/m.test(text)) return undefined;
  const newline = text.includes('\r\n') ? '\r\n' : '\n';
  const isOpen = text !== '' && !text.endsWith('\n');
  const hasSeparator = /(^|\n)---[ \t]*\r?\n?$/.test(text);
  const before = [...(isOpen ? [''] : []), ...(hasSeparator ? [] : ['---'])];
  const newText = [...before, ...lines].join(newline) + newline;
  return { file, start: text.length, end: text.length, newText };
}
