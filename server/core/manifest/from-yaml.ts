import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  visit,
  type Document,
  type ParsedNode,
  type Scalar,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { coreValue } from './core-schema';
import {
  keyRange,
  type MapEntry,
  type MapNode,
  type OffsetRange,
  type ScalarNode,
  type SequenceNode,
  type SourceNode,
} from './node';

export interface DuplicateKey {
  readonly key: string;
  readonly range: OffsetRange;
}

/** An alias that stands for nothing: its anchor is missing, or holds the alias itself. */
export interface UnresolvedAlias {
  readonly name: string;
  readonly range: OffsetRange;
  readonly withinAnchor: boolean;
}

export interface ConvertedDocument {
  readonly root: SourceNode | undefined;
  readonly unresolvedAliases: readonly UnresolvedAlias[];
  readonly duplicateKeys: readonly DuplicateKey[];
  /** Nested beyond what anybody writes and the stack bears: then there is no root. */
  readonly tooDeep: boolean;
  /** True when `{{` stands where a value of the API is read: an unrendered Helm or Go template. */
  readonly template: boolean;
}

/** Below these keys any text may stand, `{{` included: it says nothing about the document. */
const freeTextKeys: ReadonlySet<string> = new Set([
  'annotations',
  'args',
  'binaryData',
  'command',
  'data',
  'description',
  'env',
  'stringData',
]);

interface Context {
  readonly offset: number;
  readonly anchors: Map<string, SourceNode>;
  readonly duplicateKeys: DuplicateKey[];
  readonly unresolvedAliases: UnresolvedAlias[];
  /** Anchors whose nodes are being converted. */
  readonly open: Set<string>;
  /** Names of the anchors that an alias uses; worked out when the first anchor turns up. */
  readonly aliased: () => ReadonlySet<string>;
  depth: number;
  template: boolean;
}

/**
 * A parsed document as plain nodes, with aliases and merge keys resolved. Nodes of an anchor are shared between its uses, so that
 * the work is linear in the text however often an alias is used.
 * @param offset of the document within its file: all ranges are moved by it
 */
export function fromYaml(document: Document.Parsed, offset: number): ConvertedDocument {
  const context: Context = {
    offset,
    anchors: new Map(),
    duplicateKeys: [],
    unresolvedAliases: [],
    open: new Set(),
    aliased: aliasedIn(document),
    depth: 0,
    template: false,
  };
  let root: SourceNode | undefined;
  try {
    root = document.contents ? convert(document.contents, context, false) : undefined;
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { root: undefined, duplicateKeys: [], unresolvedAliases: [], tooDeep: true, template: false };
  }
  const { duplicateKeys, unresolvedAliases, template } = context;
  return { root, duplicateKeys, unresolvedAliases, tooDeep: false, template };
}

/** A resource is some twenty levels deep. Later layers recurse over what is read, so it must stay well within the stack. */
const maxDepth = 200;

function aliasedIn(document: Document.Parsed): () => ReadonlySet<string> {
  let names: Set<string> | undefined;
  return () => {
    if (names) return names;
    const found = (names = new Set<string>());
    visit(document, { Alias: (_, { source }) => void found.add(source) });
    return names;
  };
}

function convert(node: ParsedNode, context: Context, freeText: boolean): SourceNode {
  if (isAlias(node)) {
    const start = startOf(node.range, context);
    const end = endOf(node.range, context);
    const target = context.anchors.get(node.source);
    if (!target)
      context.unresolvedAliases.push({
        name: node.source,
        range: { start, end },
        withinAnchor: context.open.has(node.source),
      });
    return aliasOf(target, start, end);
  }
  if (node.anchor !== undefined) context.open.add(node.anchor);
  if (++context.depth > maxDepth) throw new RangeError('nested too deeply');
  const converted = isScalar(node)
    ? convertScalar(node, context, freeText)
    : isMap(node)
      ? convertMap(node, context, freeText)
      : isSeq(node)
        ? convertSequence(node, context, freeText)
        : emptyScalar(context.offset);
  context.depth--;
  if (node.anchor === undefined) return converted;
  context.anchors.set(node.anchor, converted);
  context.open.delete(node.anchor);
  return context.aliased().has(node.anchor) ? { ...converted, shared: true } : converted;
}

/** An alias is written as a scalar of its own and stands for the anchor's value: edits of a scalar replace the alias, so they are safe. */
function aliasOf(target: SourceNode | undefined, start: number, end: number): SourceNode {
  if (!target) return { type: 'scalar', value: null, style: 'alias', start, end };
  if (target.type === 'scalar') return { type: 'scalar', value: target.value, style: 'alias', start, end };
  return { ...target, start, end, shared: true };
}

