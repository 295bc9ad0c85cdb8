import type { JSX } from 'preact';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import { describeEdge, describeNode } from '../../diagram/describe';
import { edgesOf } from '../../diagram/filter';
import { nextInDirection } from '../../diagram/navigate';
import { brokenNodes, unsureNodes } from '../../diagram/problems';
import { searchNodes } from '../../diagram/search';
import { Canvas, type CanvasHandle } from './canvas';
import type { Host } from './host';
import { InfoStrip } from './info-strip';
import { commandOf, type Command } from './keys';
import { KeysHelp, Legend } from './overlays';
import { usePicture, type Picture } from './picture';
import { EmptyState, StatusBar } from './status';
import { initialState, reduce, restoreState, savedState, type Action, type PanelState, type Toggle } from './state';
import { Table } from './table';
import { Toolbar } from './toolbar';
import { Tree } from './tree';

const SAVE_AFTER_MS = 200;

/** The diagram panel. */
export function App({ host }: { readonly host: Host }): JSX.Element {
  const saved = useMemo(() => restoreState(host.load()), [host]);
  const [state, dispatch] = useReducer<PanelState, Action, undefined>(reduce, undefined, () => initialState(saved));
  const [isTreeFocused, setTreeFocused] = useState(false);
  const canvas = useRef<CanvasHandle>(null);
  const tree = useRef<HTMLDivElement>(null);
  const input = useRef<HTMLInputElement>(null);
  const picture = usePicture(state);
  const matches = useMemo(
    () => (picture === undefined ? [] : searchNodes(picture.filtered, state.query)),
    [picture?.filtered, state.query],
  );
  const scheduleSave = useSaving(host, state, canvas);

  useEffect(() => {
    const stop = host.listen((message) => dispatch({ type: 'message', message }));
    host.post({ type: 'ready', follow: saved.follow, view: 'services' });
    return stop;
  }, [host]);
  useFocusRestored(tree, state);

  const focusTree = (id: string): void => {
    // The item may only exist after the next drawing.
    requestAnimationFrame(() => {
      for (const item of tree.current?.querySelectorAll<HTMLElement>('[data-item-id]') ?? []) {
        if (item.dataset['itemId'] === id) item.focus({ preventScroll: true });
      }
    });
  };
  const select = (id: string, sight: boolean): void => {
    dispatch({ type: 'select', id, sight });
    if (!state.table) focusTree(id);
  };
  const reveal = (id: string, go: boolean): void => host.post({ type: 'reveal', node: id, go });
  // A mouse that clicks goes to the YAML and takes the keyboard there; keys stay in the panel.
  const clickNode = (id: string): void => {
    dispatch({ type: 'select', id });
    if (picture?.filtered.nodes.some((node) => node.id === id && node.location !== undefined) === true)
      reveal(id, true);
    else focusTree(id);
  };
  const openRow = (id: string, go: boolean): void => {
    dispatch({ type: 'select', id });
    reveal(id, go);
  };
  const toggle = (what: Toggle): void => {
    dispatch({ type: 'toggle', what });
    if (what === 'follow') host.post({ type: 'follow', follow: !state.follow });
  };
  const toggleGroup = (id: string): void => {
    dispatch({ type: 'fold', group: id, folded: state.folds[id] !== true });
    select(id, false);
  };
  const step = (by: 1 | -1): void => {
    if (matches.length === 0) return;
    const index =
      state.match === -1 ? (by === 1 ? 0 : matches.length - 1) : (state.match + by + matches.length) % matches.length;
    const id = matches[index];
    if (id !== undefined) dispatch({ type: 'match', index, id });
  };

  const run = (command: Command): void => {
    if (picture === undefined) return;
    runCommand(command, {
      state,
      picture,
      canvas: canvas.current,
      input: input.current,
      dispatch,
      select,
      reveal,
      toggle,
      toggleGroup,
    });
  };
  useKeys(run, input);

  const selectedNode = picture?.filtered.nodes.find((node) => node.id === state.selected);
  const edges = selectedNode === undefined || picture === undefined ? [] : edgesOf(picture.filtered, selectedNode.id);
  const currentEdge = edges[state.edge];
  return (
    <div class={isTreeFocused ? 'panel keyboard' : 'panel'}>
      <header>
        <h1 class="sr-only">Service Routing</h1>
        <Toolbar
          query={state.query}
          matchCount={matches.length}
          match={state.match}
          problemCount={
            picture === undefined ? 0 : (state.view?.nodes ?? []).reduce((sum, node) => sum + node.problems.length, 0)
          }
          hasGroups={(picture?.view.groups.length ?? 0) > 1}
          folded={foldingOf(state)}
          on={state}
          input={input}
          onQuery={(query) => dispatch({ type: 'search', query })}
          onStep={step}
          onToggle={toggle}
          onFoldAll={(folded) => dispatch({ type: 'foldAll', folded })}
          onZoom={(factor) => canvas.current?.zoomBy(factor)}
          onFit={() => canvas.current?.fit()}
        />
      </header>
      <main class="stage">
        {picture === undefined || picture.view.nodes.length === 0 ? (
          <EmptyState
            loaded={state.loaded}
            failure={state.failure}
            filtered={state.view !== null && state.view.nodes.length > 0}
            onShowAll={() => toggle('problemsOnly')}
          />
        ) : state.table ? (
          <Table view={picture.filtered} matches={new Set(matches)} selected={state.selected} onNode={openRow} />
        ) : (
          <>
            <Canvas
              {...canvasFacts(state, picture, matches)}
              currentEdge={currentEdge?.id}
              savedViewport={saved.scope === picture.view.scope ? saved.viewport : null}
              handle={canvas}
              onViewport={scheduleSave}
              onNode={clickNode}
              onGroup={toggleGroup}
              onEdge={(id) => {
                const edge = edges.find((each) => each.id === id);
                if (edge !== undefined) select(edge.source === state.selected ? edge.target : edge.source, true);
              }}
              onNothing={() => dispatch({ type: 'select', id: null })}
            />
            <Tree
              view={picture.filtered}
              folds={state.folds}
              selected={state.selected}
              element={tree}
              onFocus={(id) => dispatch({ type: 'select', id, sight: true })}
              onFocusChange={setTreeFocused}
            />
          </>
        )}
        {state.legend && picture !== undefined ? <Legend view={picture.view} onClose={() => toggle('legend')} /> : null}
        {state.help ? <KeysHelp onClose={() => toggle('help')} /> : null}
      </main>
      {selectedNode === undefined || picture === undefined ? null : (
        <InfoStrip
          view={picture.filtered}
          node={selectedNode}
          edge={state.edge}
          onReveal={() => reveal(selectedNode.id, false)}
          onNode={(id) => select(id, true)}
          onClose={() => dispatch({ type: 'select', id: null })}
        />
      )}
      <StatusBar state={state} picture={picture} onShowAll={() => toggle('showAll')} />
      <div class="sr-only" role="status" aria-live="polite">
        {currentEdge !== undefined && picture !== undefined && selectedNode !== undefined
          ? `Connection ${state.edge + 1} of ${edges.length}: ${describeEdge(picture.filtered, currentEdge, selectedNode.id)}`
          : selectedNode === undefined || isTreeFocused
            ? ''
            : describeNode(selectedNode)}
      </div>
    </div>
  );
}

