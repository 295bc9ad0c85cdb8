import type { MapEntry, ScalarNode, SourceNode } from '../manifest/node';
import { base64, utf8 } from './bytes';
import type { Context } from './context';
import { listAt, textAt, type TextNode } from './kustomization-values';
import { isUnavailable } from './source';

/**
 * The entries of `data` that a generator asks for, in the order of their keys, as kustomize writes them. Each value knows its place: within
 * the literal, in the line of the env file, or as all of a file. What cannot be had or is refused is reported and left out.
 * @param generator an item of `configMapGenerator` or `secretGenerator`
 * @param encoded whether values are put down in base64, as in a Secret
 */
export function generatedData(generator: SourceNode, encoded: boolean, context: Context): GeneratedData {
  const env = textAt(context, generator, 'env');
  const found = [
    ...textsAt(context, generator, 'envs').flatMap((path) => fromEnvFile(path, context)),
    ...(env ? fromEnvFile(env, context) : []),
    ...textsAt(context, generator, 'literals').flatMap((literal) => fromLiteral(literal, context)),
    ...textsAt(context, generator, 'files').flatMap((entry) => fromFileEntry(entry, context)),
  ];
  const byKey = new Map<string, Datum>();
  for (const datum of found) {
    if (!byKey.has(datum.key)) byKey.set(datum.key, datum);
    else {
      context.invalid(datum.blame, `The key ${datum.key} comes twice, which kustomize refuses: keep one of them.`);
    }
  }
  const sorted = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  const isBinary = ({ bytes }: Datum): boolean => !encoded && bytes !== undefined;
  return {
    data: sorted.filter((datum) => !isBinary(datum)).map((datum) => toEntry(datum, encoded)),
    binaryData: sorted.filter(isBinary).map((datum) => toEntry(datum, true)),
  };
}

/** Entries of a ConfigMap's or Secret's fields. */
export interface GeneratedData {
  readonly data: readonly MapEntry[];
  /** What is no UTF-8, in base64 (kustomize, DataSource: `binaryData` of a ConfigMap). */
  readonly binaryData: readonly MapEntry[];
}

/** One piece of data, with places in the file that holds it. */
interface Datum {
  readonly key: string;
  readonly keyStart: number;
  readonly keyEnd: number;
  readonly value: string;
  /** In place of the value, for a file that is no text. */
  readonly bytes?: Uint8Array;
  readonly valueStart: number;
  readonly valueEnd: number;
  readonly style: ScalarNode['style'];
  readonly file: string;
  /** What of the kustomization asks for it. */
  readonly blame: SourceNode;
}

function toEntry(datum: Datum, encoded: boolean): MapEntry {
  const { key, keyStart, keyEnd, valueStart: start, valueEnd: end, style, file } = datum;
  const value = encoded ? base64(datum.bytes ?? utf8(datum.value)) : datum.value;
  return { key, keyStart, keyEnd, value: { type: 'scalar', value, style, start, end, shared: true, file } };
}

/** The texts of a list; what is none is reported. */
function textsAt(context: Context, generator: SourceNode, field: string): readonly TextNode[] {
  return listAt(context, generator, field).flatMap((node) => {
    if (isText(node)) return [node];
    const hint = node.type === 'scalar' ? `: put it in quotes, "${String(node.value)}"` : '';
    context.invalid(node, `Every entry of \`${field}\` must be a text, or kustomize refuses to build${hint}.`);
    return [];
  });
}

function isText(node: SourceNode): node is TextNode {
  return node.type === 'scalar' && typeof node.value === 'string';
}

