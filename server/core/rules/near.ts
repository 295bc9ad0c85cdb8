import { distance } from 'fastest-levenshtein';

/**
 * Whether two names are so close that one is very likely a slip for the other: other case or separators, or a small edit within one
 * word. Words that differ in digits alone (`v1`, `v2`) and short words (`dev`, `eu`) are different on purpose.
 */
export function isNear(a: string, b: string): boolean {
  // Most pairs differ wildly; separators and small edits together change a name's length by little.
  if (a === b || a === '' || b === '' || Math.abs(a.length - b.length) > 4) return false;
  if (squeezed(a) === squeezed(b)) return numbersIn(a) === numbersIn(b);
  if (withoutDigits(a) === withoutDigits(b)) return false;
  const left = a.toLowerCase().split(separators);
  const right = b.toLowerCase().split(separators);
  if (left.length !== right.length)
    return isSlip(a.toLowerCase(), b.toLowerCase()) && Math.min(a.length, b.length) >= 6;
  const differing = left.flatMap((word, index) => (word === right[index] ? [] : [[word, right[index] ?? ''] as const]));
  return differing.length === 1 && differing.every(([word, other]) => isSlip(word, other));
}

/** The nearest of some names, or undefined when none is near. Ties go to the first. */
export function nearest<T>(name: string, candidates: Iterable<T>, nameOf: (candidate: T) => string): T | undefined {
  let best: T | undefined;
  let bestDistance = Infinity;
  for (const candidate of candidates) {
    if (!isNear(name, nameOf(candidate))) continue;
    const found = distance(name, nameOf(candidate));
    if (found < bestDistance) [best, bestDistance] = [candidate, found];
  }
  return best;
}

const separators = /[-_./]/;

function squeezed(text: string): string {
  return text.toLowerCase().replace(/[-_.\s]/g, '');
}

/** `1.10` and `11.0` are two versions, though they squeeze to the same. */
function numbersIn(text: string): string {
  return (text.match(/\d+/g) ?? []).join(' ');
}

function withoutDigits(text: string): string {
  return text.replace(/\d/g, '');
}

/**
 * One letter in words of four to seven, two in longer ones; two neighbours swapped from three letters on. A letter too many or too
 * few counts by the longer word: nobody tells things apart by `http` and `htp`.
 */
function isSlip(a: string, b: string): boolean {
  const shorter = Math.min(a.length, b.length);
  if (shorter < 3 || withoutDigits(a) === withoutDigits(b)) return false;
  if (isSwap(a, b) || (shorter === 3 && a.length !== b.length && distance(a, b) === 1)) return true;
  return shorter >= 4 && distance(a, b) <= (shorter >= 8 ? 2 : 1);
}

function isSwap(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  const at = Array.from({ length: a.length }, (_, index) => index).find((index) => a[index] !== b[index]) ?? 0;
  return a[at] === b[at + 1] && a[at + 1] === b[at] && a.slice(at + 2) === b.slice(at + 2);
}
