import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BADGE_MARGIN, BADGE_TEXT, placeBadges } from '../../diagram/badges';
import { edgeEnds } from '../../diagram/ends';
import { intersects, type Rect } from '../../diagram/geometry';
import { KIND_NAMES } from '../../diagram/icons';
import { layoutDiagram } from '../../diagram/layout';
import { CARD_WIDTH, LINE, LEAST_CARD_WIDTH, SUBTITLE, TITLE, cardHeight } from '../../diagram/metrics';
import { outlineOf } from '../../diagram/outlines';
import { pathData } from '../../diagram/route';
import { cardShapes, groupShapes, type Shape } from '../../diagram/shapes';
import { cleanText, textWidth, truncate, type TextStyle } from '../../diagram/text';
import type { EdgeState, ViewNodeKind } from '../../server/core/views/view';
import { edge, node, viewOf } from './sample-view';

const MARKUP = '<img src=x onerror=alert(1)>';
const HOSTILE = [
  MARKUP,
  'W'.repeat(10_000),
  'i'.repeat(10_000),
  'e\u0301'.repeat(5_000),
  '\u200d'.repeat(10_000),
  'خدمة'.repeat(2_500),
  '😀'.repeat(5_000),
  'a\n\tb\u202egnp.exe',
];

function textsOf(shapes: readonly Shape[]): readonly Extract<Shape, { type: 'text' }>[] {
  return shapes.filter((shape) => shape.type === 'text');
}

/** The room that a text takes, from its ascenders to its baseline. */
function boxOf(shape: Extract<Shape, { type: 'text' }>): Rect {
  const style = STYLES[shape.className.split(' ')[0] ?? ''] ?? LINE;
  const width = textWidth(shape.text, style);
  const x = shape.anchor === 'middle' ? shape.x - width / 2 : shape.anchor === 'end' ? shape.x - width : shape.x;
  return { x, y: shape.y - style.size * 0.75, width, height: style.size * 0.75 };
}

const STYLES: Readonly<Record<string, TextStyle>> = {
  title: TITLE,
  subtitle: SUBTITLE,
  'expander-text': SUBTITLE,
  'chip-text': BADGE_TEXT,
};

describe('texts', () => {
  test.each(HOSTILE)('are cut to their room: %#', (text) => {
    for (const style of [TITLE, SUBTITLE, LINE]) {
      const shown = truncate(text, 180, style);
      expect(textWidth(shown, style)).toBeLessThanOrEqual(180);
      expect(shown.length).toBeLessThan(500);
    }
  });

  test('a text that fits stays whole, any other ends with an ellipsis', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), fc.integer({ min: 30, max: 400 }), (text, width) => {
        const clean = cleanText(text);
        const shown = truncate(text, width, TITLE);
        if (textWidth(clean, TITLE) <= width) expect(shown).toBe(clean);
        else expect(shown.endsWith('…')).toBe(true);
        // No half of a pair of surrogates.
        expect(() => encodeURIComponent(shown)).not.toThrow();
      }),
    );
  });

  test('control characters and those that turn the reading direction are shown, not obeyed', () => {
    expect(cleanText('x\u202egnp.exe\u0000\u2066')).toBe('x\ufffdgnp.exe\ufffd\ufffd');
    expect(cleanText('  a\n b\t')).toBe('a b');
  });
});

