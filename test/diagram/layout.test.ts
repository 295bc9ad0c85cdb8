import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intersects, type Point, type Rect } from '../../diagram/geometry';
import { labelBox, labelsInFocus } from '../../diagram/labels';
import { layoutDiagram, type Layout } from '../../diagram/layout';
import { BOX_HEADER } from '../../diagram/metrics';
import type { EdgeRoute } from '../../diagram/route';
import type { DiagramView, ViewEdge, ViewNode } from '../../server/core/views/view';
import { anyView, cluster, edge, mesh, node, someExpanded, someFolded, viewOf } from './sample-view';

const views = fc.tuple(anyView, fc.nat(31));

function items(layout: Layout): readonly (Rect & { readonly id: string })[] {
  return [...layout.nodes.values(), ...[...layout.groups.values()].filter((group) => group.folded)];
}

function overlaps(rects: readonly (Rect & { readonly id: string })[]): readonly string[] {
  return rects.flatMap((a, index) =>
    rects.slice(index + 1).flatMap((b) => (intersects(a, b) ? [`${a.id} and ${b.id}`] : [])),
  );
}

/** The parts of an edge as rectangles without width or height. */
function linesOf({ points }: EdgeRoute): readonly Rect[] {
  return points.slice(1).map((point, index) => {
    const before = points[index] ?? point;
    return {
      x: Math.min(point.x, before.x),
      y: Math.min(point.y, before.y),
      width: Math.abs(point.x - before.x),
      height: Math.abs(point.y - before.y),
    };
  });
}

function moved(before: Layout, after: Layout): number {
  return [...before.nodes.values()].filter((item) => {
    const now = after.nodes.get(item.id);
    return now === undefined || now.x !== item.x || now.y !== item.y;
  }).length;
}

describe('layout', () => {
  test('no two cards overlap, and no two frames', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask) });
        expect(overlaps(items(layout))).toEqual([]);
        expect(overlaps([...layout.groups.values()])).toEqual([]);
      }),
    );
  });

  test('every card stands inside its frame, and those without a group outside of all', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask) });
        for (const { id, group } of layout.graph.nodes) {
          const item = layout.nodes.get(id);
          if (item === undefined) throw new Error(`${id} has no place`);
          for (const frame of layout.groups.values()) {
            if (frame.id !== group) expect(intersects(item, frame), `${id} in ${frame.id}`).toBe(false);
            else {
              expect(item.x).toBeGreaterThanOrEqual(frame.x);
              expect(item.y).toBeGreaterThanOrEqual(frame.y);
              expect(item.x + item.width).toBeLessThanOrEqual(frame.x + frame.width);
              expect(item.y + item.height).toBeLessThanOrEqual(frame.y + frame.height);
            }
          }
        }
      }),
    );
  });

  test('nothing is lost: every node is drawn or in a folded group', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const folded = someFolded(view, mask);
        const layout = layoutDiagram(view, { folded });
        for (const { id, group } of view.nodes)
          expect(layout.nodes.has(id) || (group !== undefined && folded.has(group))).toBe(true);
      }),
    );
  });

  test('the same view gives the same picture, and laying it out again moves nothing', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const folded = someFolded(view, mask);
        const first = layoutDiagram(view, { folded });
        expect(layoutDiagram(view, { folded })).toEqual(first);
        expect(moved(first, layoutDiagram(view, { folded, previous: first }))).toBe(0);
      }),
    );
  });

  test('a layout that grew out of another keeps to the rules too', () => {
    fc.assert(
      fc.property(views, views, ([before, beforeMask], [after, afterMask]) => {
        const previous = layoutDiagram(before, { folded: someFolded(before, beforeMask) });
        const layout = layoutDiagram(after, { folded: someFolded(after, afterMask), previous });
        expect(overlaps(items(layout))).toEqual([]);
        expect(overlaps([...layout.groups.values()])).toEqual([]);
      }),
    );
  });

  test('edges run between their ends and touch no other card', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask) });
        for (const route of layout.edges) {
          for (const line of linesOf(route)) {
            expect(line.width === 0 || line.height === 0, 'right angles').toBe(true);
            const crossed = items(layout).filter(
              (item) => item.id !== route.source && item.id !== route.target && intersects(line, item),
            );
            expect(crossed.map((item) => `${route.id} crosses ${item.id}`)).toEqual([]);
          }
        }
      }),
    );
  });

  test('labels of edges cover no card, no other label and no line but the one they stand on', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask), expanded: someExpanded(view) });
        const boxes = layout.edges.flatMap(({ id, label }) =>
          label === undefined ? [] : [{ ...labelBox(label), id }],
        );
        expect(overlaps(boxes)).toEqual([]);
        const loud = layout.edges.filter((route) => route.quiet !== true);
        for (const box of boxes) {
          expect(items(layout).filter((item) => intersects(box, item))).toEqual([]);
          expect(loud.filter((route) => linesOf(route).some((line) => intersects(line, box)))).toEqual([]);
        }
      }),
    );
  });

  test('labels in focus cover no other, and every edge has one of its own', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask) });
        const shown = labelsInFocus(layout.edges, layout.edges.at(-1)?.id);
        expect(overlaps(shown.map(({ edge: { id }, label }) => ({ ...labelBox(label), id })))).toEqual([]);
        const last = layout.edges.at(-1);
        if (last?.focusLabel !== undefined) expect(shown[0]?.edge).toBe(last);
      }),
    );
  });

  test('all lies within the bounds of the picture', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const layout = layoutDiagram(view, { folded: someFolded(view, mask), expanded: someExpanded(view) });
        // Lines that pass a card at the rim keep clear of it.
        const rim = 7;
        const rects = [
          ...layout.nodes.values(),
          ...layout.groups.values(),
          ...layout.edges.flatMap(linesOf),
          ...layout.edges.flatMap(({ label }) => (label === undefined ? [] : [labelBox(label)])),
        ];
        for (const { x, y, width, height } of rects) {
          expect(x).toBeGreaterThanOrEqual(0);
          expect(y).toBeGreaterThanOrEqual(-rim);
          expect(x + width).toBeLessThanOrEqual(layout.width);
          expect(y + height).toBeLessThanOrEqual(layout.height + rim);
        }
      }),
    );
  });

  test('quiet edges move nothing and take no track from others', () => {
    fc.assert(
      fc.property(anyView, (view) => {
        const edges = view.edges.map((each) => (each.quiet === true ? { ...each, label: '' } : each));
        const loud = edges.filter((each) => each.quiet !== true);
        const layout = layoutDiagram({ ...view, edges });
        const without = layoutDiagram({ ...view, edges: loud });
        const ys = (routes: Layout['edges']): unknown => routes.map(({ points }) => points.map(({ y }) => y));
        expect([...layout.nodes.values()].map(({ y }) => y)).toEqual([...without.nodes.values()].map(({ y }) => y));
        expect(ys(layout.edges.filter((route) => route.quiet !== true))).toEqual(ys(without.edges));
      }),
    );
  });

  test('what expanded cards need is gone when they are closed', () => {
    fc.assert(
      fc.property(views, ([view, mask]) => {
        const folded = someFolded(view, mask);
        const before = layoutDiagram(view, { folded });
        const open = layoutDiagram(view, { folded, expanded: someExpanded(view), previous: before });
        expect(overlaps(items(open))).toEqual([]);
        expect(overlaps([...open.groups.values()])).toEqual([]);
        expect(moved(before, layoutDiagram(view, { folded, previous: open }))).toBe(0);
      }),
    );
  });
});

