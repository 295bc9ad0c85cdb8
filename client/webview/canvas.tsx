import type { JSX } from 'preact';
import { useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Ref } from 'preact';
import { describeGoverned } from '../../diagram/describe';
import { boundsOf, grown, intersects, type Rect } from '../../diagram/geometry';
import type { Layout } from '../../diagram/layout';
import { countOf, pairLines } from '../../diagram/pairs';
import { GroupFrame, NodeCard } from './cards';
import { chooseEdges, EdgeLabels, Edges, FocusedEdges, FocusedLabels } from './edges';
import { LaneHeadings, moveHeadings } from './lane-headings';
import type { Viewport } from './saved-state';
import { useUncovering } from './uncover';
import { createCamera, type Camera } from './viewport';

/** Above this many cards only those near the screen are in the DOM. */
const CULL_ABOVE = 400;
/** Below this scale small texts cannot be read. */
const FAR = 0.34;
/** What is drawn before the first view is chosen. */
const NEAR_ORIGIN: Rect = { x: -500, y: -500, width: 3000, height: 3000 };

export interface CanvasHandle {
  zoomBy(factor: number): void;
  panBy(dx: number, dy: number): void;
  fit(): void;
  viewport(): Viewport | null;
}

export interface CanvasProps {
  readonly layout: Layout;
  readonly selected: string | null;
  /** Nodes on the other end of the selected one's edges. */
  readonly near: ReadonlySet<string>;
  readonly matches: ReadonlySet<string>;
  readonly broken: ReadonlySet<string>;
  /** Stand-ins for what may exist elsewhere. */
  readonly unsure: ReadonlySet<string>;
  readonly edgeTooltips: ReadonlyMap<string, string>;
  readonly currentEdge: string | undefined;
  /** Changes when the selected item should come into sight. */
  readonly sight: number;
  /** Pictures with another key have nothing to do with each other: each opens with a first view of its own. */
  readonly pictureKey: string;
  readonly savedViewport: Viewport | null;
  readonly handle: Ref<CanvasHandle>;
  readonly onViewport: () => void;
  readonly onNode: (id: string) => void;
  readonly onGroup: (id: string) => void;
  readonly onEdge: (id: string) => void;
  readonly onNothing: () => void;
  /** Shows or hides the parts of a card; `layout` knows which are expanded. */
  readonly onExpand?: (id: string) => void;
}

