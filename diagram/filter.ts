import type { DiagramView, EdgeState, ViewEdge, ViewNode } from '../server/core/views/view';

/** What a user hides. */
export interface DiagramFilter {
  /** As `kindOf` names them. */
  readonly hiddenKinds: readonly string[];
  /** Ids of groups. */
  readonly hiddenNamespaces: readonly string[];
  readonly hiddenStates: readonly EdgeState[];
  /** As label selectors are written: `app=web`, `app!=web`, `app`, `!app`; a comma is "and". Empty for all. */
  readonly label: string;
  readonly problemsOnly: boolean;
  /** Only the node in focus and what is so many connections away; 0 for everything. */
  readonly hops: 0 | 1 | 2;
}

export const NO_FILTER: DiagramFilter = {
  hiddenKinds: [],
  hiddenNamespaces: [],
  hiddenStates: [],
  label: '',
  problemsOnly: false,
  hops: 0,
};

/** A host leads to a route, that to a labelled Service; the internet then leads to everything else. */
const UNLABELLED_HOPS = 2;

/** A part of a view and how much of it that is: nothing is dropped silently. */
export interface PartialView {
  readonly view: DiagramView;
  readonly shown: number;
  readonly total: number;
}

/** What nodes are hidden by: the kind of their resource, or what they stand for. */
export function kindOf(node: ViewNode): string {
  return node.resourceKind ?? node.kind;
}

/** What the filter leaves of a view. `focus` is the node that `hops` counts from; without it in what is left, hops count for nothing. */
export function applyFilter(view: DiagramView, filter: DiagramFilter, focus: string | null): DiagramView {
  const hiddenKinds = new Set(filter.hiddenKinds);
  const hiddenGroups = new Set(filter.hiddenNamespaces);
  const steps: ((view: DiagramView) => DiagramView)[] = [];
  if (hiddenKinds.size + hiddenGroups.size > 0)
    steps.push((each) =>
      keepNodes(each, (node) => !hiddenKinds.has(kindOf(node)) && !hiddenGroups.has(node.group ?? '')),
    );
  if (filter.label.trim() !== '') steps.push((each) => withLabels(each, filter.label));
  if (filter.hiddenStates.length > 0) steps.push((each) => withoutStates(each, filter.hiddenStates));
  if (filter.problemsOnly) steps.push(problemsOnly);
  if (filter.hops > 0 && focus !== null) steps.push((each) => around(each, focus, filter.hops));
  return steps.reduce((each, step) => step(each), view);
}

/** Whether a filter of more than the focus hides anything at all. */
export function isFiltering(filter: DiagramFilter): boolean {
  return (
    filter.hiddenKinds.length + filter.hiddenNamespaces.length + filter.hiddenStates.length > 0 ||
    filter.label.trim() !== '' ||
    filter.problemsOnly
  );
}

/** Ids of all nodes that can be reached from the given ones over at most so many edges, in either direction. An edge of a group is one of each member. */
export function neighbourhood(view: DiagramView, from: Iterable<string>, hops: number): ReadonlySet<string> {
  const reached = new Set(from);
  const nodesAt = endsOf(view);
  for (let hop = 0; hop < hops; hop += 1) {
    const added: string[] = [];
    for (const edge of view.edges) {
      const [sources, targets] = [nodesAt(edge.source), nodesAt(edge.target)];
      if (sources.some((id) => reached.has(id))) added.push(...targets);
      if (targets.some((id) => reached.has(id))) added.push(...sources);
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

/** Nodes whose labels match, and those that have none to be asked about (the internet, addresses) where they lead to one. */
function withLabels(view: DiagramView, text: string): DiagramView {
  const matches = labelTest(text);
  const open = keepNodes(view, ({ labels }) => labels === undefined || matches(labels));
  const matched = open.nodes.filter(({ labels }) => labels !== undefined).map((node) => node.id);
  return restrict(open, neighbourhood(open, matched, UNLABELLED_HOPS));
}

/** Tests labels as a label selector does. */
function labelTest(text: string): (labels: Readonly<Record<string, string>>) => boolean {
  const terms = text
    .split(',')
    .map((term) => /^\s*(!?)\s*([^!=\s]*)\s*(?:(!?)==?\s*(.*?))?\s*$/u.exec(term))
    .filter((term) => term !== null && term[2] !== '');
  return (labels) =>
    terms.every((term) => {
      const [, absent = '', key = '', not, value] = term ?? [];
      const has = Object.hasOwn(labels, key);
      if (value === undefined) return has === (absent === '');
      return (has && labels[key] === value) === (not !== '!');
    });
}

/** Without edges of these states, and without nodes that have no others. */
function withoutStates(view: DiagramView, states: readonly EdgeState[]): DiagramView {
  const edges = view.edges.filter((edge) => !states.includes(edge.state));
  if (edges.length === view.edges.length) return view;
  const before = touchedNodes(view);
  const after = touchedNodes({ ...view, edges });
  return keepNodes({ ...view, edges }, (node) => after.has(node.id) || !before.has(node.id));
}

function around(view: DiagramView, focus: string, hops: number): DiagramView {
  if (!view.nodes.some((node) => node.id === focus)) return view;
  return restrict(view, neighbourhood(view, [focus], hops));
}

function touchedNodes(view: DiagramView): ReadonlySet<string> {
  const nodesAt = endsOf(view);
  return new Set(view.edges.flatMap((edge) => [...nodesAt(edge.source), ...nodesAt(edge.target)]));
}

/** Tells the nodes at an end of an edge: the node itself, or all of a group. */
function endsOf(view: DiagramView): (end: string) => readonly string[] {
  const members = new Map<string, string[]>(view.groups.map((group) => [group.id, []]));
  for (const node of view.nodes) members.get(node.group ?? '')?.push(node.id);
  return (end) => members.get(end) ?? [end];
}

function keepNodes(view: DiagramView, keep: (node: ViewNode) => boolean): DiagramView {
  return restrict(view, new Set(view.nodes.filter(keep).map((node) => node.id)));
}

/** The view without all other nodes and their edges; groups that became empty go. */
function restrict(view: DiagramView, ids: ReadonlySet<string>): DiagramView {
  const nodes = view.nodes.filter((node) => ids.has(node.id));
  const filled = new Set(nodes.map((node) => node.group));
  const groups = view.groups.filter((group) => filled.has(group.id));
  const ends = new Set([...nodes, ...groups].map(({ id }) => id));
  return {
    ...view,
    nodes,
    groups,
    edges: view.edges.filter(({ source, target }) => ends.has(source) && ends.has(target)),
  };
}

/** Edges that begin or end at a node. */
export function edgesOf(view: DiagramView, id: string): readonly ViewEdge[] {
  return view.edges.filter((edge) => edge.source === id || edge.target === id);
}
