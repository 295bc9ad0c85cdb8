import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { hopParts, hopState, pathHeadline, type HopState } from '../../diagram/path-words';
import { cleanText } from '../../diagram/text';
import type { Unanswered } from '../../server/core/reach/explanation';
import type { PathAnswer, PathHop } from '../../server/core/reachability';
import { useFocusInside } from './focus';
import { IconButton } from './toolbar';

const HOP_SIGNS: Readonly<Record<HopState, readonly [sign: string, word: string]>> = {
  ok: ['✓', 'passes'],
  denied: ['✕', 'stops here'],
  unknown: ['?', 'cannot be told'],
};

interface PathPanelProps {
  /** Undefined while it is being worked out. */
  readonly answer: PathAnswer | Unanswered | undefined;
  readonly sourceTitle: string;
  readonly targetTitle: string;
  /** Show the YAML of the hop. */
  readonly onHop: (index: number) => void;
  /** Ask the other way round. */
  readonly onSwap: () => void;
  readonly onClose: () => void;
}

/** One explained path, step by step. It takes the focus, so that it is read at once. */
export function PathPanel(props: PathPanelProps): JSX.Element {
  const { answer, sourceTitle, targetTitle, onSwap, onClose } = props;
  const section = useRef<HTMLElement>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  useFocusInside(section, 'h2');
  useEffect(() => {
    // An edit may change the answer: then the keyboard is in the editor, and stays there.
    if (document.hasFocus()) heading.current?.focus({ preventScroll: true });
  }, [answer]);
  return (
    <section ref={section} class="info path" aria-label="Explained path">
      <header>
        <h2 ref={heading} tabIndex={-1}>
          {headlineOf(answer, sourceTitle, targetTitle)}
        </h2>
        <span class="grow" />
        <button type="button" class="button text" onClick={onSwap} title={`From ${targetTitle} to ${sourceTitle}`}>
          Other way round
        </button>
        <IconButton glyph="close" title="Close the path (Esc)" onClick={onClose} />
      </header>
      <Body {...props} />
    </section>
  );
}

function headlineOf(answer: PathPanelProps['answer'], source: string, target: string): string {
  if (answer === undefined || 'problem' in answer) return cleanText(`From ${source} to ${target}`);
  return pathHeadline(answer, source, target);
}

function Body({ answer, onHop }: PathPanelProps): JSX.Element {
  if (answer === undefined) return <p>Following the path…</p>;
  if ('problem' in answer) return <p>{cleanText(answer.problem)}</p>;
  return (
    <ol class="hops">
      {answer.hops.map((hop, index) => (
        <li key={index} class={hopState(hop)}>
          <HopLine hop={hop} onShow={() => onHop(index)} />
        </li>
      ))}
    </ol>
  );
}

function HopLine({ hop, onShow }: { readonly hop: PathHop; readonly onShow: () => void }): JSX.Element {
  const [sign, word] = HOP_SIGNS[hopState(hop)];
  const [before, name, after] = hopParts(hop);
  return (
    <>
      <span class="hop-sign" role="img" aria-label={word}>
        {sign}
      </span>
      <span>
        {before}
        {hop.location === undefined ? (
          name
        ) : (
          <button type="button" class="link" title="Show the YAML" onClick={onShow}>
            {name}
          </button>
        )}
        {after}
      </span>
    </>
  );
}
