import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containsCidr, coverAll, isAddress, parseCidr, type Cidr } from '../../server/core/model/cidr';

const cidr = (text: string): Cidr => {
  const found = parseCidr(text);
  if (!found) throw new Error(`${text} is no CIDR`);
  return found;
};

const ipv4 = fc
  .tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(32))
  .map(([a, b, c, d, bits]) => `${a}.${b}.${c}.${d}/${bits}`);
const ipv6 = fc
  .tuple(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), fc.nat(128))
  .map(([parts, bits]) => `${parts.map((part) => part.toString(16)).join(':')}/${bits}`);
const any = fc.oneof(ipv4, ipv6).map(cidr);

describe('parseCidr', () => {
  it.each([
    ['10.0.0.0/8', '10.0.0.0/8', false],
    ['10.1.2.3/8', '10.0.0.0/8', true],
    ['0.0.0.0/0', '0.0.0.0/0', false],
    ['255.255.255.255/32', '255.255.255.255/32', false],
    ['::/0', '::/0', false],
    ['2001:DB8:0:0::1/32', '2001:db8::/32', true],
    ['fd00::/8', 'fd00::/8', false],
  ])('%s', (text, canonical, hostBits) => {
    expect(parseCidr(text)).toMatchObject({ canonical, hostBits });
  });

  it.each([
    '',
    '10.0.0.0',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0/8',
    '10/8',
    '010.0.0.0/8',
    '0x0a.0.0.0/8',
    '10.0.0.0 /8',
    ' 10.0.0.0/8',
    '256.0.0.0/8',
    '::/129',
    'fe80::1%eth0/64',
    '10.0.0.0/255.0.0.0',
    '10.0.0.0/8/8',
    'a/8',
    '/8',
    '10.0.0.0/',
  ])('"%s" is none', (text) => {
    expect(parseCidr(text)).toBeUndefined();
  });

  it('never throws', () => {
    fc.assert(
      fc.property(
        fc.string(),
        (text) => (parseCidr(text) !== undefined) <= text.includes('/') && isAddress(text) <= !text.includes('/'),
      ),
    );
  });

  it('is idempotent: the canonical form is its own', () => {
    fc.assert(
      fc.property(any, ({ canonical, first, last, family }) => {
        expect(cidr(canonical)).toEqual({ canonical, first, last, family, hostBits: false });
      }),
    );
  });
});

describe('containsCidr and coverAll', () => {
  it('agree with the ranges', () => {
    fc.assert(
      fc.property(any, any, (a, b) => {
        const inside = a.family === b.family && a.first <= b.first && b.last <= a.last;
        expect(containsCidr(a, b)).toBe(inside);
        expect(containsCidr(a, a)).toBe(true);
        expect(coverAll(b, [a])).toBe(inside);
      }),
    );
  });

  it('two halves cover the whole, one does not', () => {
    expect(coverAll(cidr('10.0.0.0/8'), [cidr('10.128.0.0/9'), cidr('10.0.0.0/9')])).toBe(true);
    expect(coverAll(cidr('10.0.0.0/8'), [cidr('10.128.0.0/9')])).toBe(false);
    expect(coverAll(cidr('10.0.0.0/8'), [cidr('10.0.0.0/9'), cidr('10.128.0.0/10'), cidr('fd00::/8')])).toBe(false);
    expect(coverAll(cidr('10.0.0.0/8'), [])).toBe(false);
  });
});
