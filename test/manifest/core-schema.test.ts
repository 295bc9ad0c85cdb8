import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDocument, isScalar } from 'yaml';
import { coreValue } from '../../server/core/manifest/core-schema';

/** What the library makes of a plain scalar; undefined where the text is none. */
function oracle(text: string): unknown {
  const { contents, errors } = parseDocument(text);
  return errors.length === 0 && isScalar(contents) && contents.type === 'PLAIN' && contents.source === text
    ? contents.value
    : undefined;
}

test.each([
  '~',
  'null',
  'Null',
  'NULL',
  'nULL',
  'true',
  'True',
  'TRUE',
  'tRue',
  'false',
  'yes',
  'no',
  'on',
  'off',
  'n',
  't',
  '0',
  '-0',
  '+1',
  '12',
  '007',
  '0o17',
  '0o8',
  '0x1F',
  '0xg',
  '1.',
  '.5',
  '-.5',
  '+1.5',
  '1e3',
  '1E-3',
  '.e1',
  '1_000',
  '.inf',
  '-.INF',
  '+.Inf',
  '.nan',
  '.NaN',
  '-.nan',
  '.',
  '+',
  '-x',
  '1.2.3',
  '10.0.0.0/8',
  '12345678901234567890',
  '1:30',
  '2024-01-01',
])('reads %s as the library does', (text) => {
  expect(coreValue(text)).toEqual(oracle(text));
});

test('reads any plain scalar as the library does', () => {
  const text = fc.string({
    unit: fc.constantFrom(...'0123456789+-.eExofnaNIiulTtruFfalse_:~'.split('')),
    minLength: 1,
    maxLength: 7,
  });
  fc.assert(
    fc.property(text, (value) => {
      const expected = oracle(value);
      if (expected !== undefined) expect(coreValue(value)).toEqual(expected);
    }),
    { numRuns: 3000 },
  );
});
