import { Lexer } from 'yaml';
import type { OffsetRange } from './manifest/node';
import { lineStartsOf } from './position';
import { isRuleId, unknownRule } from './rule-names';

/** A text without this holds no comment of ours. */
export const suppressionMarker = 'kubepath-disable';

/** A comment that switches rules off: `# kubepath-disable-next-line <id>` or `# kubepath-disable <id>`. */
export interface Suppression {
  readonly rules: readonly SuppressedRule[];
  /** From the `#` to the end of the line. */
  readonly range: OffsetRange;
  /** `line`: the next line alone; `document`: what is left of the YAML document. */
  readonly extent: 'line' | 'document';
  /** Whether all of it could be understood. */
  readonly isWhole: boolean;
  /** The lines it holds for, its own among them, since what is said of the comment itself can be switched off too. */
  readonly firstLine: number;
  readonly lastLine: number;
}

export interface SuppressedRule extends OffsetRange {
  readonly id: string;
}

/** Something in such a comment that cannot be so. */
export interface SuppressionProblem extends OffsetRange {
  readonly message: string;
  readonly fix?: SuppressionFix;
}

/** One change of the text. */
export interface SuppressionFix extends OffsetRange {
  readonly title: string;
  readonly newText: string;
}

export interface Suppressions {
  readonly suppressions: readonly Suppression[];
  readonly problems: readonly SuppressionProblem[];
}

/**
 * Finds the comments of a text that switch rules off. Never throws. A comment is what YAML takes for one: in a block scalar or in quotes the
 * same words are text. Templates are no YAML yet; there the lines decide.
 */
export function readSuppressions(text: string): Suppressions {
  const suppressions: Suppression[] = [];
  const problems: SuppressionProblem[] = [];
  if (!text.includes(suppressionMarker)) return { suppressions, problems };
  const lines = linesOf(text);
  for (const document of documentsOf(lines)) {
    for (const comment of commentsIn(text, document)) {
      const read = readComment(comment, problems);
      if (!read || read.rules.length === 0) continue;
      const firstLine = comment.line;
      const lastLine = read.extent === 'line' ? nextLine(document, firstLine) : document.lastLine;
      suppressions.push({ ...read, firstLine, lastLine });
    }
  }
  return { suppressions, problems };
}

interface Line extends OffsetRange {
  readonly number: number;
  /** Without its line break. */
  readonly text: string;
}

function linesOf(text: string): readonly Line[] {
  const starts = lineStartsOf(text);
  return starts.map((start, number) => {
    const own = text.slice(start, starts[number + 1] ?? text.length).replace(/[\r\n]+$/, '');
    return { number, start, end: start + own.length, text: number === 0 ? own.replace(/^\uFEFF/, ' ') : own };
  });
}

/** A YAML document, with the `---` that begins it. */
interface DocumentLines extends OffsetRange {
  readonly lines: readonly Line[];
  readonly lastLine: number;
}

/** Comments before the first document's `---` are part of it: nothing else is there that they could be about. */
function documentsOf(lines: readonly Line[]): readonly DocumentLines[] {
  const groups: Line[][] = [[]];
  for (const line of lines) {
    const group = groups.at(-1) ?? [];
    if (/^---(\s|$)/.test(line.text) && group.some((other) => !isBlank(other) && !isComment(other)))
      groups.push([line]);
    else group.push(line);
  }
  return groups.map((group) => ({
    lines: group,
    start: group[0]?.start ?? 0,
    end: group.at(-1)?.end ?? 0,
    lastLine: group.at(-1)?.number ?? 0,
  }));
}

function isBlank({ text }: Line): boolean {
  return text.trim() === '';
}

function isComment({ text }: Line): boolean {
  return /^\s*#/.test(text);
}

/** A line of a template that leaves no text behind. */
function isAction({ text }: Line): boolean {
  return /^\s*\{\{-?\s*(if|else|with|range|end|define|block|\/\*)(?![\w.]).*\}\}\s*$/.test(text);
}

/** The number of the next line that holds something; the last one where none follows. */
function nextLine({ lines, lastLine }: DocumentLines, after: number): number {
  const found = lines.find((line) => line.number > after && !isBlank(line) && !isComment(line) && !isAction(line));
  return found?.number ?? lastLine;
}

interface Comment extends OffsetRange {
  readonly text: string;
  readonly line: number;
  /** Whether nothing but white space stands before it. */
  readonly isAlone: boolean;
}

