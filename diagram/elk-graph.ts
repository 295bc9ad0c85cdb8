import { boundsOf, centreY, type Point, type Rect } from './geometry';
import type { GraphEdge } from './graph';
import type { Layout } from './layout';
import { BOX_HEADER, BOX_PADDING, EDGE_LABEL } from './metrics';
import type { EdgeRoute } from './route';
import { textWidth, truncate } from './text';

/** What ELK reads, and gives back with places filled in: its JSON, as far as it is needed here. */
export interface ElkGraph extends Partial<Rect> {
  readonly id: string;
  readonly children?: readonly ElkGraph[];
  readonly edges?: readonly ElkEdge[];
  readonly layoutOptions?: Readonly<Record<string, string>>;
}

export interface ElkEdge {
  readonly id: string;
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly labels?: readonly (Partial<Rect> & { readonly text?: string })[];
  readonly sections?: readonly {
    readonly startPoint: Point;
    readonly endPoint: Point;
    readonly bendPoints?: readonly Point[];
  }[];
}

const ROOT_OPTIONS: Readonly<Record<string, string>> = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.edgeRouting': 'ORTHOGONAL',
  'elk.hierarchyHandling': 'INCLUDE_CHILDREN',
  'elk.json.shapeCoords': 'ROOT',
  'elk.json.edgeCoords': 'ROOT',
  // The same input gives the same picture.
  'elk.randomSeed': '1',
  // Fewer tries than the 7 that ELK makes of itself: half the time for crossings that nobody counts.
  'elk.layered.thoroughness': '4',
  'elk.spacing.nodeNode': '24',
  'elk.spacing.edgeNode': '16',
  'elk.spacing.edgeEdge': '10',
  'elk.layered.spacing.nodeNodeBetweenLayers': '56',
  'elk.layered.spacing.edgeNodeBetweenLayers': '28',
};

const FRAME_OPTIONS: Readonly<Record<string, string>> = {
  'elk.padding': `[top=${BOX_HEADER},left=${BOX_PADDING},bottom=${BOX_PADDING},right=${BOX_PADDING}]`,
};

/** Edges keep clear of corners, which some cards lack. */
const CARD_OPTIONS: Readonly<Record<string, string>> = {
  'elk.spacing.portsSurrounding': '[top=12,left=0,bottom=12,right=0]',
};

const ROUNDING = 0.01;
const LABEL_HEIGHT = 14;
const LABEL_ROOM = 150;
/** Lines begin a little inside of cards, since some are cut at the corners. */
const START_INSET = 14;
const BASELINE = 11;
/** With more edges, labels would drive the cards apart, and wait for the focus. */
const LABEL_BELOW = 300;

/** The graph of a layout for ELK: frames hold their cards, and every edge that is always drawn. */
export function elkGraphOf(layout: Layout): ElkGraph {
  const { graph, nodes, groups } = layout;
  const groupOf = new Map(
    graph.groups
      .filter(({ folded }) => !folded)
      .flatMap(({ group, members }) => members.map(({ id }) => [id, group.id])),
  );
  const cards = (group: string | undefined): readonly ElkGraph[] =>
    graph.nodes.flatMap(({ id }) => {
      const item = nodes.get(id);
      return item === undefined || groupOf.get(id) !== group ? [] : cardOf(item);
    });
  const frames = graph.groups.flatMap(({ group: { id }, folded }): readonly ElkGraph[] => {
    const box = groups.get(id);
    if (box === undefined) return [];
    return [folded ? cardOf(box) : { id, children: cards(id), layoutOptions: FRAME_OPTIONS }];
  });
  const children = [...cards(undefined), ...frames];
  const known = new Set(children.flatMap(({ id, children: inner = [] }) => [id, ...inner.map((each) => each.id)]));
  const isLabelled = graph.edges.length <= LABEL_BELOW;
  const edges = graph.edges.filter(
    ({ quiet, source, target }) => quiet !== true && known.has(source) && known.has(target),
  );
  return { id: 'root', layoutOptions: ROOT_OPTIONS, children, edges: edges.map((edge) => elkEdge(edge, isLabelled)) };
}

function cardOf({ id, width, height }: Rect & { readonly id: string }): ElkGraph {
  return { id, width, height, layoutOptions: CARD_OPTIONS };
}

