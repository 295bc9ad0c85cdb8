import type { JSX, RefObject } from 'preact';
import { useMemo } from 'preact/hooks';
import { describeEdge } from '../../diagram/describe';
import { edgesOf } from '../../diagram/filter';
import { brokenNodes, unsureNodes } from '../../diagram/problems';
import type { DiagramView, ViewEdge } from '../../server/core/views/view';
import { Canvas, type CanvasHandle } from './canvas';
import { Matrix } from './matrix';
import type { PanelActions } from './panel-actions';
import { hereOf, type PanelState } from './panel-state';
import type { Picture } from './picture';
import type { Viewport } from './saved-state';
import type { Action } from './state';
import { Table } from './table';
import { Tree } from './tree';

interface StageProps {
  readonly state: PanelState;
  readonly picture: Picture;
  readonly matches: readonly string[];
  readonly savedViewport: Viewport | null;
  readonly canvas: RefObject<CanvasHandle>;
  readonly tree: RefObject<HTMLDivElement>;
  readonly actions: PanelActions;
  readonly dispatch: (action: Action) => void;
  readonly onViewport: () => void;
  readonly onTreeFocus: (focused: boolean) => void;
}

/** The view as a picture with a tree beside it, as a table, or as a matrix. */
export function Stage(props: StageProps): JSX.Element {
  const { state, picture, canvas, actions, dispatch } = props;
  const { mode, selected, folds, expanded } = hereOf(state);
  const matches = useMemo(() => new Set(props.matches), [props.matches]);
  const edges = useMemo(
    () => (selected === null ? [] : edgesOf(picture.filtered, selected)),
    [picture.filtered, selected],
  );
  const facts = useMemo(() => canvasFacts(picture.whole, selected, edges), [picture.whole, selected, edges]);
  if (mode === 'table')
    return <Table view={picture.filtered} matches={matches} selected={selected} onNode={actions.openRow} />;
  if (mode === 'matrix' && picture.filtered.matrix !== undefined) {
    const onPeer = (id: string): void => dispatch({ type: 'select', id });
    return (
      <Matrix view={picture.filtered} selected={selected} matches={matches} onPeer={onPeer} onCell={actions.askPath} />
    );
  }
  return (
    <>
      <Canvas
        key={picture.key}
        {...facts}
        layout={picture.layout}
        pictureKey={picture.key}
        selected={selected}
        sight={state.sight}
        matches={matches}
        currentEdge={edges[state.edge]?.id}
        savedViewport={props.savedViewport}
        handle={canvas}
        onViewport={props.onViewport}
        onNode={actions.clickNode}
        onGroup={actions.toggleGroup}
        onExpand={(node) => dispatch({ type: 'expand', node })}
        onEdge={(id) => {
          const edge = edges.find((each) => each.id === id);
          if (edge !== undefined) actions.select(edge.source === selected ? edge.target : edge.source, true);
        }}
        onNothing={() => dispatch({ type: 'select', id: null })}
      />
      <Tree
        view={picture.filtered}
        folds={folds}
        expanded={expanded}
        selected={selected}
        element={props.tree}
        onFocus={(id) => dispatch({ type: 'select', id, sight: true })}
        onFocusChange={props.onTreeFocus}
      />
    </>
  );
}

/** What the canvas marks. */
function canvasFacts(view: DiagramView, selected: string | null, edges: readonly ViewEdge[]) {
  const governed = view.nodes.find((node) => node.id === selected)?.governs ?? [];
  return {
    near: new Set([
      ...edges.map((edge) => (edge.source === selected ? edge.target : edge.source)),
      ...governed.map(({ node }) => node),
    ]),
    edgeTooltips: new Map(edges.map((edge) => [edge.id, describeEdge(view, edge, selected ?? '')])),
    broken: brokenNodes(view.edges),
    unsure: unsureNodes(view),
  };
}
