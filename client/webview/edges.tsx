import type { JSX } from 'preact';
import { edgeEnds } from '../../diagram/ends';
import { intersects, type Rect } from '../../diagram/geometry';
import { labelsInFocus, type EdgeLabel } from '../../diagram/labels';
import type { Layout } from '../../diagram/layout';
import { pathData, type EdgeRoute } from '../../diagram/route';
import { countBetween, type PairCounts } from '../../diagram/pairs';

/** Above this many edges, those between namespaces are counted instead, and labels wait for the focus. */
const DRAW_ALL_BELOW = 300;

/** Which edges are drawn, and how many per group are only counted. */
export interface EdgeChoice {
  readonly shown: readonly EdgeRoute[];
  readonly focused: readonly EdgeRoute[];
  readonly hidden: PairCounts;
  readonly labelled: boolean;
}

/** Edges between namespaces drown a large picture: there they show when one of their ends is selected. Quiet ones do so always. */
export function chooseEdges(layout: Layout, selected: string | null): EdgeChoice {
  const focused =
    selected === null ? [] : layout.edges.filter((edge) => edge.source === selected || edge.target === selected);
  const loud = layout.edges.filter((edge) => edge.quiet !== true);
  if (loud.length <= DRAW_ALL_BELOW) return { shown: loud, focused, hidden: new Map(), labelled: true };
  const groupOf = new Map(layout.graph.nodes.map((node) => [node.id, node.group]));
  const ends = (edge: EdgeRoute): readonly [string, string] => [
    groupOf.get(edge.source) ?? edge.source,
    groupOf.get(edge.target) ?? edge.target,
  ];
  const isDrawn = (edge: EdgeRoute): boolean => {
    const [source, target] = ends(edge);
    return source === target || edge.state === 'plain';
  };
  return {
    shown: loud.filter(isDrawn),
    focused,
    hidden: countBetween(loud.filter((edge) => !isDrawn(edge)).map(ends)),
    labelled: false,
  };
}

interface EdgesProps {
  readonly choice: EdgeChoice;
  /** Only what touches it is drawn; undefined draws all. */
  readonly region: Rect | undefined;
}

/** All edges in a few paths: one per style for the lines and one for their ends. */
export function Edges({ choice, region }: EdgesProps): JSX.Element {
  return (
    <g class={choice.focused.length > 0 ? 'edges dimmed' : 'edges'}>
      <EdgeLines edges={withinRegion(choice.shown, region)} />
    </g>
  );
}

/** The words of all edges. They are drawn above every line, those of the selected item too, which keep no distance from them. */
export function EdgeLabels({ choice, region }: EdgesProps): JSX.Element | null {
  if (!choice.labelled) return null;
  return (
    <g>
      {withinRegion(choice.shown, region).map((edge) =>
        edge.label === undefined ? null : <EdgeWords key={edge.id} edge={edge} label={edge.label} />,
      )}
    </g>
  );
}

interface FocusedEdgesProps extends EdgesProps {
  /** The edge that `[` and `]` point out. */
  readonly current: string | undefined;
}

/** The selected item's edges, drawn again on top, each with its own area for the pointer. */
export function FocusedEdges({
  choice,
  region,
  tooltips,
  current,
}: FocusedEdgesProps & { readonly tooltips: ReadonlyMap<string, string> }): JSX.Element | null {
  const visible = withinRegion(choice.focused, region);
  if (visible.length === 0) return null;
  return (
    <g class="edges focused">
      {visible
        .filter((edge) => edge.id === current)
        .map((edge) => (
          <path key="current" class="edge current" d={pathData(edge.points)} />
        ))}
      <EdgeLines edges={visible} />
      {visible.map((edge) => (
        <path key={edge.id} class="edge-hit" data-edge-id={edge.id} d={pathData(edge.points)}>
          <title>{tooltips.get(edge.id) ?? ''}</title>
        </path>
      ))}
    </g>
  );
}

/** The words of the selected item's edges, above all others. */
export function FocusedLabels({ choice, region, current }: FocusedEdgesProps): JSX.Element {
  return (
    <g class="edges focused">
      {labelsInFocus(withinRegion(choice.focused, region), current).map(({ edge, label }) => (
        <EdgeWords key={edge.id} edge={edge} label={label} />
      ))}
    </g>
  );
}

function EdgeLines({ edges }: { readonly edges: readonly EdgeRoute[] }): JSX.Element {
  const styles = new Map<string, EdgeRoute[]>();
  for (const edge of edges) {
    const style = styleNames(edge);
    const known = styles.get(style);
    if (known === undefined) styles.set(style, [edge]);
    else known.push(edge);
  }
  return (
    <>
      {[...styles.entries()].map(([style, same]) => (
        <g key={style}>
          <path class={`edge ${style}`} d={same.map((edge) => pathData(edge.points)).join('')} />
          <path class={`edge-end ${style}`} d={same.map(edgeEnds).join('')} />
        </g>
      ))}
    </>
  );
}

function EdgeWords({ edge, label }: { readonly edge: EdgeRoute; readonly label: EdgeLabel }): JSX.Element {
  return (
    <text class={`edge-label ${styleNames(edge)}`} x={label.x} y={label.y} text-anchor="middle">
      {label.text}
    </text>
  );
}

/** Lines of edges that lead both ways look like others; only their ends differ. */
function styleNames({ state, change }: EdgeRoute): string {
  return change === undefined ? state : `${state} ${change}`;
}

function withinRegion(edges: readonly EdgeRoute[], region: Rect | undefined): readonly EdgeRoute[] {
  return region === undefined ? edges : edges.filter((edge) => touches(edge, region));
}

function touches({ points }: EdgeRoute, region: Rect): boolean {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    [left, right] = [Math.min(left, x), Math.max(right, x)];
    [top, bottom] = [Math.min(top, y), Math.max(bottom, y)];
  }
  return intersects({ x: left, y: top, width: right - left, height: bottom - top }, region);
}
