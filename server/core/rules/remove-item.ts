import { entryOf, keyRange, type OffsetRange, type SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { EditData } from './rule';

/** Where an item of a list stands, as a finding's data keeps it. */
export interface ItemPlace {
  readonly file: string;
  readonly item: OffsetRange;
  readonly isFirst: boolean;
  /** For the only item of its list: where the list's key ends. Without the item the list is written as an empty one. */
  readonly keyEnd?: number;
}

/**
 * Where an item of the list below a key stands, for `removeItem`; undefined where the text serves other places too, and where other items
 * come from other files, as an item is then not what it seems in its own.
 */
export function itemPlace(
  resource: Resource,
  parent: SourceNode | undefined,
  key: string,
  index: number,
): ItemPlace | undefined {
  const entry = entryOf(parent, key);
  const list = entry?.value;
  const item = list?.type === 'sequence' ? list.items[index] : undefined;
  if (!entry || list?.type !== 'sequence' || !item || list.shared || item.shared) return undefined;
  if (list.items.some(({ file }) => file !== list.file)) return undefined;
  return {
    file: item.file ?? resource.file,
    item: { start: item.start, end: item.end },
    isFirst: index === 0,
    ...(list.items.length === 1 ? { keyEnd: keyRange(entry).end } : {}),
  };
}

/**
 * Takes an item out of a block list: its lines, the comments directly above its dash (but above the first one, where they may be about the
 * list), and those that are indented below it. Undefined for a flow list, and where something else stands on its lines.
 */
export function removeItem(text: string, place: ItemPlace): readonly EditData[] | undefined {
  const { file, item, keyEnd } = place;
  const first = lineStart(text, item.start);
  const indentation = /^( *)- +$/.exec(text.slice(first, item.start))?.[1];
  const last = lineEnd(text, Math.max(item.start, item.end - 1));
  if (indentation === undefined || !/^\s*(#.*)?\s*$/.test(text.slice(item.end, last))) return undefined;
  const start = keyEnd === undefined && place.isFirst ? first : startOfComments(text, first, indentation);
  const lines: EditData = { file, start, end: endOfComments(text, last, indentation), newText: '' };
  if (keyEnd === undefined) return [lines];
  if (text[keyEnd] !== ':' || keyEnd >= start) return undefined;
  return [{ file, start: keyEnd + 1, end: keyEnd + 1, newText: ' []' }, lines];
}

/** The start of the comment lines that end before an offset, all with the same indentation. */
function startOfComments(text: string, offset: number, indentation: string): number {
  let start = offset;
  while (start > 0) {
    const before = lineStart(text, start - 1);
    if (!text.startsWith(`${indentation}#`, before)) break;
    start = before;
  }
  return start;
}

/** The end of the comment lines after an offset that are indented more. */
function endOfComments(text: string, offset: number, indentation: string): number {
  let end = offset;
  while (end < text.length) {
    const spaces = /^ *(?=#)/.exec(text.slice(end, lineEnd(text, end)))?.[0];
    if (spaces === undefined || spaces.length <= indentation.length) break;
    end = lineEnd(text, end);
  }
  return end;
}

function lineStart(text: string, offset: number): number {
  return text.lastIndexOf('\n', offset - 1) + 1;
}

/** The start of the next line. */
function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf('\n', offset);
  return newline === -1 ? text.length : newline + 1;
}
