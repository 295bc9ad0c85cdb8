import type { Severity } from '../server/core/finding';
import type { EdgeState, ViewNode, ViewNodeKind } from '../server/core/views/view';
import { describeNode, nodeTooltip, summarise } from './describe';
import type { GraphGroup } from './graph';
import { ICONS } from './icons';
import type { GroupBox } from './layout';
import { BOX_PADDING, CARD_WIDTH, LINE, MAX_LINES, SUBTITLE, TITLE, lineBaseline, shownLineCount } from './metrics';
import { SEVERITY_GLYPHS, worstSeverity } from './problems';
import { cleanText, truncate } from './text';

/** One SVG element as plain data; what draws it turns texts into text nodes and nothing else. */
export type Shape =
  | {
      readonly type: 'path';
      readonly className: string;
      readonly data: string;
      readonly x?: number;
      readonly y?: number;
    }
  | {
      readonly type: 'text';
      readonly className: string;
      readonly x: number;
      readonly y: number;
      readonly text: string;
      readonly anchor?: 'middle' | 'end';
    };

/** A card: shapes relative to its corner. */
export interface CardShapes {
  readonly shapes: readonly Shape[];
  /** The texts in full, for a `<title>`. */
  readonly tooltip: string;
  readonly description: string;
  readonly severity: Severity | undefined;
}

const ICON_X = 12;
const TEXT_X = 36;
const RIGHT_PADDING = 12;

/** A node's card of the given size. */
export function cardShapes(node: ViewNode, width: number, height: number): CardShapes {
  const severity = worstSeverity([node]);
  // The point of a flag and the round ends of a pill take room from the texts.
  const inset = node.kind === 'outside' || node.kind === 'client' ? 6 : 0;
  const room = width - TEXT_X - inset * 2 - RIGHT_PADDING - (node.kind === 'ingress' ? 8 : 0);
  const x = inset + TEXT_X;
  return {
    shapes: [
      ...outline(node.kind, width, height),
      { type: 'path', className: 'icon', data: ICONS[node.kind], x: inset + ICON_X, y: 15 },
      { type: 'text', className: 'title', x, y: 21, text: truncate(node.title, room, TITLE) },
      { type: 'text', className: 'subtitle', x, y: 37, text: truncate(node.subtitle, room, SUBTITLE) },
      ...linesOf(node, inset + ICON_X + 2, width - inset * 2 - ICON_X - RIGHT_PADDING - 2),
      ...badge(node.problems.length, severity, width, 0),
    ],
    tooltip: nodeTooltip(node),
    description: describeNode(node),
    severity,
  };
}

/** The frame of an open group, or the card of a folded one, relative to its corner. */
export function groupShapes({ group, folded, members }: GraphGroup, box: GroupBox): readonly Shape[] {
  const severity = worstSeverity(members);
  const problems = members.reduce((sum, node) => sum + node.problems.length, 0);
  const note = folded ? summarise(members) : (group.note ?? '');
  // Edges may run up and down beside the first column, so the name stays within it.
  const titleRoom = Math.min(box.width - 64, CARD_WIDTH + BOX_PADDING - 54);
  return [
    { type: 'path', className: 'frame', data: roundedRect(0, 0, box.width, box.height, 10) },
    {
      type: 'path',
      className: 'twisty',
      data: folded ? 'M1 0l5 5l-5 5z' : 'M0 1h10l-5 5z',
      x: 12,
      y: folded ? 16 : 18,
    },
    { type: 'path', className: 'icon', data: ICONS.group, x: 28, y: 13 },
    { type: 'text', className: 'title', x: 52, y: 26, text: truncate(group.label, titleRoom, TITLE) },
    ...(folded
      ? [{ type: 'text', className: 'subtitle', x: 28, y: 47, text: truncate(note, box.width - 40, SUBTITLE) } as const]
      : [
          {
            type: 'text',
            className: 'subtitle',
            x: box.width - 16,
            y: 25,
            anchor: 'end',
            text: truncate(note, CARD_WIDTH, SUBTITLE),
          } as const,
        ]),
    ...(folded ? badge(problems, severity, box.width, 0) : []),
  ];
}