describe('cards', () => {
  test.each(HOSTILE)('of hostile nodes keep their size and their texts: %#', (text) => {
    const hostile = node('x', { title: text, subtitle: text, lines: Array<string>(20).fill(text) });
    const card = cardShapes(hostile, CARD_WIDTH, cardHeight(hostile));
    expect(cardHeight(hostile)).toBeLessThan(200);
    for (const shape of textsOf(card.shapes)) {
      const style = shape.className === 'title' ? TITLE : shape.className === 'subtitle' ? SUBTITLE : LINE;
      expect(shape.x + textWidth(shape.text, style)).toBeLessThanOrEqual(CARD_WIDTH);
    }
    expect(card.tooltip).toContain(cleanText(text));
  });

  test('markup stays text: it is in no attribute and no path', () => {
    const hostile = node('x', {
      title: MARKUP,
      lines: [MARKUP],
      problems: [{ rule: 'r', severity: 'error', message: MARKUP }],
    });
    const card = cardShapes(hostile, CARD_WIDTH, cardHeight(hostile));
    expect(textsOf(card.shapes).some((shape) => shape.text.startsWith('<img src'))).toBe(true);
    for (const shape of card.shapes)
      expect(`${shape.className}${shape.type === 'path' ? shape.data : ''}`).not.toContain('<');
  });

  test('every kind has an outline of its own, and so has every kind of Service', () => {
    const kinds = (Object.keys(KIND_NAMES) as ViewNodeKind[]).map((kind) => node('x', { kind }));
    const variants = (['headless', 'NodePort', 'LoadBalancer'] as const).map((variant) => node('x', { variant }));
    const outlines = [...kinds, ...variants].map((each) => JSON.stringify(outlineOf(each, 200, 80)));
    // What is missing and what is not declared differ by their dashes.
    expect(new Set(outlines).size).toBe(outlines.length);
  });

  test('all shapes stay within the card, and no text runs over a badge or the sign to expand', () => {
    const texts = fc.constantFrom('a', 'open ingress', 'W'.repeat(80), 'خدمة', '');
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom(...(Object.keys(KIND_NAMES) as ViewNodeKind[])),
          lines: fc.array(texts, { maxLength: 6 }),
          badges: fc.array(fc.record({ text: texts, tone: fc.constantFrom('plain', 'good', 'warn') }), {
            maxLength: 14,
          }),
          parts: fc.array(fc.record({ text: texts, note: texts }), { maxLength: 30 }),
          subtitle: texts,
        }),
        fc.constantFrom(CARD_WIDTH, LEAST_CARD_WIDTH),
        fc.boolean(),
        (given, width, expanded) => {
          const each = node('x', given);
          const height = cardHeight(each, width, expanded);
          const { shapes, expander } = cardShapes(each, width, height, expanded);
          const badges = placeBadges(each, width);
          const boxes = textsOf(shapes).map((shape) => boxOf(shape));
          for (const box of boxes) {
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(width);
            expect(box.y + box.height).toBeLessThanOrEqual(height);
          }
          boxes.forEach((box, index) => {
            for (const other of boxes.slice(index + 1)) expect(intersects(box, other)).toBe(false);
          });
          expect(expander === undefined).toBe(given.parts.length === 0);
          for (const badge of badges) expect(badge.x + badge.width).toBeLessThanOrEqual(width - 2 * BADGE_MARGIN);
        },
      ),
    );
  });

  test('badges tell their tone by a sign, and those without room are counted', () => {
    const badges = [
      { text: 'open ingress', tone: 'warn' },
      { text: 'TLS', tone: 'good' },
      { text: 'host network', tone: 'plain' },
    ] as const;
    const shown = (count: number): readonly string[] =>
      placeBadges(node('x', { badges: Array.from({ length: count }, () => badges).flat() }), CARD_WIDTH).map(
        ({ text }) => text,
      );
    expect(shown(1)).toEqual(['! open ingress', '✓ TLS', 'host network']);
    expect(shown(5).at(-1)).toBe(`+${15 - (shown(5).length - 1)}`);
  });

  test('an expanded card lists its parts, and counts those beyond 20', () => {
    const parts = Array.from({ length: 23 }, (_, index) => ({ text: `web-${index}`, note: 'on every node' }));
    const each = node('x', { kind: 'workload', parts });
    const texts = (expanded: boolean): readonly string[] =>
      textsOf(cardShapes(each, CARD_WIDTH, cardHeight(each, CARD_WIDTH, expanded), expanded).shapes)
        .filter((shape) => shape.className.startsWith('line'))
        .map((shape) => shape.text);
    expect(texts(false)).toEqual([]);
    expect(texts(true)).toHaveLength(21);
    expect(texts(true)[0]).toBe('web-0 · on every node');
    expect(texts(true).at(-1)).toBe('and 3 more');
  });

  test('problems are counted on a badge with a sign for the worst', () => {
    const problems = [
      { rule: 'a', severity: 'warning', message: 'm' },
      { rule: 'b', severity: 'error', message: 'm' },
    ] as const;
    const card = cardShapes(node('x', { problems }), 200, 80);
    expect(card.severity).toBe('error');
    expect(textsOf(card.shapes).find((shape) => shape.className === 'badge-text error')?.text).toBe('✕ 2');
    expect(card.description).toBe('x, Service, 2 problems');
  });

  test('more lines than there is room for are counted', () => {
    const card = cardShapes(node('x', { lines: ['1', '2', '3', '4', '5', '6'] }), 200, 130);
    expect(
      textsOf(card.shapes)
        .map((shape) => shape.text)
        .slice(2),
    ).toEqual(['1', '2', '3', 'and 3 more']);
  });
});

test('a folded group says what it holds', () => {
  const view = viewOf([
    node('a', { group: 'namespace/x' }),
    node('b', { group: 'namespace/x', kind: 'workload', lane: 3 }),
    node('c', { group: 'namespace/x' }),
  ]);
  const layout = layoutDiagram(view, { folded: new Set(['namespace/x']) });
  const [group] = layout.graph.groups;
  const box = layout.groups.get('namespace/x');
  if (group === undefined || box === undefined) throw new Error('no group');
  expect(textsOf(groupShapes(group, box)).map((shape) => shape.text)).toEqual([
    'namespace/x',
    '2 Services, 1 workload',
  ]);
});

test('an edge label that is too long is cut, and broken edges keep theirs clear of the sign', () => {
  const nodes = [node('a', { group: 'namespace/x' }), node('b', { group: 'namespace/x', lane: 3, kind: 'workload' })];
  const layout = layoutDiagram(viewOf(nodes, [edge('a', 'b', { label: 'y'.repeat(5_000), state: 'broken' })]));
  expect(layout.edges[0]?.label?.text.length).toBeLessThan(30);
});

describe('ends of edges', () => {
  const points = [
    { x: 0, y: 0 },
    { x: 100, y: 0 },
  ];
  const states: readonly EdgeState[] = ['ok', 'broken', 'denied', 'half-open', 'unknown', 'plain'];

  test('every state has a sign of its own; that things belong together has none', () => {
    const signs = states.map((state) => edgeEnds({ state, points }));
    expect(new Set(signs).size).toBe(states.length);
    expect(signs.at(-1)).toBe('');
  });

  test.each(states)('what leads both ways has one at each end: %s', (state) => {
    const both = edgeEnds({ state, points, back: { x: 14, y: 0 } });
    const lines = (data: string): number => data.split('M').length;
    expect(lines(both) - 1).toBe(2 * (lines(edgeEnds({ state, points })) - 1));
  });
});

test('paths have rounded corners that fit between their points', () => {
  expect(
    pathData([
      { x: 0, y: 0 },
      { x: 10, y: 0 },
    ]),
  ).toBe('M0 0L10 0');
  expect(
    pathData([
      { x: 0, y: 0 },
      { x: 10, y: 0 },
      { x: 10, y: 4 },
    ]),
  ).toBe('M0 0L8 0Q10 0 10 2L10 4');
});
