import type { JSX } from 'preact';
import { describeEdge } from '../../diagram/describe';
import { edgesOf } from '../../diagram/filter';
import type { NodeFix } from '../../diagram/messages';
import { canBegin } from '../../diagram/path-words';
import { cleanText } from '../../diagram/text';
import type { DiagramView, PolicyAlone, ViewEdge, ViewNode } from '../../server/core/views/view';
import { KindIcon } from './icons';
import { PolicyFacts } from './policy-facts';
import { Problems } from './problems';
import { IconButton } from './toolbar';

/** Long texts scroll; hostile ones end. */
const LONGEST = 2000;
const MOST_EDGES = 12;
const MOST_PARTS = 12;

interface InfoStripProps {
  readonly view: DiagramView;
  readonly node: ViewNode;
  readonly edge: number;
  /** The filter hides it. */
  readonly isHidden: boolean;
  readonly fixes: readonly NodeFix[];
  /** Where a path begins; null when none was begun. */
  readonly pathFrom: ViewNode | null;
  /** Undefined while it is being worked out, or where the node is no policy. */
  readonly alone: PolicyAlone | undefined;
  readonly onReveal: () => void;
  readonly onProblem: (problem: number) => void;
  readonly onFix: (fix: NodeFix) => void;
  readonly onPath: () => void;
  /** Undefined where there is nothing to do without. */
  readonly onPreview: (() => void) | undefined;
  readonly onNode: (id: string) => void;
  readonly onClose: () => void;
}

/** What the selected card has no room for: its problems in full, every line, its connections. */
export function InfoStrip(props: InfoStripProps): JSX.Element {
  const { view, node } = props;
  return (
    <section class="info" aria-label="Selected" tabIndex={0}>
      <Heading {...props} />
      <Problems node={node} fixes={props.fixes} onProblem={props.onProblem} onFix={props.onFix} />
      <Badges node={node} />
      <Words texts={node.lines} />
      <Parts node={node} />
      {node.governs === undefined ? null : (
        <PolicyFacts view={view} governs={node.governs} alone={props.alone} onNode={props.onNode} />
      )}
      {/* Whom a policy governs is all that its edges say. */}
      {node.governs === undefined ? <Connections {...props} /> : null}
    </section>
  );
}

function Heading({ node, isHidden, pathFrom, ...props }: InfoStripProps): JSX.Element {
  return (
    <header>
      <KindIcon kind={node.kind} />
      <h2>{shorten(node.title)}</h2>
      <span class="subtitle">
        {shorten(node.subtitle)}
        {isHidden ? ' (hidden by the filter)' : ''}
      </span>
      <span class="grow" />
      {node.ask === undefined || (pathFrom === null && !canBegin(node)) ? null : (
        <button type="button" class="button text" title="Explain a path (P)" onClick={props.onPath}>
          {pathFrom === null || pathFrom.id === node.id ? 'Path from here' : `Path from ${shorten(pathFrom.title)}`}
        </button>
      )}
      {props.onPreview === undefined ? null : (
        <button type="button" class="button text" onClick={props.onPreview}>
          Preview without it
        </button>
      )}
      {node.location === undefined ? null : (
        <button type="button" class="button text" title="Show the YAML (Enter)" onClick={props.onReveal}>
          Show YAML
        </button>
      )}
      <IconButton glyph="close" title="Close (Esc)" onClick={props.onClose} />
    </header>
  );
}

function Badges({ node }: { readonly node: ViewNode }): JSX.Element | null {
  if (node.badges === undefined || node.badges.length === 0) return null;
  return (
    <ul class="badges">
      {node.badges.map(({ text, tone, title }, index) => (
        <li key={index} class={tone}>
          <b>{shorten(text)}</b> {title === undefined ? null : shorten(title)}
        </li>
      ))}
    </ul>
  );
}

function Parts({ node: { parts = [] } }: { readonly node: ViewNode }): JSX.Element | null {
  const shown = parts
    .slice(0, MOST_PARTS)
    .map(({ text, note }) => (note === undefined || note === '' ? text : `${text}: ${note}`));
  const more = parts.length - shown.length;
  return <Words texts={more > 0 ? [...shown, `and ${more} more`] : shown} />;
}

function Words({ texts }: { readonly texts: readonly string[] }): JSX.Element | null {
  if (texts.length === 0) return null;
  return (
    <p class="lines">
      {texts.map((text, index) => (
        <span key={index}>{shorten(text)}</span>
      ))}
    </p>
  );
}

function Connections({ view, node, edge: current, onNode }: InfoStripProps): JSX.Element | null {
  const edges = edgesOf(view, node.id);
  if (edges.length === 0) return null;
  // The one that is pointed out is among those that are listed.
  const first = Math.max(0, Math.min(current - MOST_EDGES + 1, edges.length - MOST_EDGES));
  const listed = edges.slice(first, first + MOST_EDGES);
  const more = edges.length - listed.length;
  return (
    <ul class="connections">
      {listed.map((edge, index) => (
        <li key={edge.id} class={`${edge.state}${first + index === current ? ' current' : ''}`}>
          <span>
            <button
              type="button"
              class="link"
              onClick={() => onNode(edge.source === node.id ? edge.target : edge.source)}
            >
              {shorten(describeEdge(view, edge, node.id))}
            </button>
            <Deciders view={view} edge={edge} except={node.id} onNode={onNode} />
          </span>
        </li>
      ))}
      {more > 0 ? <li class="more">and {more} more (press T for the table)</li> : null}
    </ul>
  );
}

interface DecidersProps {
  readonly view: DiagramView;
  readonly edge: ViewEdge;
  readonly except: string;
  readonly onNode: (id: string) => void;
}

/** The policies that decide about a connection, where the view has a node for them. */
function Deciders({ view, edge, except, onNode }: DecidersProps): JSX.Element | null {
  const ids = (edge.deciders ?? []).filter((id) => id !== except);
  const nodes = ids.flatMap((id) => view.nodes.find((node) => node.id === id) ?? []);
  if (nodes.length === 0) return null;
  return (
    <span class="deciders">
      {' decided by '}
      {nodes.map((node, index) => (
        <span key={node.id}>
          {index > 0 ? ', ' : ''}
          <button type="button" class="link" onClick={() => onNode(node.id)}>
            {shorten(node.title)}
          </button>
        </span>
      ))}
    </span>
  );
}

function shorten(text: string): string {
  return cleanText(text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);
}
