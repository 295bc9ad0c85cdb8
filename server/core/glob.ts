/** Tells whether a path fits a pattern. Paths are relative, with `/` between names, and neither start nor end with it. */
export type Glob = (path: string) => boolean;

/**
 * Compiles a pattern of VS Code's dialect: `*` and `?` within a name, `**` for any number of directories, `{a,b}` for either, `[a-z]` and
 * `[!a-z]` for one character. Dots at the front of names are nothing special, letters are told apart by case, nothing can be escaped.
 *
 * A matcher of our own: patterns come from repositories that nobody vouches for, and the regular expressions that libraries make of
 * `*a*a*a*b` take minutes on a long name. Here the time is at most the pattern's length times the path's.
 * @param below whether a pattern that fits a directory fits all that lies below it too
 * @returns undefined when the pattern is empty, or longer or with more in braces than is reasonable
 */
export function compileGlob(pattern: string, below: boolean): Glob | undefined {
  if (pattern === '' || pattern.length > maxLength) return undefined;
  const plain = expandBraces(pattern);
  if (!plain) return undefined;
  const alternatives = plain.map((text) => toSteps(text, below));
  return (path) => {
    const names = path.split('/');
    return alternatives.some((steps) => matchesAll(steps, names, isAnyDirectories, fitsName));
  };
}

/** What fits one character of a name; `any` fits any number of them. */
type Token = ((character: string) => boolean) | 'any';

/** What fits one name of a path; `any` fits any number of them. */
type Step = readonly Token[] | 'any';

const maxLength = 1_000;
const maxAlternatives = 1_000;

function toSteps(pattern: string, below: boolean): readonly Step[] {
  const steps = pattern.split('/').map((name): Step => (name === '**' ? 'any' : toTokens(name)));
  return below ? [...steps, 'any'] : steps;
}

function isAnyDirectories(step: Step): boolean {
  return step === 'any';
}

function fitsName(step: Step, name: string): boolean {
  return step !== 'any' && matchesAll(step, Array.from(name), (token) => token === 'any', fitsCharacter);
}

function fitsCharacter(token: Token, character: string): boolean {
  return token !== 'any' && token(character);
}

/**
 * Whether a sequence fits a pattern in which some parts fit any number of items and all others exactly one. It suffices to try
 * again from the last of the former: the ones before it have nothing to gain.
 */
function matchesAll<P, I>(
  pattern: readonly P[],
  items: readonly I[],
  isAny: (part: P) => boolean,
  fits: (part: P, item: I) => boolean,
): boolean {
  let part = 0;
  let item = 0;
  let retry: { readonly part: number; item: number } | undefined;
  while (item < items.length) {
    const current = pattern[part];
    if (current !== undefined && isAny(current)) {
      retry = { part: part + 1, item };
      part++;
    } else if (current !== undefined && fits(current, items[item] as I)) {
      part++;
      item++;
    } else if (retry) {
      retry.item++;
      ({ part, item } = retry);
    } else return false;
  }
  return pattern.slice(part).every(isAny);
}

function toTokens(name: string): readonly Token[] {
  const tokens: Token[] = [];
  const characters = Array.from(name);
  for (let at = 0; at < characters.length; at++) {
    const character = characters[at] ?? '';
    const end = character === '[' ? characters.indexOf(']', at + 2) : -1;
    if (character === '*') tokens.push('any');
    else if (character === '?') tokens.push(() => true);
    else if (end === -1) tokens.push((other) => other === character);
    else {
      tokens.push(toClass(characters.slice(at + 1, end)));
      at = end;
    }
  }
  return tokens;
}

function toClass(characters: readonly string[]): (character: string) => boolean {
  const negated = characters.length > 1 && (characters[0] === '!' || characters[0] === '^');
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = negated ? 1 : 0; at < characters.length; at++) {
    const from = characters[at] ?? '';
    const to = characters[at + 1] === '-' ? characters[at + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) at += 2;
  }
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== negated;
}

/** Every pattern that a pattern with `{a,b}` stands for; a brace that is not closed stands for itself. */
function expandBraces(pattern: string): readonly string[] | undefined {
  const open = pattern.indexOf('{');
  const choices = open === -1 ? undefined : choicesAt(pattern, open);
  if (!choices) return [pattern];
  const heads = choices.texts.map((text) => expandBraces(text));
  const tails = expandBraces(pattern.slice(choices.end));
  const middle = heads.every((texts) => texts !== undefined) ? heads.flat() : undefined;
  if (!middle || !tails || middle.length * tails.length > maxAlternatives) return undefined;
  return middle.flatMap((text) => tails.map((tail) => pattern.slice(0, open) + text + tail));
}

/** What stands between the commas of a brace, and where the text behind it begins; undefined when it is not closed. */
function choicesAt(
  pattern: string,
  open: number,
): { readonly texts: readonly string[]; readonly end: number } | undefined {
  const texts: string[] = [];
  let depth = 0;
  let start = open + 1;
  for (let at = open; at < pattern.length; at++) {
    const character = pattern[at];
    if (character === '{') depth++;
    if (character === '}') depth--;
    if ((character === ',' && depth === 1) || depth === 0) {
      texts.push(pattern.slice(start, at));
      start = at + 1;
    }
    if (depth === 0) return { texts, end: at + 1 };
  }
  return undefined;
}
