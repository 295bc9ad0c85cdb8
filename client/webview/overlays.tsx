import type { ComponentChildren, JSX } from 'preact';
import { KIND_NAMES } from '../../diagram/icons';
import { edgeEnd } from '../../diagram/shapes';
import { cleanText } from '../../diagram/text';
import type { DiagramView, EdgeState, ViewNodeKind } from '../../server/core/views/view';
import { KindIcon } from './icons';
import { IconButton } from './toolbar';

const STATE_NAMES: Readonly<Record<EdgeState, string>> = {
  ok: 'connects',
  broken: 'leads nowhere',
  denied: 'denied by policies',
  'half-open': 'one side admits it, the other does not',
  unknown: 'cannot be told from the manifests',
  plain: 'belongs together',
};

/** What shapes and lines mean, of those that are in the picture, and what it takes for granted. */
export function Legend({ view, onClose }: { readonly view: DiagramView; readonly onClose: () => void }): JSX.Element {
  const used = new Set(view.nodes.map((node) => node.kind));
  const kinds = (Object.keys(KIND_NAMES) as ViewNodeKind[]).filter((kind) => used.has(kind));
  const drawn = new Set(view.edges.map((edge) => edge.state));
  const states = (Object.keys(STATE_NAMES) as EdgeState[]).filter((state) => drawn.has(state));
  const hasProblems = view.nodes.some((node) => node.problems.length > 0);
  const isQuiet = view.edges.some((edge) => edge.quiet === true);
  return (
    <Overlay className="legend" title="Legend" onClose={onClose}>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            <KindIcon kind={kind} />
            {KIND_NAMES[kind]}
          </li>
        ))}
        {states.map((state) => (
          <li key={state}>
            <svg class="sample" viewBox="0 0 40 16" width="40" height="16" aria-hidden="true" focusable="false">
              <path class={`edge ${state}`} d="M1 8H34" />
              <path class={`edge-end ${state}`} d={edgeEnd(state, 37, 8, 1)} />
            </svg>
            {STATE_NAMES[state]}
          </li>
        ))}
        {hasProblems ? (
          <li>
            <span class="sample-badge">✕ 1</span>
            problems; select the card to read them
          </li>
        ) : null}
      </ul>
      {isQuiet ? <p>Select a card to see all of its connections.</p> : null}
      {view.notes.map((note, index) => (
        <p key={index}>{cleanText(note)}</p>
      ))}
    </Overlay>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['1 2 3 4', 'Pod Networking, Service Routing, Network Policy, Ingress Flow'],
  ['← → ↑ ↓', 'go to the next card in that direction'],
  ['[ ]', 'previous and next connection of the card'],
  ['Enter', 'show the YAML; the focus stays here'],
  ['Ctrl+Enter', 'go to the YAML (also a click)'],
  ['Space', 'expand the card, or fold its namespace'],
  ['P', 'explain a path: on its source, then on its target'],
  ['F', 'only the card and its neighbours: 1 step, 2 steps, everything'],
  ['/', 'search; Enter and Shift+Enter step through the matches'],
  ['+ − 0', 'zoom in, zoom out, fit everything'],
  ['Shift+arrows', 'move the picture (or drag it; the wheel zooms)'],
  ['T', 'table'],
  ['M', 'matrix of all pairs (Network Policy)'],
  ['Esc', 'back, one step at a time'],
  ['?', 'these keys'],
];

export function KeysHelp({ onClose }: { readonly onClose: () => void }): JSX.Element {
  return (
    <Overlay className="keys" title="Keys" onClose={onClose}>
      <dl>
        {KEYS.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>{keys}</dt>
            <dd>{meaning}</dd>
          </div>
        ))}
      </dl>
    </Overlay>
  );
}

interface OverlayProps {
  readonly className: string;
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}

function Overlay({ className, title, onClose, children }: OverlayProps): JSX.Element {
  return (
    <section class={`overlay ${className}`} aria-label={title} tabIndex={0}>
      <header>
        <h2>{title}</h2>
        <IconButton glyph="close" title={`Close ${title.toLowerCase()} (Esc)`} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
