import type { Fix, TextEdit } from './finding';
import type { Position, Range } from './position';

/** Fixes that can be done at once. */
export interface CombinedFixes {
  readonly edits: readonly TextEdit[];
  /** How many fixes went in. */
  readonly count: number;
}

/**
 * Puts fixes together that were worked out for the same texts. One that touches what an earlier one changes is left out as a whole, as it
 * was not made for what is there then; two that make the very same change count as one each.
 */
export function combineFixes(fixes: readonly Fix[]): CombinedFixes {
  const edits: TextEdit[] = [];
  const byFile = new Map<string, TextEdit[]>();
  let count = 0;
  for (const fix of fixes) {
    const fresh = fix.edits.filter((edit) => !byFile.get(edit.file)?.some((other) => isSame(edit, other)));
    if (fresh.some((edit) => byFile.get(edit.file)?.some(({ range }) => overlaps(edit.range, range)))) continue;
    for (const edit of fresh) {
      const list = byFile.get(edit.file);
      if (list) list.push(edit);
      else byFile.set(edit.file, [edit]);
    }
    edits.push(...fresh);
    count++;
  }
  return { edits, count };
}

function isSame(a: TextEdit, b: TextEdit): boolean {
  // Two insertions at one place may be meant to be two, even when they say the same.
  return compare(a.range.start, a.range.end) !== 0 && a.newText === b.newText && isSameRange(a.range, b.range);
}

function isSameRange(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 && compare(a.end, b.end) === 0;
}

/** Edits that begin at one place have no certain order, even where both only insert. */
function overlaps(a: Range, b: Range): boolean {
  return compare(a.start, b.start) === 0 || (compare(a.start, b.end) < 0 && compare(b.start, a.end) < 0);
}

function compare(a: Position, b: Position): number {
  return a.line - b.line || a.character - b.character;
}
