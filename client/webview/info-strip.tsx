import type { JSX } from 'preact';
import { describeEdge } from '../../diagram/describe';
import { edgesOf } from '../../diagram/filter';
import { SEVERITY_GLYPHS } from '../../diagram/problems';
import { cleanText } from '../../diagram/text';
import type { DiagramView, ViewNode } from '../../server/core/views/view';
import { KindIcon } from './icons';
import { IconButton } from './toolbar';

/** Long texts scroll; hostile ones end. */
const LONGEST = 2000;
const MOST_EDGES = 12;

interface InfoStripProps {
  readonly view: DiagramView;
  readonly node: ViewNode;
  readonly edge: number;
  readonly onReveal: () => void;
  readonly onNode: (id: string) => void;
  readonly onClose: () => void;
}

/** What the selected card has no room for: its problems in full, every line, its connections. */
export function InfoStrip({ view, node, edge: current, onReveal, onNode, onClose }: InfoStripProps): JSX.Element {
  const edges = edgesOf(view, node.id);
  return (
    <section class="info" aria-label="Selected">
      <header>
        <KindIcon kind={node.kind} />
        <h2>{shorten(node.title)}</h2>
        <span class="subtitle">{shorten(node.subtitle)}</span>
        <span class="grow" />
        {node.location === undefined ? null : (
          <button type="button" class="button text" title="Show the YAML (Enter)" onClick={onReveal}>
            Show YAML
          </button>
        )}
        <IconButton glyph="close" title="Close (Esc)" onClick={onClose} />
      </header>
      {node.problems.map((problem, index) => (
        <p key={index} class={`problem ${problem.severity}`}>
          <span class="glyph" role="img" aria-label={problem.severity}>
            {SEVERITY_GLYPHS[problem.severity]}
          </span>
          {shorten(problem.message)} <span class="rule">{problem.rule}</span>
        </p>
      ))}
      {node.lines.length === 0 ? null : (
        <p class="lines">
          {node.lines.map((line, index) => (
            <span key={index}>{shorten(line)}</span>
          ))}
        </p>
      )}
      {edges.length === 0 ? null : (
        <ul class="connections">
          {edges.slice(0, MOST_EDGES).map((edge, index) => (
            <li key={edge.id} class={`${edge.state}${index === current ? ' current' : ''}`}>
              <button
                type="button"
                class="link"
                onClick={() => onNode(edge.source === node.id ? edge.target : edge.source)}
              >
                {shorten(describeEdge(view, edge, node.id))}
              </button>
            </li>
          ))}
          {edges.length > MOST_EDGES ? <li>and {edges.length - MOST_EDGES} more (press T for the table)</li> : null}
        </ul>
      )}
    </section>
  );
}

function shorten(text: string): string {
  return cleanText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
