import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import {
  VERDICT_SIGNS,
  cellSentence,
  indexesIn,
  peerSentence,
  verdictLabel,
  verdictOf,
  type MatrixAxis,
  type MatrixPeer,
  type Place,
  type Span,
} from '../../diagram/matrix-window';
import type { ViewMatrix } from '../../server/core/views/view';

export interface MatrixGeometry {
  readonly rows: MatrixAxis;
  readonly columns: MatrixAxis;
  readonly headWidth: number;
  readonly headHeight: number;
  /** Columns are so narrow that their names stand upright and cells have a sign only. */
  readonly upright: boolean;
}

interface MatrixCellsProps {
  readonly matrix: ViewMatrix;
  readonly sources: readonly MatrixPeer[];
  readonly targets: readonly MatrixPeer[];
  readonly place: Place;
  readonly selected: string | null;
  readonly matches: ReadonlySet<string>;
  readonly geometry: MatrixGeometry;
  readonly rowSpan: Span;
  readonly columnSpan: Span;
}

/** The part of the grid that is in sight. Scrolling within a few cells draws nothing anew. */
export function MatrixCells(props: MatrixCellsProps): JSX.Element {
  const { matrix, sources, targets, place, selected, matches, geometry, rowSpan, columnSpan } = props;
  return useMemo(
    () => (
      <>
        <Head {...props} />
        <Rows {...props} />
      </>
    ),
    [
      ...[matrix, sources, targets, place.row, place.column, selected, matches, geometry],
      ...[rowSpan.from, rowSpan.to, columnSpan.from, columnSpan.to],
    ],
  );
}

/** The place of the cell or header that an event happened in. */
export function placeOf(target: EventTarget | null): Place | undefined {
  const cell = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  if (cell === null) return undefined;
  return { row: Number(cell.dataset['row']), column: Number(cell.dataset['column']) };
}

function Head(props: MatrixCellsProps): JSX.Element {
  const { targets, place, columnSpan, geometry } = props;
  const { columns, headWidth, headHeight, upright } = geometry;
  return (
    <div
      class={upright ? 'matrix-head upright' : 'matrix-head'}
      role="row"
      aria-rowindex={1}
      style={{ height: headHeight }}
    >
      <div class="matrix-corner" role="columnheader" aria-colindex={1} style={{ width: headWidth }}>
        from ↓ to →
      </div>
      {columns.bands.map(({ label, start, end }) => (
        <div
          key={start}
          class="matrix-column-band"
          aria-hidden="true"
          style={{ left: headWidth + start, width: end - start }}
        >
          <span title={label} style={{ left: headWidth }}>
            {label}
          </span>
        </div>
      ))}
      {indexesIn(columnSpan, place.column, targets.length).map((column) => {
        const peer = targets[column];
        if (peer === undefined) return null;
        return (
          <div
            key={peer.id}
            role="columnheader"
            aria-colindex={column + 2}
            class={`matrix-header ${marksOf(props, peer)}`}
            style={{ left: headWidth + (columns.starts[column] ?? 0), width: columns.cell }}
            {...stopAt(place, -1, column)}
            {...said(peer)}
          >
            <span>{peer.title}</span>
            {peer.others > 0 ? <span class="others">+{peer.others}</span> : null}
          </div>
        );
      })}
    </div>
  );
}

function Rows(props: MatrixCellsProps): JSX.Element {
  const { sources, targets, place, rowSpan, columnSpan, geometry } = props;
  const { rows, columns, headWidth, headHeight } = geometry;
  const shownColumns = indexesIn(columnSpan, place.column, targets.length);
  const width = headWidth + columns.size;
  return (
    <>
      {indexesIn(rowSpan, place.row, sources.length).map((row) => {
        const peer = sources[row];
        if (peer === undefined) return null;
        return (
          <div
            key={peer.id}
            class={`matrix-row ${marksOf(props, peer)}`}
            role="row"
            aria-rowindex={row + 2}
            style={{ top: headHeight + (rows.starts[row] ?? 0), width, height: rows.cell }}
          >
            <div
              role="rowheader"
              aria-colindex={1}
              class={`matrix-header ${marksOf(props, peer)}`}
              style={{ width: headWidth }}
              {...stopAt(place, row, -1)}
              {...said(peer)}
            >
              <span>{peer.title}</span>
              {peer.others > 0 ? <span class="others">+{peer.others}</span> : null}
            </div>
            {shownColumns.map((column) => (
              <Cell key={targets[column]?.id} {...props} row={row} column={column} />
            ))}
          </div>
        );
      })}
      {rows.bands.map(({ label, start, end }) =>
        label === '' ? null : (
          <div
            key={`band ${start}`}
            class="matrix-row-band"
            aria-hidden="true"
            style={{ top: headHeight + start, width, height: end - start }}
          >
            <div title={label} style={{ top: headHeight, width: headWidth }}>
              {label}
            </div>
          </div>
        ),
      )}
    </>
  );
}

function Cell(props: MatrixCellsProps & Place): JSX.Element | null {
  const { matrix, sources, targets, place, selected, geometry, row, column } = props;
  const { columns, headWidth, upright } = geometry;
  const [source, target] = [sources[row], targets[column]];
  if (source === undefined || target === undefined) return null;
  const verdict = verdictOf(matrix, source, target);
  const sentence = cellSentence(source, target, verdict);
  return (
    <div
      role="gridcell"
      aria-colindex={column + 2}
      aria-label={sentence}
      title={sentence}
      class={`matrix-cell ${verdict?.state ?? 'plain'}${target.id === selected ? ' selected' : ''}`}
      style={{ left: headWidth + (columns.starts[column] ?? 0), width: columns.cell }}
      {...stopAt(place, row, column)}
    >
      {VERDICT_SIGNS[verdict?.state ?? 'plain']}
      {upright || verdict === undefined ? null : <span> {verdictLabel(verdict)}</span>}
    </div>
  );
}

/** One tab stop: the place that the keys have reached. */
function stopAt(place: Place, row: number, column: number) {
  const isStop = place.row === row && place.column === column;
  return { tabIndex: isStop ? 0 : -1, 'data-row': row, 'data-column': column };
}

function said(peer: MatrixPeer) {
  const sentence = peerSentence(peer);
  return { 'aria-label': sentence, title: sentence };
}

function marksOf({ selected, matches }: MatrixCellsProps, { id }: MatrixPeer): string {
  return `${matches.has(id) ? 'match' : ''} ${id === selected ? 'selected' : ''}`;
}
