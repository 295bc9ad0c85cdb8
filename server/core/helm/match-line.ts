import type { TemplateLine } from './template-lines';

/** How a line of rendered text is made of the parts of a template's line: the column at which each part begins, and the end. */
export type PartColumns = readonly number[];

/** Lays a template's line over a rendered line; undefined when its literal parts are not there in their order. */
export function matchLine(line: TemplateLine, rendered: string): PartColumns | undefined {
  return (
    layOver(line, rendered) ??
    // Helm drops white space at the end of a document: `key: {{ nothing }}`.
    (rendered.endsWith(' ') ? undefined : layOver(line, `${rendered} `))
  );
}

/** How much it says that a line of this form was met: characters that stand there literally. 0 when there are none. */
export function weightOf({ parts }: TemplateLine): number {
  let characters = 0;
  for (const { literal } of parts) characters += (literal ?? '').replace(/\s+/g, '').length;
  if (characters === 0) return 0;
  const isWhole = parts.every(({ literal }) => literal !== undefined);
  return Math.min(characters, 40) + (isWhole ? 2.5 : 0.5);
}

function layOver({ parts }: TemplateLine, rendered: string): PartColumns | undefined {
  const [head] = parts;
  if (head?.literal !== undefined && parts.length > 1 && !rendered.startsWith(head.literal)) return undefined;
  const columns: number[] = [];
  let at = 0;
  let isOpen = false;
  for (const [index, { literal }] of parts.entries()) {
    if (literal === undefined) {
      columns.push(at);
      isOpen = true;
      continue;
    }
    const start =
      index === parts.length - 1
        ? tailStart(literal, rendered, at, isOpen)
        : literalStart(literal, rendered, at, isOpen);
    if (start === undefined) return undefined;
    columns.push(start);
    at = Math.min(start + literal.length, rendered.length);
    isOpen = false;
  }
  if (!isOpen && rendered.slice(at).trim() !== '') return undefined;
  columns.push(isOpen ? rendered.length : at);
  return columns;
}

function literalStart(literal: string, rendered: string, from: number, isOpen: boolean): number | undefined {
  if (!isOpen) return rendered.startsWith(literal, from) ? from : undefined;
  const start = rendered.indexOf(literal, from);
  return start === -1 ? undefined : start;
}

/** The last literal ends the line, white space aside. */
function tailStart(literal: string, rendered: string, from: number, isOpen: boolean): number | undefined {
  const tail = literal.trimEnd();
  const start = isOpen ? rendered.trimEnd().length - tail.length : from;
  return start >= from && rendered.startsWith(tail, start) && rendered.slice(start + tail.length).trim() === ''
    ? start
    : undefined;
}
