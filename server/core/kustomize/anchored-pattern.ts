/** Whether a whole text matches. */
export type AnchoredPattern = (text: string) => boolean;

/** Why a pattern is of no use. */
export interface PatternProblem {
  /** Ends a sentence that begins with the pattern. */
  readonly problem: string;
  /** kustomize would refuse it too; else only this reader does not know it. */
  readonly refused: boolean;
}

/**
 * A regular expression that a whole text must match, in the syntax that kustomize reads (RE2). It is read here rather than by the engine's
 * own RegExp since that one backtracks: a pattern such as `(a+)+` in somebody's repository would hang it. Never throws.
 */
export function anchoredPattern(source: string): AnchoredPattern | PatternProblem {
  const ignoresCase = source.startsWith('(?i)');
  const reader: Reader = {
    source,
    at: ignoresCase ? 4 : 0,
    flags: ignoresCase ? 'i' : '',
    depth: 0,
    problem: undefined,
  };
  const step = readAlternatives(reader);
  if (reader.at < source.length) fail(reader, 'has a ")" that closes nothing');
  if (reader.problem) return reader.problem;
  return (text) => step(text, new Set([0])).has(text.length);
}

/** From the places in a text that something may begin at to those that it may end at. */
type Step = (text: string, starts: Places) => Places;
type Places = ReadonlySet<number>;

interface Reader {
  readonly source: string;
  at: number;
  readonly flags: string;
  depth: number;
  problem: PatternProblem | undefined;
}

/** Beyond this nobody can read a pattern; the reader recurses. */
const maxDepth = 50;
const maxCount = 1000;

function fail(reader: Reader, problem: string, refused = true): Step {
  reader.problem ??= { problem, refused };
  reader.at = reader.source.length;
  return (_, starts) => starts;
}

function readAlternatives(reader: Reader): Step {
  const alternatives = [readSequence(reader)];
  while (reader.source[reader.at] === '|') {
    reader.at++;
    alternatives.push(readSequence(reader));
  }
  const [only] = alternatives;
  if (only && alternatives.length === 1) return only;
  return (text, starts) => new Set(alternatives.flatMap((step) => [...step(text, starts)]));
}

function readSequence(reader: Reader): Step {
  const steps: Step[] = [];
  while (reader.at < reader.source.length && !'|)'.includes(reader.source[reader.at] ?? ''))
    steps.push(readRepeated(reader));
  return (text, starts) => steps.reduce((places, step) => (places.size === 0 ? places : step(text, places)), starts);
}

function readRepeated(reader: Reader): Step {
  const step = readAtom(reader);
  const [written, symbol, least, comma, most] =
    /^(?:([*+?])|\{(\d+)(?:(,)(\d*))?\})\??/.exec(reader.source.slice(reader.at)) ?? [];
  if (written === undefined) return step;
  reader.at += written.length;
  if (/^[*+?]/.test(reader.source.slice(reader.at))) return fail(reader, 'repeats a repetition');
  if (symbol !== undefined) return repeated(step, symbol === '+' ? 1 : 0, symbol === '?' ? 1 : Infinity);
  const min = Number(least);
  const max = comma === undefined ? min : most ? Number(most) : Infinity;
  if (min > maxCount || (max !== Infinity && max > maxCount) || min > max)
    return fail(reader, 'has a bad number of repetitions');
  return repeated(step, min, max);
}

/** Places only ever join, so that nothing is walked twice however repetitions are nested. */
function repeated(step: Step, min: number, max: number): Step {
  return (text, starts) => {
    let places = starts;
    for (let count = 0; count < min && places.size > 0; count++) {
      const next = step(text, places);
      if (samePlaces(next, places)) break;
      places = next;
    }
    const reached = new Set(places);
    for (let count = min; count < max && places.size > 0; count++) {
      places = new Set([...step(text, places)].filter((place) => !reached.has(place)));
      for (const place of places) reached.add(place);
    }
    return reached;
  };
}

function samePlaces(a: Places, b: Places): boolean {
  return a.size === b.size && [...a].every((place) => b.has(place));
}

