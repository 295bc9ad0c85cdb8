import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCidr, type Cidr } from '../../server/core/model/cidr';
import { cutSpace, mergeAlike, printAddressRange } from '../../server/core/reach/ip-space';

function cidr(text: string): Cidr {
  const parsed = parseCidr(text);
  if (!parsed) throw new Error(`${text} is no CIDR`);
  return parsed;
}

/** Blocks of few addresses, so that they nest, touch and repeat often. */
const anyCidr = fc
  .tuple(fc.constantFrom('10.0.0.', '10.0.1.', '255.255.255.', '0.0.0.'), fc.nat(255), fc.integer({ min: 0, max: 32 }))
  .map(([prefix, last, length]) => cidr(`${prefix}${last}/${length}`));

describe('the space of addresses', () => {
  test('is whole where nothing cuts it', () => {
    expect(cutSpace(4, []).map(printAddressRange)).toEqual(['0.0.0.0-255.255.255.255']);
    expect(cutSpace(6, []).map(printAddressRange)).toEqual(['::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff']);
  });

  test('is cut before and behind a block, at an exception too, each family by its own', () => {
    expect(cutSpace(4, [cidr('10.0.0.0/8'), cidr('10.1.0.0/16'), cidr('fd00::/8')]).map(printAddressRange)).toEqual([
      '0.0.0.0-9.255.255.255',
      '10.0.0.0-10.0.255.255',
      '10.1.0.0-10.1.255.255',
      '10.2.0.0-10.255.255.255',
      '11.0.0.0-255.255.255.255',
    ]);
    expect(cutSpace(6, [cidr('fd00::/8'), cidr('10.0.0.0/8')])).toHaveLength(3);
    expect(cutSpace(4, [cidr('0.0.0.0/0'), cidr('255.255.255.255/32')])).toHaveLength(2);
  });

  test('has no gaps and no overlaps, and no block cuts a range', () => {
    fc.assert(
      fc.property(fc.array(anyCidr, { maxLength: 8 }), (cidrs) => {
        const ranges = cutSpace(4, cidrs);
        expect(ranges[0]?.first).toBe(0n);
        expect(ranges.at(-1)?.last).toBe((1n << 32n) - 1n);
        for (const [index, range] of ranges.entries()) {
          expect(range.first <= range.last).toBe(true);
          if (index > 0) expect(range.first).toBe((ranges[index - 1]?.last ?? 0n) + 1n);
          for (const block of cidrs) {
            const apart = range.last < block.first || block.last < range.first;
            expect(apart || (block.first <= range.first && range.last <= block.last)).toBe(true);
          }
        }
      }),
    );
  });

  test('comes together again where the parts are alike', () => {
    fc.assert(
      fc.property(fc.array(anyCidr, { maxLength: 8 }), anyCidr, (cidrs, wanted) => {
        const ranges = cutSpace(4, [...cidrs, wanted]);
        const isIn = (index: number): boolean => {
          const range = ranges[index];
          return range !== undefined && wanted.first <= range.first && range.last <= wanted.last;
        };
        const merged = mergeAlike(ranges, (index) => isIn(index) === isIn(index - 1));
        expect(merged.map(({ range }) => range)).toEqual(cutSpace(4, [wanted]));
        expect(merged.map(({ index }) => ranges[index]?.first)).toEqual(merged.map(({ range }) => range.first));
      }),
    );
  });
});