/** `key=value`; quotes around the value are taken off (kustomize, kv.parseLiteralSource). */
function fromLiteral(node: TextNode, context: Context): readonly Datum[] {
  const literal = node.value;
  const equals = literal.indexOf('=');
  if (equals < 1) {
    context.invalid(node, `The literal "${literal}" must have the form key=value.`);
    return [];
  }
  const written = literal.slice(equals + 1);
  const quotes = /^(["']).*\1$/s.test(written) && written.length > 1 ? 1 : 0;
  const file = node.file ?? context.kustomization.uri;
  const from = exactStart(node, literal, context.source.textOf(file));
  const place = (start: number, end: number): readonly [number, number] =>
    from === undefined ? [node.start, node.end] : [from + start, from + end];
  const [keyStart, keyEnd] = place(0, equals);
  const [valueStart, valueEnd] = place(equals + 1 + quotes, literal.length - quotes);
  const value = written.slice(quotes, written.length - quotes);
  const key = literal.slice(0, equals);
  return [{ key, keyStart, keyEnd, value, valueStart, valueEnd, style: node.style, file, blame: node }];
}

/** Where the text of a scalar begins in its file, when every character of it stands there as it is: no escapes, no folded lines. */
function exactStart(
  node: ScalarNode,
  value: string,
  text: ReturnType<Context['source']['textOf']>,
): number | undefined {
  if (typeof text !== 'string') return undefined;
  const [start, end] = node.style === 'plain' ? [node.start, node.end] : [node.start + 1, node.end - 1];
  return text.slice(start, end) === value ? start : undefined;
}

/** `path`, or `key=path` (kustomize, generators.ParseFileSource). */
function fromFileEntry(node: TextNode, context: Context): readonly Datum[] {
  const [first = '', second, ...more] = node.value.split('=');
  if (more.length > 0 || first === '' || second === '') {
    context.invalid(node, `The entry "${node.value}" must have the form path or key=path, with one "=" at most.`);
    return [];
  }
  const path = second ?? first;
  const read = readText(path, node, context);
  if (!read) return [];
  const key = second === undefined ? baseName(path) : first;
  const { uri: file, text, bytes } = read;
  const place = { keyStart: 0, keyEnd: 0, valueStart: 0, valueEnd: text.length };
  return [{ key, value: text, ...(bytes ? { bytes } : {}), ...place, style: 'block', file, blame: node }];
}

function baseName(path: string): string {
  return path.replace(/\/+$/, '').split('/').at(-1) ?? path;
}

/**
 * One `key=value` a line; empty lines and comments are passed over, and nothing is taken off the value (kustomize, kv.keyValuesFromLine).
 * A key alone has an empty value: newer versions of kustomize read no environment.
 */
function fromEnvFile(node: TextNode, context: Context): readonly Datum[] {
  const read = readText(node.value, node, context);
  if (!read) return [];
  const { uri: file, text } = read;
  return linesOf(text).flatMap(({ start, end }): readonly Datum[] => {
    const keyStart = start + (/^(?:(?!\uFEFF)[\s\u0085])*/.exec(text.slice(start, end))?.[0].length ?? 0);
    const line = text.slice(keyStart, end);
    const equals = line.indexOf('=');
    const key = equals === -1 ? line : line.slice(0, equals);
    if (key === '' || key.startsWith('#')) return [];
    const keyEnd = keyStart + key.length;
    const valueStart = equals === -1 ? end : keyEnd + 1;
    const value = text.slice(valueStart, end);
    return [{ key, keyStart, keyEnd, value, valueStart, valueEnd: end, style: 'plain', file, blame: node }];
  });
}

/** Where the lines of a text are, without their ends and without a byte order mark before the first. */
function linesOf(text: string): readonly { readonly start: number; readonly end: number }[] {
  const lines = [];
  let start = text.startsWith('\uFEFF') ? 1 : 0;
  while (start < text.length) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    lines.push({ start, end: text[end - 1] === '\r' && end > start ? end - 1 : end });
    start = end + 1;
  }
  return lines;
}

function readText(
  path: string,
  node: SourceNode,
  context: Context,
): { readonly uri: string; readonly text: string; readonly bytes?: Uint8Array } | undefined {
  const { kustomization, source } = context;
  if (/^https?:\/\//.test(path)) {
    context.incomplete(node, `${path} is remote: Kubepath fetches nothing, so this data is missing here.`);
    return undefined;
  }
  const uri = source.resolve(kustomization.directory, path);
  const text = source.textOf(uri);
  if (!isUnavailable(text)) return { uri, text };
  if (text.bytes) return { uri, text: '', bytes: text.bytes };
  context.incomplete(node, `${path} ${text.unavailable}, so this data is missing here.`);
  return undefined;
}
