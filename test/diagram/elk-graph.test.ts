import ELK, { type ElkNode } from 'elkjs/lib/elk.bundled.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arrangedLayout, elkGraphOf, type ElkGraph } from '../../diagram/elk-graph';
import { intersects } from '../../diagram/geometry';
import { layoutDiagram, type Layout } from '../../diagram/layout';
import { anyView, cluster, edge, node, someFolded, viewOf } from './sample-view';

const shop = layoutDiagram(
  viewOf(
    [
      node('internet', { kind: 'outside', lane: 0 }),
      node('web', { group: 'shop' }),
      node('db', { group: 'pay', lane: 3 }),
      node('vault', { group: 'pay', lane: 3 }),
    ],
    [
      edge('internet', 'web', { label: '80' }),
      edge('web', 'db', { mutual: true }),
      edge('web', 'shop'),
      edge('internet', 'vault', { quiet: true }),
    ],
  ),
  { folded: new Set(['pay']) },
);

describe('the graph for ELK', () => {
  const graph = elkGraphOf(shop);

  test('has frames with their cards, folded ones as cards, and what stands beside them', () => {
    const shape = (graph.children ?? []).map(({ id, children }) => [id, children?.map((each) => each.id)]);
    expect(shape).toEqual([
      ['internet', undefined],
      ['shop', ['web']],
      ['pay', undefined],
    ]);
  });

  test('has the edges that are always drawn, with room for their labels', () => {
    expect(graph.edges?.map(({ sources, targets, labels }) => [sources[0], targets[0], labels?.[0]?.text])).toEqual([
      ['internet', 'web', '80'],
      ['web', 'pay', undefined],
    ]);
  });

  test('names no edge end that it lacks', () => {
    fc.assert(
      fc.property(anyView, fc.nat(31), (view, mask) => {
        const { children = [], edges = [] } = elkGraphOf(layoutDiagram(view, { folded: someFolded(view, mask) }));
        const known = new Set(children.flatMap((each) => [each.id, ...(each.children ?? []).map(({ id }) => id)]));
        for (const { sources, targets } of edges)
          for (const id of [...sources, ...targets]) expect(known).toContain(id);
      }),
    );
  });
});

describe('what ELK gives back', () => {
  const arranged: ElkGraph = {
    id: 'root',
    children: [
      { id: 'internet', x: 5, y: 50, width: 188, height: 46 },
      { id: 'shop', x: 300, y: 0, width: 272, height: 150, children: [{ id: 'web', x: 318, y: 40 }] },
    ],
    edges: [
      {
        id: 'internet->web',
        sources: ['internet'],
        targets: ['web'],
        labels: [{ x: 200, y: 60, width: 20, text: '80' }],
        sections: [
          { startPoint: { x: 193, y: 73 }, bendPoints: [{ x: 250, y: 73.000000001 }], endPoint: { x: 250, y: 90 } },
        ],
      },
    ],
  };
  const layout = arrangedLayout(shop, arranged);

  test('moves cards and frames; what it does not name stays', () => {
    expect(layout.nodes.get('web')).toMatchObject({ x: 318, y: 40 });
    expect(layout.groups.get('shop')).toMatchObject({ x: 300, width: 272 });
    expect(layout.groups.get('pay')).toEqual(shop.groups.get('pay'));
    expect(layout.columns).toEqual([]);
  });

  test('routes edges, which begin inside of their card', () => {
    expect(layout.edges.find(({ id }) => id === 'internet->web')).toMatchObject({
      points: [
        { x: 179, y: 73 },
        { x: 250, y: 73 },
        { x: 250, y: 90 },
      ],
      label: { x: 210, y: 71, text: '80' },
    });
  });
});

/** With the real ELK: that it understands the graph, and that its places are taken over as it means them. */
test('cards do not overlap, and stand within their frames', async () => {
  const before = layoutDiagram(cluster(12, 3));
  const layout = arrangedLayout(before, await new ELK().layout(elkGraphOf(before) as ElkNode));
  const cards = [...layout.nodes.values()];
  expect(cards.map(({ width, height }) => [width, height])).toEqual(sizesOf(before));
  for (const [index, card] of cards.entries()) {
    expect(cards.slice(index + 1).filter((other) => intersects(card, other))).toEqual([]);
  }
  for (const { id, group } of layout.graph.nodes) {
    const [card, frame] = [layout.nodes.get(id), layout.groups.get(group ?? '')];
    if (card === undefined || frame === undefined) continue;
    expect(card.y).toBeGreaterThanOrEqual(frame.y + 40);
    expect(card.x + card.width).toBeLessThanOrEqual(frame.x + frame.width);
    expect(card.y + card.height).toBeLessThanOrEqual(frame.y + frame.height);
  }
  const isSquare = layout.edges.every(({ points }) =>
    points.slice(1).every(({ x, y }, index) => x === points[index]?.x || y === points[index]?.y),
  );
  expect(isSquare).toBe(true);
});

function sizesOf(layout: Layout): readonly (readonly number[])[] {
  return [...layout.nodes.values()].map(({ width, height }) => [width, height]);
}
