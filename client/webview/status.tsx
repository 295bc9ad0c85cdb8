import type { JSX } from 'preact';
import { filterWords } from '../../diagram/filter-words';
import { cleanText } from '../../diagram/text';
import type { ViewName } from '../../server/core/views/view';
import { hereOf, type PanelState } from './panel-state';
import { DRAW_AT_MOST, type Picture } from './picture';

interface StatusBarProps {
  readonly state: PanelState;
  readonly picture: Picture | undefined;
  readonly onShowAll: () => void;
  readonly onDrawAll: () => void;
  readonly onNotes: () => void;
}

/** How much of the whole is on the screen: nothing is left out silently. */
export function StatusBar({ state, picture, ...on }: StatusBarProps): JSX.Element {
  return (
    <footer class="status">
      {picture === undefined ? null : <Shown state={state} picture={picture} {...on} />}
      <span class="said" role="status">
        {cleanText(state.said)}
      </span>
    </footer>
  );
}

function Shown({
  state,
  picture,
  onShowAll,
  onDrawAll,
  onNotes,
}: StatusBarProps & { readonly picture: Picture }): JSX.Element {
  const { whole, layout, filtered, view } = picture;
  const total = whole.nodes.length;
  const shown = layout.nodes.size;
  const isPart = view.nodes.length < filtered.nodes.length;
  const canDrawFewer = state.showAll && filtered.nodes.length > DRAW_AT_MOST;
  const folded = [...layout.groups.values()].filter((group) => group.folded).length;
  const { filter, focus } = hereOf(state);
  const hidden = filterWords(filter, whole, focus);
  return (
    <>
      <span class="scope" title={cleanText(whole.scope)}>
        {whole.scope === '.' ? 'the whole folder' : cleanText(whole.scope)}
      </span>
      <span>{shown === total ? `${total} shown` : `showing ${shown} of ${total.toLocaleString('en')}`}</span>
      {folded > 0 ? <span>{folded === 1 ? '1 namespace is folded' : `${folded} namespaces are folded`}</span> : null}
      <span class="hidden-parts" role="status">
        {hidden === '' ? null : `Hidden: ${hidden}`}
      </span>
      {hidden === '' ? null : (
        <button type="button" class="link" onClick={onShowAll}>
          Show all
        </button>
      )}
      {isPart || canDrawFewer ? (
        <button type="button" class="link" onClick={onDrawAll}>
          {isPart ? 'draw all' : 'draw fewer'}
        </button>
      ) : null}
      {whole.notes.length === 0 ? null : (
        <button type="button" class="link" onClick={onNotes}>
          {whole.notes.length === 1 ? '1 note' : `${whole.notes.length} notes`}
        </button>
      )}
      {state.failure === null ? null : (
        <span class="stale">The language server did not answer: this is the last picture.</span>
      )}
      {state.stale ? (
        <span class="stale">The YAML has errors: this is the last picture that could be drawn.</span>
      ) : null}
    </>
  );
}

const NOTHING: Readonly<Record<ViewName, readonly [headline: string, words: string]>> = {
  pods: [
    'No workload to draw yet.',
    "Kubepath draws the workloads of this workspace's manifests with their pods, by namespace, and the network between them. Write a Deployment or a Pod: the picture follows.",
  ],
  services: [
    'No Service to draw yet.',
    "Kubepath draws the Services of this workspace's manifests, who reaches them, and the workloads behind them. Write a Service: the picture follows.",
  ],
  policies: [
    'No pods to draw yet.',
    "Kubepath draws who may talk to whom, as the network policies of this workspace's manifests have it. Write a workload and a NetworkPolicy: the picture follows.",
  ],
  ingress: [
    'No way in from outside yet.',
    "Kubepath draws how traffic comes in through the Ingresses, Gateways and routes of this workspace's manifests. Write one: the picture follows.",
  ],
};

interface EmptyStateProps {
  readonly name: ViewName;
  readonly loaded: boolean;
  readonly failure: string | null;
  /** There is something, but the filter hides it. */
  readonly filtered: 'problems' | 'other' | null;
  readonly notes: readonly string[];
  readonly onShowAll: () => void;
}

export function EmptyState({ name, loaded, failure, filtered, notes, onShowAll }: EmptyStateProps): JSX.Element {
  if (failure !== null) {
    return (
      <div class="empty">
        <p class="headline">The language server did not answer.</p>
        <p>{cleanText(failure)}</p>
        <p>The command "Kubepath: Show Log" tells more, and "Kubepath: Restart Server" starts it anew.</p>
      </div>
    );
  }
  if (!loaded) return <div class="empty">Reading the manifests…</div>;
  if (filtered !== null) {
    return (
      <div class="empty">
        <p class="headline">{filtered === 'problems' ? 'No problems here.' : 'The filter hides everything.'}</p>
        <button type="button" class="button text" onClick={onShowAll}>
          Show everything
        </button>
      </div>
    );
  }
  const [headline, words] = NOTHING[name];
  return (
    <div class="empty">
      <p class="headline">{headline}</p>
      <p>{words}</p>
      {notes.map((note, index) => (
        <p key={index}>{cleanText(note)}</p>
      ))}
    </div>
  );
}
