import { literalPlace } from './embedded-yaml';
import type { OffsetRange } from './node';

/** A piece of a scalar's value, such as the host of a URL. */
export interface ScalarPart extends OffsetRange {
  /** The whole value; the piece is from `start` to `end` of it, in UTF-16 units. */
  readonly value: string;
}

/**
 * Where a piece of a scalar's value stands in the file. Undefined where escapes or folding hide it, or where somebody worked the value out
 * from something else.
 * @param text of the whole file
 * @param scalar where the scalar is written
 */
export function placeOfPart(text: string, scalar: OffsetRange, part: ScalarPart): OffsetRange | undefined {
  const { value, start, end } = part;
  for (const quote of [0, 1]) {
    const from = scalar.start + quote;
    if (scalar.end - quote - from === value.length && text.slice(from, scalar.end - quote) === value)
      return { start: from + start, end: from + end };
  }
  const literal = literalPlace(text, scalar, value);
  return literal ? literal({ start, end }) : sameOccurrence(text, scalar, part);
}

/**
 * Folding and escapes change what is between words, and no words: where a word is written as often as it is in the value, the occurrences
 * go together.
 */
function sameOccurrence(text: string, scalar: OffsetRange, { value, start, end }: ScalarPart): OffsetRange | undefined {
  const word = value.slice(start, end);
  if (word === '') return undefined;
  const written = occurrences(text.slice(scalar.start, scalar.end), word);
  const inValue = occurrences(value, word);
  const at = written[inValue.indexOf(start)];
  if (at === undefined || written.length !== inValue.length) return undefined;
  return { start: scalar.start + at, end: scalar.start + at + word.length };
}

function occurrences(text: string, word: string): readonly number[] {
  const found: number[] = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1)) found.push(at);
  return found;
}
