import fc from 'fast-check';
import type { DiagramView, EdgeState, ViewBadge, ViewEdge, ViewNode, ViewNodeKind } from '../../server/core/views/view';

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

const STATES: readonly EdgeState[] = ['ok', 'broken', 'denied', 'half-open', 'unknown', 'plain'];
const LABELS = ['', '80 → 8080', 'TCP 80,443', 'All Connections', 'catalog.shop.svc.cluster.local:8080', '/'];

const anyNode = fc.record({
  lane: fc.integer({ min: 0, max: 4 }),
  group: fc.option(fc.integer({ min: 0, max: 4 })),
  lines: fc.integer({ min: 0, max: 9 }),
  badges: fc.constantFrom(0, 0, 0, 1, 4, 20),
  parts: fc.constantFrom(0, 0, 0, 1, 30),
});

const anyEdge = fc.record({
  from: fc.nat(48),
  to: fc.nat(48),
  state: fc.constantFrom(...STATES),
  label: fc.constantFrom(...LABELS),
  mutual: fc.constantFrom(false, false, true),
  quiet: fc.constantFrom(false, false, false, true),
  change: fc.constantFrom(undefined, undefined, undefined, 'added', 'removed', 'changed'),
});

/** Lanes beside the boxes as the four views have them: at the left, at both sides, several at one side, none. */
const anyOpenLanes = fc.constantFrom([0], [0, 4], [0, 1, 4], [0, 3, 4], []);

/** Any view, also strange ones: nodes without group in every lane, edges back, to frames, to themselves and to nothing. */
export const anyView: fc.Arbitrary<DiagramView> = fc
  .record({
    nodes: fc.array(anyNode, { maxLength: 40, size: 'max' }),
    edges: fc.array(anyEdge, { maxLength: 90, size: 'max' }),
    openLanes: anyOpenLanes,
  })
  .map(({ nodes, edges, openLanes }) => ({
    ...viewOf(
      nodes.map((each, index) =>
        node(`n${index}`, {
          lane: each.lane,
          kind: KINDS[each.lane] ?? 'service',
          group: each.group === null ? undefined : `namespace/${each.group}`,
          lines: Array<string>(each.lines).fill('a line'),
          badges: Array<ViewBadge>(each.badges).fill({ text: 'open ingress', tone: 'warn' }),
          parts: Array.from({ length: each.parts }, (_, part) => ({ text: `pod-${part}` })),
        }),
      ),
      edges.map(({ from, to, state, label, mutual, quiet, change }, index) =>
        edge(endOf(from), endOf(to), {
          id: `e${index}`,
          state,
          label,
          ...(mutual ? { mutual } : {}),
          ...(quiet ? { quiet } : {}),
          ...(change === undefined ? {} : { change }),
        }),
      ),
    ),
    lanes: ['Outside', 'Routes', 'Services', 'Workloads', 'Addresses'],
    openLanes,
  }));

/** A node, or one of the groups. */
function endOf(index: number): string {
  return index > 42 ? `namespace/${index - 43}` : `n${index}`;
}

/** Some of a view's groups. */
export function someFolded(view: DiagramView, mask: number): ReadonlySet<string> {
  return new Set(view.groups.filter((_, index) => (mask & (1 << index)) !== 0).map((group) => group.id));
}

/** Every third of the nodes that have parts. */
export function someExpanded(view: DiagramView): ReadonlySet<string> {
  return new Set(view.nodes.filter(({ parts = [] }, index) => parts.length > 0 && index % 3 !== 0).map(({ id }) => id));
}

/** A picture as Network Policy has it: peers in one lane that talk to each other, and ranges of addresses at both sides. */
export function mesh(peerCount: number, namespaceCount: number): DiagramView {
  const peers = Array.from({ length: peerCount }, (_, index) =>
    node(`w${index}`, { kind: 'workload', lane: 1 + (index % 2), group: `namespace/n${index % namespaceCount}` }),
  );
  const ranges = [0, 1, 2, 3].map((index) => node(`cidr${index}`, { kind: 'addresses', lane: index < 2 ? 0 : 3 }));
  const edges = peers.flatMap((_, index) => [
    edge(`w${index}`, `w${(index * 7 + 3) % peerCount}`, {
      state: STATES[index % STATES.length] ?? 'ok',
      label: LABELS[index % LABELS.length] ?? '',
    }),
    ...(index % 4 === 0 ? [edge(`cidr${index % 2}`, `w${index}`), edge(`w${index}`, `cidr${2 + (index % 2)}`)] : []),
  ]);
  const view = viewOf([...peers, ...ranges], edges);
  return { ...view, lanes: ['From', 'Peers', 'Peers', 'To'], openLanes: [0, 3] };
}
