import type { ComponentChildren, JSX } from 'preact';
import { ICONS, KIND_NAMES } from '../../diagram/icons';
import { edgeEnd } from '../../diagram/shapes';
import type { DiagramView, ViewNodeKind } from '../../server/core/views/view';
import { KindIcon } from './icons';
import { IconButton } from './toolbar';

const EDGE_NAMES = {
  ok: 'connects',
  unknown: 'cannot be told from the manifests',
  broken: 'does not connect',
} as const;

/** What shapes and lines mean; only kinds that are in the picture. */
export function Legend({ view, onClose }: { readonly view: DiagramView; readonly onClose: () => void }): JSX.Element {
  const kinds = (Object.keys(ICONS) as (keyof typeof ICONS)[]).filter((kind): kind is ViewNodeKind =>
    view.nodes.some((node) => node.kind === kind),
  );
  return (
    <Overlay className="legend" title="Legend" onClose={onClose}>
      <ul>
        {kinds.map((kind) => (
          <li key={kind}>
            <KindIcon kind={kind} />
            {KIND_NAMES[kind]}
          </li>
        ))}
        {(['ok', 'unknown', 'broken'] as const).map((state) => (
          <li key={state}>
            <svg class="sample" viewBox="0 0 40 16" width="40" height="16" aria-hidden="true" focusable="false">
              <path class={`edge ${state}`} d="M1 8H34" />
              <path class={`edge-end ${state}`} d={edgeEnd(state, 37, 8, 1)} />
            </svg>
            {EDGE_NAMES[state]}
          </li>
        ))}
        <li>
          <span class="sample-badge">✕ 1</span>
          problems; select the card to read them
        </li>
      </ul>
    </Overlay>
  );
}

const KEYS: readonly (readonly [string, string])[] = [
  ['← → ↑ ↓', 'go to the next card in that direction'],
  ['[ ]', 'previous and next connection of the card'],
  ['Enter', 'show the YAML; the focus stays here'],
  ['Ctrl+Enter', 'go to the YAML (also a click)'],
  ['Space', 'fold or unfold the namespace'],
  ['/', 'search; Enter and Shift+Enter step through the matches'],
  ['+ − 0', 'zoom in, zoom out, fit everything'],
  ['Shift+arrows', 'move the picture (or drag it; the wheel zooms)'],
  ['T', 'table'],
  ['Esc', 'back'],
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
    <section class={`overlay ${className}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        <IconButton glyph="close" title={`Close ${title.toLowerCase()} (Esc)`} onClick={onClose} />
      </header>
      {children}
    </section>
  );
}
