import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  connectionsTo,
  equal,
  noConnections,
  parseConnections,
  printConnections,
  union,
} from '../../server/core/reach/connection-set';
import type { Connection } from '../../server/core/reach/connectivity';
import { differencesOf, type Difference } from '../../server/core/reach/difference';
import { parseAddressRange, printAddressRange, type AddressRange } from '../../server/core/reach/ip-space';

/** `a => b : TCP 80`, in the order of results. */
function connections(...lines: readonly string[]): readonly Connection[] {
  return lines
    .map((line) => {
      const [, src = '', dst = '', conn = ''] = /^(.*) => (.*) : (.*)$/.exec(line) ?? [];
      return { src: peer(src), dst: peer(dst), conn };
    })
    .sort((a, b) => compare(a.src, b.src) || compare(a.dst, b.dst));
}

/** `web` for `shop/web[Deployment]`, `10.0.0.0-10.0.0.9` for the addresses. */
function peer(text: string): string {
  if (text.startsWith('{')) return text;
  return /^[0-9a-f:.]+-/.test(text) ? `${text}[External]` : `shop/${text}[Deployment]`;
}

function lines(differences: Iterable<Difference>): readonly string[] {
  const short = (text: string): string => text.replace(/^shop\/|\[(Deployment|External)\]$/g, '');
  return [...differences].map(
    ({ src, dst, before, after }) => `${short(src)} => ${short(dst)} : ${before ?? ''} → ${after ?? ''}`,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

describe('differences', () => {
  test.each([
    ['nothing on both sides', [], [], []],
    ['opened', [], ['a => b : TCP 80'], ['a => b :  → TCP 80']],
    ['closed', ['a => b : TCP 80'], [], ['a => b : TCP 80 → ']],
    ['changed', ['a => b : TCP 80'], ['a => b : TCP 80,443'], ['a => b : TCP 80 → TCP 80,443']],
    ['the same', ['a => b : TCP 80', 'b => a : UDP 53'], ['a => b : TCP 80', 'b => a : UDP 53'], []],
    ['another way to write one set', ['a => b : TCP 80-90,UDP 53'], ['a => b : UDP 53,TCP 85-90,80-84'], []],
    ['an empty set is nothing', ['a => b : No Connections'], [], []],
    ['all ports of all protocols', ['a => b : SCTP 1-65535,TCP 1-65535,UDP 1-65535'], ['a => b : All Connections'], []],
    [
      'sources that one side lacks',
      ['a => x : TCP 1', 'c => x : TCP 1'],
      ['b => x : TCP 1', 'c => x : TCP 2', '{ingress-controller} => x : TCP 3'],
      ['a => x : TCP 1 → ', 'b => x :  → TCP 1', 'c => x : TCP 1 → TCP 2', '{ingress-controller} => x :  → TCP 3'],
    ],
    [
      'addresses cut otherwise',
      ['a => 0.0.0.0-255.255.255.255 : TCP 80'],
      ['a => 0.0.0.0-9.255.255.255 : TCP 80', 'a => 10.0.0.0-255.255.255.255 : TCP 80'],
      [],
    ],
    [
      'a part of the addresses',
      ['a => 0.0.0.0-255.255.255.255 : TCP 80'],
      ['a => 0.0.0.0-9.255.255.255 : TCP 80', 'a => 11.0.0.0-255.255.255.255 : TCP 80'],
      ['a => 10.0.0.0-10.255.255.255 : TCP 80 → '],
    ],
    [
      'neighbouring parts that fare alike are one, others not',
      ['a => 0.0.0.0-0.0.0.3 : TCP 1', 'a => 0.0.0.4-0.0.0.7 : TCP 1', 'a => 0.0.0.8-0.0.0.9 : TCP 1'],
      ['a => 0.0.0.0-0.0.0.1 : TCP 2', 'a => 0.0.0.2-0.0.0.5 : TCP 2', 'a => 0.0.0.6-0.0.0.7 : TCP 3'],
      [
        'a => 0.0.0.0-0.0.0.5 : TCP 1 → TCP 2',
        'a => 0.0.0.6-0.0.0.7 : TCP 1 → TCP 3',
        'a => 0.0.0.8-0.0.0.9 : TCP 1 → ',
      ],
    ],
    [
      'from addresses, each destination by itself, behind the others',
      ['10.0.0.0-10.0.0.9 => a : TCP 1', '10.0.0.0-10.0.0.9 => b : TCP 1'],
      [
        '10.0.0.0-10.0.0.4 => a : TCP 1',
        '10.0.0.5-10.0.0.9 => a : TCP 1',
        'x => a : TCP 1',
        '10.0.0.0-10.0.0.4 => b : TCP 1',
      ],
      ['x => a :  → TCP 1', '10.0.0.5-10.0.0.9 => b : TCP 1 → '],
    ],
    [
      'IPv6 by itself',
      ['a => ::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff : TCP 1', 'a => 0.0.0.0-255.255.255.255 : TCP 1'],
      ['a => ::-fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff : TCP 1', 'a => 0.0.0.0-255.255.255.255 : TCP 1'],
      ['a => fd00::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff : TCP 1 → '],
    ],
    ['ports by name stay texts', ['a => b : TCP http'], ['a => b : TCP https'], ['a => b : TCP http → TCP https']],
  ])('%s', (_, before, after, expected) => {
    expect(lines(differencesOf(connections(...before), connections(...after)))).toEqual(expected);
  });

  test('a name that only looks like addresses is a name', () => {
    const peers = { src: 'x/1.1.1.1-0.0.0.0[External]', dst: '9.9.9.9[External]' };
    expect([...differencesOf([{ ...peers, conn: 'TCP 1' }], [])]).toEqual([
      { ...peers, before: 'TCP 1', after: undefined },
    ]);
  });

  test('reads each side once and keeps no more than a source of it', () => {
    let ahead = 0;
    const counting = function* (): Generator<Connection> {
      for (let index = 0; index < 50; index += 1) {
        ahead += 1;
        yield { src: `shop/${String(index).padStart(2, '0')}[Pod]`, dst: 'shop/x[Pod]', conn: 'TCP 1' };
      }
    };
    const differences = differencesOf(counting(), []);
    differences.next();
    expect(ahead).toBeLessThanOrEqual(3);
  });
});

const ports = [1, 2, 3, 79, 80, 81, 65534, 65535];
const anySet = fc
  .array(fc.tuple(fc.constantFrom('TCP', 'UDP', 'SCTP'), fc.constantFrom(...ports), fc.constantFrom(...ports)), {
    maxLength: 5,
  })
  .map((ranges) =>
    ranges.reduce(
      (set, [protocol, a, b]) => union(set, connectionsTo(protocol, Math.min(a, b), Math.max(a, b))),
      noConnections,
    ),
  );

describe('connection sets as printed', () => {
  test('are read as what they were', () => {
    fc.assert(
      fc.property(anySet, (set) => {
        const read = parseConnections(printConnections(set));
        expect(read && equal(read, set)).toBe(true);
      }),
    );
  });

  test.each([
    ['TCP 80,443,8080-8090', 'TCP 80,443,8080-8090'],
    ['UDP 53,TCP 2,1,SCTP 9', 'SCTP 9,TCP 1-2,UDP 53'],
    ['TCP 1-65535', 'TCP 1-65535'],
  ])('%s', (text, expected) => {
    const read = parseConnections(text);
    expect(read && printConnections(read)).toBe(expected);
  });

  test.each([
    '',
    '80',
    'TCP',
    'TCP ',
    'TCP 0',
    'TCP 65536',
    'TCP 9-8',
    'ICMP 1',
    'TCP http',
    'TCP 80,http',
    'TCP  80',
    'TCP 80 ',
  ])('"%s" is none', (text) => expect(parseConnections(text)).toBeUndefined());
});

describe('ranges of addresses as printed', () => {
  test.each([
    '0.0.0.0-255.255.255.255',
    '10.0.0.1-10.0.0.1',
    '::-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff',
    'fd00::-fd00::ff',
  ])('%s', (text) => {
    const range = parseAddressRange(text);
    expect(range && printAddressRange(range)).toBe(text);
  });

  test.each([
    '',
    '-',
    '10.0.0.1',
    '10.0.0.2-10.0.0.1',
    '10.0.0.1-::1',
    '1.2.3.4-5.6.7.8-9.9.9.9',
    '010.0.0.1-10.0.0.2',
    'a-b',
  ])('"%s" is none', (text) => expect(parseAddressRange(text)).toBeUndefined());
});

/** A result as it might come: few names, and a few addresses cut at random, each cut treated as chance has it. */
interface World {
  readonly connections: readonly Connection[];
}

const names = ['a', 'b', '{ingress-controller}'];
const conns = ['TCP 80', 'TCP 80,443', 'All Connections', 'UDP 53'];
const anyConn = fc.option(fc.constantFrom(...conns), { nil: undefined });
/** Cut behind some of eight addresses of one family, with what passes in each part. */
const anyStretch = fc.record({
  family: fc.constantFrom<4 | 6>(4, 6),
  cuts: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { maxLength: 4 }),
  conns: fc.array(anyConn, { minLength: 5, maxLength: 5 }),
});
const anyWorld: fc.Arbitrary<World> = fc
  .record({
    named: fc.uniqueArray(fc.tuple(fc.constantFrom(...names), fc.constantFrom('a', 'b'), fc.constantFrom(...conns)), {
      maxLength: 5,
      selector: ([src, dst]) => `${src} ${dst}`,
    }),
    outbound: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), anyStretch), {
      maxLength: 3,
      selector: ([src, { family }]) => `${src} ${family}`,
    }),
    inbound: fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b'), anyStretch), {
      maxLength: 3,
      selector: ([dst, { family }]) => `${dst} ${family}`,
    }),
  })
  .map(({ named, outbound, inbound }) => ({
    connections: connections(
      ...named.map(([src, dst, conn]) => `${src} => ${dst} : ${conn}`),
      ...outbound.flatMap(([src, stretch]) => parts(stretch).map(([range, conn]) => `${src} => ${range} : ${conn}`)),
      ...inbound.flatMap(([dst, stretch]) => parts(stretch).map(([range, conn]) => `${range} => ${dst} : ${conn}`)),
    ),
  }));

