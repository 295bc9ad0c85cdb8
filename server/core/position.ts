/** A zero-based line and a zero-based UTF-16 character in it, as in LSP. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

/** Half-open, as in LSP. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** A place in a manifest. */
export interface Location {
  /** URI of the manifest. */
  readonly file: string;
  readonly range: Range;
}

/** Zero-based offsets at which the lines of a text begin. A line ends with LF, CRLF or a lone CR. */
export function lineStartsOf(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  if (!text.includes('\r')) return starts;
  for (let at = text.indexOf('\r'); at !== -1; at = text.indexOf('\r', at + 1)) {
    if (text[at + 1] !== '\n') starts.push(at + 1);
  }
  return starts.sort((a, b) => a - b);
}

/** The position of an offset, by binary search. */
export function positionAt(lineStarts: readonly number[], offset: number): Position {
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low, character: Math.max(0, offset - (lineStarts[low] ?? 0)) };
}

/** The offset of a position; positions beyond the text land at the last line's start plus the character. */
export function offsetAt(lineStarts: readonly number[], position: Position): number {
  const line = Math.min(position.line, lineStarts.length - 1);
  return (lineStarts[line] ?? 0) + position.character;
}
