import type { JSX } from 'preact';
import type { ViewNode } from '../../server/core/views/view';
import { InfoStrip } from './info-strip';
import type { PanelActions } from './panel-actions';
import { hereOf, nodeOf, type PanelState } from './panel-state';
import { PathPanel } from './path-panel';
import type { Picture } from './picture';
import type { Action } from './state';

interface DetailsProps {
  readonly state: PanelState;
  readonly picture: Picture;
  readonly actions: PanelActions;
  readonly dispatch: (action: Action) => void;
}

/** Below the picture: the explained path, or what is selected. */
export function Details(props: DetailsProps): JSX.Element | null {
  const { state, actions, dispatch } = props;
  const { path } = state;
  const node = nodeOf(state, hereOf(state).selected);
  if (path === null) return node === undefined ? null : <Selected {...props} node={node} />;
  const { source, target, answer } = path;
  return (
    <PathPanel
      answer={answer}
      sourceTitle={nodeOf(state, source)?.title ?? source}
      targetTitle={nodeOf(state, target)?.title ?? target}
      onHop={(hop) => actions.post({ type: 'revealHop', hop })}
      onSwap={() => actions.askPath(target, source)}
      onClose={() => dispatch({ type: 'closePath' })}
    />
  );
}

function Selected({
  state,
  picture,
  actions,
  dispatch,
  node,
}: DetailsProps & { readonly node: ViewNode }): JSX.Element {
  const { id } = node;
  const isHidden = !picture.filtered.nodes.some((each) => each.id === id);
  const canPreview = isPolicy(state, node) && picture.whole.without !== id;
  return (
    <InfoStrip
      view={isHidden ? picture.whole : picture.filtered}
      node={node}
      edge={state.edge}
      isHidden={isHidden}
      fixes={state.fixes?.node === id ? state.fixes.fixes : []}
      pathFrom={nodeOf(state, state.pathFrom) ?? null}
      alone={state.alone?.policy === id ? (state.alone.alone ?? undefined) : undefined}
      onReveal={() => actions.reveal(id, false)}
      onProblem={(problem) => actions.post({ type: 'revealProblem', node: id, problem })}
      onFix={({ problem, title }) => actions.post({ type: 'fix', node: id, problem, title })}
      onPath={() => actions.markPath(id)}
      onPreview={canPreview ? () => actions.preview(id) : undefined}
      onNode={(other) => actions.select(other, true)}
      onClose={() => dispatch({ type: 'select', id: null })}
    />
  );
}

/** Policies can be done without in the view that shows what they do. */
export function isPolicy(state: PanelState, node: ViewNode): boolean {
  return state.name === 'policies' && node.kind === 'policy';
}