function parts({
  family,
  cuts,
  conns: passing,
}: {
  family: 4 | 6;
  cuts: readonly number[];
  conns: readonly (string | undefined)[];
}): readonly (readonly [string, string])[] {
  const starts = [0, ...[...cuts].sort((a, b) => a - b)];
  return starts.flatMap((first, index) => {
    const conn = passing[index];
    const last = (starts[index + 1] ?? 8) - 1;
    return conn === undefined
      ? []
      : [[printAddressRange({ family, first: BigInt(first), last: BigInt(last) }), conn] as const];
  });
}

/** What passes between single peers: every address by itself, so that cuts make no difference. */
function meaning(items: Iterable<Connection>): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { src, dst, conn } of items)
    for (const from of points(src)) for (const to of points(dst)) found.set(`${from} => ${to}`, conn);
  return found;
}

function points(text: string): readonly string[] {
  const range = text.endsWith('[External]') ? parseAddressRange(text.slice(0, -10)) : undefined;
  return range ? addresses(range) : [text];
}

function addresses({ family, first, last }: AddressRange): readonly string[] {
  return Array.from({ length: Number(last - first) + 1 }, (_, index) => `${family}:${first + BigInt(index)}`);
}

function applied(before: ReadonlyMap<string, string>, differences: Iterable<Difference>): ReadonlyMap<string, string> {
  const result = new Map(before);
  for (const { src, dst, before: old, after } of differences) {
    for (const from of points(src)) {
      for (const to of points(dst)) {
        expect(result.get(`${from} => ${to}`)).toBe(old);
        if (after === undefined) result.delete(`${from} => ${to}`);
        else result.set(`${from} => ${to}`, after);
      }
    }
  }
  return result;
}