function convertScalar(node: Scalar.Parsed, context: Context, freeText: boolean): ScalarNode {
  const start = startOf(node.range, context);
  const end = endOf(node.range, context);
  const style = styleOf(node.type);
  const value = plainValue(node);
  if (!freeText && style !== 'block' && typeof value === 'string' && value.includes('{{')) context.template = true;
  return { type: 'scalar', value, style, start, end };
}

/** The reader leaves plain scalars as text (parse-yaml.ts), but for those with a tag. */
function plainValue(node: Scalar): ScalarNode['value'] {
  const value = node.value;
  if (typeof value === 'string') return node.type === 'PLAIN' && node.tag === undefined ? coreValue(value) : value;
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  return node.source ?? null;
}

function styleOf(type: Scalar.Type | undefined): ScalarNode['style'] {
  switch (type) {
    case 'QUOTE_DOUBLE':
      return 'double';
    case 'QUOTE_SINGLE':
      return 'single';
    case 'BLOCK_FOLDED':
    case 'BLOCK_LITERAL':
      return 'block';
    default:
      return 'plain';
  }
}

function convertSequence(node: YAMLSeq.Parsed, context: Context, freeText: boolean): SequenceNode {
  const start = startOf(node.range, context);
  const end = endOf(node.range, context);
  const items = node.items.map((item) => convert(item, context, freeText));
  return { type: 'sequence', items, start, end: node.flow ? end : (items.at(-1)?.end ?? end) };
}

/** The library counts the line break and comments after a block collection as its own; ours ends with its last value. */
function convertMap(node: YAMLMap.Parsed, context: Context, freeText: boolean): MapNode {
  const start = startOf(node.range, context);
  const end = endOf(node.range, context);
  const entries: MapEntry[] = [];
  const merged: SourceNode[] = [];
  let last = start;
  for (const pair of node.items) {
    if (!isScalar(pair.key)) {
      // `{{ .Values.x }}` parses as a mapping that is the key of a mapping.
      if (isMap(pair.key) && !freeText) context.template = true;
      continue;
    }
    const key = keyOf(pair.key);
    const keyStart = startOf(pair.key.range, context);
    const keyEnd = endOf(pair.key.range, context);
    const value = pair.value ? convert(pair.value, context, freeText || freeTextKeys.has(key)) : emptyScalar(keyEnd);
    last = Math.max(last, value.end, keyEnd);
    if (key === '<<' && pair.key.type === 'PLAIN') merged.push(value);
    else entries.push({ key, keyStart, keyEnd, value });
    if (!freeText && key.includes('{{')) context.template = true;
  }
  reportDuplicates(entries, context);
  return {
    type: 'map',
    entries: merged.length > 0 ? withMerged(entries, merged) : entries,
    start,
    end: node.flow ? end : last,
  };
}

/** Keys are text to Kubernetes, however they look. */
function keyOf({ value, source }: Scalar): string {
  return typeof value === 'string' ? value : (source ?? '');
}

function reportDuplicates(entries: readonly MapEntry[], context: Context): void {
  if (entries.length < 2) return;
  const seen = new Set<string>();
  for (const entry of entries) {
    if (seen.has(entry.key)) context.duplicateKeys.push({ key: entry.key, range: keyRange(entry) });
    seen.add(entry.key);
  }
}

/** Merge keys (YAML 1.1 `<<`, which kubectl honours): own keys win, then earlier merged mappings. */
function withMerged(entries: readonly MapEntry[], merged: readonly SourceNode[]): readonly MapEntry[] {
  const result = [...entries];
  const keys = new Set(entries.map((entry) => entry.key));
  for (const map of merged.flatMap((node) => (node.type === 'sequence' ? node.items : [node]))) {
    if (map.type !== 'map') continue;
    for (const entry of map.entries) {
      if (keys.has(entry.key)) continue;
      keys.add(entry.key);
      result.push({ ...entry, value: { ...entry.value, shared: true } });
    }
  }
  return result;
}

function emptyScalar(at: number): ScalarNode {
  return { type: 'scalar', value: null, style: 'plain', start: at, end: at };
}

type NodeRange = readonly [number, number, number] | null | undefined;

function startOf(range: NodeRange, { offset }: Context): number {
  return (range?.[0] ?? 0) + offset;
}

function endOf(range: NodeRange, { offset }: Context): number {
  return (range?.[1] ?? 0) + offset;
}
