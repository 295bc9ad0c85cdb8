import { templatePieces, type TemplateAction, type TemplatePiece } from './template-actions';

/** A template as the lines that it writes: what the rendered text is compared with. */
export interface TemplateLines {
  readonly lines: readonly TemplateLine[];
  /** Blocks that may be written several times. */
  readonly loops: readonly TemplateLoop[];
  /** Lines of what `define` names. */
  readonly helpers: ReadonlyMap<string, readonly TemplateLine[]>;
}

/**
 * One line of output: literal parts, and parts that are only known once rendered. It may stand on several lines of the template, where
 * `{{-` has joined them. Lines that write nothing, or only a comment, are left out.
 */
export interface TemplateLine {
  readonly parts: readonly TemplatePart[];
  /** Columns before the first word; half a column more for an item of a list, since its list may stand at the same column. */
  readonly indent: number;
  /** In how many blocks (`if`, `with`, `range`) it stands. */
  readonly depth: number;
  /** Which of the documents between `---` lines it belongs to. */
  readonly document: number;
}

export interface TemplatePart {
  /** Undefined for what an action writes. */
  readonly literal: string | undefined;
  /** In the template. */
  readonly start: number;
  readonly end: number;
  /** It may write more lines than its own. */
  readonly manyLines: boolean;
  /** The least columns before each of these lines (`indent`, `nindent`). */
  readonly indent: number;
  /** The name of what `include` or `template` put here. */
  readonly helper: string | undefined;
}

/** Both ends belong to it. */
export interface TemplateLoop {
  readonly first: number;
  readonly last: number;
}

/** Reads the lines of a template. Never throws; a broken template gives what could be told. */
export function templateLines(text: string): TemplateLines {
  const helpers = new Map<string, readonly TemplateLine[]>();
  const main = newBuilder(text);
  let current = main;
  for (const piece of templatePieces(text)) {
    if (piece.type === 'action' && piece.word === 'define' && current === main) {
      current = newBuilder(text);
      current.name = /"([^"]*)"/.exec(piece.code)?.[1] ?? '';
      // What it holds is there for certain, even on one line.
      current.blocks.push({ ...blockFrom(current, piece), lineNumber: -1 });
      continue;
    }
    add(current, piece);
    if (current === main || current.blocks.length > 0) continue;
    finishLine(current);
    helpers.set(current.name, current.lines);
    current = main;
  }
  finishLine(main);
  return { lines: main.lines, loops: main.loops, helpers };
}

interface Block {
  readonly word: string;
  /** Where the action that opened it begins. */
  readonly start: number;
  /** State of the builder when it was opened. */
  readonly lineNumber: number;
  readonly line: number;
  readonly part: number;
  readonly document: number;
}

interface Builder {
  readonly text: string;
  readonly lines: TemplateLine[];
  readonly loops: TemplateLoop[];
  readonly blocks: Block[];
  parts: TemplatePart[];
  /** Counts the lines that are left out, too. */
  lineNumber: number;
  depth: number | undefined;
  document: number;
  name: string;
}

function newBuilder(text: string): Builder {
  return {
    text,
    lines: [],
    loops: [],
    blocks: [],
    parts: [],
    lineNumber: 0,
    depth: undefined,
    document: 0,
    name: '',
  };
}

function add(builder: Builder, piece: TemplatePiece): void {
  if (piece.type === 'text') addText(builder, piece.start, piece.end);
  else if (piece.role === 'output') addOutput(builder, piece);
  else if (piece.role === 'open') builder.blocks.push(blockFrom(builder, piece));
  else if (piece.role === 'close') closeBlock(builder, piece);
}

function addText(builder: Builder, start: number, end: number): void {
  for (let at = start; ;) {
    const newline = builder.text.indexOf('\n', at);
    const isLast = newline === -1 || newline >= end;
    const stop = isLast ? end : newline;
    const literal = builder.text.slice(at, stop).replace(/\r$/, '');
    if (literal !== '') {
      addPart(builder, {
        literal,
        start: at,
        end: at + literal.length,
        manyLines: false,
        indent: 0,
        helper: undefined,
      });
    }
    if (isLast) return;
    finishLine(builder);
    at = newline + 1;
  }
}

function addPart(builder: Builder, part: TemplatePart): void {
  if (part.literal === undefined || part.literal.trim() !== '') builder.depth ??= builder.blocks.length;
  builder.parts.push(part);
}

