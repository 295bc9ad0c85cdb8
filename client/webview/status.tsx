import type { JSX } from 'preact';
import { cleanText } from '../../diagram/text';
import type { Picture } from './picture';
import type { PanelState } from './state';

interface StatusBarProps {
  readonly state: PanelState;
  readonly picture: Picture | undefined;
  readonly onShowAll: () => void;
}

/** How much of the whole is on the screen: nothing is left out silently. */
export function StatusBar({ state, picture, onShowAll }: StatusBarProps): JSX.Element | null {
  if (picture === undefined || state.view === null) return null;
  const total = state.view.nodes.length;
  const { layout, filtered, view } = picture;
  const foldedCount = [...layout.groups.values()].filter((group) => group.folded).length;
  const shown = layout.nodes.size;
  const isPart = view.nodes.length < filtered.nodes.length;
  return (
    <footer class="status">
      <span class="scope" title={cleanText(state.view.scope)}>
        {state.view.scope === '.' ? 'the whole folder' : cleanText(state.view.scope)}
      </span>
      <span>{shown === total ? `${total} shown` : `showing ${shown} of ${total.toLocaleString('en')}`}</span>
      {foldedCount > 0 ? (
        <span>{foldedCount === 1 ? '1 namespace is folded' : `${foldedCount} namespaces are folded`}</span>
      ) : null}
      {state.problemsOnly ? <span>problems only</span> : null}
      {isPart || state.showAll ? (
        <button type="button" class="link" onClick={onShowAll}>
          {isPart ? 'draw all' : 'draw fewer'}
        </button>
      ) : null}
      {state.failure === null ? null : (
        <span class="stale">The language server did not answer: this is the last picture.</span>
      )}
      {state.stale ? (
        <span class="stale">The YAML has errors: this is the last picture that could be drawn.</span>
      ) : null}
    </footer>
  );
}

interface EmptyStateProps {
  readonly loaded: boolean;
  readonly failure: string | null;
  /** There is something, but the filter hides it. */
  readonly filtered: boolean;
  readonly onShowAll: () => void;
}

export function EmptyState({ loaded, failure, filtered, onShowAll }: EmptyStateProps): JSX.Element {
  if (!loaded) return <div class="empty">Reading the manifests…</div>;
  if (failure !== null) {
    return (
      <div class="empty">
        <p class="headline">The language server did not answer.</p>
        <p>{cleanText(failure)}</p>
        <p>The command "Kubepath: Show Log" tells more, and "Kubepath: Restart Server" starts it anew.</p>
      </div>
    );
  }
  if (filtered) {
    return (
      <div class="empty">
        <p class="headline">No problems here.</p>
        <button type="button" class="button text" onClick={onShowAll}>
          Show everything
        </button>
      </div>
    );
  }
  return (
    <div class="empty">
      <p class="headline">No Service to draw yet.</p>
      <p>
        Kubepath draws the Services of this workspace's manifests, who reaches them, and the workloads behind them. Open
        a folder with a Service, or write one: the picture follows.
      </p>
    </div>
  );
}