/** A group's texts in full. */
export function groupTooltip({ group, members }: GraphGroup): string {
  return [group.label, group.note ?? '', summarise(members)]
    .filter((line) => line !== '')
    .map(cleanText)
    .join('\n');
}

/** Arrow head at the end of an edge, or the sign that says why it has none. */
export function edgeEnd(state: EdgeState, x: number, y: number, towards: 1 | -1): string {
  if (state === 'ok') return `M${x} ${y}l${-8 * towards} -4.5v9z`;
  // A cross: nothing arrives. An open head: perhaps.
  if (state === 'broken') return `M${x - 4 - 9 * towards} ${y - 4}l8 8m0 -8l-8 8M${x - 3 * towards} ${y - 7}v14`;
  return `M${x - 7 * towards} ${y - 4.5}l${7 * towards} 4.5l${-7 * towards} 4.5`;
}

function linesOf(node: ViewNode, x: number, room: number): readonly Shape[] {
  const count = shownLineCount(node);
  const hidden = node.lines.length - count;
  return node.lines.slice(0, count).map((line, index) => {
    const isLast = hidden > 0 && index === MAX_LINES - 1;
    const text = isLast ? `and ${hidden + 1} more` : truncate(line, room, LINE);
    return { type: 'text', className: isLast ? 'line more' : 'line', x, y: lineBaseline(index), text };
  });
}

/** The number of problems with a sign for the loudest, on the upper right corner. */
function badge(count: number, severity: Severity | undefined, width: number, y: number): readonly Shape[] {
  if (count === 0 || severity === undefined) return [];
  const text = `${SEVERITY_GLYPHS[severity]} ${count > 99 ? '99+' : count}`;
  const size = 20 + text.length * 5;
  return [
    { type: 'path', className: `badge ${severity}`, data: roundedRect(width - size - 8, y - 10, size, 20, 10) },
    { type: 'text', className: `badge-text ${severity}`, x: width - size / 2 - 8, y: y + 4, anchor: 'middle', text },
  ];
}

/** Every kind has an outline of its own. */
function outline(kind: ViewNodeKind, width: number, height: number): readonly Shape[] {
  const card = (data: string): Shape => ({ type: 'path', className: 'card', data });
  switch (kind) {
    case 'outside':
      return [card(roundedRect(0, 0, width, height, Math.min(height / 2, 26)))];
    case 'client':
      return [card(chamferedRect(width, height, 12))];
    case 'ingress':
      return [card(flag(width, height, 14))];
    case 'service':
      return [card(roundedRect(0, 0, width, height, 16))];
    case 'workload':
      return [
        { type: 'path', className: 'card behind', data: roundedRect(6, 6, width - 6, height, 5) },
        { type: 'path', className: 'card behind', data: roundedRect(3, 3, width - 4, height, 5) },
        card(roundedRect(0, 0, width - 2, height, 5)),
      ];
    case 'endpoints':
      return [card(dogEar(width, height, 16))];
    case 'external-name':
      return [card(halfPill(width, height, Math.min(height / 2, 26)))];
    default:
      return [card(roundedRect(0, 0, width, height, 5))];
  }
}

function roundedRect(x: number, y: number, width: number, height: number, radius: number): string {
  const [r, w, h] = [radius, width - 2 * radius, height - 2 * radius];
  return `M${x + r} ${y}h${w}a${r} ${r} 0 0 1 ${r} ${r}v${h}a${r} ${r} 0 0 1 ${-r} ${r}h${-w}a${r} ${r} 0 0 1 ${-r} ${-r}v${-h}a${r} ${r} 0 0 1 ${r} ${-r}z`;
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

function halfPill(width: number, height: number, radius: number): string {
  return `M4 0H${width - radius}a${radius} ${radius} 0 0 1 ${radius} ${radius}V${height - radius}a${radius} ${radius} 0 0 1 ${-radius} ${radius}H4a4 4 0 0 1 -4 -4V4a4 4 0 0 1 4 -4z`;
}
