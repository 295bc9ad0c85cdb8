import { describe, expect, test } from 'vitest';
import { cursorIn, nodeAtCursor } from '../../diagram/cursor';
import { describeEdge } from '../../diagram/describe';
import { limitNodes, neighbourhood, problemsOnly } from '../../diagram/filter';
import { nextInDirection } from '../../diagram/navigate';
import { unsureNodes } from '../../diagram/problems';
import { searchNodes } from '../../diagram/search';
import { cluster, edge, node, viewOf } from './sample-view';

const problem = { rule: 'service-selector-unmatched', severity: 'error', message: 'No pod has app=cartt.' } as const;
const shop = viewOf(
  [
    node('internet', { kind: 'outside', lane: 0 }),
    node('Service/shop/frontend', { group: 'namespace/shop', title: 'frontend', lines: ['80 → 8080'] }),
    node('Deployment/shop/frontend', { group: 'namespace/shop', kind: 'workload', lane: 3, title: 'frontend' }),
    node('Service/shop/cart', { group: 'namespace/shop', title: 'cart', problems: [problem] }),
    node('missing/cart', { group: 'namespace/shop', kind: 'missing', lane: 3, title: 'no pod' }),
    node('Service/pay/pay', { group: 'namespace/pay', title: 'pay' }),
  ],
  [
    edge('internet', 'Service/shop/frontend'),
    edge('Service/shop/frontend', 'Deployment/shop/frontend'),
    edge('Service/shop/cart', 'missing/cart', { state: 'broken', note: 'no pod has app=cartt' }),
  ],
);

describe('filters', () => {
  test('problems only leaves what is broken, what it touches, and no empty group', () => {
    const view = problemsOnly(shop);
    expect(view.nodes.map((each) => each.id)).toEqual(['Service/shop/cart', 'missing/cart']);
    expect(view.groups.map((group) => group.id)).toEqual(['namespace/shop']);
    expect(view.edges).toHaveLength(1);
  });

  test('a neighbourhood grows along edges in both directions', () => {
    expect([...neighbourhood(shop, ['Service/shop/frontend'], 1)]).toEqual([
      'Service/shop/frontend',
      'internet',
      'Deployment/shop/frontend',
    ]);
    expect([...neighbourhood(shop, ['internet'], 2)]).toHaveLength(3);
    expect([...neighbourhood(shop, ['internet'], 0)]).toEqual(['internet']);
  });

  test('a limit keeps problems and what is asked for, and says how much there is', () => {
    const view = cluster(400, 10);
    const troubled = {
      ...view,
      nodes: view.nodes.map((each) => (each.id === 'Service/397' ? { ...each, problems: [problem] } : each)),
    };
    const part = limitNodes(troubled, 100, ['Service/398']);
    expect([part.shown, part.total]).toEqual([100, view.nodes.length]);
    const ids = part.view.nodes.map((each) => each.id);
    expect(ids).toEqual(expect.arrayContaining(['Service/398', 'Service/397', 'Deployment/398', 'Deployment/397']));
    expect(limitNodes(shop, 100).view).toBe(shop);
  });
});

describe('search', () => {
  test('finds every word, in names, lines, namespaces and problems, whatever the case', () => {
    expect(searchNodes(shop, 'FRONT')).toEqual(['Service/shop/frontend', 'Deployment/shop/frontend']);
    expect(searchNodes(shop, 'front 8080')).toEqual(['Service/shop/frontend']);
    expect(searchNodes(shop, 'namespace/pay')).toEqual(['Service/pay/pay']);
    expect(searchNodes(shop, 'unmatched')).toEqual(['Service/shop/cart']);
  });

  test('takes nothing as a pattern', () => {
    expect(searchNodes(shop, '.*')).toEqual([]);
    expect(searchNodes(shop, '  ')).toEqual([]);
  });
});

describe('arrows', () => {
  const rect = (id: string, x: number, y: number) => ({ id, x, y, width: 100, height: 40 });
  const cards = [rect('a', 0, 0), rect('b', 0, 60), rect('c', 200, 10), rect('d', 200, 400)];

  test('go to the nearest card in their direction', () => {
    const from = rect('a', 0, 0);
    expect(nextInDirection(cards, from, 'down')).toBe('b');
    expect(nextInDirection(cards, from, 'right')).toBe('c');
    expect(nextInDirection(cards, from, 'left')).toBeUndefined();
    expect(nextInDirection(cards, rect('d', 200, 400), 'up')).toBe('c');
  });
});

describe('cursor', () => {
  const at = (file: string, line: number) => ({
    location: { file, range: { start: { line, character: 0 }, end: { line, character: 5 } } },
  });
  const view = viewOf([
    node('first', at('a.yaml', 3)),
    node('second', at('a.yaml', 12)),
    node('other', at('b.yaml', 1)),
  ]);
  const lines = [
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    '  name: first',
    'spec: {}',
    '---',
    '# nothing here',
    '---  ',
    'apiVersion: v1',
    'kind: Service',
    'metadata:',
    '  labels: {}',
    '  name: second',
  ];
  const nodeAt = (line: number): string | undefined =>
    nodeAtCursor(
      view,
      (uri) => uri === 'a.yaml',
      cursorIn((index) => lines[index] ?? '', lines.length, line),
    );

  test('leads to the node of its document, before and after the name', () => {
    expect([0, 3, 4].map(nodeAt)).toEqual(['first', 'first', 'first']);
    expect([7, 8, 12].map(nodeAt)).toEqual(['second', 'second', 'second']);
  });

  test('leads nowhere in a document that is not drawn', () => {
    expect(nodeAt(6)).toBeUndefined();
  });
});

test('a missing thing that may be elsewhere is told from one that breaks an edge', () => {
  expect([...unsureNodes(shop)]).toEqual([]);
  const edges = shop.edges.map((each) => ({ ...each, state: 'unknown' as const }));
  expect([...unsureNodes({ ...shop, edges })]).toEqual(['missing/cart']);
});

test('edges are described from either end', () => {
  const [first, , broken] = shop.edges;
  if (first === undefined || broken === undefined) throw new Error('no edges');
  expect(describeEdge(shop, first, 'Service/shop/frontend')).toBe('from internet, connects');
  expect(describeEdge(shop, broken, 'Service/shop/cart')).toBe('to no pod, does not connect, no pod has app=cartt');
});
