import type { DiagramView } from '../server/core/views/view';
import { addressBarShapes } from './address-bar';
import { edgeEnds } from './ends';
import { xmlText } from './escape';
import { styleOf, type GraphEdge } from './graph';
import { headingRooms } from './headings';
import { layoutDiagram, type Item, type Layout } from './layout';
import { SUBTITLE } from './metrics';
import type { Palette } from './palette';
import { brokenNodes, unsureNodes } from './problems';
import { pathData, type EdgeRoute } from './route';
import { cardShapes, groupShapes, groupTooltip, type Shape } from './shapes';
import { legendOf, STATE_NAMES } from './svg-legend';
import { svgStyle } from './svg-style';
import { truncate } from './text';
import { VIEW_TITLES } from './view-names';
import { wrapped } from './wrap';

export interface SvgOptions {
  readonly palette: Palette;
  /** The one that is on the screen; a fresh one when absent. */
  readonly layout?: Layout;
  readonly title?: string;
}

const MARGIN = 24;
const LEAST_WIDTH = 520;
const TITLE_BASELINE = 17;
const LANES_TOP = 44;
const LANES_HEIGHT = 24;
const GAP = 26;
const NOTE_STEP = 17;
/** Fonts differ: some are this much wider than the table of advances says. */
const FONT_SLACK = 0.9;

/** Something to draw with its upper edge at 0. */
interface Block {
  readonly markup: string;
  readonly height: number;
}

/**
 * The whole diagram as an SVG that needs nothing but itself: no script, no link, no font of its own, and a background, so that it reads the same in
 * light and dark viewers. Text is never markup. Connections that are quiet are left out, and counted at the foot.
 */
export function diagramToSvg(view: DiagramView, options: SvgOptions): string {
  const { palette, title = titleOf(view) } = options;
  const loud: DiagramView = { ...view, edges: view.edges.filter((edge) => edge.quiet !== true) };
  const layout = options.layout ?? layoutDiagram(loud);
  const inner = Math.max(LEAST_WIDTH, Math.ceil(layout.width));
  const blocks = [
    addressBlock(view, inner),
    pictureBlock(loud, layout),
    legendBlock(loud, inner),
    notesBlock(footNotes(view), inner),
  ].filter((block) => block.height > 0);
  const tops = blocks.map((_, index) =>
    blocks.slice(0, index).reduce((top, block) => top + block.height + GAP, LANES_TOP),
  );
  const [width, height] = [
    inner + 2 * MARGIN,
    Math.ceil((tops.at(-1) ?? LANES_TOP) + (blocks.at(-1)?.height ?? 0)) + 2 * MARGIN,
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${xmlText(title)}">`,
    `<title>${xmlText(title)}</title>`,
    `<desc>${xmlText(describe(loud))}</desc>`,
    `<style>${svgStyle(palette)}</style>`,
    `<rect class="page" width="${width}" height="${height}"/>`,
    `<g transform="translate(${MARGIN} ${MARGIN})">`,
    textMarkup('heading', 0, TITLE_BASELINE, truncate(title, inner, { size: 15, bold: true })),
    ...blocks.map(({ markup }, index) => `<g transform="translate(0 ${tops[index] ?? 0})">\n${markup}\n</g>`),
    '</g>',
    '</svg>\n',
  ].join('\n');
}

/** `Service Routing: overlays/prod`. */
function titleOf({ view, scope }: DiagramView): string {
  return scope === '' || scope === '.' ? VIEW_TITLES[view] : `${VIEW_TITLES[view]}: ${scope}`;
}

function describe(view: DiagramView): string {
  const problems = view.nodes.reduce((sum, node) => sum + node.problems.length, 0);
  const counts = [counted(view.edges.length, 'connection'), ...(problems > 0 ? [counted(problems, 'problem')] : [])];
  return `${counted(view.nodes.length, 'node')}, ${counts.join(', ')}. ${view.notes.join(' ')}`.trim();
}

