import type { Severity } from '../server/core/finding';
import type { ViewNode } from '../server/core/views/view';
import { BADGE_MARGIN, placeBadges } from './badges';
import {
  EXPANDER_GAP,
  ICON_X,
  LINE_X,
  PART_INDENT,
  RIGHT_PADDING,
  TEXT_X,
  expanderWidth,
  insetsOf,
  partCountText,
} from './card-width';
import { describeNode, nodeTooltip, partText, summarise } from './describe';
import type { GraphGroup } from './graph';
import { ICONS } from './icons';
import type { Rect } from './geometry';
import type { GroupBox } from './layout';
import {
  BADGE_HEIGHT,
  BOX_PADDING,
  CARD_WIDTH,
  LINE,
  MAX_LINES,
  MAX_PARTS,
  SUBTITLE,
  TITLE,
  badgeTop,
  lineBaseline,
  partLineCount,
  shownLineCount,
} from './metrics';
import { outlineOf, roundedRect } from './outlines';
import { SEVERITY_GLYPHS, worstSeverity } from './problems';
import { cleanText, textWidth, truncate } from './text';

export { edgeEnd } from './ends';

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
  /** Where a click shows or hides its parts. */
  readonly expander?: Rect;
}

/** A node's card of the given size, which `cardHeight` tells. */
export function cardShapes(node: ViewNode, width: number, height: number, expanded = false): CardShapes {
  const severity = worstSeverity([node]);
  const [left, right] = insetsOf(node);
  const end = width - right - RIGHT_PADDING;
  const x = left + TEXT_X;
  const expander = expanderOf(node, expanded, end);
  const subtitleEnd = expander === undefined ? end : expander.hit.x - EXPANDER_GAP;
  return {
    shapes: [
      ...outlineOf(node, width, height).map(({ role, data }): Shape => ({
        type: 'path',
        className: role === 'card' ? 'card' : role === 'behind' ? 'card behind' : 'card-detail',
        data,
      })),
      { type: 'path', className: 'icon', data: ICONS[node.kind], x: left + ICON_X, y: 15 },
      { type: 'text', className: 'title', x, y: 21, text: truncate(node.title, end - x, TITLE) },
      { type: 'text', className: 'subtitle', x, y: 37, text: truncate(node.subtitle, subtitleEnd - x, SUBTITLE) },
      ...(expander?.shapes ?? []),
      ...linesOf(node, expanded, left + LINE_X, end - left - LINE_X),
      ...badgesOf(node, width, expanded),
      ...problemSign(node.problems.length, severity, width),
    ],
    tooltip: nodeTooltip(node, expanded ? MAX_PARTS : 0),
    description: describeNode(node),
    severity,
    ...(expander === undefined ? {} : { expander: expander.hit }),
  };
}

/** The frame of an open group, or the card of a folded one, relative to its corner. */
export function groupShapes({ group, folded, members }: GraphGroup, box: GroupBox): readonly Shape[] {
  const severity = worstSeverity(members);
  const problems = members.reduce((sum, node) => sum + node.problems.length, 0);
  const note = folded ? summarise(members) : (group.note ?? '');
  // Edges may run up and down beside the first column, so the name stays within it.
  const titleRoom = Math.min(box.width - 64, CARD_WIDTH + BOX_PADDING - 54);
  const title = truncate(group.label, titleRoom, TITLE);
  // Where the only column is narrow, the note has the room that the name leaves.
  const noteRoom = Math.min(CARD_WIDTH, box.width - 52 - textWidth(title, TITLE) - 32);
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
    { type: 'text', className: 'title', x: 52, y: 26, text: title },
    ...(folded
      ? [{ type: 'text', className: 'subtitle', x: 28, y: 47, text: truncate(note, box.width - 40, SUBTITLE) } as const]
      : [
          {
            type: 'text',
            className: 'subtitle',
            x: box.width - 16,
            y: 25,
            anchor: 'end',
            text: truncate(note, noteRoom, SUBTITLE),
          } as const,
        ]),
    ...(folded ? problemSign(problems, severity, box.width) : []),
  ];
}

