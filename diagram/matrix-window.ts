import type { DiagramView, EdgeState, ViewMatrix, ViewNode, ViewVerdict } from '../server/core/views/view';
import { cleanText } from './text';

/** Which peers the matrix shows: all, those with something that is not allowed, or of those that fare alike only the first. */
export type MatrixPart = 'all' | 'denied' | 'alike';

export interface MatrixPeer {
  readonly id: string;
  readonly title: string;
  /** Label of its namespace; empty outside of all. */
  readonly group: string;
  /** Peers of a class fare alike. */
  readonly class: number;
  /** How many more fare alike and are left out. */
  readonly others: number;
}

/** The sign and the words of a verdict: colour alone tells nothing to many. */
export const VERDICT_SIGNS: Readonly<Record<EdgeState, string>> = {
  ok: '✓',
  denied: '✕',
  broken: '✕',
  'half-open': '◐',
  unknown: '?',
  plain: '',
};

export const VERDICT_WORDS: Readonly<Record<EdgeState, string>> = {
  ok: 'allowed',
  denied: 'denied',
  broken: 'broken',
  'half-open': 'admitted by one side only',
  unknown: 'cannot be told from the manifests',
  plain: 'not said',
};

/** The rows (`source`) or columns (`target`), namespace by namespace in the view's order; peers that the view hides are left out. */
export function matrixPeers(view: DiagramView, part: MatrixPart, side: 'source' | 'target'): readonly MatrixPeer[] {
  const { matrix } = view;
  if (matrix === undefined) return [];
  const nodes = new Map(view.nodes.map((node) => [node.id, node]));
  const places = new Map(view.groups.map((group, index) => [group.id, { label: cleanText(group.label), index }]));
  const placeOf = (node: ViewNode) => places.get(node.group ?? '') ?? { label: '', index: view.groups.length };
  const peers = matrix.peers
    .flatMap((id, index) => {
      const node = nodes.get(id);
      return node === undefined ? [] : { node, class: matrix.classes[index] ?? -1, place: placeOf(node) };
    })
    .sort((a, b) => a.place.index - b.place.index)
    .map(({ node, class: own, place }) => ({
      id: node.id,
      title: cleanText(node.title),
      group: place.label,
      class: own,
      others: 0,
    }));
  if (part === 'alike') return firstOfEachClass(peers);
  return part === 'denied' ? peers.filter(lacksSomething(matrix, peers, side)) : peers;
}

/** What holds between two peers; undefined where nothing is said. */
export function verdictOf(matrix: ViewMatrix, source: MatrixPeer, target: MatrixPeer): ViewVerdict | undefined {
  return matrix.verdicts[matrix.cells[source.class]?.[target.class] ?? -1];
}

/** "shop/frontend → shop/api: denied. NetworkPolicy …": a cell in words. */
export function cellSentence(source: MatrixPeer, target: MatrixPeer, verdict: ViewVerdict | undefined): string {
  const ends = `${peerName(source)} → ${peerName(target)}`;
  if (verdict === undefined) return `${ends}: nothing is said.`;
  const label = verdictLabel(verdict);
  return cleanText(`${ends}: ${VERDICT_WORDS[verdict.state]}${label === '' ? '' : `, ${label}`}. ${verdict.note}`);
}

/** What is allowed, or may be. That of others is "No Connections", which their sign says. */
export function verdictLabel({ state, label }: ViewVerdict): string {
  return state === 'ok' || state === 'unknown' ? label : '';
}

/** "shop/frontend, and 2 more that fare alike": a header in words. */
export function peerSentence(peer: MatrixPeer): string {
  const others =
    peer.others === 0 ? '' : `, and ${peer.others} more that ${peer.others === 1 ? 'fares' : 'fare'} alike`;
  return `${peerName(peer)}${others}`;
}

function peerName({ group, title }: MatrixPeer): string {
  return group === '' ? title : `${group}/${title}`;
}

/** One direction of the grid in px, where namespaces part it into bands. */
export interface MatrixAxis {
  /** Where each cell begins. */
  readonly starts: readonly number[];
  readonly cell: number;
  /** Room before the first cell of each band. */
  readonly heading: number;
  readonly bands: readonly MatrixBand[];
  readonly size: number;
}

export interface MatrixBand {
  readonly label: string;
  /** Where its heading begins, and where its last cell ends. */
  readonly start: number;
  readonly end: number;
}

