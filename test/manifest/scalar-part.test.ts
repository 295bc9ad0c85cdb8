import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { nodeAt } from '../../server/core/manifest/node';
import { readTrees } from '../../server/core/manifest/read-trees';
import { placeOfPart } from '../../server/core/manifest/scalar-part';

/** Where a word of the value of `key` is found in the text. */
function find(text: string, word: string, nth = 0): string | undefined {
  const node = nodeAt(readTrees(text).roots[0], 'key');
  if (node?.type !== 'scalar' || typeof node.value !== 'string') throw new Error('no text');
  let start = -1;
  for (let found = 0; found <= nth; found++) start = node.value.indexOf(word, start + 1);
  const place = placeOfPart(text, node, { value: node.value, start, end: start + word.length });
  return place && `${place.start} ${text.slice(place.start, place.end)}`;
}

describe('placeOfPart', () => {
  it.each([
    ['plain', 'key: http://web/web\n', '12 web'],
    ['single quotes', "key: 'it''s http://web/'\n", '19 web'],
    ['double quotes', 'key: "http://web/"\n', '13 web'],
    ['escapes', 'key: "a\\tb http://web/"\n', '18 web'],
    ['a literal block', 'key: |\n  a\n    http://web/\n', '22 web'],
    ['a literal block with CRLF', 'key: |-\r\n  a\r\n  http://web/\r\n', '23 web'],
    ['a folded block', 'key: >\n  a\n  http://web/\n', '20 web'],
    ['folded plain text', 'key: a\n  http://web/\n', '16 web'],
  ])('finds it in %s', (_, text, expected) => {
    expect(find(text, 'web')).toBe(expected);
  });

  it('tells one occurrence from another', () => {
    expect(find('key: >-\n  web\n  web x\n', 'web', 1)).toBe('16 web');
  });

  it('finds nothing where the word is written otherwise', () => {
    expect(find('key: "\\u0077eb"\n', 'web')).toBeUndefined();
  });

  it('always finds the very word, in whatever style', () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,4}$/), { minLength: 1, maxLength: 30 });
    const style = fc.constantFrom('PLAIN', 'QUOTE_SINGLE', 'QUOTE_DOUBLE', 'BLOCK_LITERAL', 'BLOCK_FOLDED');
    const between = fc.constantFrom(' ', '\n', '\n\n', ' "', "' ", '\t');
    fc.assert(
      fc.property(words, style, between, fc.nat(), (list, defaultStringType, separator, pick) => {
        const value = list.join(separator);
        const text = stringify({ key: value }, { defaultStringType, lineWidth: 20 });
        const word = list[pick % list.length] ?? '';
        const found = find(text, word);
        if (found !== undefined) expect(found.split(' ')[1]).toBe(word);
      }),
    );
  });
});
