import type { JSX } from 'preact';
import type { Rect } from '../../diagram/geometry';
import type { EdgeState } from '../../server/core/views/view';
import type { Layout } from '../../diagram/layout';
import { pathData, type EdgeRoute } from '../../diagram/route';
import { edgeEnd } from '../../diagram/shapes';

const STATES: readonly EdgeState[] = ['ok', 'unknown', 'broken'];
/** Above this many edges, those between namespaces are counted instead, and labels wait for the focus. */
const DRAW_ALL_BELOW = 300;

/** Which edges are drawn, and how many per group are only counted. */
export interface EdgeChoice {
  readonly shown: readonly EdgeRoute[];
  readonly focused: readonly EdgeRoute[];
  readonly hidden: ReadonlyMap<string, number>;
  readonly labelled: boolean;
}

/** Edges between namespaces drown a large picture: there they show when one of their ends is selected. */
export function chooseEdges(layout: Layout, selected: string | null): EdgeChoice {
  const focused =
    selected === null ? [] : layout.edges.filter((edge) => edge.source === selected || edge.target === selected);
  if (layout.edges.length <= DRAW_ALL_BELOW) return { shown: layout.edges, focused, hidden: new Map(), labelled: true };
  const groupOf = new Map(layout.graph.nodes.map((node) => [node.id, node.group]));
  const hidden = new Map<string, number>();
  const shown = layout.edges.filter((edge) => {
    const [source, target] = [groupOf.get(edge.source), groupOf.get(edge.target)];
    if (source !== undefined && source === target) return true;
    for (const group of [source ?? edge.source, target ?? edge.target]) hidden.set(group, (hidden.get(group) ?? 0) + 1);
    return false;
  });
  return { shown, focused, hidden, labelled: false };
}

interface EdgesProps {
  readonly choice: EdgeChoice;
  /** Only what touches it is drawn; undefined draws all. */
  readonly region: Rect | undefined;
}

/** All edges in a few paths: one per state for the lines and one for their ends. */
export function Edges({ choice, region }: EdgesProps): JSX.Element {
  const visible = region === undefined ? choice.shown : choice.shown.filter((edge) => touches(edge, region));
  return (
    <g class={choice.focused.length > 0 ? 'edges dimmed' : 'edges'}>
      {STATES.map((state) => (
        <EdgeLines key={state} state={state} edges={visible.filter((edge) => edge.state === state)} />
      ))}
      {choice.labelled ? <EdgeLabels edges={visible} /> : null}
    </g>
  );
}

interface FocusedEdgesProps {
  readonly choice: EdgeChoice;
  readonly tooltips: ReadonlyMap<string, string>;
  /** The edge that `[` and `]` point out. */
  readonly current: string | undefined;
}

/** The edges of the selected node, on top and each with a wide invisible line to point at. */
export function FocusedEdges({ choice, tooltips, current }: FocusedEdgesProps): JSX.Element {
  return (
    <g class="edges focused">
      {choice.focused
        .filter((edge) => edge.id === current)
        .map((edge) => (
          <path key="current" class="edge current" d={pathData(edge.points)} />
        ))}
      {STATES.map((state) => (
        <EdgeLines key={state} state={state} edges={choice.focused.filter((edge) => edge.state === state)} />
      ))}
      {choice.focused.map((edge) => (
        <path key={edge.id} class="edge-hit" data-edge-id={edge.id} d={pathData(edge.points)}>
          <title>{tooltips.get(edge.id) ?? ''}</title>
        </path>
      ))}
      <EdgeLabels edges={choice.focused} />
    </g>
  );
}

function EdgeLines({
  state,
  edges,
}: {
  readonly state: EdgeState;
  readonly edges: readonly EdgeRoute[];
}): JSX.Element | null {
  if (edges.length === 0) return null;
  return (
    <>
      <path class={`edge ${state}`} d={edges.map((edge) => pathData(edge.points)).join('')} />
      <path class={`edge-end ${state}`} d={edges.map(endOf).join('')} />
    </>
  );
}

function EdgeLabels({ edges }: { readonly edges: readonly EdgeRoute[] }): JSX.Element {
  return (
    <>
      {edges.map((edge) =>
        edge.label === undefined ? null : (
          <text key={edge.id} class={`edge-label ${edge.state}`} x={edge.label.x} y={edge.label.y} text-anchor="middle">
            {edge.label.text}
          </text>
        ),
      )}
    </>
  );
}

function endOf(edge: EdgeRoute): string {
  const [end, before] = [edge.points.at(-1), edge.points.at(-2)];
  return end === undefined ? '' : edgeEnd(edge.state, end.x, end.y, before !== undefined && before.x > end.x ? -1 : 1);
}

function touches(edge: EdgeRoute, region: Rect): boolean {
  const [first, last] = [edge.points[0], edge.points.at(-1)];
  if (first === undefined || last === undefined) return false;
  const [left, right] = first.x < last.x ? [first.x, last.x] : [last.x, first.x];
  const [top, bottom] = first.y < last.y ? [first.y, last.y] : [last.y, first.y];
  return left < region.x + region.width && right > region.x && top < region.y + region.height && bottom > region.y;
}