describe('lanes beside the boxes', () => {
  const nodes = [
    node('left', { lane: 0 }),
    node('web', { lane: 1, group: 'namespace/a' }),
    node('api', { lane: 2, group: 'namespace/b' }),
    node('right', { lane: 3 }),
  ];
  const view = {
    ...viewOf(nodes, [edge('left', 'web'), edge('web', 'right'), edge('right', 'api'), edge('api', 'left')]),
    openLanes: [0, 3],
  };
  const layout = layoutDiagram(view);
  const frame = layout.groups.get('namespace/b');
  const place = (id: string): Rect => layout.nodes.get(id) ?? { x: NaN, y: NaN, width: NaN, height: NaN };

  test('the first ones stand at the left, the last ones at the right', () => {
    if (frame === undefined) throw new Error('no frame');
    expect(place('left').x + place('left').width).toBeLessThan(frame.x);
    expect(place('right').x).toBeGreaterThan(frame.x + frame.width);
    expect(layout.width).toBe(place('right').x + place('right').width);
  });

  test('their nodes stand beside what they are connected with', () => {
    expect(place('right').y).toBe(place('web').y);
  });

  test('in other lanes nodes without a group stand between the boxes', () => {
    const inside = layoutDiagram({ ...view, openLanes: [0] }).nodes.get('right');
    expect(inside?.x).toBeLessThan(place('right').x);
  });
});

