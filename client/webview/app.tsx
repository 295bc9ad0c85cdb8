import type { JSX } from 'preact';
import { useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { describeEdge, describeNode } from '../../diagram/describe';
import { edgesOf, isFiltering } from '../../diagram/filter';
import { searchNodes } from '../../diagram/search';
import { VIEW_TITLES } from '../../diagram/view-names';
import { AddressStrip } from './address-strip';
import { PathHint, PreviewBanner } from './banner';
import type { CanvasHandle } from './canvas';
import { Details } from './details';
import { ExportMenu } from './export-menu';
import { FilterMenu } from './filter-menu';
import type { Host } from './host';
import type { Command } from './keys';
import { KeysHelp, Legend } from './overlays';
import { panelActions } from './panel-actions';
import { runCommand } from './panel-commands';
import { useFocusRestored, useKeys, useQuestions, useSaving } from './panel-hooks';
import { hereOf, initialState, nodeOf, type PanelState } from './panel-state';
import { usePicture, type Picture } from './picture';
import { restoreState, type ViewState } from './saved-state';
import { Stage } from './stage';
import { reduce, SHOW_ALL, type Action } from './state';
import { EmptyState, StatusBar } from './status';
import { TAB_PANEL, tabId, ViewTabs } from './tabs';
import { Toolbar } from './toolbar';

/** The diagram panel. */
export function App({ host }: { readonly host: Host }): JSX.Element {
  const saved = useMemo(() => restoreState(host.load()), [host]);
  const [state, dispatch] = useReducer<PanelState, Action, undefined>(reduce, undefined, () => initialState(saved));
  const [isTreeFocused, setTreeFocused] = useState(false);
  const canvas = useRef<CanvasHandle>(null);
  const tree = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const picture = usePicture(state, (words) => {
    dispatch({ type: 'arrange', on: false });
    dispatch({ type: 'say', words });
  });
  const here = hereOf(state);
  const matches = useMemo(
    () => (picture === undefined ? [] : searchNodes(picture.filtered, here.query)),
    [picture?.filtered, here.query],
  );
  const { viewports, onViewport } = useSaving(host, state, picture, canvas);
  useEffect(() => {
    const stop = host.listen((message) => dispatch({ type: 'message', message }));
    host.post({ type: 'ready', follow: saved.follow, view: saved.name });
    return stop;
  }, [host]);
  useFocusRestored(tree, state);
  useQuestions(host, state, picture);
  const focusTree = (id: string): void => focusItem(tree, id);
  const actions = panelActions({ host, state, picture, matches, dispatch, focusTree });
  const run = (command: Command): void =>
    runCommand(command, { state, picture, canvas: canvas.current, input: input.current, dispatch, actions });
  useKeys(run, tree);

  const closeMenu = (): void => dispatch({ type: 'menu', menu: null });
  return (
    <div class={isTreeFocused ? 'panel keyboard' : 'panel'}>
      <header>
        <h1 class="sr-only">{VIEW_TITLES[state.name]}</h1>
        <ViewTabs shown={state.name} onShow={actions.show} />
        <Toolbar
          state={state}
          here={here}
          matchCount={matches.length}
          problemCount={picture?.whole.nodes.reduce((sum, node) => sum + node.problems.length, 0) ?? 0}
          hasGroups={(picture?.view.groups.length ?? 0) > 1}
          hasMatrix={picture?.whole.hasMatrix === true}
          folded={foldingOf(picture, here)}
          input={input}
          actions={actions}
          dispatch={dispatch}
          onZoom={(factor) => canvas.current?.zoomBy(factor)}
          onFit={() => canvas.current?.fit()}
        />
        {picture === undefined ? null : <PreviewBanner view={picture.whole} onEnd={() => actions.preview(null)} />}
        <PathHint from={nodeOf(state, state.pathFrom)} onCancel={() => dispatch({ type: 'closePath' })} />
      </header>
      <main>
        <div id={TAB_PANEL} class="stage" role="tabpanel" tabIndex={-1} aria-labelledby={tabId(state.name)}>
          {picture === undefined || picture.view.nodes.length === 0 ? (
            <EmptyState
              name={state.name}
              loaded={state.loaded && state.wanted === null}
              failure={picture === undefined ? state.failure : null}
              filtered={picture === undefined || picture.whole.nodes.length === 0 ? null : hidingOf(here)}
              notes={picture?.whole.notes ?? []}
              onShowAll={() => dispatch(SHOW_ALL)}
            />
          ) : (
            <Stage
              state={state}
              picture={picture}
              matches={matches}
              savedViewport={viewports.current.get(picture.key) ?? null}
              canvas={canvas}
              tree={tree}
              actions={actions}
              dispatch={dispatch}
              onViewport={onViewport}
              onTreeFocus={setTreeFocused}
            />
          )}
          {state.legend && picture !== undefined ? (
            <Legend view={picture.view} onClose={() => actions.toggle('legend')} />
          ) : null}
          {state.help ? <KeysHelp onClose={() => actions.toggle('help')} /> : null}
          {state.menu === 'filter' && picture !== undefined ? (
            <FilterMenu
              view={picture.whole}
              filter={here.filter}
              onFilter={(filter) => dispatch({ type: 'filter', filter })}
              onClose={closeMenu}
            />
          ) : null}
          {state.menu === 'export' ? <ExportMenu onExport={actions.save} onClose={closeMenu} /> : null}
        </div>
        {picture?.whole.addresses === undefined || here.mode !== 'picture' ? null : (
          <AddressStrip
            bar={picture.whole.addresses}
            onRange={(range) => actions.post({ type: 'revealRange', range })}
          />
        )}
      </main>
      {picture === undefined ? null : <Details state={state} picture={picture} actions={actions} dispatch={dispatch} />}
      <StatusBar
        state={state}
        picture={picture}
        onShowAll={() => dispatch(SHOW_ALL)}
        onDrawAll={() => actions.toggle('showAll')}
        onNotes={() => actions.toggle('legend')}
      />
      <div class="sr-only" role="status" aria-live="polite">
        {picture === undefined ? '' : selectionSentence(state, picture, isTreeFocused)}
      </div>
    </div>
  );
}

/** What is read aloud of the selection; in the tree, the item itself is. */
function selectionSentence(state: PanelState, { filtered }: Picture, isTreeFocused: boolean): string {
  const node = nodeOf(state, hereOf(state).selected);
  if (node === undefined) return '';
  const edges = edgesOf(filtered, node.id);
  const edge = edges[state.edge];
  if (edge !== undefined)
    return `Connection ${state.edge + 1} of ${edges.length}: ${describeEdge(filtered, edge, node.id)}`;
  return isTreeFocused ? '' : describeNode(node);
}

function foldingOf(picture: Picture | undefined, { folds }: ViewState): 'none' | 'some' | 'all' {
  const groups = picture?.whole.groups ?? [];
  const count = groups.filter((group) => folds[group.id] === true).length;
  return count === 0 ? 'none' : count === groups.length ? 'all' : 'some';
}

/** Why a picture of something is empty. */
function hidingOf({ filter }: ViewState): 'problems' | 'other' {
  return filter.problemsOnly && !isFiltering({ ...filter, problemsOnly: false }) ? 'problems' : 'other';
}

function focusItem(tree: { readonly current: HTMLElement | null }, id: string): void {
  // The item may only exist after the next drawing.
  requestAnimationFrame(() => {
    for (const item of tree.current?.querySelectorAll<HTMLElement>('[data-item-id]') ?? []) {
      if (item.dataset['itemId'] === id) item.focus({ preventScroll: true });
    }
  });
}
