import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { layoutDiagram } from '../../diagram/layout';
import { CARD_WIDTH, LINE, SUBTITLE, TITLE, cardHeight } from '../../diagram/metrics';
import { pathData } from '../../diagram/route';
import { cardShapes, groupShapes, type Shape } from '../../diagram/shapes';
import { cleanText, textWidth, truncate } from '../../diagram/text';
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

  test('every kind has an outline of its own', () => {
    const kinds = ['outside', 'ingress', 'client', 'service', 'workload', 'endpoints', 'external-name'] as const;
    const outlines = kinds.map((kind) =>
      JSON.stringify(
        cardShapes(node('x', { kind }), 200, 80).shapes.filter((shape) => shape.className.startsWith('card')),
      ),
    );
    expect(new Set(outlines).size).toBe(kinds.length);
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
