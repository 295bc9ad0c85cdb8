import { parseAllDocuments, type Document, type YAMLParseError } from 'yaml';
import type { OffsetRange } from './node';

export interface YamlError {
  readonly message: string;
  readonly range: OffsetRange;
  /** kubectl's reader takes this text nevertheless. */
  readonly tolerated: boolean;
}

/** What is read of the library's errors. */
type ReaderError = Pick<YAMLParseError, 'code' | 'message' | 'pos'>;

export interface ParsedYaml {
  readonly documents: readonly Document.Parsed[];
  readonly errors: readonly YamlError[];
}

export const tooDeepMessage = 'This document is nested too deeply to be read.';

/** Plain scalars stay text: `core-schema.ts` tells numbers and words from names in a tenth of the time. */
const options = {
  prettyErrors: false,
  uniqueKeys: false,
  strict: true,
  logLevel: 'silent',
  schema: 'failsafe',
} as const;

/** Aliases used times what they hold, beyond which a document is taken for a "billion laughs". */
const maxAliasCount = 10_000;

/** Beyond this a text that needs repairs is not worth the repeated parsing. */
const maxRepairs = 50;
const maxRepairLength = 200_000;

/**
 * Parses one piece of YAML. Never throws: what the reader cannot take comes back as an error with its place.
 * @returns ranges relative to the piece
 */
export function parseYaml(text: string): ParsedYaml {
  try {
    const documents = parse(text);
    const [first] = documents.flatMap((document): readonly ReaderError[] => document.errors);
    if (!first) return { documents, errors: [] };
    const repaired = repair(text, first);
    if (repaired) return { documents: repaired, errors: [describeTolerated(first, text)] };
    return { documents, errors: documents.flatMap(({ errors }) => describe(errors, text)) };
  } catch (error) {
    const message = error instanceof RangeError ? tooDeepMessage : `This document cannot be read: ${String(error)}.`;
    return { documents: [], errors: [{ message, range: { start: 0, end: firstLineEnd(text) }, tolerated: false }] };
  }
}

/**
 * Whether expanding the aliases of a document would exhaust memory: the library's own guard decides.
 * @param text the piece that holds the document
 */
