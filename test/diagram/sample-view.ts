import fc from 'fast-check';
import type { DiagramView, ViewEdge, ViewNode, ViewNodeKind } from '../../server/core/views/view';

const KINDS: readonly ViewNodeKind[] = ['outside', 'ingress', 'service', 'workload'];

/** A node with defaults for what a test does not care about. */
export function node(id: string, given: Partial<ViewNode> = {}): ViewNode {
  return { id, kind: 'service', lane: 2, group: undefined, title: id, subtitle: '', lines: [], problems: [], ...given };
}

export function edge(source: string, target: string, given: Partial<ViewEdge> = {}): ViewEdge {
  return { id: `${source}->${target}`, source, target, label: '', state: 'ok', ...given };
}

export function viewOf(nodes: readonly ViewNode[], edges: readonly ViewEdge[] = []): DiagramView {
  const groups = [...new Set(nodes.flatMap((each) => each.group ?? []))];
  return {
    view: 'services',
    scope: 'test',
    groups: groups.map((id) => ({ id, label: id })),
    nodes,
    edges,
    lanes: ['Outside & clients', 'Routes', 'Services', 'Workloads'],
    openLanes: [0],
    notes: [],
  };
}

/** A picture as a cluster has it: so many Services over some namespaces, most with a workload, some with a route or an entry from outside. */
export function cluster(serviceCount: number, namespaceCount: number): DiagramView {
  const nodes: ViewNode[] = [node('internet', { kind: 'outside', lane: 0 })];
  const edges: ViewEdge[] = [];
  for (let index = 0; index < serviceCount; index += 1) {
    const group = `namespace/n${index % namespaceCount}`;
    const service = `Service/${index}`;
    nodes.push(node(service, { group, lines: ['svc', '80'].slice(0, index % 3) }));
    if (index % 7 !== 0) {
      nodes.push(node(`Deployment/${index}`, { group, kind: 'workload', lane: 3, lines: ['app'] }));
      edges.push(edge(service, `Deployment/${index}`, { label: '80 → 8080' }));
    }
    if (index % 10 === 0) {
      nodes.push(node(`Ingress/${index}`, { group, kind: 'ingress', lane: 1 }));
      edges.push(edge(`Ingress/${index}`, service), edge('internet', `Ingress/${index}`));
    }
    if (index % 15 === 0) edges.push(edge('internet', service));
  }
  return viewOf(nodes, edges);
}

/** Any view, also strange ones: nodes without group in every lane, edges back, to themselves and to nothing. */
export const anyView: fc.Arbitrary<DiagramView> = fc
  .record({
    nodes: fc.array(
      fc.record({
        lane: fc.integer({ min: 0, max: 3 }),
        group: fc.option(fc.integer({ min: 0, max: 4 })),
        lines: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 40 },
    ),
    edges: fc.array(
      fc.record({ from: fc.nat(42), to: fc.nat(42), state: fc.constantFrom('ok', 'broken', 'unknown') }),
      { maxLength: 60 },
    ),
  })
  .map(({ nodes, edges }) =>
    viewOf(
      nodes.map((each, index) =>
        node(`n${index}`, {
          lane: each.lane,
          kind: KINDS[each.lane] ?? 'service',
          group: each.group === null ? undefined : `namespace/${each.group}`,
          lines: Array<string>(each.lines).fill('a line'),
        }),
      ),
      edges.map(({ from, to, state }, index) =>
        edge(`n${from}`, `n${to}`, { id: `e${index}`, state, label: index % 2 === 0 ? '80 → 8080' : '' }),
      ),
    ),
  );

/** Some of a view's groups. */
export function someFolded(view: DiagramView, mask: number): ReadonlySet<string> {
  return new Set(view.groups.filter((_, index) => (mask & (1 << index)) !== 0).map((group) => group.id));
}
