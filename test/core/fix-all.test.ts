import { describe, expect, test } from 'vitest';
import type { Fix } from '../../server/core/index';
import { combineFixes } from '../../server/core/fix-all';

/** A fix of one line: `from-to text`, several edits after one another. */
function fix(...edits: readonly string[]): Fix {
  return {
    title: edits.join(', '),
    preferred: true,
    edits: edits.map((edit) => {
      const [, from, to, newText = '', file = 'a'] = /^(\d+)-(\d+) ?(\w*)@?(\w+)?$/.exec(edit) ?? [];
      const at = (character: string | undefined) => ({ line: 0, character: Number(character) });
      return { file, range: { start: at(from), end: at(to) }, newText };
    }),
  };
}

function combined(...fixes: readonly Fix[]): readonly [number, readonly string[]] {
  const { count, edits } = combineFixes(fixes);
  const printed = edits.map(
    ({ file, range, newText }) =>
      `${range.start.character}-${range.end.character} ${newText}${file === 'a' ? '' : `@${file}`}`,
  );
  return [count, printed];
}

describe('fixes that are done at once', () => {
  test('apart from each other, whichever comes first', () =>
    expect(combined(fix('5-8 b'), fix('1-3 a'), fix('1-3 c@other'))).toEqual([3, ['5-8 b', '1-3 a', '1-3 c@other']]));
  test('side by side', () => expect(combined(fix('1-3 a'), fix('3-5 b'))).toEqual([2, ['1-3 a', '3-5 b']]));
  test('one that touches what an earlier one changes waits, as a whole', () =>
    expect(combined(fix('1-3 a'), fix('2-4 b', '9-9 c'), fix('9-9 d'))).toEqual([2, ['1-3 a', '9-9 d']]));
  test('two insertions at one place have no certain order', () =>
    expect(combined(fix('3-3 a'), fix('3-3 a'), fix('3-5 b'))).toEqual([1, ['3-3 a']]));
  test('an insertion within what goes', () => expect(combined(fix('1-9 a'), fix('3-3 b'))).toEqual([1, ['1-9 a']]));
  test('the same change is made once, and both are fixed', () =>
    expect(combined(fix('1-3 a', '5-6 b'), fix('1-3 a', '8-9 c'))).toEqual([2, ['1-3 a', '5-6 b', '8-9 c']]));
  test('nothing', () => expect(combined()).toEqual([0, []]));
});