export function isAliasBomb(document: Document.Parsed, text: string): boolean {
  const [start, , end] = document.range;
  if (!/[\s[{,]\*[^\s*]/.test(text.slice(start, end))) return false;
  try {
    document.toJS({ maxAliasCount });
    return false;
  } catch (error) {
    return error instanceof ReferenceError && error.message.includes('Excessive alias count');
  }
}

function parse(text: string): readonly Document.Parsed[] {
  const result = parseAllDocuments(text, options);
  return Array.isArray(result) ? result : [];
}

/**
 * kubectl's reader (libyaml's rules) ignores indentation inside quotes and flow collections, where `yaml` insists on it. Joining
 * the offending line to the one before it keeps both meaning and offsets. Succeeds only when the whole text then parses cleanly.
 */
function repair(text: string, first: ReaderError): readonly Document.Parsed[] | undefined {
  if (text.length > maxRepairLength) return undefined;
  let current = text;
  let error = first;
  for (let count = 0; count < maxRepairs; count++) {
    if (!isIndentationInFlow(error)) return undefined;
    const atCrlf = current.startsWith('\r\n', error.pos[0]);
    const lineBreak = current.lastIndexOf('\n', error.pos[0] + (atCrlf ? 1 : 0));
    const line = current.slice(current.lastIndexOf('\n', lineBreak - 1) + 1, lineBreak);
    if (lineBreak === -1 || /(^|\s)#/.test(line)) return undefined;
    current = joinLines(current, lineBreak, error.pos[0]);
    const documents = parse(current);
    const [next] = documents.flatMap((document) => document.errors);
    if (!next) return documents;
    error = next;
  }
  return undefined;
}

function joinLines(text: string, lineBreak: number, errorAt: number): string {
  const from = text[lineBreak - 1] === '\r' ? lineBreak - 1 : lineBreak;
  const to = Math.max(lineBreak + 1, errorAt);
  return text.slice(0, from) + text.slice(from, to).replace(/[\r\n\t]/g, ' ') + text.slice(to);
}

function isIndentationInFlow(error: ReaderError): boolean {
  return (
    (error.code === 'BAD_INDENT' && error.message.startsWith('Flow')) ||
    (error.code === 'MISSING_CHAR' && error.message.startsWith('Missing closing'))
  );
}

/** The first error of a document: what follows is mostly its doing. */
function describe([error, next]: readonly ReaderError[], text: string): readonly YamlError[] {
  if (!error) return [];
  const isAlone = !/^[^\r\n]*?: /.test(text.slice(error.pos[0]));
  const tooFar = error.code === 'BLOCK_AS_IMPLICIT_KEY' && isAlone ? keyTooFar(next, text) : undefined;
  if (tooFar) return [{ message: keyTooFarSentence, range: tooFar, tolerated: false }];
  return [{ message: sentence(error), range: rangeOf(error, text), tolerated: false }];
}

/** What is found missing at the very end is missing after the last thing that is there. */
function rangeOf({ pos }: ReaderError, text: string): OffsetRange {
  const last = text.trimEnd().length - 1;
  const start = Math.max(0, Math.min(pos[0], last));
  return { start, end: pos[0] > last ? start + 1 : Math.min(Math.max(pos[1], start + 1), text.length) };
}

/** The key that is read as a part of the value above it: the last line of what the reader takes for one key of several lines. */
function keyTooFar(error: ReaderError | undefined, text: string): OffsetRange | undefined {
  if (error?.code !== 'MULTILINE_IMPLICIT_KEY') return undefined;
  const [from, end] = error.pos;
  const lineBreak = text.slice(from, end).lastIndexOf('\n');
  if (lineBreak === -1) return undefined;
  const start = from + lineBreak + 1;
  return { start: start + text.slice(start, end).search(/\S|$/), end };
}

const keyTooFarSentence = 'This line is indented too far: its key is read as a part of the value above it.';

/** The reader stops at the end of the line before the one that is indented too little. */
function describeTolerated(error: ReaderError, text: string): YamlError {
  const [at] = error.pos;
  const below = /^\s*\n[ \t]*/.exec(text.slice(at))?.[0].length ?? 0;
  const start = at + below;
  if (below === 0 || start >= text.length)
    return { message: toleratedSentence(error), range: rangeOf(error, text), tolerated: true };
  const line = /^[^\r\n]*/.exec(text.slice(start))?.[0] ?? '';
  const isQuote = error.code === 'MISSING_CHAR' && /^["']\s*(#.*)?$/.test(line);
  const message = isQuote
    ? 'This closing quote must be indented further than its key, by spaces.'
    : toleratedSentence(error);
  return { message, range: { start, end: isQuote ? start + 1 : start + line.trimEnd().length }, tolerated: true };
}

function toleratedSentence(error: ReaderError): string {
  if (error.code === 'MISSING_CHAR')
    return 'Each line of a quoted text must be indented further than its key, by spaces.';
  return 'Each line within [ ] or { } must be indented further than the key before it, by spaces.';
}

/** The library's words where they are clear, ours where they are not. */
function sentence(error: ReaderError): string {
  if (error.message.startsWith('Flow map')) return 'A "}" is missing: the "{" before it is not closed.';
  if (error.message.startsWith('Flow sequence')) return 'A "]" is missing: the "[" before it is not closed.';
  switch (error.code) {
    case 'TAB_AS_INDENT':
      return 'A tab is used for indentation. YAML takes spaces only.';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'A second key on one line: put it on a line of its own, or quote a value that holds ": ".';
    case 'BAD_INDENT':
      return error.message.startsWith('All mapping items')
        ? 'This line is indented differently from the keys around it.'
        : `${error.message}.`;
    case 'MULTILINE_IMPLICIT_KEY':
      return noColon;
    case 'MISSING_CHAR':
      if (error.message.startsWith('Missing closing')) return 'The closing quote is missing.';
      if (error.message.startsWith('Missing ,')) return 'A comma is missing before this.';
      return error.message.startsWith('Implicit map keys') ? noColon : `${error.message}.`;
    case 'BAD_ALIAS':
      return `${error.message}: define the anchor before it is used.`;
    default:
      return error.message.endsWith('.') ? error.message : `${error.message}.`;
  }
}

const noColon = 'This is read as a key, and no ":" follows it.';

function firstLineEnd(text: string): number {
  const end = text.search(/[\r\n]/);
  return end === -1 ? text.length : end;
}