function foldingOf({ view, folds }: PanelState): 'none' | 'some' | 'all' {
  const groups = view?.groups ?? [];
  const count = groups.filter((group) => folds[group.id] === true).length;
  return count === 0 ? 'none' : count === groups.length ? 'all' : 'some';
}

/** What the canvas shows of the state, in sets that change only when they must. */
function canvasFacts(state: PanelState, picture: Picture, matches: readonly string[]) {
  const edges = state.selected === null ? [] : edgesOf(picture.view, state.selected);
  const selected = state.selected ?? '';
  return {
    layout: picture.layout,
    pictureKey: picture.key,
    selected: state.selected,
    sight: state.sight,
    near: new Set(edges.map((edge) => (edge.source === selected ? edge.target : edge.source))),
    edgeTooltips: new Map(edges.map((edge) => [edge.id, describeEdge(picture.view, edge, selected)])),
    matches: new Set(matches),
    broken: brokenNodes(picture.view.edges),
    unsure: unsureNodes(picture.view),
  };
}

interface Desk {
  readonly state: PanelState;
  readonly picture: Picture;
  readonly canvas: CanvasHandle | null;
  readonly input: HTMLInputElement | null;
  readonly dispatch: (action: Action) => void;
  readonly select: (id: string, sight: boolean) => void;
  readonly reveal: (id: string, go: boolean) => void;
  readonly toggle: (what: Toggle) => void;
  readonly toggleGroup: (id: string) => void;
}

