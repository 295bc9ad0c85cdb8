import type { MapEntry, OffsetRange, ScalarNode, SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { EditData, Place } from './rule';

/** Replaces a scalar's text, in the quotes it was written in. Undefined where the text serves other places too, or is no scalar. */
export function replaceScalar(resource: Resource, node: SourceNode | undefined, value: string | number): EditData | undefined {
  if (node?.type !== 'scalar' || node.shared || node.style === 'block') return undefined;
  return { file: node.file ?? resource.file, start: node.start, end: node.end, newText: quoted(value, node.style) };
}

/** Replaces a mapping's key. */
export function replaceKey(resource: Resource, entry: MapEntry, key: string): EditData | undefined {
  if (entry.value.shared) return undefined;
  return { file: entry.value.file ?? resource.file, ...entry.keyRange, newText: key };
}

/**
 * Takes out the lines from `start` to `end` when nothing else stands on them; undefined otherwise, since cutting within a line
 * needs more care than a fix may take.
 */
export function removeLines(text: string, file: string, range: OffsetRange): EditData | undefined {
  const start = lineStart(text, range.start);
  const newline = text.indexOf('\n', Math.max(range.start, range.end - 1));
  const end = newline === -1 ? text.length : newline + 1;
  const before = text.slice(start, range.start);
  const after = text.slice(range.end, end);
  if (!/^\s*$/.test(before) || !/^\s*(#.*)?\s*$/.test(after)) return undefined;
  return { file, start, end, newText: '' };
}

/** Adds `key: value` after the last entry of a block mapping, indented and ended as its neighbours are. Undefined for a flow mapping. */
export function addEntry(text: string, file: string, last: { readonly keyRange: OffsetRange; readonly value: OffsetRange }, line: string): EditData | undefined {
  const start = lineStart(text, last.keyRange.start);
  const indentation = text.slice(start, last.keyRange.start);
  if (!/^[ ]*(- +)?$/.test(indentation)) return undefined;
  const newline = text.indexOf('\n', last.value.end);
  const at = newline === -1 ? text.length : newline;
  const eol = text[newline - 1] === '\r' ? '\r\n' : '\n';
  const position = eol === '\r\n' ? at - 1 : at;
  return { file, start: position, end: position, newText: `${eol}${indentation.replace('-', ' ')}${line}` };
}

/** A value as YAML text in a given style; plain text is quoted where it would otherwise mean something else. */
export function quoted(value: string | number, style: ScalarNode['style']): string {
  if (typeof value === 'number') return String(value);
  if (style === 'single') return `'${value.replaceAll("'", "''")}'`;
  if (style === 'double') return JSON.stringify(value);
  return /^[A-Za-z_/][\w./-]*$/.test(value) && !/^(true|false|null|yes|no|on|off|y|n|\.inf|\.nan)$/i.test(value) ? value : JSON.stringify(value);
}

/** From an entry's key to the end of its value. */
export function entryRange(entry: MapEntry): Place {
  return { start: entry.keyRange.start, end: Math.max(entry.keyRange.end, entry.value.end), ...(entry.value.file === undefined ? {} : { file: entry.value.file }) };
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
