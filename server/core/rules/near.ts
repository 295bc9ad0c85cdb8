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

/**
 * Whether one letter or two swapped neighbours tell two names apart, however short they are: `we` and `web`. A slip only where something
 * else says that the same is meant.
 */
export function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1 || Math.min(a.length, b.length) < 2) return false;
  return withoutDigits(a) !== withoutDigits(b) && (isSwap(a, b) || distance(a, b) === 1);
}

/**
 * Whether one name is the other with more around it: `backend-api` and `api`, `webapp` and `web`. Versions and variants are different on
 * purpose. A slip only where something else says that the same is meant.
 */
export function isExtended(a: string, b: string): boolean {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  if (shorter.length < 2 || shorter.length === longer.length) return false;
  return (
    isAddition(longer.startsWith(shorter) ? longer.slice(shorter.length) : '') ||
    isAddition(longer.endsWith(shorter) ? longer.slice(0, -shorter.length) : '')
  );
}

/** Whether one name is the other with words before it that are no variant: `shop-api` and `api`. */
export function isPrefixed(a: string, b: string): boolean {
  const [shorter, longer] = a.length < b.length ? [a, b] : [b, a];
  return shorter.length > 1 && longer.endsWith(`-${shorter}`) && isAddition(longer.slice(0, -shorter.length));
}

/** What stands beside a name: words of their own that say nothing of a variant, or a generic one that is written together with it. */
function isAddition(rest: string): boolean {
  const words = rest.split(separators).filter((word) => word !== '');
  const isApart = separators.test(rest[0] ?? '') || separators.test(rest.at(-1) ?? '');
  return words.length > 0 && (isApart || genericWord.test(rest)) && !words.some((word) => variantWord.test(word));
}

/** What people put around a name without meaning anything else. */
const genericWord = /^(app|svc|service|server)$/;

const variantWord =
  /^(v?\d.*|[a-z]*\d+|alpha|beta|rc|blue|green|canary|stable|baseline|preview|next|old|new|legacy|test|dev|qa|staging|prod|primary|replica|master|slave|leader|follower|read|write|ro|rw|headless|internal|external|public|private|admin|metrics|exporter|operator|operated|proxy|worker|job|cron|migrate|migration|init|backup|cache|db|database)$/;

/** Whether two names are the same but for `-svc` or `-service` behind one of them. */
export function isSameService(a: string, b: string): boolean {
  const bare = (name: string): string => name.replace(/[-_](svc|service)$/, '');
  return a !== b && bare(a) === bare(b);
}

/** Whether a name stands in another as whole words: `api` in `allow-api-ingress`. */
export function isWordOf(name: string, text: string): boolean {
  return name !== '' && `-${text}-`.replace(/[_.]/g, '-').includes(`-${name}-`);
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