export function matrixAxis(peers: readonly MatrixPeer[], cell: number, heading: number): MatrixAxis {
  const starts: number[] = [];
  const bands: MatrixBand[] = [];
  let size = 0;
  peers.forEach(({ group }, index) => {
    if (index === 0 || group !== peers[index - 1]?.group) {
      bands.push({ label: group, start: size, end: size });
      size += heading;
    }
    starts.push(size);
    size += cell;
    const band = bands.at(-1);
    if (band !== undefined) bands[bands.length - 1] = { ...band, end: size };
  });
  return { starts, cell, heading, bands, size };
}

/** Cells `from` to before `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Scrolling within so many cells draws nothing anew. */
const STEP = 8;

/** The cells that are in sight, and a few more at both ends. */
export function spanInSight(axis: MatrixAxis, scroll: number, room: number): Span {
  const count = axis.starts.length;
  const first = countUpTo(axis.starts, scroll - axis.cell);
  const last = countUpTo(axis.starts, scroll + room);
  return {
    from: Math.max(0, Math.floor(first / STEP) * STEP),
    to: Math.min(count, Math.ceil((last + 1) / STEP) * STEP),
  };
}

/** The indexes to draw: the span, and one that must not go because it has the focus. */
export function indexesIn({ from, to }: Span, kept: number, count: number): readonly number[] {
  const indexes = Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index);
  if (kept < 0 || kept >= count) return indexes;
  if (kept < from) return [kept, ...indexes];
  return kept >= to ? [...indexes, kept] : indexes;
}

/** The least scrolling that brings a cell into sight, below the heading that stays at the top. */
export function scrollTo(axis: MatrixAxis, index: number, scroll: number, room: number): number {
  const start = axis.starts[index];
  if (start === undefined) return scroll;
  if (start - axis.heading < scroll) return start - axis.heading;
  return Math.max(scroll, start + axis.cell - room);
}

/** A place in the grid; -1 is a header. The corner has no place. */
export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface GridSize {
  readonly rows: number;
  readonly columns: number;
  /** Rows on one screen. */
  readonly page: number;
}

/** Where a key leads, as the ARIA practices have it for grids; undefined for other keys. */
export function moveInGrid(key: string, isCtrl: boolean, { row, column }: Place, size: GridSize): Place | undefined {
  const lastRow = size.rows - 1;
  const lastColumn = size.columns - 1;
  const clamp = (next: Place): Place => {
    const inside = { row: Math.min(next.row, lastRow), column: Math.min(next.column, lastColumn) };
    return inside.row < 0 && inside.column < 0 ? { row, column } : inside;
  };
  switch (key) {
    case 'ArrowUp':
      return clamp({ row: Math.max(-1, row - 1), column });
    case 'ArrowDown':
      return clamp({ row: row + 1, column });
    case 'ArrowLeft':
      return clamp({ row, column: Math.max(-1, column - 1) });
    case 'ArrowRight':
      return clamp({ row, column: column + 1 });
    case 'PageUp':
      return clamp({ row: Math.max(0, row - size.page), column });
    case 'PageDown':
      return clamp({ row: row + size.page, column });
    case 'Home':
      return clamp({ row: isCtrl ? 0 : row, column: 0 });
    case 'End':
      return clamp({ row: isCtrl ? lastRow : row, column: lastColumn });
    default:
      return undefined;
  }
}

function firstOfEachClass(peers: readonly MatrixPeer[]): readonly MatrixPeer[] {
  const counts = new Map<number, number>();
  for (const peer of peers) counts.set(peer.class, (counts.get(peer.class) ?? 0) + 1);
  const seen = new Set<number>();
  return peers.flatMap((peer) => {
    if (seen.has(peer.class)) return [];
    seen.add(peer.class);
    return { ...peer, others: (counts.get(peer.class) ?? 1) - 1 };
  });
}

/** Whether a peer has a cell that is not allowed in full, among the peers that are shown. */
function lacksSomething(
  matrix: ViewMatrix,
  peers: readonly MatrixPeer[],
  side: 'source' | 'target',
): (peer: MatrixPeer) => boolean {
  const classes = firstOfEachClass(peers);
  const lacking = new Set(
    classes
      .filter((peer) =>
        classes.some((other) => {
          const verdict = side === 'source' ? verdictOf(matrix, peer, other) : verdictOf(matrix, other, peer);
          return verdict !== undefined && (verdict.state === 'denied' || verdict.state === 'half-open');
        }),
      )
      .map((peer) => peer.class),
  );
  return (peer) => lacking.has(peer.class);
}

/** How many of the ascending numbers are at most the limit. */
function countUpTo(numbers: readonly number[], limit: number): number {
  let low = 0;
  let high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((numbers[middle] ?? 0) <= limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
