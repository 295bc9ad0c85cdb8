import type { OffsetRange, SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { EditData } from './rule';

/** An item of a list, as a finding's data keeps it. */
export interface ItemPlace extends OffsetRange {
  readonly file: string;
}

/** Where an item stands; undefined where its text serves other places too, or nobody wrote it. */
export function itemPlace(resource: Resource, node: SourceNode | undefined): ItemPlace | undefined {
  if (!node || node.shared || node.start === node.end) return undefined;
  return { file: node.file ?? resource.file, start: node.start, end: node.end };
}

/**
 * Adds an item behind another one, on a line of its own with the same dash, or after a comma.
 * @param item one line of YAML text
 */
export function addItem(text: string, after: ItemPlace, item: string): EditData | undefined {
  if (/^\s*[,\]]/.test(text.slice(after.end, after.end + 200)))
    return { file: after.file, start: after.end, end: after.end, newText: `, ${item}` };
  const dash = dashBefore(text, after);
  if (dash === undefined) return undefined;
  const newline = text.indexOf('\n', after.end);
  const crlf = text[newline - 1] === '\r' || (newline === -1 && text.includes('\r\n'));
  const position = newline === -1 ? text.length : crlf ? newline - 1 : newline;
  const newText = `${crlf ? '\r\n' : '\n'}${text.slice(lineStart(text, after.start), after.start)}${item}`;
  return { file: after.file, start: position, end: position, newText };
}

/** Takes an item out of a flow list, with a comma. Undefined where it is the only one, and for a block list: see `remove-item`. */
export function removeFromFlow(text: string, item: ItemPlace): EditData | undefined {
  const behind = /^\s*,[ \t]*(\r?\n[ \t]*)?(?!\s*#)/.exec(text.slice(item.end, item.end + 200));
  if (behind) return { file: item.file, start: item.start, end: item.end + behind[0].length, newText: '' };
  const before = /,\s*$/.exec(text.slice(Math.max(0, item.start - 200), item.start));
  const comma = before ? item.start - before[0].length : 0;
  if (!before || text.slice(lineStart(text, comma), comma).includes('#')) return undefined;
  return { file: item.file, start: comma, end: item.end, newText: '' };
}

/** The offset of an item's dash; undefined in a flow list, or where something else stands before it on its line. */
export function dashBefore(text: string, item: OffsetRange): number | undefined {
  const start = lineStart(text, item.start);
  const before = text.slice(start, item.start);
  return /^ *- +$/.test(before) ? start + before.indexOf('-') : undefined;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}
