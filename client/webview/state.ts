import { NO_FILTER, type DiagramFilter } from '../../diagram/filter';
import type { ToPanel } from '../../diagram/messages';
import { VIEW_TITLES } from '../../diagram/view-names';
import type { ViewName } from '../../server/core/views/view';
import { counterpartOf, hereOf, nodeOf, selectNode, shownView, withHere, type PanelState } from './panel-state';
import { receiveView } from './receive-view';
import type { ViewState } from './saved-state';

export type Action =
  | { readonly type: 'message'; readonly message: ToPanel }
  | { readonly type: 'show'; readonly name: ViewName }
  | { readonly type: 'select'; readonly id: string | null; readonly sight?: boolean }
  | { readonly type: 'fold'; readonly group: string; readonly folded: boolean }
  | { readonly type: 'foldAll'; readonly folded: boolean }
  | { readonly type: 'expand'; readonly node: string }
  | { readonly type: 'search'; readonly query: string }
  | { readonly type: 'match'; readonly index: number; readonly id: string }
  | { readonly type: 'edge'; readonly index: number }
  | { readonly type: 'filter'; readonly filter: DiagramFilter }
  /** Everything, then the selected node and its neighbours, then theirs too. */
  | { readonly type: 'focus' }
  | { readonly type: 'mode'; readonly mode: ViewState['mode'] }
  | { readonly type: 'arrange'; readonly on: boolean }
  | { readonly type: 'menu'; readonly menu: PanelState['menu'] }
  | { readonly type: 'pathFrom'; readonly id: string | null }
  | { readonly type: 'askPath'; readonly source: string; readonly target: string }
  | { readonly type: 'closePath' }
  | { readonly type: 'say'; readonly words: string }
  | { readonly type: 'toggle'; readonly what: Toggle };

export type Toggle = 'follow' | 'legend' | 'help' | 'showAll';

/** The state after something was done, or heard from the host. */
export function reduce(state: PanelState, action: Action): PanelState {
  // What was said of the last action is old news; messages are no actions.
  return act(action.type === 'message' || state.said === '' ? state : { ...state, said: '' }, action);
}

function act(state: PanelState, action: Action): PanelState {
  const here = hereOf(state);
  switch (action.type) {
    case 'message':
      return receive(state, action.message);
    case 'show':
      return showView(state, action.name);
    case 'select':
      return selectNode(state, action.id, action.sight === true);
    case 'fold':
      return withHere(state, { folds: { ...here.folds, [action.group]: action.folded } });
    case 'foldAll':
      return withHere(state, {
        folds: Object.fromEntries((shownView(state)?.groups ?? []).map((group) => [group.id, action.folded])),
      });
    case 'expand':
      return withHere(state, {
        expanded: here.expanded.includes(action.node)
          ? here.expanded.filter((id) => id !== action.node)
          : [...here.expanded, action.node],
      });
    case 'search':
      return { ...withHere(state, { query: action.query }), match: -1 };
    case 'match':
      return { ...selectNode(state, action.id, true), match: action.index };
    case 'edge':
      return { ...state, edge: action.index };
    case 'filter':
      return setFilter(state, action.filter);
    case 'focus':
      return cycleFocus(state);
    case 'mode':
      return withHere(state, { mode: here.mode === action.mode ? 'picture' : action.mode });
    case 'arrange':
      return withHere(state, { arranged: action.on });
    case 'menu':
      return { ...state, menu: state.menu === action.menu ? null : action.menu };
    case 'pathFrom':
      return { ...state, pathFrom: action.id, path: null };
    case 'askPath': {
      const { source, target } = action;
      return { ...state, path: { source, target, answer: undefined }, pathFrom: null };
    }
    case 'closePath':
      return { ...state, path: null, pathFrom: null };
    case 'say':
      return { ...state, said: action.words };
    case 'toggle':
      return { ...state, [action.what]: !state[action.what] };
  }
}

type Message<Type> = Extract<ToPanel, { readonly type: Type }>;

function receive(state: PanelState, message: ToPanel): PanelState {
  switch (message.type) {
    case 'view':
      return receiveView(state, message);
    case 'stale':
      return { ...state, stale: shownView(state) !== null, failure: null, loaded: true };
    case 'failed':
      return { ...state, failure: message.message, loaded: true, wanted: null };
    case 'focus':
      return followTo(state, message.node);
    case 'path':
      return receivePath(state, message);
    case 'alone':
      return { ...state, alone: message };
    case 'fixes':
      return { ...state, fixes: message };
    case 'exported':
      return { ...state, menu: null, said: message.message };
  }
}

function showView(state: PanelState, name: ViewName): PanelState {
  if (name === state.name) return state;
  const carried = hereOf(state).selected;
  const next: PanelState = {
    ...state,
    name,
    wanted: name,
    carried,
    match: -1,
    edge: -1,
    menu: null,
    path: null,
    pathFrom: null,
    pinned: [],
    said: VIEW_TITLES[name],
  };
  const other = carried === null ? undefined : counterpartOf(shownView(next), carried);
  return other === undefined ? next : { ...selectNode(next, other, true), carried: null };
}

/** The cursor moved. A node that only the focus hides is the new focus: the picture moves along. */
function followTo(state: PanelState, id: string): PanelState {
  const view = shownView(state);
  if (nodeOf(state, id) === undefined || view === null || state.wanted !== null) return state;
  const { filter, focus } = hereOf(state);
  return selectNode(filter.hops > 0 && focus !== id ? withHere(state, { focus: id }) : state, id, true);
}

function setFilter(state: PanelState, filter: DiagramFilter): PanelState {
  const here = hereOf(state);
  const focus = filter.hops === 0 ? null : (here.focus ?? here.selected);
  if (filter.hops > 0 && focus === null)
    return { ...withHere(state, { filter: { ...filter, hops: 0 } }), said: 'Select something first.' };
  return withHere(state, { filter, focus });
}

function cycleFocus(state: PanelState): PanelState {
  const { filter, focus, selected } = hereOf(state);
  const title = nodeOf(state, selected)?.title;
  if (filter.hops > 0 && selected !== null && title !== undefined && selected !== focus)
    return { ...withHere(state, { focus: selected }), said: `Focus: ${title}` };
  const hops = filter.hops === 0 ? 1 : filter.hops === 1 ? 2 : 0;
  if (hops === 0) return withHere(state, { filter: { ...filter, hops }, focus: null });
  if (title === undefined) return { ...state, said: 'Select something first.' };
  return withHere(state, { filter: { ...filter, hops }, focus: selected });
}

/** An answer that says the same stays the same object, so that nothing is read out again. */
function receivePath(state: PanelState, { source, target, answer }: Message<'path'>): PanelState {
  const { path } = state;
  if (path?.source !== source || path.target !== target) return state;
  if (JSON.stringify(path.answer) === JSON.stringify(answer)) return state;
  return { ...state, path: { source, target, answer } };
}

/** What "Show all" makes of a filter. */
export const SHOW_ALL: Action = { type: 'filter', filter: NO_FILTER };
