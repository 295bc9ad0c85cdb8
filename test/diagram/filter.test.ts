import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cursorIn, nodeAtCursor } from '../../diagram/cursor';
import { describeEdge } from '../../diagram/describe';
import {
  applyFilter,
  limitNodes,
  neighbourhood,
  NO_FILTER,
  problemsOnly,
  type DiagramFilter,
} from '../../diagram/filter';
import { filterWords } from '../../diagram/filter-words';
import { nextInDirection } from '../../diagram/navigate';
import { unsureNodes } from '../../diagram/problems';
import { searchNodes } from '../../diagram/search';
import { anyView, cluster, edge, node, viewOf } from './sample-view';

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

describe('what is hidden', () => {
  const web = { app: 'web', tier: 'front' };
  const api = { app: 'api' };
  const view = viewOf(
    [
      node('internet', { kind: 'outside' }),
      node('web', { resourceKind: 'Deployment', group: 'namespace/shop', labels: web, title: 'web' }),
      node('api', { resourceKind: 'Deployment', group: 'namespace/shop', labels: api }),
      node('db', { resourceKind: 'StatefulSet', group: 'namespace/data', labels: {} }),
      node('alone', { resourceKind: 'Deployment', group: 'namespace/data', labels: {} }),
    ],
    [
      edge('internet', 'web'),
      edge('web', 'api', { state: 'denied' }),
      edge('api', 'db', { state: 'unknown' }),
      edge('namespace/shop', 'db'),
    ],
  );

  test.each<[string, Partial<DiagramFilter>, string]>([
    ['nothing', {}, 'internet web api db alone'],
    ['a kind of resource', { hiddenKinds: ['Deployment'] }, 'internet db'],
    ['a kind without resource', { hiddenKinds: ['outside'] }, 'web api db alone'],
    ['a namespace', { hiddenNamespaces: ['namespace/data'] }, 'internet web api'],
    ['other labels', { label: 'app=web' }, 'internet web'],
    ['what lacks a label', { label: 'app' }, 'internet web api'],
    ['what has a label', { label: '!app' }, 'db alone'],
    ['one value', { label: 'app!=web' }, 'api db alone'],
    ['what does not meet all', { label: ' app == web , tier!=front ' }, ''],
    ['nothing for a label half written', { label: '=' }, 'internet web api db alone'],
    ['what only denied edges touch', { hiddenStates: ['denied', 'ok'] }, 'api db alone'],
  ])('%s', (_, filter, expected) => {
    expect(idsOf(applyFilter(view, { ...NO_FILTER, ...filter }, null))).toBe(expected);
  });

  test.each<[string, DiagramFilter['hops'], string]>([
    ['web', 1, 'internet web api db'],
    ['internet', 1, 'internet web'],
    ['internet', 2, 'internet web api db'],
    ['alone', 2, 'alone'],
    ['gone', 2, 'internet web api db alone'],
  ])('what is not around %s within %d', (focus, hops, expected) => {
    expect(idsOf(applyFilter(view, { ...NO_FILTER, hops }, focus))).toBe(expected);
  });

  test('is told in words', () => {
    const filter: DiagramFilter = {
      hiddenKinds: ['Deployment', 'outside'],
      hiddenNamespaces: ['namespace/data', 'namespace/of-another-scope'],
      hiddenStates: ['denied'],
      label: 'app=web',
      problemsOnly: true,
      hops: 1,
    };
    expect(filterWords(filter, view, 'web')).toBe(
      'kinds Deployment, Outside, namespace namespace/data, denied connections, what is not app=web, what has no problem, what is more than 1 connection from web',
    );
    expect(filterWords(NO_FILTER, view, null)).toBe('');
  });

  test('leaves a part of the view in which every edge has its ends and every group a node', () => {
    const anyFilter = fc.record({
      hiddenKinds: fc.subarray(['service', 'workload', 'outside']),
      hiddenNamespaces: fc.subarray(['namespace/0', 'namespace/1']),
      hiddenStates: fc.subarray(['ok', 'broken', 'unknown'] as const),
      label: fc.constantFrom('', 'app', '!app', 'app=web'),
      problemsOnly: fc.boolean(),
      hops: fc.constantFrom(0, 1, 2),
    });
    fc.assert(
      fc.property(anyView, anyFilter, (whole, filter) => {
        const part = applyFilter(whole, filter, whole.nodes[0]?.id ?? null);
        const ids = new Set([...part.nodes, ...part.groups].map(({ id }) => id));
        expect(part.nodes.every((each) => whole.nodes.includes(each))).toBe(true);
        expect(part.edges.every(({ source, target }) => ids.has(source) && ids.has(target))).toBe(
          part !== whole || whole.edges.every(({ source, target }) => ids.has(source) && ids.has(target)),
        );
        expect(part.groups.every(({ id }) => part.nodes.some(({ group }) => group === id))).toBe(true);
      }),
    );
  });

  function idsOf({ nodes }: { readonly nodes: readonly { readonly id: string }[] }): string {
    return nodes.map(({ id }) => id).join(' ');
  }
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

  test('means the resource itself rather than what only stems from it', () => {
    const both = viewOf([node('client/a', { kind: 'client', ...at('a.yaml', 1) }), node('a', at('a.yaml', 1))]);
    const onlyClient = viewOf([node('client/a', { kind: 'client', ...at('a.yaml', 1) })]);
    const cursor = { line: 2, start: 0, end: 9 };
    expect([both, onlyClient].map((each) => nodeAtCursor(each, () => true, cursor))).toEqual(['a', 'client/a']);
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
