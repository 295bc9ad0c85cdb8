import type { ExportFormat, ToHost } from '../../diagram/messages';
import type { ViewName } from '../../server/core/views/view';
import { canBegin } from '../../diagram/path-words';
import { exportContent } from './export';
import type { Host } from './host';
import { hereOf, nodeOf, type PanelState } from './panel-state';
import type { Picture } from './picture';
import type { Action, Toggle } from './state';

interface Parts {
  readonly host: Host;
  readonly state: PanelState;
  readonly picture: Picture | undefined;
  readonly matches: readonly string[];
  readonly dispatch: (action: Action) => void;
  /** Moves the keyboard to a node's item in the tree. */
  readonly focusTree: (id: string) => void;
}

export type PanelActions = ReturnType<typeof panelActions>;

/** What a user can do, where more than one part of the panel takes part. */
export function panelActions({ host, state, picture, matches, dispatch, focusTree }: Parts) {
  const here = hereOf(state);
  const post = (message: ToHost): void => host.post(message);
  const reveal = (id: string, go: boolean): void => post({ type: 'reveal', node: id, go });
  const select = (id: string, sight: boolean): void => {
    dispatch({ type: 'select', id, sight });
    if (here.mode === 'picture') focusTree(id);
  };
  const preview = (without: string | null): void => post({ type: 'show', view: 'policies', without });
  const askPath = (source: string, target: string): void => {
    dispatch({ type: 'askPath', source, target });
    post({ type: 'path', source, target });
  };
  return {
    post,
    reveal,
    select,
    preview,
    askPath,
    /** A mouse that clicks goes to the YAML and takes the keyboard there; keys stay in the panel. */
    clickNode: (id: string): void => {
      dispatch({ type: 'select', id });
      if (nodeOf(state, id)?.location === undefined) focusTree(id);
      else reveal(id, true);
    },
    openRow: (id: string, go: boolean): void => {
      dispatch({ type: 'select', id });
      reveal(id, go);
    },
    show: (name: ViewName): void => {
      if (name === state.name) return;
      dispatch({ type: 'show', name });
      post({ type: 'show', view: name, without: null });
    },
    toggle: (what: Toggle): void => {
      dispatch({ type: 'toggle', what });
      if (what === 'follow') post({ type: 'follow', follow: !state.follow });
    },
    toggleGroup: (id: string): void => {
      dispatch({ type: 'fold', group: id, folded: here.folds[id] !== true });
      select(id, false);
    },
    /** The beginning of a path; with one, its end. */
    markPath: (id: string): void => {
      const node = nodeOf(state, id);
      if (state.pathFrom !== null && state.pathFrom !== id) askPath(state.pathFrom, id);
      else if (node !== undefined && canBegin(node)) dispatch({ type: 'pathFrom', id });
      else dispatch({ type: 'say', words: 'No path begins here. Begin it at a workload or an address.' });
    },
    stepMatch: (by: 1 | -1): void => {
      if (matches.length === 0) return;
      const start = by === 1 ? 0 : matches.length - 1;
      const index = state.match === -1 ? start : (state.match + by + matches.length) % matches.length;
      const id = matches[index];
      if (id !== undefined) dispatch({ type: 'match', index, id });
    },
    save: (format: ExportFormat, to: 'file' | 'clipboard', print: boolean): void => {
      if (picture === undefined) return;
      exportContent(format, picture.view, picture.layout, { print }).then(
        ({ content, note }) => {
          if (note !== '') dispatch({ type: 'say', words: note });
          post({ type: 'export', format, to, content });
        },
        (error: unknown) => dispatch({ type: 'say', words: error instanceof Error ? error.message : String(error) }),
      );
    },
  };
}
