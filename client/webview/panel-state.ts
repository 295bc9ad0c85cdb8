import type { NodeFix, ToPanel } from '../../diagram/messages';
import type { DiagramView, PolicyAlone, ViewName, ViewNode } from '../../server/core/views/view';
import type { SavedState, ViewState } from './saved-state';

type PathMessage = Extract<ToPanel, { readonly type: 'path' }>;

/** A path that was asked for; `answer` is undefined until it comes. */
export type ShownPath = Pick<PathMessage, 'source' | 'target'> & { readonly answer: PathMessage['answer'] | undefined };

export interface PanelState extends Omit<SavedState, 'version'> {
  readonly loaded: boolean;
  /** The last picture of each view: another tab shows at once what it showed. */
  readonly known: Readonly<Partial<Record<ViewName, DiagramView>>>;
  /** The view that the host was asked for; answers of others are late. */
  readonly wanted: ViewName | null;
  /** Id of what was selected when the view changed, to be found in the next one. */
  readonly carried: string | null;
  readonly stale: boolean;
  /** Why the server gave no answer. */
  readonly failure: string | null;
  /** Place of the current match among the search's matches. */
  readonly match: number;
  /** Which of the selected node's edges is pointed out; -1 for none. */
  readonly edge: number;
  readonly help: boolean;
  /** The open menu of the toolbar. */
  readonly menu: 'filter' | 'export' | null;
  /** Draw all nodes, however many. */
  readonly showAll: boolean;
  /** Nodes that are drawn even in a picture that shows a part only. */
  readonly pinned: readonly string[];
  /** Counts up when the selected node should be brought into sight. */
  readonly sight: number;
  /** Where a path shall begin. */
  readonly pathFrom: string | null;
  readonly path: ShownPath | null;
  /** What the selected policy alone admits. */
  readonly alone: { readonly policy: string; readonly alone: PolicyAlone | null } | null;
  readonly fixes: { readonly node: string; readonly fixes: readonly NodeFix[] } | null;
  /** What is read aloud of the last action. */
  readonly said: string;
}

/** The state of a panel that has just been opened. */
export function initialState({ name, scope, at, follow, legend, views }: SavedState): PanelState {
  return {
    name,
    scope,
    at,
    follow,
    legend,
    views,
    loaded: false,
    known: {},
    wanted: null,
    carried: null,
    stale: false,
    failure: null,
    match: -1,
    edge: -1,
    help: false,
    menu: null,
    showAll: false,
    pinned: [],
    sight: 0,
    pathFrom: null,
    path: null,
    alone: null,
    fixes: null,
    said: '',
  };
}

/** What the panel keeps for a reload. */
export function savedState({ name, scope, at, follow, legend, views }: PanelState): SavedState {
  return { version: 2, name, scope, at, follow, legend, views };
}

/** How the view on the screen is looked at. */
export function hereOf(state: PanelState): ViewState {
  return state.views[state.name];
}

/** The view on the screen. */
export function shownView({ known, name }: PanelState): DiagramView | null {
  return known[name] ?? null;
}

/** Selects a node or group; with `sight` it comes into sight, out of its folded namespace if need be. */
export function selectNode(state: PanelState, id: string | null, sight: boolean): PanelState {
  const { folds } = hereOf(state);
  const group = nodeOf(state, id)?.group;
  const isFolded = sight && group !== undefined && folds[group] === true;
  return {
    ...withHere(state, { selected: id, folds: isFolded ? { ...folds, [group]: false } : folds }),
    edge: -1,
    pinned: sight && id !== null && !state.pinned.includes(id) ? [...state.pinned.slice(-20), id] : state.pinned,
    sight: sight ? state.sight + 1 : state.sight,
  };
}

export function nodeOf(state: PanelState, id: string | null): ViewNode | undefined {
  return id === null ? undefined : shownView(state)?.nodes.find((node) => node.id === id);
}

/** The state with another look at the view on the screen. */
export function withHere(state: PanelState, changes: Partial<ViewState>): PanelState {
  return withView(state, state.name, changes);
}

function withView(state: PanelState, name: ViewName, changes: Partial<ViewState>): PanelState {
  return { ...state, views: { ...state.views, [name]: { ...state.views[name], ...changes } } };
}

/** The node of another view that stands for the same resource: `client/Deployment/shop/web` in one is `Deployment/shop/web` in the other. */
export function counterpartOf(view: DiagramView | null, id: string): string | undefined {
  if (view === null) return undefined;
  if (view.nodes.some((node) => node.id === id)) return id;
  const resource = resourceOf(id);
  return resource === undefined ? undefined : view.nodes.find((node) => resourceOf(node.id) === resource)?.id;
}

function resourceOf(id: string): string | undefined {
  return /(?:^|\/)([A-Z][A-Za-z]*\/[^/]*\/[^/]+)$/u.exec(id)?.[1];
}
