import type { OffsetRange, ScalarNode, SourceNode } from './node';
import { readTrees, type Trees } from './read-trees';

/** What the documents in a text are read from. */
type Place = (range: OffsetRange) => OffsetRange;

/**
 * The documents in a scalar, such as a patch in a kustomization, as trees whose offsets point into the file that holds the scalar. Never
 * throws; what cannot be read is left out.
 * @param text of the whole file that the scalar is written in
 * @param file URI of that file, for every node
 */
export function readEmbedded(text: string, node: ScalarNode, file: string): readonly SourceNode[] {
  return embeddedTrees(text, node, file).roots;
}

/**
 * The same, with what is wrong with the text. In a literal block (`|`) every node has the very place it is written at. In any other style
 * escapes and folding hide it: there every node has the place of the whole scalar, and no fix may edit it.
 */
export function embeddedTrees(text: string, node: ScalarNode, file: string): Trees {
  if (typeof node.value !== 'string') return { roots: [], problem: undefined, template: false };
  const { roots, problem, template } = readTrees(node.value);
  const literal = node.style === 'block' ? literalPlace(text, node, node.value) : undefined;
  const place = literal ?? ((): OffsetRange => ({ start: node.start, end: node.end }));
  return {
    roots: roots.map((root) => placed(root, place, file, literal === undefined)),
    problem: problem && { message: problem.message, range: place(problem.range) },
    template,
  };
}

function placed(node: SourceNode, place: Place, file: string, isShared: boolean): SourceNode {
  const base = { ...place(node), file, ...(isShared || node.shared ? { shared: true as const } : {}) };
  switch (node.type) {
    case 'scalar':
      return { type: 'scalar', value: node.value, style: node.style, ...base };
    case 'sequence':
      return { type: 'sequence', items: node.items.map((item) => placed(item, place, file, isShared)), ...base };
    case 'map':
      return {
        type: 'map',
        entries: node.entries.map(({ key, keyStart, keyEnd, value }) => {
          const at = place({ start: keyStart, end: keyEnd });
          return { key, keyStart: at.start, keyEnd: at.end, value: placed(value, place, file, isShared) };
        }),
        ...base,
      };
  }
}

/**
 * How offsets into a literal block's value become offsets into the file: each line of the value is the end of a line there, behind the
 * indentation. Undefined for scalars of another style.
 */
export function literalPlace(text: string, node: OffsetRange, value: string): Place | undefined {
  if (text[node.start] !== '|') return undefined;
  const header = text.indexOf('\n', node.start);
  if (header === -1) return undefined;
  const inValue: number[] = [];
  const inFile: number[] = [];
  let read = 0;
  let at = header + 1;
  for (const line of value.split('\n')) {
    const lineEnd = text.indexOf('\n', at);
    const written = text.slice(at, lineEnd === -1 ? text.length : lineEnd).replace(/\r$/, '');
    if (!written.endsWith(line)) return undefined;
    inValue.push(read);
    inFile.push(at + written.length - line.length);
    read += line.length + 1;
    at = lineEnd === -1 ? text.length : lineEnd + 1;
  }
  const offset = (position: number): number => {
    const line = lastAtMost(inValue, position);
    return (inFile[line] ?? node.start) + position - (inValue[line] ?? 0);
  };
  // An end is put behind the last character, so that it stays on that character's line.
  return ({ start, end }) => ({ start: offset(start), end: end > start ? offset(end - 1) + 1 : offset(start) });
}

/** The index of the last of some rising numbers that is not above a limit. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((numbers[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
