import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { embeddedTrees, readEmbedded } from '../../server/core/manifest/embedded-yaml';
import { nodeAt, toPlain, type MapNode, type ScalarNode, type SourceNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';

function scalarIn(text: string, ...path: readonly (string | number)[]): ScalarNode {
  const node = nodeAt(readTree(text), ...path);
  if (node?.type !== 'scalar') throw new Error('no scalar');
  return node;
}

function partsOf(node: SourceNode): readonly SourceNode[] {
  if (node.type === 'scalar') return [node];
  const parts = node.type === 'map' ? node.entries.map(({ value }) => value) : node.items;
  return [node, ...parts.flatMap(partsOf)];
}

describe('literal blocks', () => {
  const text = `patches:
  - target: { kind: Service }
    patch: |- # some words
      # a comment
      kind: Service

      metadata:
        name: web
        labels: {}
      ---
      - op: add
        path: "/spec/x"
`;

  test.each([
    ['\n', '|-'],
    ['\r\n', '|-'],
    ['\n', '|'],
    ['\n', '|+'],
    ['\n', '|6-'],
  ])('every node is where it is written, with %j and %s', (lineBreak, header) => {
    const file = text.replace('|-', header.replace('6', '2')).replaceAll('\n', lineBreak);
    const documents = readEmbedded(file, scalarIn(file, 'patches', 0, 'patch'), 'k');
    const slice = (node: SourceNode | undefined): string => file.slice(node?.start, node?.end);
    const name = nodeAt(documents[0], 'metadata', 'name');
    expect(documents).toHaveLength(2);
    expect(slice(name)).toBe('web');
    expect(name).toMatchObject({ file: 'k', value: 'web', style: 'plain' });
    expect(name?.shared).toBeUndefined();
    expect(slice(nodeAt(documents[0], 'metadata', 'labels'))).toBe('{}');
    expect(slice(nodeAt(documents[1], 0, 'path'))).toBe('"/spec/x"');
    const metadata = (documents[0] as MapNode).entries[1];
    expect(file.slice(metadata?.keyStart, metadata?.keyEnd)).toBe('metadata');
    // An end stays on the line of what ends.
    expect(slice(documents[0])).toMatch(/labels: {}$/);
  });

  test('within a literal block', () => {
    const outer = 'a: |\n  b: |\n    c: deep\n';
    const [inner] = readEmbedded(outer, scalarIn(outer, 'a'), 'k');
    const [innermost] = readEmbedded(outer, nodeAt(inner, 'b') as ScalarNode, 'k');
    const node = nodeAt(innermost, 'c');
    expect(outer.slice(node?.start, node?.end)).toBe('deep');
  });

  test('what is wrong is told at its place', () => {
    const broken = 'a: |\n  b: 1\n  c: [1\n';
    const { problem } = embeddedTrees(broken, scalarIn(broken, 'a'), 'k');
    expect(problem && broken.slice(0, problem.range.start).split('\n')).toHaveLength(3);
  });

  test('of any values and depth', () => {
    const words = fc
      .string({ unit: fc.constantFrom('x', 'y', '1', '-'), minLength: 1, maxLength: 5 })
      .map((word) => `w${word}`);
    const trees = fc.dictionary(words, fc.oneof(words, fc.dictionary(words, words, { minKeys: 1, maxKeys: 3 })), {
      minKeys: 1,
      maxKeys: 4,
    });
    fc.assert(
      fc.property(trees, fc.integer({ min: 1, max: 4 }), fc.boolean(), (tree, indentation, hasBlanks) => {
        const lines = Object.entries(tree).flatMap(([key, value]) =>
          typeof value === 'string'
            ? [`${key}: ${value}`]
            : [
                `${key}:`,
                ...(hasBlanks ? [''] : []),
                ...Object.entries(value).map(([inner, word]) => `  ${inner}: ${word}`),
              ],
        );
        const file = `top: 1\na: |\n${lines.map((line) => (line ? ' '.repeat(indentation) + line : line)).join('\n')}\nend: 1\n`;
        const [root] = readEmbedded(file, scalarIn(file, 'a'), 'k');
        expect(root && toPlain(root)).toEqual(tree);
        for (const part of root ? partsOf(root) : [])
          if (part.type === 'scalar') expect(file.slice(part.start, part.end)).toBe(part.value);
      }),
    );
  });
});

test.each([
  ['folded', 'a: >-\n  { b: 1,\n  c: [2] }\n'],
  ['double-quoted', 'a: "b: 1\\nc: [2]"\n'],
  ['single-quoted', "a: '{ b: 1, c: [2] }'\n"],
  ['plain', 'x: &x "{ b: 1, c: [2] }"\na: *x\n'],
])('in a %s scalar every node has the place of the whole, and no fix may edit it', (_, text) => {
  const scalar = scalarIn(text, 'a');
  const [root] = readEmbedded(text, scalar, 'k');
  expect(root && toPlain(root)).toEqual({ b: 1, c: [2] });
  for (const part of root ? partsOf(root) : [])
    expect(part).toMatchObject({ start: scalar.start, end: scalar.end, file: 'k', shared: true });
});

test.each(['a: 1', 'a: null', 'a: ""', 'a: |\n'])('nothing is in %j', (text) =>
  expect(readEmbedded(text, scalarIn(text, 'a'), 'k')).toEqual([]),
);

test('a file that is not the one the scalar was read from does no harm', () => {
  const text = 'a: |\n  b: 1\n';
  const scalar = scalarIn(text, 'a');
  for (const other of ['', 'a: |', 'a: |\n  other', 'x'.repeat(30)]) {
    const [root] = readEmbedded(other, scalar, 'k');
    expect(nodeAt(root, 'b')).toMatchObject({ value: 1, start: scalar.start, end: scalar.end });
  }
});