/** The picture. It is hidden from assistive technology; the tree beside it says the same. */
export function Canvas(props: CanvasProps): JSX.Element {
  const { layout, selected } = props;
  const svg = useRef<SVGSVGElement>(null);
  const scene = useRef<SVGGElement>(null);
  const lanes = useRef<HTMLDivElement>(null);
  const camera = useRef<Camera | null>(null);
  const [known, setRegion] = useState<Rect | undefined>(undefined);
  const culled = layout.nodes.size > CULL_ABOVE;
  const region = culled ? (known ?? NEAR_ORIGIN) : undefined;
  const live = useRef({ culled, region, onViewport: props.onViewport });
  live.current = { culled, region, onViewport: props.onViewport };

  const updateRegion = (): void => {
    const visible = camera.current?.visible();
    if (visible === undefined) return;
    const drawn = live.current.region;
    if (!live.current.culled) setRegion(undefined);
    else if (drawn === undefined || !contains(drawn, visible) || drawn.width > visible.width * 4)
      setRegion(grown(visible, Math.max(visible.width, visible.height) / 2));
  };

  const placeHeadings = (): void => {
    if (lanes.current !== null && camera.current !== null) moveHeadings(lanes.current, camera.current.current());
  };

  useLayoutEffect(() => {
    if (svg.current === null) return undefined;
    const created = createCamera(svg.current, (viewport) => {
      scene.current?.setAttribute('transform', `translate(${viewport.x} ${viewport.y}) scale(${viewport.k})`);
      scene.current?.classList.toggle('far', viewport.k < FAR);
      if (lanes.current !== null) moveHeadings(lanes.current, viewport);
      updateRegion();
      live.current.onViewport();
    });
    camera.current = created;
    return () => created.dispose();
  }, []);

  useFirstView(camera, props);
  useStillness(camera, props);
  useLayoutEffect(updateRegion, [culled]);
  const chosen = selected === null ? undefined : (layout.nodes.get(selected) ?? layout.groups.get(selected));
  useEffect(() => {
    if (props.sight > 0 && chosen !== undefined) camera.current?.bringIntoSight(chosen);
  }, [props.sight]);
  useUncovering(svg, camera, chosen);
  useImperativeHandle(
    props.handle,
    () => ({
      zoomBy: (factor: number) => camera.current?.zoomBy(factor),
      panBy: (dx: number, dy: number) => camera.current?.panBy(dx, dy),
      fit: () => camera.current?.fit(pictureOf(layout)),
      viewport: () => camera.current?.current() ?? null,
    }),
    [layout],
  );

  const choice = useMemo(() => chooseEdges(layout, selected), [layout, selected]);
  const edges = useMemo(() => <Edges choice={choice} region={region} />, [choice, region]);
  const labels = useMemo(() => <EdgeLabels choice={choice} region={region} />, [choice, region]);
  const headed = useMemo(() => columnsInUse(layout), [layout]);
  const nameOf = useMemo(() => namesOf(layout), [layout]);
  const isDrawn = (rect: Rect): boolean => region === undefined || intersects(rect, region);
  // Edges run over open frames and under cards.
  const frames = (folded: boolean): (JSX.Element | null)[] =>
    layout.graph.groups.map((group) => {
      const box = layout.groups.get(group.group.id);
      if (box?.folded !== folded || !isDrawn(box)) return null;
      const hidden = countOf(choice.hidden, box.id);
      const marks = box.id === selected ? ' selected' : '';
      return (
        <GroupFrame
          key={box.id}
          group={group}
          box={box}
          note={hidden > 0 ? `⇄ ${hidden} beyond` : ''}
          beyond={hidden > 0 ? pairLines(choice.hidden, box.id, nameOf) : []}
          marks={marks}
        />
      );
    });
  return (
    <div class="canvas" aria-hidden="true">
      <svg ref={svg} class="diagram" focusable="false" onClick={(event) => handleClick(event, props)}>
        <g ref={scene}>
          {frames(false)}
          {edges}
          <FocusedEdges choice={choice} region={region} tooltips={props.edgeTooltips} current={props.currentEdge} />
          {labels}
          <FocusedLabels choice={choice} region={region} current={props.currentEdge} />
          {frames(true)}
          {layout.graph.nodes.map((node) => {
            const item = layout.nodes.get(node.id);
            if (item === undefined || !isDrawn(item)) return null;
            const { x, y, width, height } = item;
            return (
              <NodeCard
                key={node.id}
                node={node}
                x={x}
                y={y}
                width={width}
                height={height}
                expanded={item.expanded === true}
                governs={node.governs === undefined ? undefined : describeGoverned(node.governs, nameOf)}
                marks={marksOf(node.id, props)}
              />
            );
          })}
        </g>
      </svg>
      <LaneHeadings elements={lanes} columns={headed} onChange={placeHeadings} />
    </div>
  );
}

/** Opens a picture that was not on the screen before. */
function useFirstView(camera: { readonly current: Camera | null }, props: CanvasProps): void {
  const isFirst = useRef(true);
  useLayoutEffect(() => {
    const { layout, selected, savedViewport } = props;
    if (isFirst.current && savedViewport !== null) camera.current?.set(savedViewport);
    else
      camera.current?.open(
        pictureOf(layout),
        selected === null ? undefined : (layout.nodes.get(selected) ?? layout.groups.get(selected)),
      );
    isFirst.current = false;
  }, [props.pictureKey]);
}

/** Keeps the selected item, or one in the middle of the screen, where it is when a new layout moved it. */
function useStillness(camera: { readonly current: Camera | null }, props: CanvasProps): void {
  const { layout, selected, pictureKey } = props;
  const before = useRef({ layout, pictureKey });
  useLayoutEffect(() => {
    const known = before.current;
    before.current = { layout, pictureKey };
    if (known.layout === layout || known.pictureKey !== pictureKey || camera.current === null) return;
    const anchor = anchorOf(known.layout, layout, selected, camera.current.visible());
    if (anchor !== undefined && (anchor.dx !== 0 || anchor.dy !== 0)) camera.current.compensate(anchor.dx, anchor.dy);
  }, [layout]);
}

