import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { diagramToMermaid } from '../../diagram/to-mermaid';
import { mermaidParts } from './export-grammar';
import { hostileView, kinds, shop } from './export-samples';
import { edge, node, viewOf } from './sample-view';

describe('a view as Mermaid', () => {
  test('has subgraphs, and a line of its own for every state', () => {
    expect(diagramToMermaid(shop)).toBe(
      [
        'flowchart LR',
        '  n1(["Outside the cluster"])',
        '  subgraph g1["namespace/shop"]',
        '    n2("web<br/>Service #183; ClusterIP<br/>web.shop.svc<br/>80/TCP<br/>1 problem")',
        '    n3["web<br/>open ingress"]',
        '  end',
        '  n1 -->|"80"| n2',
        '  n2 -->|"ok 8080"| n3',
        '  n2 --x|"broken 8080"| n3',
        '  n2 --x|"denied 8080"| n3',
        '  n2 --o|"half-open 8080"| n3',
        '  n2 -.->|"unknown 8080"| n3',
        '  n2 ---|"plain 8080"| n3',
        '  linkStyle 2 stroke:#b91c1c,stroke-dasharray:9 5',
        '  linkStyle 3 stroke:#b91c1c',
        '  linkStyle 4 stroke:#b45309',
        '',
      ].join('\n'),
    );
  });

  test('knows edges of frames, both ways, changes, and leaves quiet ones out', () => {
    const view = viewOf(
      [node('a'), node('b', { group: 'namespace/x' }), node('c', { group: 'namespace/x', kind: 'missing' })],
      [
        edge('a', 'namespace/x', { state: 'plain' }),
        edge('a', 'b', { mutual: true }),
        edge('b', 'a', { change: 'added', label: 'TCP 80' }),
        edge('a', 'c', { change: 'removed' }),
        edge('b', 'c', { quiet: true }),
        edge('a', 'nowhere'),
      ],
    );
    const source = diagramToMermaid(view);
    expect(mermaidParts(source).edges).toEqual([
      'n1 --- g1',
      'n1 <--> n2',
      'n2 ==>|"#43; TCP 80"| n1',
      'n1 -->|"#8722;"| n3',
    ]);
    expect(source).toContain('  class n3 absent');
  });

  test('every kind of node keeps the grammar', () => {
    const { nodes } = mermaidParts(diagramToMermaid(viewOf(kinds.map((kind) => node(kind, { kind })))));
    expect(nodes).toHaveLength(kinds.length);
  });

  test('hostile texts stay within their quotes', () => {
    fc.assert(
      fc.property(hostileView, (view) => {
        const { nodes, frames } = mermaidParts(diagramToMermaid(view));
        expect(nodes).toHaveLength(view.nodes.length);
        expect(frames.length).toBeLessThanOrEqual(1);
      }),
    );
  });
});