describe('edges at frames', () => {
  const nodes = [
    node('net', { kind: 'network', lane: 0 }),
    node('a', { group: 'namespace/x', lane: 1 }),
    node('b', { group: 'namespace/y', lane: 2 }),
    node('cidr', { kind: 'addresses', lane: 3 }),
  ];
  const view = (edges: readonly ViewEdge[], some = nodes): DiagramView => ({
    ...viewOf(some, edges),
    openLanes: [0, 3],
  });
  const endsOf = (edges: readonly ViewEdge[], some = nodes): { end: Point; frame: Rect } => {
    const layout = layoutDiagram(view(edges, some));
    const route = layout.edges[0];
    const [frame, end] = [layout.groups.get(route?.target ?? ''), route?.points.at(-1)];
    if (frame === undefined || end === undefined) throw new Error('no edge');
    return { end, frame };
  };

  test.each([
    ['from the left at the left side', edge('net', 'namespace/y'), nodes],
    ['from another box at the left side', edge('a', 'namespace/y'), nodes],
    ['from another frame at the left side', edge('namespace/x', 'namespace/y'), nodes],
    ['also where nothing stands at the left', edge('namespace/x', 'namespace/y'), nodes.slice(1)],
  ])('they arrive %s', (_, each, some) => {
    const { end, frame } = endsOf([each], some);
    expect(end.x).toBe(frame.x);
    expect(end.y).toBeGreaterThan(frame.y);
    expect(end.y).toBeLessThan(frame.y + BOX_HEADER);
  });

  test('they arrive from the right at the right side', () => {
    const { end, frame } = endsOf([edge('cidr', 'namespace/x')]);
    expect(end.x).toBe(frame.x + frame.width);
  });

  test('a frame leads to nothing that it holds', () => {
    expect(layoutDiagram(view([edge('namespace/x', 'a'), edge('b', 'namespace/y')])).edges).toEqual([]);
  });
});

test('edges that arrive in one style with the same words share their last line and are labelled once', () => {
  const nodes = ['a', 'b', 'c'].map((id) => node(id, { group: 'namespace/x', lane: 1 }));
  const target = node('web', { group: 'namespace/x', lane: 2 });
  const edges = nodes.map(({ id }) => edge(id, 'web', { label: 'TCP 80' }));
  const layout = layoutDiagram(
    viewOf([...nodes, target], [...edges, edge('a', 'web', { id: 'other', label: 'UDP 53' })]),
  );
  expect(new Set(layout.edges.map((route) => route.points.at(-1)?.y)).size).toBe(2);
  expect(layout.edges.flatMap((route) => route.label?.text ?? [])).toEqual(['TCP 80', 'UDP 53']);
  expect(layout.edges.every((route) => route.focusLabel !== undefined)).toBe(true);
});

test('many edges in one gutter widen it, but an edit does not', () => {
  const nodes = Array.from({ length: 24 }, (_, index) =>
    node(`n${index}`, { group: `namespace/${index % 2}`, lane: 1 + (index % 2) }),
  );
  const edges = nodes.map(({ id }, index) => edge(id, `n${23 - index}`));
  const few = layoutDiagram(viewOf(nodes, edges.slice(0, 1)));
  const many = layoutDiagram(viewOf(nodes, edges));
  expect(many.width).toBeGreaterThan(few.width);
  expect(layoutDiagram(viewOf(nodes, edges), { previous: few }).width).toBe(few.width);
});

describe('an edit of 300 nodes moves few of them', () => {
  const view = cluster(160, 12);
  const before = layoutDiagram(view);
  const tenth = Math.floor(view.nodes.length / 10);

  test('the sample is large enough', () => {
    expect(view.nodes.length).toBeGreaterThan(300);
  });

  test('adding a pod moves nothing', () => {
    const added = {
      ...view,
      nodes: [...view.nodes, node('Pod/new', { kind: 'workload', lane: 3, group: 'namespace/n3' })],
    };
    expect(moved(before, layoutDiagram(added, { previous: before }))).toBe(0);
  });

  test('adding a Service with its workload, in any namespace, moves at most a tenth', () => {
    for (const { id: group } of view.groups) {
      const nodes = [
        node('Service/new', { group, lines: ['a', 'b', 'c', 'd'] }),
        node('Deployment/new', { kind: 'workload', lane: 3, group, lines: ['a'] }),
      ];
      const added = {
        ...view,
        nodes: [...view.nodes, ...nodes],
        edges: [...view.edges, edge('Service/new', 'Deployment/new')],
      };
      expect(moved(before, layoutDiagram(added, { previous: before })), group).toBeLessThanOrEqual(tenth);
    }
  });

  test('an edge between namespaces moves nothing', () => {
    const added = {
      ...view,
      edges: [...view.edges, edge('Service/1', 'Deployment/2'), edge('Service/5', 'Deployment/9')],
    };
    expect(moved(before, layoutDiagram(added, { previous: before }))).toBe(0);
  });

  test('taking a node away moves nothing else', () => {
    const fewer = { ...view, nodes: view.nodes.filter((each) => each.id !== 'Service/17') };
    expect(moved(before, layoutDiagram(fewer, { previous: before }))).toBe(1);
  });

  test('a new namespace moves nothing', () => {
    const added = viewOf([...view.nodes, node('Service/new', { group: 'namespace/new' })], view.edges);
    expect(moved(before, layoutDiagram(added, { previous: before }))).toBe(0);
  });

  test('a card that becomes taller moves at most what stands below it in its lane', () => {
    const taller = {
      ...view,
      nodes: view.nodes.map((each) => (each.id === 'Service/16' ? { ...each, lines: ['1', '2', '3', '4'] } : each)),
    };
    expect(moved(before, layoutDiagram(taller, { previous: before }))).toBeLessThanOrEqual(tenth);
  });
});

