import { xmlText } from '../../diagram/escape';
import type { Point } from '../../diagram/geometry';
import { ICONS } from '../../diagram/icons';
import { pathData } from '../../diagram/route';
import { edgeEnd } from '../../diagram/shapes';
import { wrapped } from '../../diagram/wrap';
import { printExposed, type Picture, type PicturePeer } from './picture';
import { FRAME_TITLE_X, frameTitle, REMARK, SUBTITLE_Y, TEXT_X, TITLE_Y, type Badge } from './svg-card';
import { layoutPicture, type PictureLayout, type PlacedCard, type PlacedFrame, type PlacedLink } from './svg-layout';
import { pictureStyle } from './svg-style';

const MARGIN = 24;
const LEAST_WIDTH = 480;
const FOOT_GAP = 30;
const REMARK_STEP = 17;

/**
 * A picture that needs nothing but itself: no script, no link, no font of its own, and a background, so that it reads the same in light
 * and dark viewers. Text is never markup.
 */
export function* toSvg(picture: Picture): Generator<string> {
  const layout = layoutPicture(picture);
  const inner = Math.ceil(Math.max(layout.width, LEAST_WIDTH));
  const remarks = remarksOf(picture, layout).flatMap((remark) => wrapped(remark, inner, REMARK));
  const foot = remarks.length === 0 ? 0 : FOOT_GAP + (remarks.length - 1) * REMARK_STEP;
  const [width, height] = [inner + MARGIN * 2, Math.ceil(layout.height) + foot + MARGIN * 2];
  yield `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Allowed connections">\n`;
  yield `<style>${pictureStyle}</style>\n<rect class="page" width="${width}" height="${height}"/>\n`;
  yield `<g transform="translate(${MARGIN} ${MARGIN})">\n`;
  for (const frame of layout.frames) yield frameMarkup(frame);
  for (const link of layout.links) yield linkMarkup(link);
  for (const card of layout.cards) yield cardMarkup(card);
  for (const link of layout.links) yield labelMarkup(link);
  for (const [index, remark] of remarks.entries())
    yield text('remark', { x: 0, y: layout.height + FOOT_GAP + index * REMARK_STEP }, remark);
  yield '</g>\n</svg>\n';
}

function frameMarkup({ namespace, x, y, width, height }: PlacedFrame): string {
  return [
    `<g transform="translate(${x} ${y})"><title>${xmlText(namespace)}</title>`,
    `<rect class="frame" width="${width}" height="${height}" rx="10"/>`,
    `<path class="icon" d="${ICONS.group}" transform="translate(16 12)"/>`,
    `${text('frame-title', { x: FRAME_TITLE_X, y: 25 }, frameTitle(namespace, width))}</g>\n`,
  ].join('');
}

const icons: Readonly<Record<PicturePeer['type'], string>> = {
  workload: ICONS.workload,
  outside: ICONS.outside,
  controller: ICONS.ingress,
  several: ICONS.endpoints,
  namespace: ICONS.group,
};

function cardMarkup({ card, x, y, width, height }: PlacedCard): string {
  const { peer } = card;
  const radius = peer.type === 'outside' || peer.type === 'controller' ? Math.min(height / 2, 24) : 6;
  const behind =
    peer.type === 'several'
      ? `<rect class="card several" x="4" y="4" width="${width}" height="${height}" rx="6"/>`
      : '';
  return [
    `<g transform="translate(${x} ${y})"><title>${xmlText([peer.id, ...peer.exposed.map(printExposed)].join('\n'))}</title>${behind}`,
    `<rect class="card ${peer.type}${peer.open.length > 1 ? ' open' : ''}" width="${width}" height="${height}" rx="${radius}"/>`,
    `<path class="icon ${peer.type}" d="${icons[peer.type]}" transform="translate(12 15)"/>`,
    text('title', { x: TEXT_X, y: TITLE_Y }, card.title),
    text('subtitle', { x: TEXT_X, y: SUBTITLE_Y }, card.subtitle),
    card.badge ? badgeMarkup('badge', card.badge) : '',
    ...card.rows.map((row) => badgeMarkup('badge exposed', row)),
    '</g>\n',
  ].join('');
}

function badgeMarkup(className: string, badge: Badge): string {
  const { x, y, width, height } = badge;
  return `<rect class="${className}" x="${x}" y="${y}" width="${width}" height="${height}" rx="${height / 2}"/>${text('badge-text', { x: x + 7, y: y + 12 }, badge.text)}`;
}

/** The line, with a head at each end that something arrives at. */
function linkMarkup({ drawn, points, arrives }: PlacedLink): string {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return '';
  const { link, way } = drawn;
  const heads = [
    ...(way === 'back' ? [] : [edgeEnd('ok', last.x, last.y, arrives === 'from left' ? 1 : -1)]),
    ...(way === 'forth' ? [] : [edgeEnd('ok', first.x + START_INSET, first.y, -1)]),
  ];
  const arrow = link.isMutual ? '<=>' : '=>';
  return [
    `<g class="${isEverything(link.conn) ? 'link everything' : 'link'}">`,
    `<title>${xmlText(`${link.source} ${arrow} ${link.target} : ${link.conn}`)}</title>`,
    `<path class="line" d="${pathData(points)}"/><path class="head" d="${heads.join('')}"/></g>\n`,
  ].join('');
}

/** The router begins lines a little inside of their card. */
const START_INSET = 14;

function labelMarkup({ drawn, label, labelAt, arrives }: PlacedLink): string {
  const everything = isEverything(drawn.link.conn) ? ' everything' : '';
  return text(`label${everything}${arrives === 'from right' ? ' start' : ''}`, labelAt, label);
}

function isEverything(conn: string): boolean {
  return conn === 'All Connections';
}

function remarksOf({ peers, notes }: Picture, layout: PictureLayout): readonly string[] {
  const hasOpen = peers.some(({ open }) => open.length > 0);
  return [
    ...layout.notes.map(({ mark, text: whole }) => `${mark} ${whole}`),
    ...(hasOpen
      ? ['open: no policy selects these pods in that direction. What is open at both ends is allowed, and not drawn.']
      : []),
    ...(peers.length === 0 ? ['No workloads.'] : []),
    ...notes,
  ];
}

function text(className: string, { x, y }: Point, content: string): string {
  return `<text class="${className}" x="${x}" y="${y}">${xmlText(content)}</text>`;
}
