import { NO_FILTER, neighbourhood } from '../../diagram/filter';
import type { ToPanel } from '../../diagram/messages';
import { VIEW_NAMES } from '../../diagram/view-names';
import type { DiagramView, ViewNode } from '../../server/core/views/view';
import { FRESH_VIEW, type SavedState, type ViewState } from './saved-state';
import { counterpartOf, selectNode, type PanelState } from './panel-state';

/** Pictures with more nodes than this begin with folded namespaces, and if that is not enough, around the focus. */
const FOLD_ABOVE = 150;

/** The state once a view has arrived: what did not change stays as it is. */
export function receiveView(
  state: PanelState,
  { name, view, at, focus }: Extract<ToPanel, { readonly type: 'view' }>,
): PanelState {
  // The user has gone on to another view: this one only waits for them.
  if (state.wanted !== null && state.wanted !== name)
    return view === null || view.scope !== state.scope ? state : { ...state, known: { ...state.known, [name]: view } };
  const received: PanelState = { ...state, name, wanted: null, loaded: true, stale: false, failure: null, at };
  if (view === null) return { ...received, known: {} };
  const isOther = view.scope !== state.scope;
  const base = isOther ? inScope(received, view.scope) : received;
  const before = base.known[name];
  const shown: PanelState = {
    ...base,
    known: { ...base.known, [name]: before === undefined ? view : shareUnchanged(before, view) },
    views: { ...base.views, [name]: updated(view, base.views[name], focus, before === undefined) },
    carried: null,
  };
  const wish = focus ?? (state.carried === null ? undefined : counterpartOf(view, state.carried));
  if (wish === undefined || !view.nodes.some((node) => node.id === wish)) return shown;
  return selectNode(shown, wish, before === undefined || wish !== focus);
}

/** What was chosen of one scope's nodes means nothing in another; what kinds are hidden still does. */
function inScope(state: PanelState, scope: string): PanelState {
  const afresh = ({ mode, filter }: ViewState): ViewState => {
    const { hiddenKinds, hiddenStates, problemsOnly } = filter;
    return { ...FRESH_VIEW, mode, filter: { ...NO_FILTER, hiddenKinds, hiddenStates, problemsOnly } };
  };
  const views = Object.fromEntries(VIEW_NAMES.map((name) => [name, afresh(state.views[name])])) as SavedState['views'];
  return { ...state, scope, views, known: {}, match: -1, edge: -1, pinned: [], path: null, pathFrom: null };
}

function updated(view: DiagramView, state: ViewState, focus: string | null, isFirst: boolean): ViewState {
  const known = new Set([...view.nodes, ...view.groups].map(({ id }) => id));
  const keep = (id: string | null): string | null => (id !== null && known.has(id) ? id : null);
  const center = keep(focus) ?? keep(state.selected);
  const next: ViewState = {
    ...state,
    folds: foldsFor(view, state.folds, center),
    expanded: state.expanded.filter((id) => known.has(id)),
    selected: keep(state.selected),
    focus: keep(state.focus),
  };
  const isNew = isFirst && Object.keys(state.folds).length === 0;
  return isNew && center !== null ? aroundFocus(view, next, center) : next;
}

/** Groups that are new begin folded in a large picture, except the one in focus; all others keep what they are. */
function foldsFor(
  view: DiagramView,
  folds: Readonly<Record<string, boolean>>,
  focus: string | null,
): Readonly<Record<string, boolean>> {
  const isLarge = view.nodes.length > FOLD_ABOVE && view.groups.length > 1;
  const focused = view.nodes.find((node) => node.id === focus)?.group;
  return Object.fromEntries(view.groups.map(({ id }) => [id, folds[id] ?? (isLarge && id !== focused)]));
}

/** Where folded namespaces leave too much to read, the first picture shows the focus and its neighbours. */
function aroundFocus(view: DiagramView, state: ViewState, focus: string): ViewState {
  const open = view.nodes.filter((node) => state.folds[node.group ?? ''] !== true);
  if (open.length <= FOLD_ABOVE || !view.nodes.some((node) => node.id === focus)) return state;
  const hops = neighbourhood(view, [focus], 2).size <= FOLD_ABOVE ? 2 : 1;
  return { ...state, focus, filter: { ...state.filter, hops } };
}

/** The new view with the old objects where nothing changed: what did not change is not drawn again. */
function shareUnchanged(before: DiagramView, after: DiagramView): DiagramView {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const nodes = after.nodes.map((node) => {
    const known = old.get(node.id);
    return known !== undefined && signatureOf(known) === signatureOf(node) ? known : node;
  });
  return { ...after, nodes };
}

/** All that is drawn of a node. Where it is written is the host's to know. */
function signatureOf(node: ViewNode): string {
  const problems = node.problems.map((problem) => ({ ...problem, location: null }));
  return JSON.stringify({ ...node, problems, location: null });
}
