import type { DiagramView, ViewEdge, ViewNode } from '../server/core/views/view';

/** A part of a view and how much of it that is: nothing is dropped silently. */
export interface PartialView {
  readonly view: DiagramView;
  readonly shown: number;
  readonly total: number;
}

/** Ids of all nodes that can be reached from the given ones over at most so many edges, in either direction. */
export function neighbourhood(view: DiagramView, from: Iterable<string>, hops: number): ReadonlySet<string> {
  const reached = new Set(from);
  for (let hop = 0; hop < hops; hop += 1) {
    const added: string[] = [];
    for (const edge of view.edges) {
      if (reached.has(edge.source)) added.push(edge.target);
      if (reached.has(edge.target)) added.push(edge.source);
    }
    for (const id of added) reached.add(id);
  }
  return reached;
}

/** Nodes with a problem, what a broken edge touches, and their direct neighbours. */
export function problemsOnly(view: DiagramView): DiagramView {
  const troubled = new Set(
    view.nodes.filter((node) => node.problems.length > 0 || node.kind === 'missing').map((node) => node.id),
  );
  for (const edge of view.edges) {
    if (edge.state !== 'broken') continue;
    troubled.add(edge.source);
    troubled.add(edge.target);
  }
  return restrict(view, neighbourhood(view, troubled, 1));
}

/** At most so many nodes: those in `keep` and with problems first, then their neighbours, then the rest in the view's order. */
export function limitNodes(view: DiagramView, limit: number, keep: Iterable<string> = []): PartialView {
  const total = view.nodes.length;
  if (total <= limit) return { view, shown: total, total };
  const first = new Set([...keep, ...view.nodes.filter((node) => node.problems.length > 0).map((node) => node.id)]);
  const near = neighbourhood(view, first, 1);
  const importance = (node: ViewNode): number => (first.has(node.id) ? 0 : near.has(node.id) ? 1 : 2);
  const kept = [...view.nodes].sort((a, b) => importance(a) - importance(b)).slice(0, limit);
  return { view: restrict(view, new Set(kept.map((node) => node.id))), shown: kept.length, total };
}

/** The view without all other nodes and their edges; groups that became empty go. */
function restrict(view: DiagramView, ids: ReadonlySet<string>): DiagramView {
  const nodes = view.nodes.filter((node) => ids.has(node.id));
  const groups = new Set(nodes.map((node) => node.group));
  return {
    ...view,
    nodes,
    groups: view.groups.filter((group) => groups.has(group.id)),
    edges: view.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
  };
}

/** Edges that begin or end at a node. */
export function edgesOf(view: DiagramView, id: string): readonly ViewEdge[] {
  return view.edges.filter((edge) => edge.source === id || edge.target === id);
}
