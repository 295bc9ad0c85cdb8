import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { wantedWidth } from '../../diagram/card-width';
import { KIND_NAMES } from '../../diagram/icons';
import { layoutDiagram } from '../../diagram/layout';
import { CARD_WIDTH, LEAST_CARD_WIDTH, cardHeight } from '../../diagram/metrics';
import { cardShapes } from '../../diagram/shapes';
import type { ViewNodeKind } from '../../server/core/views/view';
import { node, viewOf } from './sample-view';

const KINDS = Object.keys(KIND_NAMES) as ViewNodeKind[];

describe('the width of a card', () => {
  test('stays within limits, and at less than the largest nothing is cut', () => {
    const words = fc.stringMatching(/^[a-z.=-]{1,40}$/);
    fc.assert(
      fc.property(
        fc.record({
          kind: fc.constantFrom(...KINDS),
          subtitle: words,
          lines: fc.array(words, { maxLength: 4 }),
          badges: fc.array(fc.record({ text: words, tone: fc.constantFrom('plain', 'good', 'warn') }), {
            maxLength: 4,
          }),
          parts: fc.array(fc.record({ text: words }), { maxLength: 5 }),
        }),
        (given) => {
          const each = node('web', given);
          const width = wantedWidth(each);
          expect(width).toBeGreaterThanOrEqual(LEAST_CARD_WIDTH);
          expect(width).toBeLessThanOrEqual(CARD_WIDTH);
          if (width === CARD_WIDTH) return;
          const { shapes } = cardShapes(each, width, cardHeight(each, width, true), true);
          const texts = shapes.flatMap((shape) => (shape.type === 'text' ? [shape.text] : []));
          expect(texts.filter((text) => text.includes('…'))).toEqual([]);
        },
      ),
    );
  });

  test('is the same for all of a lane, and stays when a text becomes shorter', () => {
    const long = node('a', { lane: 1, lines: ['twenty-five characters ab'] });
    const short = node('b', { lane: 1, lines: ['ab'] });
    const before = layoutDiagram(viewOf([long, short]));
    expect(before.nodes.get('b')?.width).toBe(before.nodes.get('a')?.width);
    expect(before.nodes.get('b')?.width).toBeGreaterThan(wantedWidth(short));
    const after = layoutDiagram(viewOf([node('a', { lane: 1 }), short]), { previous: before });
    expect(after.nodes.get('a')?.width).toBe(before.nodes.get('a')?.width);
  });
});
