import { expect, test } from 'vitest';
import { countBetween, countOf, pairLines } from '../../diagram/pairs';

test('edges between groups are counted by pair, the most first', () => {
  const counts = countBetween([
    ['shop', 'data'],
    ['data', 'shop'],
    ['shop', 'internet'],
  ]);
  expect(countOf(counts, 'shop')).toBe(3);
  expect(countOf(counts, 'data')).toBe(2);
  expect(countOf(counts, 'none')).toBe(0);
  expect(pairLines(counts, 'shop', (id) => id.toUpperCase())).toEqual(['⇄ 2 to DATA', '⇄ 1 to INTERNET']);
});

test('many others are counted', () => {
  const counts = countBetween(Array.from({ length: 11 }, (_, index) => ['hub', `n${index}`] as const));
  expect(pairLines(counts, 'hub', (id) => id).at(-1)).toBe('and to 3 more');
});