function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : `${word}s`}`;
}

function pictureBlock(view: DiagramView, layout: Layout): Block {
  if (view.nodes.length === 0)
    return { markup: textMarkup('note', 0, 12, 'There is nothing to show.'), height: NOTE_STEP };
  const rooms = headingRooms(layout.columns);
  const headings = layout.columns.map(({ heading, x, width }, index) => ({
    type: 'text' as const,
    className: 'lane',
    x: x + width / 2,
    y: 11,
    anchor: 'middle' as const,
    text: truncate(heading.toUpperCase(), (rooms[index] ?? width) * 0.85, SUBTITLE),
  }));
  const graphEdges = new Map(layout.graph.edges.map((edge) => [edge.id, edge]));
  const routes = layout.edges.flatMap((route) => {
    const edge = graphEdges.get(route.id);
    return edge === undefined || edge.quiet === true ? [] : [{ edge, route }];
  });
  const titles = titlesOf(view);
  return {
    height: LANES_HEIGHT + layout.height,
    markup: [
      shapesMarkup(headings),
      `<g transform="translate(0 ${LANES_HEIGHT})">`,
      ...groupsMarkup(layout),
      ...routes.map(({ edge, route }) => edgeMarkup(edge, route, titles)),
      ...nodesMarkup(view, layout),
      ...routes.flatMap(({ edge, route: { label } }) =>
        label === undefined ? [] : [textMarkup(`edge-label ${styleOf(edge)}`, label.x, label.y, label.text, 'middle')],
      ),
      '</g>',
    ].join('\n'),
  };
}

function groupsMarkup(layout: Layout): readonly string[] {
  return layout.graph.groups.flatMap((group) => {
    const box = layout.groups.get(group.group.id);
    if (box === undefined) return [];
    return [grouped(`group ${box.folded ? 'folded' : 'open'}`, box, groupTooltip(group), groupShapes(group, box))];
  });
}

function nodesMarkup(view: DiagramView, layout: Layout): readonly string[] {
  const broken = brokenNodes(view.edges);
  const unsure = unsureNodes(view);
  return layout.graph.nodes.flatMap((node) => {
    const item: Item | undefined = layout.nodes.get(node.id);
    if (item === undefined) return [];
    const { shapes, tooltip, severity } = cardShapes(node, item.width, item.height, item.expanded);
    const marks = `${broken.has(node.id) ? ' broken' : ''}${unsure.has(node.id) ? ' unsure' : ''}`;
    return [grouped(`node ${node.kind} ${severity ?? 'sound'}${marks}`, item, tooltip, shapes)];
  });
}

function grouped(
  className: string,
  { x, y }: { readonly x: number; readonly y: number },
  tooltip: string,
  shapes: readonly Shape[],
): string {
  return `<g class="${className}" transform="translate(${x} ${y})"><title>${xmlText(tooltip)}</title>${shapesMarkup(shapes.filter(isStill))}</g>`;
}

/** Nothing folds or unfolds in a picture. */
function isStill({ className }: Shape): boolean {
  return className !== 'twisty' && !className.startsWith('expander');
}

function edgeMarkup(edge: GraphEdge, route: EdgeRoute, titles: ReadonlyMap<string, string>): string {
  const style = styleOf(edge);
  return [
    `<g><title>${xmlText(edgeTooltip(edge, titles))}</title>`,
    `<path class="edge ${style}" d="${pathData(route.points)}"/>`,
    `<path class="edge-end ${style}" d="${edgeEnds(route)}"/></g>`,
  ].join('');
}

/** "frontend → cart: cart:7070, is denied", and why; of a bundle the first ones. */
function edgeTooltip({ edges }: GraphEdge, titles: ReadonlyMap<string, string>): string {
  return edges
    .slice(0, 10)
    .map(({ source, target, label, state, note }) => {
      const ends = `${titles.get(source) ?? source} → ${titles.get(target) ?? target}`;
      const said = `${ends}${label === '' ? '' : `: ${label}`}, ${STATE_NAMES[state]}`;
      return note === undefined ? said : `${said}\n${note}`;
    })
    .join('\n');
}

function titlesOf(view: DiagramView): ReadonlyMap<string, string> {
  return new Map([
    ...view.groups.map(({ id, label }) => [id, label] as const),
    ...view.nodes.map(({ id, title }) => [id, title] as const),
  ]);
}

function addressBlock({ addresses }: DiagramView, width: number): Block {
  if (addresses === undefined) return { markup: '', height: 0 };
  const { shapes, height } = addressBarShapes(addresses, width);
  return { markup: `<g class="address-bar">${shapesMarkup(shapes)}</g>`, height };
}

function legendBlock(view: DiagramView, width: number): Block {
  const { entries, height } = legendOf(view, width);
  const markup = entries.map(
    ({ className, x, y, shapes }) =>
      `<g class="${className}" transform="translate(${x} ${y})">${shapesMarkup(shapes)}</g>`,
  );
  return { markup: markup.join('\n'), height };
}

function footNotes(view: DiagramView): readonly string[] {
  const quiet = view.edges.filter((edge) => edge.quiet === true).length;
  const overlaps = view.addresses?.overlaps.map(({ text }) => text) ?? [];
  const left =
    quiet === 0
      ? []
      : [`Not drawn, since they would hide the others: ${counted(quiet, 'connection')}. JSON holds them.`];
  return [...overlaps, ...withoutNote(view), ...view.notes, ...left];
}

/** A picture of what would be must not pass for what is. */
function withoutNote({ nodes, without }: DiagramView): readonly string[] {
  if (without === undefined) return [];
  const policy = nodes.find(({ id }) => id === without)?.title ?? without;
  return [`As it would be without ${policy}: + is allowed then, − is not any more, ~ on other ports.`];
}

function notesBlock(notes: readonly string[], width: number): Block {
  const lines = notes
    .flatMap((note) => wrapped(note, width * FONT_SLACK, SUBTITLE))
    .map((line) => truncate(line, width, SUBTITLE));
  return {
    markup: lines.map((line, index) => textMarkup('note', 0, 12 + index * NOTE_STEP, line)).join('\n'),
    height: lines.length * NOTE_STEP,
  };
}

function shapesMarkup(shapes: readonly Shape[]): string {
  return shapes.map(shapeMarkup).join('');
}

function shapeMarkup(shape: Shape): string {
  if (shape.type === 'text') return textMarkup(shape.className, shape.x, shape.y, shape.text, shape.anchor);
  const moved = shape.x === undefined ? '' : ` transform="translate(${shape.x} ${shape.y ?? 0})"`;
  return `<path class="${shape.className}" d="${shape.data}"${moved}/>`;
}

function textMarkup(className: string, x: number, y: number, content: string, anchor?: 'middle' | 'end'): string {
  const anchored = anchor === undefined ? '' : ` text-anchor="${anchor}"`;
  return `<text class="${className}" x="${x}" y="${y}"${anchored}>${xmlText(content)}</text>`;
}
