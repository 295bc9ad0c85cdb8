import type { DiagramView, ViewNodeKind } from '../server/core/views/view';

/** Where a cursor is: the line, and the lines of the YAML document around it. */
export interface Cursor {
  readonly line: number;
  /** First line of the document. */
  readonly start: number;
  /** First line after the document. */
  readonly end: number;
}

/** Nodes that only stem from a resource: where it has a node of its own, the cursor means that one. */
const STANDING_FOR: ReadonlySet<ViewNodeKind> = new Set([
  'client',
  'addresses',
  'undeclared',
  'several',
  'host',
  'outside',
]);

/** The node that the cursor is in: the nearest one that begins at or before it, else the first one of the same YAML document. */
export function nodeAtCursor(view: DiagramView, isFile: (uri: string) => boolean, cursor: Cursor): string | undefined {
  const { start, end } = cursor;
  const candidates = view.nodes.flatMap(({ id, kind, location }) => {
    if (location === undefined || kind === 'missing' || !isFile(location.file)) return [];
    const { line } = location.range.start;
    return line < start || line >= end ? [] : [{ id, line, standsFor: STANDING_FOR.has(kind) }];
  });
  const own = candidates.filter(({ standsFor }) => !standsFor);
  return nearest(own.length > 0 ? own : candidates, cursor.line);
}

function nearest(
  candidates: readonly { readonly id: string; readonly line: number }[],
  line: number,
): string | undefined {
  let before: (typeof candidates)[number] | undefined;
  let after: (typeof candidates)[number] | undefined;
  for (const candidate of candidates) {
    if (candidate.line <= line && (before === undefined || candidate.line > before.line)) before = candidate;
    if (candidate.line > line && (after === undefined || candidate.line < after.line)) after = candidate;
  }
  return (before ?? after)?.id;
}

/** The cursor with the YAML document around it: documents are parted by lines of `---`. */
export function cursorIn(lineAt: (line: number) => string, lineCount: number, line: number): Cursor {
  let start = Math.min(line, lineCount - 1);
  while (start > 0 && !isMarker(lineAt(start))) start -= 1;
  let end = line + 1;
  while (end < lineCount && !isMarker(lineAt(end))) end += 1;
  return { line, start, end };
}

function isMarker(text: string): boolean {
  return /^---(\s|$)/u.test(text);
}
