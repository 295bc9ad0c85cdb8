import type { PanelPlace, ToPanel } from '../../diagram/messages';
import type { DiagramView } from '../../server/core/views/view';

/** The zoom and pan of the picture: screen = picture × k + (x, y). */
export interface Viewport {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

/** What survives a reload of the window. */
export interface SavedState {
  readonly version: 1;
  readonly scope: string;
  readonly at: PanelPlace | null;
  readonly viewport: Viewport | null;
  /** Folded groups; a group that is not named is new. */
  readonly folds: Readonly<Record<string, boolean>>;
  readonly problemsOnly: boolean;
  readonly query: string;
  readonly selected: string | null;
  readonly follow: boolean;
  readonly table: boolean;
  readonly legend: boolean;
}

export interface PanelState extends Omit<SavedState, 'version' | 'viewport'> {
  readonly loaded: boolean;
  readonly view: DiagramView | null;
  readonly stale: boolean;
  /** Why the server gave no answer. */
  readonly failure: string | null;
  /** Place of the current match among the search's matches. */
  readonly match: number;
  /** Which of the selected node's edges is pointed out; -1 for none. */
  readonly edge: number;
  readonly help: boolean;
  /** Draw all nodes, however many. */
  readonly showAll: boolean;
  /** Nodes that are drawn even in a picture that shows a part only. */
  readonly pinned: readonly string[];
  /** Counts up when the selected node should be brought into sight. */
  readonly sight: number;
}

export type Action =
  | { readonly type: 'message'; readonly message: ToPanel }
  | { readonly type: 'select'; readonly id: string | null; readonly sight?: boolean }
  | { readonly type: 'fold'; readonly group: string; readonly folded: boolean }
  | { readonly type: 'foldAll'; readonly folded: boolean }
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'match'; readonly index: number; readonly id: string }
  | { readonly type: 'edge'; readonly index: number }
  | { readonly type: 'toggle'; readonly what: Toggle; readonly on?: boolean };

export type Toggle = 'problemsOnly' | 'follow' | 'table' | 'legend' | 'help' | 'showAll';

/** Pictures with more nodes than this begin with folded namespaces. */
const FOLD_ABOVE = 150;

const FRESH: SavedState = {
  version: 1,
  scope: '',
  at: null,
  viewport: null,
  folds: {},
  problemsOnly: false,
  query: '',
  selected: null,
  follow: true,
  table: false,
  legend: false,
};

/** The state from what an earlier panel saved, or a fresh one when that is of another shape. */
export function restoreState(raw: unknown): SavedState {
  if (!isRecord(raw) || raw['version'] !== 1) return FRESH;
  const saved = { ...FRESH, ...raw } as SavedState;
  const isSound =
    typeof saved.scope === 'string' &&
    typeof saved.query === 'string' &&
    (saved.selected === null || typeof saved.selected === 'string') &&
    isRecord(saved.folds) &&
    (saved.viewport === null || isViewport(saved.viewport)) &&
    (saved.at === null || isPlace(saved.at));
  return isSound ? saved : FRESH;
}

/** The state of a panel that has just been opened. */
export function initialState(saved: SavedState): PanelState {
  const { scope, at, folds, problemsOnly, query, selected, follow, table, legend } = saved;
  const kept = { scope, at, folds, problemsOnly, query, selected, follow, table, legend };
  return {
    ...kept,
    loaded: false,
    view: null,
    stale: false,
    failure: null,
    match: -1,
    edge: -1,
    help: false,
    showAll: false,
    pinned: [],
    sight: 0,
  };
}

/** What the panel keeps for a reload. */
export function savedState(state: PanelState, viewport: Viewport | null): SavedState {
  const { scope, at, folds, problemsOnly, query, selected, follow, table, legend } = state;
  return { version: 1, scope, at, viewport, folds, problemsOnly, query, selected, follow, table, legend };
}

export function reduce(state: PanelState, action: Action): PanelState {
  switch (action.type) {
    case 'message':
      return receive(state, action.message);
    case 'select':
      return selectNode(state, action.id, action.sight === true);
    case 'fold':
      return { ...state, folds: { ...state.folds, [action.group]: action.folded } };
    case 'foldAll':
      return {
        ...state,
        folds: Object.fromEntries((state.view?.groups ?? []).map((group) => [group.id, action.folded])),
      };
    case 'search':
      return { ...state, query: action.query, match: -1 };
    case 'match':
      return { ...selectNode(state, action.id, true), match: action.index };
    case 'edge':
      return { ...state, edge: action.index };
    case 'toggle':
      return { ...state, [action.what]: action.on ?? !state[action.what] };
  }
}

function receive(state: PanelState, message: ToPanel): PanelState {
  switch (message.type) {
    case 'view':
      return receiveView(state, message.view, message.at, message.focus);
    case 'stale':
      return { ...state, stale: state.view !== null, failure: null, loaded: true };
    case 'failed':
      return { ...state, failure: message.message, loaded: true };
    case 'focus':
      // The host follows the cursor even while the user looks at something else in a picture without that node.
      return state.view?.nodes.some((node) => node.id === message.node) === true
        ? selectNode(state, message.node, true)
        : state;
    default:
      return state;
  }
}

function receiveView(
  state: PanelState,
  view: DiagramView | null,
  at: PanelPlace | null,
  focus: string | null,
): PanelState {
  const received = { ...state, loaded: true, stale: false, failure: null, at };
  if (view === null) return { ...received, view: null };
  const isOther = view.scope !== state.scope;
  const base: PanelState = isOther
    ? { ...received, scope: view.scope, folds: {}, selected: null, query: '', match: -1, edge: -1, pinned: [] }
    : received;
  const known = new Set(view.nodes.map((node) => node.id));
  const shown: PanelState = {
    ...base,
    view: state.view === null ? view : shareUnchanged(state.view, view),
    folds: foldsFor(view, base.folds, focus ?? base.selected),
    selected:
      base.selected !== null && (known.has(base.selected) || view.groups.some((group) => group.id === base.selected))
        ? base.selected
        : null,
  };
  return focus !== null && known.has(focus) ? selectNode(shown, focus, state.view === null || isOther) : shown;
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

function selectNode(state: PanelState, id: string | null, sight: boolean): PanelState {
  const group = state.view?.nodes.find((node) => node.id === id)?.group;
  const isHidden = sight && group !== undefined && state.folds[group] === true;
  return {
    ...state,
    selected: id,
    edge: -1,
    folds: isHidden ? { ...state.folds, [group]: false } : state.folds,
    pinned: sight && id !== null && !state.pinned.includes(id) ? [...state.pinned.slice(-20), id] : state.pinned,
    sight: sight ? state.sight + 1 : state.sight,
  };
}

/** The new view with the old objects where nothing changed: what did not change is not drawn again. */
function shareUnchanged(before: DiagramView, after: DiagramView): DiagramView {
  const old = new Map(before.nodes.map((node) => [node.id, node]));
  const nodes = after.nodes.map((node) => {
    const known = old.get(node.id);
    return known !== undefined &&
      JSON.stringify({ ...known, location: null }) === JSON.stringify({ ...node, location: null })
      ? known
      : node;
  });
  return { ...after, nodes };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isViewport(value: unknown): value is Viewport {
  return isRecord(value) && [value['x'], value['y'], value['k']].every((each) => Number.isFinite(each));
}

function isPlace(value: unknown): value is PanelPlace {
  return isRecord(value) && typeof value['uri'] === 'string' && Number.isInteger(value['line']);
}