function sortedEntries(map: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  return [...map].sort(([a], [b]) => compare(a, b));
}

describe('for any two results', () => {
  test('one does not differ from itself', () => {
    fc.assert(
      fc.property(anyWorld, ({ connections: a }) => {
        expect([...differencesOf(a, a)]).toEqual([]);
      }),
    );
  });

  test('the differences turn one into the other, and back', () => {
    fc.assert(
      fc.property(anyWorld, anyWorld, ({ connections: a }, { connections: b }) => {
        const there = [...differencesOf(a, b)];
        expect(sortedEntries(applied(meaning(a), there))).toEqual(sortedEntries(meaning(b)));
        const back = there.map(({ before, after, ...peers }) => ({ ...peers, before: after, after: before }));
        expect([...differencesOf(b, a)]).toEqual(back);
      }),
    );
  });

  test('another cut of the same addresses is no difference', () => {
    fc.assert(
      fc.property(anyWorld, ({ connections: a }) => {
        const recut = connections(...a.flatMap(inSingles));
        expect([...differencesOf(a, recut)]).toEqual([]);
        expect([...differencesOf(recut, a)]).toEqual([]);
      }),
    );
  });

  test('no two lines could be one', () => {
    fc.assert(
      fc.property(anyWorld, anyWorld, ({ connections: a }, { connections: b }) => {
        const outbound = [...differencesOf(a, b)].filter(({ dst }) => dst.endsWith('[External]'));
        for (const one of outbound) {
          const range = parseAddressRange(one.dst.slice(0, -10));
          const next = outbound.find(
            ({ src, dst }) =>
              src === one.src &&
              range &&
              parseAddressRange(dst.slice(0, -10))?.first === range.last + 1n &&
              parseAddressRange(dst.slice(0, -10))?.family === range.family,
          );
          if (next) expect([next.before, next.after]).not.toEqual([one.before, one.after]);
        }
      }),
    );
  });
});

/** A connection as lines for single addresses. */
function inSingles({ src, dst, conn }: Connection): readonly string[] {
  const singles = (text: string): readonly string[] => {
    const range = text.endsWith('[External]') ? parseAddressRange(text.slice(0, -10)) : undefined;
    if (!range) return [text.replace(/^shop\/|\[Deployment\]$/g, '')];
    return Array.from({ length: Number(range.last - range.first) + 1 }, (_, index) => {
      const first = range.first + BigInt(index);
      return printAddressRange({ family: range.family, first, last: first });
    });
  };
  return singles(src).flatMap((from) => singles(dst).map((to) => `${from} => ${to} : ${conn}`));
}
