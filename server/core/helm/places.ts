import type { OffsetRange } from '../manifest/node';
import type { AlignedLine } from './align';
import { matchLine, type PartColumns } from './match-line';
import type { TemplatePart } from './template-lines';

/** Where in a template the characters of a rendered document come from. */
export interface Places {
  /** The place of a range of the rendered text. */
  range(rendered: OffsetRange): OffsetRange;
}

interface RenderedLine {
  readonly start: number;
  readonly aligned: AlignedLine | undefined;
  /** Of the template's line, where the rendered line has its form. */
  readonly columns: PartColumns | undefined;
}

/**
 * @param rendered the document
 * @param template the text it was rendered from
 * @param aligned for each of its lines where it comes from
 * @param fallback in the template: taken where no line is known
 */
export function placesOf(
  rendered: string,
  template: string,
  aligned: readonly (AlignedLine | undefined)[],
  fallback: OffsetRange,
): Places {
  const lines = renderedLines(rendered, aligned);
  const lineAt = (offset: number): RenderedLine | undefined => lines[lineIndex(lines, offset)];
  const first = lines.find(({ columns }) => columns);
  const unknown = first ? wholeLine(template, first) : fallback;
  const place = (offset: number, side: 'start' | 'end'): number => {
    const line = lineAt(offset);
    return (line && placeIn(template, line, offset, side)) ?? unknown[side];
  };
  return {
    range({ start, end }) {
      const from = place(start, 'start');
      // The last character decides: behind it another line may begin.
      const to = end > start ? place(end - 1, 'end') : from;
      const isOneLine = lineAt(start) === lineAt(Math.max(start, end - 1));
      const lineEnd = endOfLine(template, from);
      if (to < from || (isOneLine && to > lineEnd)) return { start: from, end: Math.max(from, lineEnd) };
      return { start: from, end: to };
    },
  };
}

function renderedLines(text: string, aligned: readonly (AlignedLine | undefined)[]): readonly RenderedLine[] {
  let at = 0;
  return text.split('\n').map((line, index) => {
    const found = aligned[index];
    const start = at;
    at += line.length + 1;
    const columns = found && found.part === undefined ? matchLine(found.line, line.replace(/\r$/, '')) : undefined;
    return { start, aligned: found, columns };
  });
}

function lineIndex(lines: readonly RenderedLine[], offset: number): number {
  let low = 0;
  let high = lines.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The place of one character: its own where it is literal, else the beginning or end of the actions that wrote it. */
function placeIn(
  template: string,
  { start, aligned, columns }: RenderedLine,
  offset: number,
  side: 'start' | 'end',
): number | undefined {
  if (!aligned) return undefined;
  const { parts } = aligned.line;
  if (!columns) return edgeOf(template, parts[aligned.part ?? -1], side);
  const column = offset - start;
  const index = columns.findLastIndex((from, at) => at < parts.length && from <= column);
  const part = parts[index];
  if (!part) return undefined;
  if (part.literal === undefined) return edgeOf(template, edgePart(parts, index, side), side);
  const at = Math.max(part.start, Math.min(part.start + column - (columns[index] ?? 0), part.end - 1));
  return side === 'start' ? at : at + 1;
}

/** Of actions that follow each other nobody can tell who wrote what: they are taken together. */
function edgePart(parts: readonly TemplatePart[], index: number, side: 'start' | 'end'): TemplatePart | undefined {
  const step = side === 'start' ? -1 : 1;
  let at = index;
  while (parts[at + step] && parts[at + step]?.literal === undefined) at += step;
  return parts[at];
}

function edgeOf(template: string, part: TemplatePart | undefined, side: 'start' | 'end'): number | undefined {
  if (!part) return undefined;
  return side === 'start' ? part.start : Math.min(part.end, endOfLine(template, part.start));
}

function wholeLine(template: string, { aligned }: RenderedLine): OffsetRange {
  const [first] = aligned?.line.parts ?? [];
  const at = first ? first.start + ((first.literal?.length ?? 0) - (first.literal?.trimStart().length ?? 0)) : 0;
  return { start: at, end: endOfLine(template, at) };
}

/** Without the line break and white space before it. */
function endOfLine(template: string, from: number): number {
  const newline = template.indexOf('\n', from);
  return from + template.slice(from, newline === -1 ? undefined : newline).trimEnd().length;
}
