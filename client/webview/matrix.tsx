import type { JSX } from 'preact';
import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import {
  VERDICT_SIGNS,
  VERDICT_WORDS,
  cellSentence,
  matrixAxis,
  matrixPeers,
  moveInGrid,
  peerSentence,
  scrollTo,
  spanInSight,
  verdictOf,
  type MatrixPart,
  type MatrixPeer,
  type Place,
} from '../../diagram/matrix-window';
import type { DiagramView, ViewMatrix } from '../../server/core/views/view';
import { MatrixCells, placeOf, type MatrixGeometry } from './matrix-cells';
import { useSize } from './measure';

const ROW = 26;
const NARROW = 30;
const WIDE = 108;
/** From this width on, cells have room for a label. */
const LABELLED = 78;
const ROW_HEADING = 22;
const COLUMN_GAP = 8;
const SCROLLBAR = 14;

interface MatrixProps {
  readonly view: DiagramView;
  readonly selected: string | null;
  readonly matches: ReadonlySet<string>;
  readonly onPeer: (id: string) => void;
  readonly onCell: (source: string, target: string) => void;
}

/** Who may talk to whom, all pairs: rows send, columns receive. Only what is in sight is in the document. */
export function Matrix(props: MatrixProps): JSX.Element {
  const { view } = props;
  const [part, setPart] = useState<MatrixPart>('all');
  const sources = useMemo(() => matrixPeers(view, part, 'source'), [view, part]);
  const targets = useMemo(() => matrixPeers(view, part, 'target'), [view, part]);
  const [wanted, setWanted] = useState<Place>({ row: 0, column: 0 });
  const place = {
    row: Math.min(wanted.row, sources.length - 1),
    column: Math.min(wanted.column, targets.length - 1),
  };
  const words = view.matrix === undefined ? '' : wordsOf(view.matrix, sources[place.row], targets[place.column]);
  const isEmpty = view.matrix === undefined || sources.length === 0 || targets.length === 0;
  return (
    <section class="matrix" aria-label="Who may talk to whom">
      <div class="matrix-bar">
        <label>
          Show{' '}
          <select
            value={part}
            onChange={(event) => {
              const chosen = PARTS.find(([id]) => id === event.currentTarget.value);
              if (chosen !== undefined) setPart(chosen[0]);
            }}
          >
            {PARTS.map(([id, words]) => (
              <option key={id} value={id}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <span>Rows send, columns receive.</span>
        <Signs matrix={view.matrix} />
      </div>
      {isEmpty ? (
        <p class="matrix-empty">
          {part === 'denied' && view.matrix !== undefined
            ? 'Nothing is denied for certain.'
            : 'There are no two peers to compare here.'}
        </p>
      ) : (
        <>
          <Grid
            {...props}
            matrix={view.matrix}
            sources={sources}
            targets={targets}
            place={place}
            onPlace={(next) => setWanted(next)}
          />
          <p class="matrix-words" title={words}>
            {words}
          </p>
        </>
      )}
    </section>
  );
}

const PARTS: readonly (readonly [MatrixPart, string])[] = [
  ['all', 'all peers'],
  ['denied', 'peers with a denial'],
  ['alike', 'one of those that fare alike'],
];

/** The signs that occur, with their meaning. */
function Signs({ matrix }: { readonly matrix: ViewMatrix | undefined }): JSX.Element {
  const states = [...new Set(matrix?.verdicts.map((verdict) => verdict.state))];
  return (
    <>
      {states.map((state) => (
        <span key={state}>
          <span class={`matrix-sign ${state}`} aria-hidden="true">
            {VERDICT_SIGNS[state]}
          </span>{' '}
          {VERDICT_WORDS[state]}
        </span>
      ))}
    </>
  );
}

function wordsOf(matrix: ViewMatrix, source: MatrixPeer | undefined, target: MatrixPeer | undefined): string {
  if (source !== undefined && target !== undefined)
    return cellSentence(source, target, verdictOf(matrix, source, target));
  const header = source ?? target;
  return header === undefined ? '' : peerSentence(header);
}

interface GridProps extends MatrixProps {
  readonly matrix: ViewMatrix;
  readonly sources: readonly MatrixPeer[];
  readonly targets: readonly MatrixPeer[];
  readonly place: Place;
  readonly onPlace: (place: Place) => void;
}

function Grid(props: GridProps): JSX.Element {
  const { sources, targets, place, onPlace, onPeer, onCell } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { width, height } = useSize(scroller);
  const [scroll, setScroll] = useState({ left: 0, top: 0 });
  const geometry = useMemo(() => geometryOf(sources, targets, width), [sources, targets, width]);
  const { rows, columns, headWidth, headHeight } = geometry;
  const room = { width: Math.max(0, width - headWidth), height: Math.max(0, height - headHeight) };
  const focusNext = useRef(false);
  useLayoutEffect(() => {
    if (!focusNext.current) return;
    focusNext.current = false;
    scroller.current?.querySelector<HTMLElement>('[tabindex="0"]')?.focus({ preventScroll: true });
  });
  const go = (next: Place): void => {
    const element = scroller.current;
    if (element === null) return;
    element.scrollTop = scrollTo(rows, next.row, element.scrollTop, room.height - SCROLLBAR);
    element.scrollLeft = scrollTo(columns, next.column, element.scrollLeft, room.width - SCROLLBAR);
    focusNext.current = true;
    onPlace(next);
  };
  const press = ({ row, column }: Place): void => {
    const [source, target] = [sources[row], targets[column]];
    if (source !== undefined && target !== undefined) onCell(source.id, target.id);
    else {
      const header = source ?? target;
      if (header !== undefined) onPeer(header.id);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.altKey || event.shiftKey) return;
    const isCtrl = event.ctrlKey || event.metaKey;
    const page = Math.max(1, Math.floor(room.height / ROW) - 1);
    const next = moveInGrid(event.key, isCtrl, place, { rows: sources.length, columns: targets.length, page });
    if (next !== undefined) go(next);
    else if (event.key === 'Enter' || event.key === ' ') press(place);
    else return;
    // The panel has other uses for these keys.
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={scroller}
      class="matrix-scroll"
      onScroll={({ currentTarget: { scrollLeft: left, scrollTop: top } }) => setScroll({ left, top })}
    >
      <div
        class="matrix-grid"
        role="grid"
        aria-label="Who may talk to whom: rows send, columns receive"
        aria-rowcount={sources.length + 1}
        aria-colcount={targets.length + 1}
        style={{ width: headWidth + columns.size, height: headHeight + rows.size }}
        onKeyDown={onKeyDown}
        onClick={(event) => {
          const clicked = placeOf(event.target);
          if (clicked === undefined) return;
          onPlace(clicked);
          press(clicked);
        }}
      >
        <MatrixCells
          matrix={props.matrix}
          sources={sources}
          targets={targets}
          place={place}
          selected={props.selected}
          matches={props.matches}
          geometry={geometry}
          rowSpan={spanInSight(rows, scroll.top, room.height)}
          columnSpan={spanInSight(columns, scroll.left, room.width)}
        />
      </div>
    </div>
  );
}

/** Few columns are wide, with labels; many are narrow, with upright names. */
function geometryOf(sources: readonly MatrixPeer[], targets: readonly MatrixPeer[], width: number): MatrixGeometry {
  const headWidth = Math.round(Math.min(200, Math.max(104, width * 0.3)));
  const room = (width - headWidth - SCROLLBAR) / Math.max(1, targets.length) - COLUMN_GAP / 2;
  const cell = Math.round(Math.min(WIDE, Math.max(NARROW, room)));
  const isGrouped = [...sources, ...targets].some((peer) => peer.group !== '');
  const upright = cell < LABELLED;
  return {
    upright,
    rows: matrixAxis(sources, ROW, isGrouped ? ROW_HEADING : 0),
    columns: matrixAxis(targets, cell, isGrouped ? COLUMN_GAP : 0),
    headWidth,
    headHeight: (upright ? 112 : 28) + (isGrouped ? ROW_HEADING : 0),
  };
}