function runCommand(command: Command, desk: Desk): void {
  const { state, picture, canvas } = desk;
  switch (command.type) {
    case 'move': {
      const next = neighbourOf(picture, state.selected, command.direction);
      if (next !== undefined) desk.select(next, true);
      return;
    }
    case 'first':
    case 'last': {
      const node = command.type === 'first' ? picture.view.nodes[0] : picture.view.nodes.at(-1);
      if (node !== undefined) desk.select(node.id, true);
      return;
    }
    case 'edge': {
      const count = state.selected === null ? 0 : edgesOf(picture.filtered, state.selected).length;
      if (count > 0)
        desk.dispatch({
          type: 'edge',
          index: state.edge === -1 && command.step === -1 ? count - 1 : (state.edge + command.step + count) % count,
        });
      return;
    }
    case 'reveal':
      if (state.selected === null) return;
      if (picture.view.groups.some((group) => group.id === state.selected)) desk.toggleGroup(state.selected);
      else desk.reveal(state.selected, command.go);
      return;
    case 'fold': {
      const group = picture.view.nodes.find((node) => node.id === state.selected)?.group ?? state.selected;
      if (group !== null && picture.view.groups.some((each) => each.id === group)) desk.toggleGroup(group);
      return;
    }
    case 'search':
      desk.input?.focus();
      desk.input?.select();
      return;
    case 'zoom':
      canvas?.zoomBy(command.factor);
      return;
    case 'pan':
      canvas?.panBy(command.dx, command.dy);
      return;
    case 'fit':
      canvas?.fit();
      return;
    case 'table':
    case 'help':
      desk.toggle(command.type);
      return;
    case 'back':
      goBack(desk);
  }
}

/** Closes one thing at a time: help, search, table, selection. */
function goBack({ state, dispatch, toggle }: Desk): void {
  if (state.help) toggle('help');
  else if (state.query !== '') dispatch({ type: 'search', query: '' });
  else if (state.table) toggle('table');
  else if (state.selected !== null) dispatch({ type: 'select', id: null });
}

function neighbourOf(
  { layout, view }: Picture,
  selected: string | null,
  direction: Parameters<typeof nextInDirection>[2],
): string | undefined {
  const folded = [...layout.groups.values()].filter((group) => group.folded);
  const from = selected === null ? undefined : (layout.nodes.get(selected) ?? layout.groups.get(selected));
  if (from === undefined) return view.nodes.find((node) => layout.nodes.has(node.id))?.id ?? folded[0]?.id;
  return nextInDirection([...layout.nodes.values(), ...folded], from, direction);
}

/** Saves a moment after the last change: what is on the screen, for the next window. */
function useSaving(host: Host, state: PanelState, canvas: { readonly current: CanvasHandle | null }): () => void {
  const latest = useRef(state);
  const viewport = useRef(restoreState(host.load()).viewport);
  const timer = useRef(0);
  latest.current = state;
  const schedule = useCallback(() => {
    window.clearTimeout(timer.current);
    timer.current = window.setTimeout(() => {
      viewport.current = canvas.current?.viewport() ?? viewport.current;
      host.save(savedState(latest.current, viewport.current));
    }, SAVE_AFTER_MS);
  }, [host]);
  useEffect(schedule, [state]);
  return schedule;
}

/** Drawing again must not lose the keyboard's place: when the focused item went, its successor takes over. */
function useFocusRestored(tree: { readonly current: HTMLElement | null }, state: PanelState): void {
  const hadFocus = useRef(false);
  useEffect(() => {
    const isLost = hadFocus.current && document.hasFocus() && document.activeElement === document.body;
    if (isLost) tree.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
    hadFocus.current = tree.current?.contains(document.activeElement) === true;
  }, [state]);
}

/** One listener for the whole panel; text fields keep their keys, buttons theirs. */
function useKeys(run: (command: Command) => void, input: { readonly current: HTMLInputElement | null }): void {
  const latest = useRef(run);
  latest.current = run;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      if (target instanceof HTMLInputElement) {
        if (event.key !== 'Escape') return;
        input.current?.blur();
      }
      const isPressing = event.key === 'Enter' || event.key === ' ';
      if (isPressing && target instanceof HTMLButtonElement) return;
      const command = commandOf(event);
      if (command === undefined) return;
      const scrollsHere = target instanceof Element && target.closest('.table-scroll, .info') !== null;
      if (scrollsHere && (command.type === 'move' || command.type === 'first' || command.type === 'last')) return;
      event.preventDefault();
      latest.current(command);
    };
    window.addEventListener('keydown', listen);
    return () => window.removeEventListener('keydown', listen);
  }, []);
}