/** `nindent` begins a line, and so does what we make of it. */
function addOutput(builder: Builder, action: TemplateAction): void {
  const columns = /(?:^|\|\s*)nindent\s+(\d+)(?:\s*$|\s+\()/.exec(action.code)?.[1];
  if (columns !== undefined) {
    finishLine(builder);
    const literal = ' '.repeat(Math.min(Number(columns), 100));
    const { start } = action;
    if (literal !== '')
      builder.parts.push({ literal, start, end: start, manyLines: false, indent: 0, helper: undefined });
  }
  addPart(builder, outputPart(builder.text, action));
}

/** Words that often write several lines. What stands alone on its line may well do so, too. */
const writesLines = /\b(include|template|tpl|toYaml|toYamlPretty|toPrettyJson|n?indent|Files)\b/;

function outputPart(text: string, { start, end, code }: TemplateAction): TemplatePart {
  const indent = /\bn?indent\s+\(?\s*(\d+)/.exec(code)?.[1];
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lineEnd = text.indexOf('\n', end);
  const isAlone =
    text.slice(lineStart, start).trim() === '' && text.slice(end, lineEnd === -1 ? undefined : lineEnd).trim() === '';
  return {
    literal: undefined,
    start,
    end,
    manyLines: isAlone || writesLines.test(code),
    indent: indent === undefined ? 0 : Number(indent),
    helper: /^\(?\s*(?:include|template)\s+"([^"]+)"/.exec(code)?.[1],
  };
}

function blockFrom(builder: Builder, { word, start }: TemplateAction): Block {
  return {
    word,
    start,
    lineNumber: builder.lineNumber,
    line: isBlankSoFar(builder) ? builder.lines.length : builder.lines.length + 1,
    part: builder.parts.length,
    document: builder.document,
  };
}

function closeBlock(builder: Builder, action: TemplateAction): void {
  const block = builder.blocks.pop();
  if (!block) return;
  if (block.lineNumber === builder.lineNumber) {
    mergeOptional(builder, block, action.end);
    return;
  }
  const last = builder.lines.length - (isBlankSoFar(builder) ? 1 : 0);
  // No document goes round in a loop that writes whole documents.
  const writesDocuments = builder.document !== block.document || builder.lines.slice(block.line).some(isHead);
  if (block.word === 'range' && last >= block.line && !writesDocuments) builder.loops.push({ first: block.line, last });
}

/** Whether a resource begins about here. */
function isHead({ parts: [first] }: TemplateLine): boolean {
  return /^(apiVersion|kind):/.test(first?.literal ?? '');
}

/** A block within a line: its literals may be there or not, so they tell nothing. What only holds actions stays as it is. */
function mergeOptional(builder: Builder, block: Block, end: number): void {
  const inside = builder.parts.slice(block.part);
  if (inside.every(({ literal }) => literal === undefined)) return;
  builder.parts.splice(block.part, inside.length, {
    literal: undefined,
    start: block.start,
    end,
    manyLines: inside.some(({ manyLines }) => manyLines),
    indent: Math.min(...inside.filter(({ manyLines }) => manyLines).map(({ indent }) => indent), 100),
    helper: undefined,
  });
}

function isBlankSoFar({ parts }: Builder): boolean {
  return parts.every(({ literal }) => literal?.trim() === '');
}

function finishLine(builder: Builder): void {
  const { parts, lines } = builder;
  const first = parts[0]?.literal ?? '';
  const depth = builder.depth ?? builder.blocks.length;
  builder.parts = [];
  builder.depth = undefined;
  builder.lineNumber++;
  if (/^---(\s|$)/.test(first)) {
    builder.document++;
    // `--- # web` and `---` with an action behind it: nothing of interest stands there.
    return;
  }
  const isBlank = parts.every(({ literal }) => literal?.trim() === '');
  if (isBlank || first.trimStart().startsWith('#')) return;
  lines.push({ parts, indent: indentOf(parts), depth, document: builder.document });
}

function indentOf(parts: readonly TemplatePart[]): number {
  const [first] = parts;
  if (first?.literal === undefined) return first?.indent ?? 0;
  const columns = first.literal.length - first.literal.trimStart().length;
  const isAllBlank = columns === first.literal.length;
  return Math.max(columns, isAllBlank ? (parts[1]?.indent ?? 0) : 0) + (/^\s*-(\s|$)/.test(first.literal) ? 0.5 : 0);
}
