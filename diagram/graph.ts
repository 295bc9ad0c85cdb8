import type { DiagramView, EdgeState, ViewEdge, ViewGroup, ViewNode } from '../server/core/views/view';

/** What is drawn: nodes of open groups, and one item for each folded group. */
export interface Graph {
  readonly lanes: readonly string[];
  readonly groups: readonly GraphGroup[];
  /** Nodes that are drawn, in the view's order. */
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly GraphEdge[];
}

export interface GraphGroup {
  readonly group: ViewGroup;
  readonly folded: boolean;
  /** All its nodes, drawn or not. */
  readonly members: readonly ViewNode[];
}

/** An edge between drawn items; those that meet at a folded group are merged. */
export interface GraphEdge {
  readonly id: string;
  /** Id of a node or of a folded group. */
  readonly source: string;
  readonly target: string;
  readonly state: EdgeState;
  readonly label: string;
  /** The view's edges behind it. */
  readonly edges: readonly ViewEdge[];
}

/** What to draw of a view when the given groups are folded. Edges whose ends are unknown are left out. */
export function graphOf(view: DiagramView, folded: ReadonlySet<string>): Graph {
  const known = new Set(view.groups.map((group) => group.id));
  const members = new Map<string, ViewNode[]>(view.groups.map((group) => [group.id, []]));
  const itemOf = new Map<string, string>();
  const nodes: ViewNode[] = [];
  for (const node of view.nodes) {
    if (itemOf.has(node.id)) continue;
    const group = node.group !== undefined && known.has(node.group) ? node.group : undefined;
    if (group !== undefined) members.get(group)?.push(node);
    const isFolded = group !== undefined && folded.has(group);
    itemOf.set(node.id, isFolded ? group : node.id);
    if (!isFolded) nodes.push(node);
  }
  const groups = view.groups.map((group) => ({
    group,
    folded: folded.has(group.id),
    members: members.get(group.id) ?? [],
  }));
  return {
    lanes: view.lanes,
    groups: groups.filter((group) => group.members.length > 0),
    nodes,
    edges: mergedEdges(view.edges, itemOf, folded),
  };
}

/** Tells the nodes of the first lane that belong to no group: they stand to the left of all boxes. */
export function freeTest(view: DiagramView): (node: ViewNode) => boolean {
  const groups = new Set(view.groups.map((group) => group.id));
  return (node) => node.lane === 0 && (node.group === undefined || !groups.has(node.group));
}

function mergedEdges(
  edges: readonly ViewEdge[],
  itemOf: ReadonlyMap<string, string>,
  folded: ReadonlySet<string>,
): readonly GraphEdge[] {
  const merged = new Map<string, ViewEdge[]>();
  const result: (GraphEdge | (() => GraphEdge))[] = [];
  for (const edge of edges) {
    const source = itemOf.get(edge.source);
    const target = itemOf.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    if (!folded.has(source) && !folded.has(target)) {
      result.push({ id: edge.id, source, target, state: edge.state, label: edge.label, edges: [edge] });
      continue;
    }
    const id = `${source}→${target}:${edge.state}`;
    const same = merged.get(id);
    if (same !== undefined) {
      same.push(edge);
      continue;
    }
    const behind = [edge];
    merged.set(id, behind);
    result.push(() => ({
      id,
      source,
      target,
      state: edge.state,
      label: behind.length > 1 ? `×${behind.length}` : edge.label,
      edges: behind,
    }));
  }
  return result.map((edge) => (typeof edge === 'function' ? edge() : edge));
}
