import type { DiagramView, EdgeState, ViewEdge, ViewGroup, ViewNode } from '../server/core/views/view';

/** What is drawn: nodes of open groups, and one item for each folded group. */
export interface Graph {
  readonly lanes: readonly string[];
  readonly groups: readonly GraphGroup[];
  /** Nodes that are drawn, in the view's order. */
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly GraphEdge[];
}

export type EdgeChange = NonNullable<ViewEdge['change']>;

export interface GraphGroup {
  readonly group: ViewGroup;
  readonly folded: boolean;
  /** All its nodes, drawn or not. */
  readonly members: readonly ViewNode[];
}

/** An edge between drawn items; those that meet at a folded group are merged. */
export interface GraphEdge {
  readonly id: string;
  /** Id of a node or of a group. */
  readonly source: string;
  readonly target: string;
  readonly state: EdgeState;
  /** As it is written beside the line: with the sign of its change. */
  readonly label: string;
  readonly mutual?: true;
  /** Drawn only while one of its ends is in focus. */
  readonly quiet?: true;
  readonly change?: EdgeChange;
  /** The view's edges behind it. */
  readonly edges: readonly ViewEdge[];
}

/** What to draw of a view when the given groups are folded. Edges whose ends are unknown are left out. */
export function graphOf(view: DiagramView, folded: ReadonlySet<string>): Graph {
  const known = new Set(view.groups.map((group) => group.id));
  const members = new Map<string, ViewNode[]>(view.groups.map((group) => [group.id, []]));
  const itemOf = new Map<string, string>();
  const groupOf = new Map<string, string>();
  const nodes: ViewNode[] = [];
  for (const node of view.nodes) {
    if (itemOf.has(node.id)) continue;
    const group = node.group !== undefined && known.has(node.group) ? node.group : undefined;
    if (group !== undefined) {
      members.get(group)?.push(node);
      groupOf.set(node.id, group);
    }
    const isFolded = group !== undefined && folded.has(group);
    itemOf.set(node.id, isFolded ? group : node.id);
    if (!isFolded) nodes.push(node);
  }
  const groups = view.groups.map((group) => ({
    group,
    folded: folded.has(group.id),
    members: members.get(group.id) ?? [],
  }));
  const shown = groups.filter((group) => group.members.length > 0);
  for (const { group } of shown) if (!itemOf.has(group.id)) itemOf.set(group.id, group.id);
  return { lanes: view.lanes, groups: shown, nodes, edges: mergedEdges(view.edges, itemOf, groupOf, folded) };
}

/** Tells the nodes of open lanes that belong to no group: they stand beside all boxes. */
export function freeTest(view: DiagramView): (node: ViewNode) => boolean {
  const groups = new Set(view.groups.map((group) => group.id));
  const open = new Set(view.openLanes);
  return (node) => open.has(node.lane) && (node.group === undefined || !groups.has(node.group));
}

/** Signs of what a change brings, apart from colour. */
const CHANGE_SIGNS: Readonly<Record<EdgeChange, string>> = { added: '+', removed: '−', changed: '~' };

/** An edge's label with the sign of its change. */
export function signedLabel(edge: Pick<ViewEdge, 'change'>, label: string): string {
  return edge.change === undefined ? label : `${CHANGE_SIGNS[edge.change]} ${label}`.trimEnd();
}

/** Edges that differ in it are drawn as different lines. */
export function styleOf(edge: Pick<ViewEdge, 'state' | 'mutual' | 'change'>): string {
  return `${edge.state}${edge.mutual === true ? ' mutual' : ''}${edge.change === undefined ? '' : ` ${edge.change}`}`;
}

function mergedEdges(
  edges: readonly ViewEdge[],
  itemOf: ReadonlyMap<string, string>,
  groupOf: ReadonlyMap<string, string>,
  folded: ReadonlySet<string>,
): readonly GraphEdge[] {
  const merged = new Map<string, ViewEdge[]>();
  const result: (() => GraphEdge)[] = [];
  for (const edge of edges) {
    const source = itemOf.get(edge.source);
    const target = itemOf.get(edge.target);
    if (source === undefined || target === undefined || source === target) continue;
    // A frame leads to nothing that it holds.
    if (groupOf.get(source) === target || groupOf.get(target) === source) continue;
    if (!folded.has(source) && !folded.has(target)) {
      result.push(() => graphEdge(edge.id, source, target, [edge]));
      continue;
    }
    const id = `${source}→${target}:${styleOf(edge)}`;
    const same = merged.get(id);
    if (same !== undefined) {
      same.push(edge);
      continue;
    }
    const behind = [edge];
    merged.set(id, behind);
    result.push(() => graphEdge(id, source, target, behind));
  }
  return result.map((edge) => edge());
}

/** One line for edges of one style. */
function graphEdge(id: string, source: string, target: string, edges: readonly ViewEdge[]): GraphEdge {
  const first = edges[0];
  return {
    id,
    source,
    target,
    state: first?.state ?? 'unknown',
    label: signedLabel(first ?? {}, edges.length > 1 ? `×${edges.length}` : (first?.label ?? '')),
    ...(first?.mutual === true ? { mutual: true } : {}),
    ...(edges.every((edge) => edge.quiet === true) ? { quiet: true } : {}),
    ...(first?.change === undefined ? {} : { change: first.change }),
    edges,
  };
}
