import type { DiagramView } from '../server/core/views/view';

/** Where a cursor is: the line, and the lines of the YAML document around it. */
export interface Cursor {
  readonly line: number;
  /** First line of the document. */
  readonly start: number;
  /** First line after the document. */
  readonly end: number;
}

/** The node that the cursor is in: the nearest one that begins at or before it, else the first one of the same YAML document. */
export function nodeAtCursor(view: DiagramView, isFile: (uri: string) => boolean, cursor: Cursor): string | undefined {
  let before: { id: string; line: number } | undefined;
  let after: { id: string; line: number } | undefined;
  for (const node of view.nodes) {
    if (node.location === undefined || node.kind === 'missing' || !isFile(node.location.file)) continue;
    const { line } = node.location.range.start;
    if (line < cursor.start || line >= cursor.end) continue;
    if (line <= cursor.line && (before === undefined || line > before.line)) before = { id: node.id, line };
    if (line > cursor.line && (after === undefined || line < after.line)) after = { id: node.id, line };
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