function elkEdge({ id, source, target, label }: GraphEdge, isLabelled: boolean): ElkEdge {
  const text = truncate(label, LABEL_ROOM, EDGE_LABEL);
  const labels = [{ text, width: textWidth(text, EDGE_LABEL), height: LABEL_HEIGHT }];
  return { id, sources: [source], targets: [target], ...(isLabelled && label !== '' ? { labels } : {}) };
}

/** The layout with the places that ELK found. It has no columns: what stands where has no meaning any more but to cross less. */
export function arrangedLayout(layout: Layout, arranged: ElkGraph): Layout {
  const top = arranged.children ?? [];
  const places = new Map([...top, ...top.flatMap((frame) => frame.children ?? [])].map((each) => [each.id, each]));
  const placed = <Each extends Rect & { readonly id: string }>(item: Each): Each => ({
    ...item,
    ...rectOf(places.get(item.id), item),
  });
  const nodes = new Map([...layout.nodes].map(([id, item]) => [id, placed(item)]));
  const groups = new Map([...layout.groups].map(([id, box]) => [id, placed(box)]));
  const routed = new Map((arranged.edges ?? []).map((edge) => [edge.id, edge]));
  const edges = layout.edges.map((edge) => {
    const [source, target] = [edge.source, edge.target].map((id) => nodes.get(id) ?? groups.get(id));
    if (source === undefined || target === undefined) return edge;
    return arrangedEdge(edge, routed.get(edge.id), source, target, nodes.has(edge.source) ? START_INSET : 0);
  });
  const corners = edges.flatMap(({ points }) => points.map((point) => ({ ...point, width: 0, height: 0 })));
  const bounds = boundsOf([...nodes.values(), ...groups.values(), ...corners]);
  return {
    ...layout,
    columns: [],
    nodes,
    groups,
    edges,
    width: bounds === undefined ? 0 : bounds.x + bounds.width,
    height: bounds === undefined ? 0 : bounds.y + bounds.height,
  };
}

function rectOf(place: Partial<Rect> | undefined, otherwise: Rect): Rect {
  const { x = otherwise.x, y = otherwise.y, width = otherwise.width, height = otherwise.height } = place ?? {};
  return { x, y, width, height };
}

/** An edge where ELK has routed it; one that it was not told of goes straight across, whatever is in its way. */
function arrangedEdge(
  before: EdgeRoute,
  routed: ElkEdge | undefined,
  source: Rect,
  target: Rect,
  inset: number,
): EdgeRoute {
  const { id, state, quiet, change } = before;
  const edge = {
    id,
    source: before.source,
    target: before.target,
    state,
    ...(quiet === undefined ? {} : { quiet }),
    ...(change === undefined ? {} : { change }),
  };
  const [section] = routed?.sections ?? [];
  const points = section
    ? squared([section.startPoint, ...(section.bendPoints ?? []), section.endPoint])
    : acrossPoints(source, target);
  const [start, ...others] = points;
  if (start === undefined) return { ...edge, points };
  const [label] = (routed?.labels ?? []).flatMap(({ x, y, width = 0, text = '' }) =>
    x === undefined || y === undefined ? [] : { x: Math.round(x + width / 2), y: y + BASELINE, text },
  );
  return {
    ...edge,
    points: [{ x: start.x + (isLeftOf(start, source) ? inset : -inset), y: start.y }, ...others],
    ...(before.back === undefined ? {} : { back: start }),
    ...(label === undefined ? {} : { label, focusLabel: label }),
  };
}

/** ELK's lines are level and upright but for what floating point leaves over. */
function squared(points: readonly Point[]): readonly Point[] {
  const result: Point[] = [];
  for (const { x, y } of points) {
    const before = result.at(-1) ?? { x, y };
    result.push({
      x: Math.abs(x - before.x) < ROUNDING ? before.x : x,
      y: Math.abs(y - before.y) < ROUNDING ? before.y : y,
    });
  }
  return result;
}

function isLeftOf(point: Point, rect: Rect): boolean {
  return point.x < rect.x + rect.width / 2;
}

function acrossPoints(source: Rect, target: Rect): readonly Point[] {
  const isRightwards = source.x + source.width / 2 <= target.x + target.width / 2;
  const start = { x: isRightwards ? source.x + source.width : source.x, y: centreY(source) };
  const end = { x: isRightwards ? target.x : target.x + target.width, y: centreY(target) };
  const middle = (start.x + end.x) / 2;
  return [start, { x: middle, y: start.y }, { x: middle, y: end.y }, end];
}