function commentsIn(text: string, document: DocumentLines): readonly Comment[] {
  const candidates = document.lines.filter((line) => line.text.includes(suppressionMarker));
  if (candidates.length === 0) return [];
  const piece = text.slice(document.start, document.end);
  const isReal = piece.includes('{{') ? commentsByLines(document) : commentsByYaml(piece, document.start);
  return candidates.flatMap((line) => {
    const at = line.text.search(/#+[ \t]*kubepath-disable/);
    // Of `## kubepath-disable`, YAML knows the first sign; of `a: "#" # kubepath-disable` the last.
    if (at === -1 || !isReal.has(line.start + at)) return [];
    const isAlone = line.text.slice(0, at).trim() === '';
    return [{ text: line.text.slice(at), start: line.start + at, end: line.end, line: line.number, isAlone }];
  });
}

/** Offsets of the `#` of every comment, as YAML has it. Text that is no YAML ends the list early. */
function commentsByYaml(piece: string, start: number): ReadonlySet<number> {
  const found = new Set<number>();
  let at = start;
  let isScalar = false;
  try {
    for (const token of new Lexer().lex(piece)) {
      if (!isScalar && token.startsWith('#')) found.add(at);
      // What the lexer says about the text, rather than what it holds of it.
      const isSign = !isScalar && (token === '\x02' || token === '\x18' || token === '\x1f');
      isScalar = !isScalar && token === '\x1f';
      if (!isSign) at += token.length;
    }
  } catch {
    // Nothing is known of what follows.
  }
  return found;
}

/** Offsets of the `#` of comments that have a line of their own and stand in no block scalar. */
function commentsByLines({ lines }: DocumentLines): ReadonlySet<number> {
  const found = new Set<number>();
  /** Indentation of what holds the block scalar. */
  let block: number | undefined;
  for (const line of lines) {
    if (isBlank(line) || /^\s*\{\{/.test(line.text)) continue;
    const indentation = line.text.search(/\S/);
    if (block !== undefined && indentation > block) continue;
    block = undefined;
    if (isComment(line)) found.add(line.start + indentation);
    else if (/(^|[:\s])[|>][-+\d]*[ \t]*(#.*)?$/.test(line.text)) block = holderOf(line.text);
  }
  return found;
}

/** The column of the key, or of the last dash where the scalar is an item itself. */
function holderOf(line: string): number {
  const before = /^\s*(?:- +)*/.exec(line)?.[0] ?? '';
  return /^[|>]/.test(line.slice(before.length)) ? Math.max(0, before.lastIndexOf('-')) : before.length;
}

type ReadComment = Omit<Suppression, 'firstLine' | 'lastLine'>;

function readComment(comment: Comment, problems: SuppressionProblem[]): ReadComment | undefined {
  const { text, start, end } = comment;
  const [head = '', , suffix = ''] = /^(#+[ \t]*)kubepath-disable([\w-]*):?/.exec(text) ?? [];
  const wrong = wrongForm(comment, head, suffix);
  if (wrong) {
    problems.push(wrong);
    return undefined;
  }
  const reason = text.indexOf('--', head.length);
  const names = text.slice(head.length, reason === -1 ? undefined : reason);
  const words = [...names.matchAll(/[^\s,]+/g)].map((match): SuppressedRule => {
    const at = start + head.length + match.index;
    return { id: match[0], start: at, end: at + match[0].length };
  });
  if (words.length === 0)
    problems.push({ start, end, message: `Name the rules: # kubepath-disable${suffix} service-selector-unmatched.` });
  const rules: SuppressedRule[] = [];
  for (const word of words) {
    if (isRuleId(word.id)) {
      rules.push(word);
      continue;
    }
    const { message, near } = unknownRule(word.id);
    if (near === undefined && rules.length > 0 && !word.id.includes('-')) {
      problems.push(bareReason(word, start + head.length + names.trimEnd().length));
      break;
    }
    problems.push({
      start: word.start,
      end: word.end,
      message: sentenceFor(word.id, message),
      ...replaceBy(word, near),
    });
  }
  const isWhole = words.length > 0 && rules.length === words.length;
  return { rules, range: { start, end }, extent: suffix === '' ? 'document' : 'line', isWhole };
}

function wrongForm(
  { text, start, end, isAlone }: Comment,
  head: string,
  suffix: string,
): SuppressionProblem | undefined {
  const word = `kubepath-disable${suffix}`;
  const at = start + text.indexOf(word);
  if (suffix !== '' && suffix !== '-next-line') {
    const near = /^-?next-?lines?$/i.test(suffix) ? '-next-line' : undefined;
    return {
      start: at,
      end: at + word.length,
      message: `There is no "${word}": write kubepath-disable-next-line above the line it is for, or kubepath-disable for the rest of the document.`,
      ...replaceBy({ id: word, start: at, end: at + word.length }, near && `kubepath-disable${near}`),
    };
  }
  if (!isAlone)
    return { start, end, message: 'This is read on a line of its own only: put it above the line it is for.' };
  return /^(\s|$)/.test(text.slice(head.length))
    ? undefined
    : { start, end, message: 'Write a space before the rule.' };
}

function sentenceFor(id: string, message: string): string {
  if (!/^(all|\*)$/i.test(id)) return message;
  return 'Nothing switches off all rules at once: name each one that is meant.';
}

/** @param end where the reason ends */
function bareReason({ id, start }: SuppressedRule, end: number): SuppressionProblem {
  return {
    start,
    end: Math.max(end, start + id.length),
    message: `There is no rule "${id}". A reason is written after "--".`,
    fix: { title: 'Write "--" before the reason', start, end: start, newText: '-- ' },
  };
}

function replaceBy({ id, start, end }: SuppressedRule, near: string | undefined): { readonly fix?: SuppressionFix } {
  return near === undefined ? {} : { fix: { title: `Change "${id}" to "${near}"`, start, end, newText: near } };
}

/** Takes a rule out of a comment that names several. */
export function withoutRule({ rules }: Suppression, rule: SuppressedRule): SuppressionFix {
  const index = rules.indexOf(rule);
  const [before, after] = [rules[index - 1], rules[index + 1]];
  const title = `Take ${rule.id} out of the comment`;
  if (before) return { title, start: before.end, end: rule.end, newText: '' };
  return { title, start: rule.start, end: after?.start ?? rule.end, newText: '' };
}

/** Removes a comment with its line. */
export function withoutComment(text: string, { range }: Suppression): SuppressionFix {
  const start = Math.max(text.lastIndexOf('\n', range.start - 1) + 1, text.startsWith('\uFEFF') ? 1 : 0);
  const newline = text.indexOf('\n', range.end);
  return { title: 'Remove the comment', start, end: newline === -1 ? text.length : newline + 1, newText: '' };
}
