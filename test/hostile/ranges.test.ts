import fc from 'fast-check';
import { isDeepStrictEqual } from 'node:util';
import { parse, parseAllDocuments, stringify, type ToStringOptions } from 'yaml';
import { describe, expect, it } from 'vitest';
import { toPlain, type SourceNode } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12 }),
  fc.constantFrom(
    'web',
    '8080',
    'true',
    'null',
    'a: b',
    '# no',
    ' spaces ',
    "it's",
    '"quoted"',
    'two\nlines',
    'ünï©ode 🎉',
    '*star',
    '&and',
    '- a',
    '{{',
  ),
);
const scalar = fc.oneof(text, fc.integer({ min: 0, max: 65535 }), fc.boolean(), fc.constant(null));
/** `isDeepStrictEqual` looks at prototypes. */
const plain = { noNullPrototype: true };
const labels = fc.dictionary(fc.stringMatching(/^[a-z][a-z./-]{0,10}$/), scalar, plain);

/** Under `data` any text may stand, also `{{`. */
const resource = fc.record(
  {
    apiVersion: fc.constant('v1'),
    kind: fc.constantFrom('Service', 'Pod', 'ConfigMap'),
    metadata: fc.record({ name: fc.stringMatching(/^[a-z]{1,8}$/), annotations: labels }, plain),
    data: fc.record({ values: labels, list: fc.array(fc.oneof(scalar, labels), { maxLength: 3 }) }, plain),
  },
  plain,
);

const options: fc.Arbitrary<ToStringOptions> = fc.record({
  indent: fc.integer({ min: 1, max: 6 }),
  indentSeq: fc.boolean(),
  lineWidth: fc.constantFrom(0, 20, 80),
  minContentWidth: fc.constantFrom(0, 20),
  flowCollectionPadding: fc.boolean(),
  collectionStyle: fc.constantFrom('any' as const, 'block' as const, 'flow' as const),
  defaultStringType: fc.constantFrom(
    'PLAIN' as const,
    'QUOTE_SINGLE' as const,
    'QUOTE_DOUBLE' as const,
    'BLOCK_LITERAL' as const,
  ),
  defaultKeyType: fc.constantFrom('PLAIN' as const, 'QUOTE_SINGLE' as const, 'QUOTE_DOUBLE' as const),
});

/** The library's writer slips in some corners, such as leading spaces in a block at the indentation of 1. */
function survives(value: unknown, style: ToStringOptions): boolean {
  const documents = parseAllDocuments(stringify(value, style));
  return (
    documents.length === 1 &&
    documents.every(({ errors }) => errors.length === 0) &&
    isDeepStrictEqual(documents[0]?.toJS(), value)
  );
}

function* scalarsOf(node: SourceNode): Generator<Extract<SourceNode, { type: 'scalar' }>> {
  if (node.type === 'scalar') yield node;
  else if (node.type === 'sequence') for (const item of node.items) yield* scalarsOf(item);
  else for (const { value } of node.entries) yield* scalarsOf(value);
}

function* keysOf(node: SourceNode): Generator<{ readonly key: string; readonly start: number; readonly end: number }> {
  if (node.type === 'sequence') for (const item of node.items) yield* keysOf(item);
  if (node.type !== 'map') return;
  for (const { key, keyStart, keyEnd, value } of node.entries) {
    yield { key, start: keyStart, end: keyEnd };
    yield* keysOf(value);
  }
}

describe('ranges', () => {
  it('of every value and key hold its text, wherever the document stands', () => {
    fc.assert(
      fc.property(
        fc.array(resource, { minLength: 1, maxLength: 3 }),
        options,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        (values, style, eol, bom) => {
          for (const value of values) fc.pre(survives(value, style));
          const source =
            (bom ? '\uFEFF' : '') +
            values
              .map((value) => stringify(value, style))
              .join('---\n')
              .replaceAll('\n', eol);
          const { resources, problems } = readManifest('file:///a.yaml', source);
          expect(problems).toEqual([]);
          expect(resources.map(({ root }) => toPlain(root))).toEqual(values);
          for (const { root } of resources) {
            for (const node of scalarsOf(root)) {
              if (node.style !== 'block')
                expect(parse(source.slice(node.start, node.end)) ?? null, source).toEqual(node.value);
            }
            for (const { key, start, end } of keysOf(root))
              expect(String(parse(source.slice(start, end))), source).toBe(key);
          }
        },
      ),
      { numRuns: 80 },
    );
  });

  it('of a resource holds all of it', () => {
    fc.assert(
      fc.property(resource, options, (value, style) => {
        fc.pre(survives(value, style));
        const source = `# before\n---\n${stringify(value, style)}`;
        const [found] = readManifest('file:///a.yaml', source).resources;
        expect(found && parse(source.slice(found.range.start, found.range.end))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  it('and everything else survive a structured clone', () => {
    fc.assert(
      fc.property(resource, (value) => {
        const manifest = readManifest('file:///a.yaml', stringify([value], { aliasDuplicateObjects: true }));
        expect(structuredClone(manifest)).toEqual(manifest);
      }),
      { numRuns: 30 },
    );
  });
});