function anchorOf(
  before: Layout,
  after: Layout,
  selected: string | null,
  visible: Rect,
): { readonly dx: number; readonly dy: number } | undefined {
  const places = (layout: Layout, id: string): Rect | undefined => layout.nodes.get(id) ?? layout.groups.get(id);
  const shift = (id: string): { dx: number; dy: number } | undefined => {
    const [from, to] = [places(before, id), places(after, id)];
    return from === undefined || to === undefined ? undefined : { dx: to.x - from.x, dy: to.y - from.y };
  };
  const chosen = selected === null ? undefined : places(before, selected);
  if (selected !== null && chosen !== undefined && intersects(chosen, visible)) {
    const moved = shift(selected);
    if (moved !== undefined) return moved;
  }
  let nearest: string | undefined;
  let best = Infinity;
  for (const item of [...before.groups.values(), ...before.nodes.values()]) {
    if (places(after, item.id) === undefined || !intersects(item, visible)) continue;
    const cost = Math.abs(item.x - visible.x) + Math.abs(item.y - visible.y);
    if (cost < best) [best, nearest] = [cost, item.id];
  }
  return nearest === undefined ? undefined : shift(nearest);
}

/** The whole picture, headings aside. */
function pictureOf(layout: Layout): Rect {
  return boundsOf([...layout.nodes.values(), ...layout.groups.values()]) ?? { x: 0, y: 0, width: 1, height: 1 };
}

/** What to call a group, or a node beside them. */
function namesOf({ graph }: Layout): (id: string) => string {
  const names = new Map([
    ...graph.groups.map(({ group }) => [group.id, group.label] as const),
    ...[...graph.nodes, ...graph.groups.flatMap(({ members }) => members)].map(({ id, title }) => [id, title] as const),
  ]);
  return (id) => names.get(id) ?? id;
}

/** Columns of folded namespaces only have nothing to be headed. */
function columnsInUse(layout: Layout): Layout['columns'] {
  const used = new Set([...layout.nodes.values()].map((item) => item.column));
  return layout.columns.filter((_, index) => used.has(index));
}

function marksOf(id: string, props: CanvasProps): string {
  let marks = '';
  if (id === props.selected) marks += ' selected';
  if (props.near.has(id)) marks += ' near';
  if (props.matches.has(id)) marks += ' match';
  if (props.broken.has(id)) marks += ' broken';
  if (props.unsure.has(id)) marks += ' unsure';
  return marks;
}

function handleClick(event: MouseEvent, props: CanvasProps): void {
  const target = targetOf(event);
  if (target.expand !== undefined && props.onExpand !== undefined) props.onExpand(target.expand);
  else if (target.node !== undefined) props.onNode(target.node);
  else if (target.group !== undefined) props.onGroup(target.group);
  else if (target.edge !== undefined) props.onEdge(target.edge);
  else props.onNothing();
}

function targetOf(event: MouseEvent): {
  readonly expand?: string | undefined;
  readonly node?: string | undefined;
  readonly group?: string | undefined;
  readonly edge?: string | undefined;
} {
  if (!(event.target instanceof Element)) return {};
  const isHeader = event.target.classList.contains('header-hit');
  return {
    expand: event.target instanceof SVGElement ? event.target.dataset['expandId'] : undefined,
    node: event.target.closest<SVGGElement>('[data-node-id]')?.dataset['nodeId'],
    group: isHeader ? event.target.closest<SVGGElement>('[data-group-id]')?.dataset['groupId'] : undefined,
    edge: event.target.closest<SVGElement>('[data-edge-id]')?.dataset['edgeId'],
  };
}

function contains(outer: Rect, inner: Rect): boolean {
  return (
    outer.x <= inner.x &&
    outer.y <= inner.y &&
    outer.x + outer.width >= inner.x + inner.width &&
    outer.y + outer.height >= inner.y + inner.height
  );
}