function readAtom(reader: Reader): Step {
  const character = reader.source[reader.at] ?? '';
  switch (character) {
    case '(':
      return readGroup(reader);
    case '[':
      return readClass(reader);
    case '\\':
      return readEscape(reader);
    case '*':
    case '+':
    case '?':
      return fail(reader, `has a "${character}" that repeats nothing`);
  }
  reader.at++;
  if (character === '^') return (_, starts) => new Set([...starts].filter((place) => place === 0));
  if (character === '$') return (text, starts) => new Set([...starts].filter((place) => place === text.length));
  if (character === '.') return oneOf((found) => found !== '\n');
  const code = reader.source.codePointAt(reader.at - 1) ?? 0;
  const literal = String.fromCodePoint(code);
  reader.at += literal.length - 1;
  return oneOf(
    reader.flags === '' ? (found) => found === literal : (found) => found.toLowerCase() === literal.toLowerCase(),
  );
}

function readGroup(reader: Reader): Step {
  const rest = reader.source.slice(reader.at);
  const [opening] = /^\((?:\?:|\?P?<\w+>)?/.exec(rest) ?? ['('];
  if (rest[opening.length] === '?') {
    return /^\(\?<?[=!]/.test(rest)
      ? fail(reader, 'looks ahead or behind, which kustomize cannot')
      : fail(reader, 'has a "(?" that Kubepath does not read', false);
  }
  if (++reader.depth > maxDepth) return fail(reader, 'is nested too deeply to be read here', false);
  reader.at += opening.length;
  const step = readAlternatives(reader);
  reader.depth--;
  if (reader.source[reader.at] !== ')') return fail(reader, 'lacks a ")"');
  reader.at++;
  return step;
}

const classNames: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  digit: '0-9',
  lower: 'a-z',
  punct: '!-\\/:-@\\[-`{-~',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9A-Fa-f',
};

/** One character each, so the engine's own RegExp can tell. */
function readClass(reader: Reader): Step {
  const [written, negation = '', body = ''] =
    /^\[(\^?)(\]?(?:\[:\w+:\]|\\.|[^\]\\])*)\]/.exec(reader.source.slice(reader.at)) ?? [];
  if (written === undefined) return fail(reader, 'lacks a "]"');
  const unread = /\\[pPQEbBzAC]|\[:(\w+):\]/g;
  for (const [, name] of body.matchAll(unread))
    if (name === undefined || !Object.hasOwn(classNames, name))
      return fail(reader, 'has a class that Kubepath does not read', false);
  reader.at += written.length;
  const plain = body.replace(/\[:(\w+):\]/g, (_, name: string) => classNames[name] ?? '').replace(/^\]/, '\\]');
  return characterStep(reader, `[${negation}${plain.replaceAll('[', '\\[').replaceAll('\\\\[', '\\[')}]`);
}

function readEscape(reader: Reader): Step {
  const escaped = reader.source[reader.at + 1];
  if (escaped === undefined) return fail(reader, 'ends with a "\\"');
  if (/[1-9]/.test(escaped)) return fail(reader, 'refers back to a group, which kustomize cannot');
  if (!/[dDwWsStnrfv]/.test(escaped) && /[A-Za-z0]/.test(escaped))
    return fail(reader, `has a "\\${escaped}" that Kubepath does not read`, false);
  reader.at += 2;
  return characterStep(reader, `\\${escaped}`);
}

function characterStep(reader: Reader, source: string): Step {
  try {
    const pattern = new RegExp(`^${source}$`, reader.flags);
    return oneOf((found) => pattern.test(found));
  } catch {
    return fail(reader, `has a bad range in ${source}`);
  }
}

function oneOf(accepts: (character: string) => boolean): Step {
  return (text, starts) => {
    const ends = new Set<number>();
    for (const place of starts) {
      const code = text.codePointAt(place);
      if (code === undefined) continue;
      const character = String.fromCodePoint(code);
      if (accepts(character)) ends.add(place + character.length);
    }
    return ends;
  };
}