describe('an edit of 300 peers with lanes at both sides moves few of them', () => {
  const view = mesh(300, 12);
  const before = layoutDiagram(view);
  const tenth = Math.floor(view.nodes.length / 10);
  const withNode = (added: ViewNode, ...edges: readonly ViewEdge[]): DiagramView => ({
    ...view,
    nodes: [...view.nodes, added],
    edges: [...view.edges, ...edges],
  });

  test.each(['cidr0', 'cidr3', 'w5', 'w6'])('adding a peer that talks to %s', (other) => {
    for (const { id: group } of view.groups) {
      const added = node('new', { kind: 'workload', lane: 1, group, lines: ['a', 'b'] });
      const after = withNode(added, edge('new', other, { label: 'TCP 8080-8090' }), edge(other, 'new'));
      expect(moved(before, layoutDiagram(after, { previous: before })), group).toBeLessThanOrEqual(tenth);
    }
  });

  test.each([0, 3])('adding a range of addresses in lane %s moves nothing', (lane) => {
    const after = withNode(
      node('new', { kind: 'addresses', lane }),
      edge('w1', 'new', { label: 'UDP 53' }),
      edge('new', 'w8'),
    );
    expect(moved(before, layoutDiagram(after, { previous: before }))).toBe(0);
  });
});

test('what half-written YAML takes away comes back to its place', () => {
  const view = cluster(40, 4);
  const before = layoutDiagram(view);
  const keep = view.nodes.filter(
    (each) => each.group !== 'namespace/n2' && each.kind !== 'service' && each.id !== 'internet',
  );
  const broken = layoutDiagram({ ...view, nodes: keep }, { previous: before });
  expect(moved(before, layoutDiagram(view, { previous: broken }))).toBe(0);
});

test('folding and unfolding brings the same places back inside a box', () => {
  const view = cluster(30, 3);
  const first = layoutDiagram(view);
  const folded = layoutDiagram(view, { previous: first, folded: new Set(['namespace/n1']) });
  const unfolded = layoutDiagram(view, { previous: folded });
  const inside = (layout: Layout): unknown =>
    [...layout.nodes.values()]
      .filter(({ id }) => view.nodes.find((each) => each.id === id)?.group === 'namespace/n1')
      .map(({ id, y }) => [id, y - (layout.groups.get('namespace/n1')?.y ?? 0)]);
  expect(folded.nodes.size).toBeLessThan(first.nodes.size);
  expect(inside(unfolded)).toEqual(inside(first));
});

test('edges that meet at a folded group are merged and counted', () => {
  const nodes = [
    node('a', { group: 'namespace/x' }),
    node('b', { group: 'namespace/x' }),
    node('internet', { kind: 'outside', lane: 0 }),
  ];
  const view = viewOf(nodes, [edge('internet', 'a'), edge('internet', 'b'), edge('a', 'b')]);
  const { edges } = layoutDiagram(view, { folded: new Set(['namespace/x']) }).graph;
  expect(edges.map(({ source, target, label }) => ({ source, target, label }))).toEqual([
    { source: 'internet', target: 'namespace/x', label: '×2' },
  ]);
});

test('an empty view has an empty picture', () => {
  const layout = layoutDiagram(viewOf([]));
  expect([layout.nodes.size, layout.edges.length, layout.height]).toEqual([0, 0, 0]);
});

describe('speed', () => {
  /** Best of some runs: what the machine does besides makes them longer, never shorter. */
  const best = (view: DiagramView): number => {
    const times = Array.from({ length: 7 }, () => {
      const start = performance.now();
      layoutDiagram(view);
      return performance.now() - start;
    });
    return Math.min(...times);
  };

  test.each([
    ['Services and workloads', cluster(510, 30), cluster(2550, 50)],
    ['peers', mesh(1000, 30), mesh(5000, 50)],
    ['peers in one namespace', mesh(1000, 1), mesh(5000, 1)],
  ])('five times as many %s take about five times as long', (_, thousand, fiveThousand) => {
    const [small, large] = [best(thousand), best(fiveThousand)];
    console.log(
      `${thousand.nodes.length} nodes: ${small.toFixed(1)} ms; ${fiveThousand.nodes.length}: ${large.toFixed(1)} ms`,
    );
    // 30 and 150 ms are the aim; the limits only catch what became quadratic, on a machine that is busy with other tests.
    expect(small).toBeLessThan(300);
    expect(large / small).toBeLessThan(18);
  });
});
