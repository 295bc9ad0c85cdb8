import type { ServiceVariant, ViewNode, ViewNodeKind } from '../server/core/views/view';

/** A part of a card's outline: `card` is filled, `behind` lies below it, `detail` is drawn upon it. */
export interface OutlinePart {
  readonly role: 'card' | 'behind' | 'detail';
  readonly data: string;
}

/** The outline of a node's card: every kind has one of its own, and so has every kind of Service. */
export function outlineOf({ kind, variant }: ViewNode, width: number, height: number): readonly OutlinePart[] {
  return kind === 'service' ? serviceOutline(variant, width, height) : OUTLINES[kind](width, height);
}

/** SVG path data of a rectangle with round corners. */
export function roundedRect(x: number, y: number, width: number, height: number, radius: number): string {
  const [r, w, h] = [radius, width - 2 * radius, height - 2 * radius];
  return `M${x + r} ${y}h${w}a${r} ${r} 0 0 1 ${r} ${r}v${h}a${r} ${r} 0 0 1 ${-r} ${r}h${-w}a${r} ${r} 0 0 1 ${-r} ${-r}v${-h}a${r} ${r} 0 0 1 ${r} ${-r}z`;
}

type Outline = (width: number, height: number) => readonly OutlinePart[];

const OUTLINES: Readonly<Record<Exclude<ViewNodeKind, 'service'>, Outline>> = {
  outside: (width, height) => [card(roundedRect(0, 0, width, height, Math.min(height / 2, 26)))],
  client: (width, height) => [card(chamferedRect(width, height, 12))],
  ingress: (width, height) => [card(flag(width, height, 14))],
  workload: (width, height) => [
    behind(roundedRect(6, 6, width - 6, height, 5)),
    behind(roundedRect(3, 3, width - 4, height, 5)),
    card(roundedRect(0, 0, width - 2, height, 5)),
  ],
  endpoints: (width, height) => [card(dogEar(width, height, 16))],
  'external-name': (width, height) => [card(halfPill(width, height))],
  missing: (width, height) => [card(roundedRect(0, 0, width, height, 5))],
  policy: (width, height) => [card(shield(width, height))],
  addresses: (width, height) => [card(hexagon(width, height, 7))],
  undeclared: (width, height) => [card(roundedRect(0, 0, width, height, 10))],
  several: (width, height) => [
    card(roundedRect(0, 0, width, height, 5)),
    detail(`M${width - 4} 8V${height - 8}M${width - 8} 12V${height - 12}`),
  ],
  controller: (width, height) => [card(`M10 0H${width - 10}L${width} 10V${height}H0V10z`)],
  gateway: (width, height) => [
    card(roundedRect(0, 0, width, height, 2)),
    detail(`M5 0V${height}M${width - 5} 0V${height}`),
  ],
  host: (width, height) => [card(leaf(width, height, 18))],
  network: (width, height) => [
    card(roundedRect(0, 0, width, height, 3)),
    detail(`M${width - 11} 4V${height - 4}${ticks(width - 11, width, height)}`),
  ],
};

function serviceOutline(variant: ServiceVariant | undefined, width: number, height: number): readonly OutlinePart[] {
  const rounded = card(roundedRect(0, 0, width, height, 16));
  switch (variant) {
    // No address of its own: its edge is not whole.
    case 'headless':
      return [rounded, detail(dashes(6, 15, height - 15))];
    case 'NodePort':
      return [rounded, detail(sockets(height))];
    case 'LoadBalancer':
      return [rounded, detail(`M11 6H5V${height - 6}H11`)];
    case 'ExternalName':
      return [card(halfPill(width, height))];
    default:
      return [rounded];
  }
}

function card(data: string): OutlinePart {
  return { role: 'card', data };
}

function behind(data: string): OutlinePart {
  return { role: 'behind', data };
}

function detail(data: string): OutlinePart {
  return { role: 'detail', data };
}

function chamferedRect(width: number, height: number, cut: number): string {
  return `M${cut} 0H${width - cut}L${width} ${cut}V${height - cut}L${width - cut} ${height}H${cut}L0 ${height - cut}V${cut}z`;
}

function flag(width: number, height: number, tip: number): string {
  return `M4 0H${width - tip}L${width} ${height / 2}L${width - tip} ${height}H4a4 4 0 0 1 -4 -4V4a4 4 0 0 1 4 -4z`;
}

function dogEar(width: number, height: number, ear: number): string {
  return `M0 0H${width - ear}L${width} ${ear}V${height}H0zM${width - ear} 0V${ear}H${width}`;
}

function halfPill(width: number, height: number): string {
  const radius = Math.min(height / 2, 26);
  return `M4 0H${width - radius}a${radius} ${radius} 0 0 1 ${radius} ${radius}V${height - radius}a${radius} ${radius} 0 0 1 ${-radius} ${radius}H4a4 4 0 0 1 -4 -4V4a4 4 0 0 1 4 -4z`;
}

/** Hollow corners above, deep ones below. */
function shield(width: number, height: number): string {
  const [hollow, deep] = [9, Math.min(20, height / 2 - 9)];
  return `M${hollow} 0H${width - hollow}a${hollow} ${hollow} 0 0 0 ${hollow} ${hollow}V${height - deep}Q${width} ${height} ${width - deep * 2} ${height}H${deep * 2}Q0 ${height} 0 ${height - deep}V${hollow}a${hollow} ${hollow} 0 0 0 ${hollow} ${-hollow}z`;
}

function hexagon(width: number, height: number, cut: number): string {
  return `M${cut} 0H${width - cut}L${width} ${height / 2}L${width - cut} ${height}H${cut}L0 ${height / 2}z`;
}

/** Round at two corners that face each other. */
function leaf(width: number, height: number, radius: number): string {
  return `M${radius} 0H${width}V${height - radius}a${radius} ${radius} 0 0 1 ${-radius} ${radius}H0V${radius}a${radius} ${radius} 0 0 1 ${radius} ${-radius}z`;
}

/** A strip with prongs to the left edge: a port on every node. */
function sockets(height: number): string {
  const middle = height / 2;
  const prongs = [middle - 10, middle, middle + 10].map((y) => `M0 ${y}H7`).join('');
  return `M7 ${middle - 15}V${middle + 15}${prongs}`;
}

function dashes(x: number, top: number, bottom: number): string {
  let data = '';
  for (let y = top; y < bottom; y += 7) data += `M${x} ${y}V${Math.min(y + 4, bottom)}`;
  return data;
}

function ticks(from: number, to: number, height: number): string {
  let data = '';
  for (let y = 12; y <= height - 10; y += 11) data += `M${from} ${y}H${to}`;
  return data;
}
