import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressBarShapes, type AddressBarShapes } from '../../diagram/address-bar';
import { SUBTITLE } from '../../diagram/metrics';
import { textWidth } from '../../diagram/text';
import { overlap, parseCidr } from '../../server/core/model/cidr';
import type { AddressBar, ViewRange } from '../../server/core/views/view';

function range(use: ViewRange['use'], cidr: string, source = 'IPPool a'): ViewRange {
  const parsed = parseCidr(cidr);
  if (!parsed) throw new Error(cidr);
  const { family, first, last, canonical } = parsed;
  return { id: `${use} ${canonical}`, use, cidr, family, first: String(first), last: String(last), source };
}

function barOf(ranges: readonly ViewRange[]): AddressBar {
  const overlaps = ranges.flatMap((a, index) =>
    ranges.slice(index + 1).flatMap((b) => {
      const [left, right] = [parseCidr(a.cidr), parseCidr(b.cidr)];
      if (!left || !right || !overlap(left, right)) return [];
      return [{ ranges: [a.id, b.id] as const, first: a.first, last: a.last, text: `${a.cidr} and ${b.cidr} overlap` }];
    }),
  );
  return { ranges, overlaps };
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The rectangles of one class, in the order they are drawn. */
function rects({ shapes }: AddressBarShapes, className: string): readonly Box[] {
  return shapes.flatMap((shape) => {
    if (shape.type !== 'path' || !shape.className.split(' ').includes(className)) return [];
    const [x = NaN, y = NaN, width = NaN] = [...shape.data.matchAll(/-?[\d.]+(?:e-?\d+)?/g)].map(([text]) =>
      Number(text),
    );
    return [{ x, y, width }];
  });
}

function labels({ shapes }: AddressBarShapes): readonly (Box & { readonly text: string })[] {
  return shapes.flatMap((shape) => {
    if (shape.type !== 'text' || shape.className !== 'range-label') return [];
    const width = textWidth(shape.text, SUBTITLE);
    return [{ x: shape.anchor === 'end' ? shape.x - width : shape.x, y: shape.y, text: shape.text, width }];
  });
}

const draw = (width: number, ...ranges: readonly ViewRange[]): AddressBarShapes =>
  addressBarShapes(barOf(ranges), width);

describe('the address bar', () => {
  it('is nothing without ranges, and without room', () => {
    const nothing = { shapes: [], height: 0, hits: [], description: [] };
    expect(draw(900)).toEqual(nothing);
    expect(draw(0, range('pod', '10.244.0.0/16'))).toEqual(nothing);
  });

  it('draws ranges that overlap at one scale, and hatches both', () => {
    const drawn = draw(900, range('service', '10.96.0.0/12'), range('pod', '10.104.0.0/14'));
    const [[services], [pods]] = [rects(drawn, 'service'), rects(drawn, 'pod')];
    expect((pods?.width ?? 0) / (services?.width ?? 0)).toBeCloseTo(1 / 4, 6);
    expect(((pods?.x ?? 0) - (services?.x ?? 0)) / (services?.width ?? 0)).toBeCloseTo(1 / 2, 6);
    expect(rects(drawn, 'overlap')).toEqual([{ ...pods, y: services?.y }, { ...pods }]);
    expect(rects(drawn, 'break')).toEqual([]);
  });

  it('breaks the axis between ranges that lie far apart, and draws the larger one wider', () => {
    const drawn = draw(900, range('pod', '10.244.0.0/16'), range('service', '10.96.0.0/12'));
    const [[services], [pods]] = [rects(drawn, 'service'), rects(drawn, 'pod')];
    expect(rects(drawn, 'break')).toHaveLength(1);
    expect(services?.x).toBeLessThan(pods?.x ?? 0);
    expect(services?.width).toBeGreaterThan(pods?.width ?? 0);
    expect(services?.y).toBe(pods?.y);
  });

  it('keeps neighbours of one size beside each other on one scale', () => {
    const drawn = draw(900, range('pod', '10.42.0.0/16'), range('service', '10.43.0.0/16'));
    const [[pods], [services]] = [rects(drawn, 'pod'), rects(drawn, 'service')];
    expect(rects(drawn, 'break')).toEqual([]);
    expect(services?.x).toBeCloseTo((pods?.x ?? 0) + (pods?.width ?? 0), 6);
    expect(services?.y).toBe(pods?.y);
  });

  it('draws what lies in a range below it, even where a row above has room', () => {
    const long = 'a source with a name that is much too long to stand beside another one';
    const drawn = draw(
      600,
      range('service', '10.96.0.0/12'),
      range('pod', '10.244.0.0/16', long),
      range('policy', '10.244.3.0/24'),
    );
    expect(rects(drawn, 'service')[0]?.y).toBeLessThan(rects(drawn, 'pod')[0]?.y ?? 0);
    expect(rects(drawn, 'pod')[0]?.y).toBeLessThan(rects(drawn, 'policy')[0]?.y ?? 0);
  });

  it('marks what is too small to be seen to scale', () => {
    const drawn = draw(900, range('pod', '10.0.0.0/8'), range('node', '10.255.255.0/24'));
    const [[pods], [nodes]] = [rects(drawn, 'pod'), rects(drawn, 'node')];
    expect(rects(drawn, 'marker')).toHaveLength(1);
    expect(nodes?.width).toBe(4);
    expect((nodes?.x ?? 0) + 4).toBeCloseTo((pods?.x ?? 0) + (pods?.width ?? 0), 6);
  });

  it('gives each family lines of its own', () => {
    const drawn = draw(900, range('pod', 'fd00::/56'), range('pod', '10.244.0.0/16'), range('service', 'fd00:1::/112'));
    const families = drawn.shapes.flatMap((shape) =>
      shape.type === 'text' && shape.className === 'axis-label' ? [shape.text] : [],
    );
    expect(families).toEqual(['IPv4', 'IPv6']);
    expect(labels(drawn).map(({ text }) => text)).toEqual([
      '10.244.0.0/16 pods · IPPool a',
      'fd00::/56 pods · IPPool a',
      'fd00:1::/112 Services · IPPool a',
    ]);
  });

  it('says the same in words', () => {
    const ranges = [range('pod', '10.96.0.0/24', 'IPPool <b>\u202e'), range('service', '10.96.0.0/12')];
    expect(draw(200, ...ranges).description).toEqual([
      '10.96.0.0/24 pods · IPPool <b>\ufffd',
      '10.96.0.0/12 Services · IPPool a',
      '10.96.0.0/24 and 10.96.0.0/12 overlap',
    ]);
  });

  it('leaves out numbers that are none', () => {
    const broken = { ...range('pod', '10.0.0.0/8'), id: 'x', first: 'one' };
    const turned = { ...range('pod', '10.0.0.0/8'), id: 'y', first: '9', last: '1' };
    expect(addressBarShapes({ ranges: [broken, turned], overlaps: [] }, 900).height).toBe(0);
    const gone = { ranges: ['x', 'z'], first: '0', last: '1', text: '' } as const;
    expect(rects(addressBarShapes({ ranges: [range('pod', '10.0.0.0/8')], overlaps: [gone] }, 900), 'overlap')).toEqual(
      [],
    );
  });

  const cidr = fc.oneof(
    fc
      .tuple(fc.constantFrom(10, 172, 192), fc.nat(255), fc.nat(255), fc.integer({ min: 0, max: 32 }))
      .map(([a, b, c, prefix]) => `${a}.${b}.${c}.0/${prefix}`),
    fc
      .tuple(fc.constantFrom('fd00', '2001:db8'), fc.nat(65535), fc.integer({ min: 0, max: 128 }))
      .map(([start, part, prefix]) => `${start}:${part.toString(16)}::/${prefix}`),
  );
  const anyRange = fc
    .tuple(
      fc.constantFrom('pod' as const, 'service' as const, 'node' as const, 'policy' as const),
      cidr,
      fc.string({ maxLength: 60 }),
    )
    .map(([use, text, source]) => range(use, text, source));
  const anyRanges = fc.uniqueArray(anyRange, { maxLength: 25, selector: ({ id }) => id });

  it('stays within its width and height, and no two labels or hits of one row meet', () => {
    fc.assert(
      fc.property(anyRanges, fc.integer({ min: 1, max: 1600 }), (ranges, width) => {
        const drawn = addressBarShapes(barOf(ranges), width);
        const { hits, height } = drawn;
        expect(hits).toHaveLength(ranges.length);
        const [texts, bars] = [labels(drawn), [...rects(drawn, 'range'), ...rects(drawn, 'overlap')]];
        for (const { x, y, width: size } of [...texts, ...bars, ...hits]) {
          expect(x).toBeGreaterThanOrEqual(-0.01);
          expect(x + size).toBeLessThanOrEqual(width + 0.01);
          expect(y).toBeGreaterThan(0);
          expect(y).toBeLessThan(height);
        }
        expect(bars.filter(({ width: size }) => !(size > 0))).toEqual([]);
        expect(meetings(texts)).toEqual([]);
        expect(meetings(hits)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it('is the same in whatever order ranges come', () => {
    fc.assert(
      fc.property(anyRanges, (ranges) => {
        const turned = addressBarShapes({ ranges: [...ranges].reverse(), overlaps: [] }, 900);
        const straight = addressBarShapes({ ranges, overlaps: [] }, 900);
        expect(new Set(turned.hits)).toEqual(new Set(straight.hits));
      }),
    );
  });
});

/** Pairs of one row that overlap. */
function meetings(boxes: readonly Box[]): readonly (readonly [Box, Box])[] {
  const sorted = [...boxes].sort((a, b) => a.y - b.y || a.x - b.x);
  return sorted.flatMap((box, index) => {
    const before = sorted[index - 1];
    return before?.y === box.y && before.x + before.width > box.x + 0.02 ? [[before, box] as const] : [];
  });
}
