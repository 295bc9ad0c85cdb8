import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagramToDot } from '../../diagram/to-dot';
import { dotParts } from './export-grammar';
import { hostileView, kinds, shop } from './export-samples';
import { edge, node, viewOf } from './sample-view';

describe('a view as DOT', () => {
  test('has clusters, and a line of its own for every state', () => {
    const source = diagramToDot(shop);
    const { nodes, edges, frames } = dotParts(source);
    expect(source).toContain('  subgraph cluster_g1 {\n    label="namespace/shop";\n    n2 [');
    expect(frames).toHaveLength(1);
    expect(nodes[0]).toMatch(/^n1 \[label="Outside the cluster", .*shape=ellipse/);
    expect(nodes[1]).toContain('label="web\\nService · ClusterIP\\nweb.shop.svc\\n80/TCP\\n1 problem"');
    expect(nodes[1]).toContain('\\nerror: Its selector catches no pod."');
    expect(edges[0]).toBe('n1 -> n2 [label="80", style=solid, arrowhead=normal];');
    expect(edges[3]).toMatch(/^n2 -> n3 \[label="denied 8080", style=dashed, .*tooltip="Why it is denied\."\];$/);
    const looks = edges.slice(1).map((line) => line.replace(/(label|tooltip)="[^"]*"/g, ''));
    expect(new Set(looks).size).toBe(6);
  });

  test('knows edges of frames, both ways, changes, and leaves quiet ones out', () => {
    const view = viewOf(
      [node('a'), node('b', { group: 'namespace/x' }), node('c', { group: 'namespace/x' })],
      [
        edge('a', 'namespace/x'),
        edge('namespace/x', 'a'),
        edge('a', 'b', { mutual: true, change: 'added', label: 'TCP 80' }),
        edge('b', 'c', { quiet: true }),
        edge('a', 'nowhere'),
      ],
    );
    expect(dotParts(diagramToDot(view)).edges).toEqual([
      'n1 -> n2 [style=solid, arrowhead=normal, lhead=cluster_g1];',
      'n2 -> n1 [style=solid, arrowhead=normal, ltail=cluster_g1];',
      'n1 -> n2 [label="+ TCP 80", style=solid, arrowhead=normal, dir=both, penwidth=2];',
    ]);
  });

  test('every kind of node keeps the grammar', () => {
    const { nodes } = dotParts(diagramToDot(viewOf(kinds.map((kind) => node(kind, { kind })))));
    expect(nodes).toHaveLength(kinds.length);
  });

  test('hostile texts stay within their quotes, which Graphviz can bear', () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        const source = diagramToDot(view);
        expect(dotParts(source).nodes).toHaveLength(view.nodes.length);
        for (const [string] of source.matchAll(/"(?:[^"\\]|\\.)*"/g)) expect(string.length).toBeLessThan(16_384);
      }),
    );
  });
});