/** A group's texts in full. */
export function groupTooltip({ group, members }: GraphGroup): string {
  return [group.label, group.note ?? '', summarise(members)]
    .filter((line) => line !== '')
    .map(cleanText)
    .join('\n');
}

/** A twisty with the number of parts, at the end of the subtitle. */
function expanderOf(
  { parts = [] }: ViewNode,
  expanded: boolean,
  end: number,
): { readonly shapes: readonly Shape[]; readonly hit: Rect } | undefined {
  if (parts.length === 0) return undefined;
  const text = partCountText(parts.length);
  const width = expanderWidth(text);
  const [x, y] = [end - width, 25];
  const twisty = expanded ? 'M0 1h7l-3.5 4.5z' : 'M0.5 0l4.5 3.5l-4.5 3.5z';
  return {
    hit: { x, y, width, height: 16 },
    shapes: [
      { type: 'path', className: 'expander', data: roundedRect(x, y, width, 16, 8) },
      { type: 'path', className: 'expander-twisty', data: twisty, x: x + 7, y: y + 4.5 },
      { type: 'text', className: 'expander-text', x: x + width - 7, y: y + 12, anchor: 'end', text },
    ],
  };
}

function linesOf(node: ViewNode, expanded: boolean, x: number, room: number): readonly Shape[] {
  const count = shownLineCount(node);
  const hidden = node.lines.length - count;
  const lines = node.lines.slice(0, count).map((line, index): Shape => {
    const isLast = hidden > 0 && index === MAX_LINES - 1;
    const text = isLast ? `and ${hidden + 1} more` : truncate(line, room, LINE);
    return { type: 'text', className: isLast ? 'line more' : 'line', x, y: lineBaseline(index), text };
  });
  return expanded ? [...lines, ...partsOf(node, count, x, room)] : lines;
}

function partsOf({ parts = [] }: ViewNode, before: number, x: number, room: number): readonly Shape[] {
  const shown = parts.slice(0, MAX_PARTS).map((part, index): Shape => {
    const text = truncate(partText(part), room - PART_INDENT, LINE);
    return { type: 'text', className: 'line part', x: x + PART_INDENT, y: lineBaseline(before + index), text };
  });
  const hidden = parts.length - shown.length;
  if (hidden === 0) return shown;
  const y = lineBaseline(before + MAX_PARTS);
  return [...shown, { type: 'text', className: 'line more', x: x + PART_INDENT, y, text: `and ${hidden} more` }];
}

function badgesOf(node: ViewNode, width: number, expanded: boolean): readonly Shape[] {
  const lineCount = shownLineCount(node) + (expanded ? partLineCount(node) : 0);
  return placeBadges(node, width).flatMap((badge): readonly Shape[] => {
    const x = BADGE_MARGIN + badge.x;
    const y = badgeTop(badge.row, lineCount);
    return [
      {
        type: 'path',
        className: `chip ${badge.tone}`,
        data: roundedRect(x, y, badge.width, BADGE_HEIGHT, BADGE_HEIGHT / 2),
      },
      {
        type: 'text',
        className: `chip-text ${badge.tone}`,
        x: x + badge.width / 2,
        y: y + 11.5,
        anchor: 'middle',
        text: badge.text,
      },
    ];
  });
}

/** The number of problems with a sign for the loudest, on the upper right corner. */
function problemSign(count: number, severity: Severity | undefined, width: number): readonly Shape[] {
  if (count === 0 || severity === undefined) return [];
  const text = `${SEVERITY_GLYPHS[severity]} ${count > 99 ? '99+' : count}`;
  const size = 20 + text.length * 5;
  return [
    { type: 'path', className: `badge ${severity}`, data: roundedRect(width - size - 8, -8, size, 18, 9) },
    { type: 'text', className: `badge-text ${severity}`, x: width - size / 2 - 8, y: 5, anchor: 'middle', text },
  ];
}
