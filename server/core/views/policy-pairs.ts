import type { Direction } from '../model/policy';
import type { Reach } from '../reach/reach';
import type { AbsentAnswer } from './policy-absent';
import { changeOf, judge, type Cell } from './policy-cells';
import { openSide, type Side } from './policy-settle';
import { sideOf, type SideRows } from './policy-sides';
import type { ViewEdge } from './view';

/** A scope's policies, worked out for all pairs. */
export interface PolicyState {
  readonly reach: Reach;
  readonly rows: SideRows;
}

/** What a link says; links of one code say the same. */
export interface LinkMeaning {
  readonly cell: Cell;
  /** With the policy that the view does without. */
  readonly before: Cell | undefined;
  readonly change: ViewEdge['change'];
  /** Ports by name, at pods that no manifest declares. */
  readonly names: readonly string[];
}

/** Says what holds between any two peers, now and, in a preview, before. */
export interface Pairs {
  readonly state: PolicyState;
  readonly before: PolicyState | undefined;
  /** 0 where nothing is drawn. */
  readonly codeOf: (source: number, destination: number) => number;
  /** The codes of all classes as sources of one destination. */
  readonly fillColumn: (destination: number, codes: Int32Array) => void;
  /** What policies make of a pair now. */
  readonly cellOf: (source: number, destination: number) => Cell;
  /** The same, as it is for any two peers that fare alike, whatever their policies: the same object for all of them. */
  readonly shapeOf: (source: number, destination: number) => Cell;
  /** What passes between some pods and those that no manifest declares, now. */
  readonly absentOf: (podClass: number, direction: Direction) => readonly AbsentAnswer[];
  readonly meaningOf: (code: number) => LinkMeaning | undefined;
  readonly codeFor: (meaning: LinkMeaning) => number;
}

export function createPairs(state: PolicyState, before: PolicyState | undefined): Pairs {
  const meanings: (LinkMeaning | undefined)[] = [undefined];
  const codes = new Map<string, number>();
  const codeFor = (meaning: LinkMeaning): number => {
    const { cell, names } = meaning;
    const key = `${cell.state} ${cell.ports} ${meaning.change ?? ''} ${meaning.before?.ports ?? ''} ${names.join()}`;
    const known = codes.get(key) ?? meanings.push(meaning) - 1;
    codes.set(key, known);
    return known;
  };
  const sideAt = createShapes(state);
  const sideBefore = before && createShapes(before);
  const cells = new Map<number, Cell>();
  const cellBetween = (egress: number, ingress: number): Cell => {
    const key = egress * maxShapes + ingress;
    const cell = cells.get(key) ?? judge(state.reach, sideAt.shapeOf(egress), sideAt.shapeOf(ingress));
    cells.set(key, cell);
    return cell;
  };
  const cellOf = (source: number, destination: number): Cell => {
    const egress = sideOf(state.rows, state.reach, source, 'Egress', destination) ?? openSide;
    const ingress = sideOf(state.rows, state.reach, destination, 'Ingress', source) ?? openSide;
    return { ...shapeOf(source, destination), egress, ingress };
  };
  const shapeOf = (source: number, destination: number): Cell =>
    cellBetween(sideAt.egress(source, destination), sideAt.ingress(destination, source));
  const bySides = new Map<number, number>();
  const codeOf = (source: number, destination: number): number => {
    const egress = sideAt.egress(source, destination);
    const ingress = sideAt.ingress(destination, source);
    if (!sideBefore && egress === 0 && ingress === 0) return 0;
    const key = egress * maxShapes + ingress;
    if (sideBefore) {
      const was = judge(
        before.reach,
        sideBefore.shapeOf(sideBefore.egress(source, destination)),
        sideBefore.shapeOf(sideBefore.ingress(destination, source)),
      );
      return codeWithin(was, cellBetween(egress, ingress));
    }
    const known = bySides.get(key);
    if (known !== undefined) return known;
    const cell = cellBetween(egress, ingress);
    const code = cell.isDrawn ? codeFor({ cell, before: undefined, change: undefined, names: [] }) : 0;
    bySides.set(key, code);
    return code;
  };
  const codeWithin = (was: Cell, cell: Cell): number => {
    const change = changeOf(state.reach, was, cell);
    if (change === undefined && !cell.isDrawn) return 0;
    const isTold = change === 'changed' || change === 'removed';
    return codeFor({ cell, before: isTold ? was : undefined, change, names: [] });
  };
  const fillColumn = (destination: number, column: Int32Array): void => {
    if (before) {
      column.forEach((_, source) => (column[source] = codeOf(source, destination)));
      return;
    }
    // Few sides on either end make up a column: each pair of them is looked up once.
    const known = new Map<number, Int32Array>();
    let last = -1;
    let row: Int32Array = new Int32Array(0);
    for (let source = 0; source < column.length; source++) {
      const egress = sideAt.egress(source, destination);
      const ingress = sideAt.ingress(destination, source);
      if (ingress !== last) {
        row = known.get(ingress) ?? new Int32Array(sideAt.count()).fill(-1);
        known.set(ingress, row);
        last = ingress;
      }
      const code = row[egress] ?? -1;
      column[source] = code >= 0 ? code : (row[egress] = codeOf(source, destination));
    }
  };
  return {
    state,
    before,
    codeOf,
    fillColumn,
    cellOf,
    shapeOf,
    absentOf: state.rows.absentOf,
    meaningOf: (code) => meanings[code],
    codeFor,
  };
}

/** Numbers of shapes stay below this. */
const maxShapes = 0x2000000;

/** Sides that differ only in their policies have one shape: a verdict needs no more, and there are few. */
interface Shapes {
  /** The number of the shape of what a peer's own policies say; 0 for one under no policy. */
  readonly egress: (source: number, destination: number) => number;
  readonly ingress: (destination: number, source: number) => number;
  /** Any side of that shape. */
  readonly shapeOf: (number: number) => Side;
  readonly count: () => number;
}

function createShapes({ reach, rows }: PolicyState): Shapes {
  const shapes: Side[] = [openSide];
  const byKey = new Map<string, number>();
  const numbers = new Map<Side, number>([[openSide, 0]]);
  const numberOf = (side: Side): number => {
    const known = numbers.get(side);
    if (known !== undefined) return known;
    const { written, sure, may, allowers, isNamed, hangsOnLabels } = side;
    const key = [written, sure, may, allowers.length > 0, isNamed, hangsOnLabels].join();
    const number = byKey.get(key) ?? shapes.push(side) - 1;
    byKey.set(key, number);
    numbers.set(side, number);
    return number;
  };
  const table = (direction: Direction) => {
    const byClass = reach.peers.classes.map((_, index) => {
      const { indexes, sides } = rows.of(index, direction);
      const [first = 0, ...more] = sides.map(numberOf);
      return more.length === 0 ? first : { indexes, numbers: [first, ...more] };
    });
    return (own: number, peer: number): number => {
      const row = byClass[own] ?? 0;
      return typeof row === 'number' ? row : (row.numbers[row.indexes[peer] ?? 0] ?? 0);
    };
  };
  return {
    egress: table('Egress'),
    ingress: table('Ingress'),
    shapeOf: (number) => shapes[number] ?? openSide,
    count: () => shapes.length,
  };
}

/** What passes to or from pods that no manifest declares, in the form of what holds between two peers. */
export function cellOfAbsent({ ports, allowers }: AbsentAnswer, direction: Direction): Cell {
  const side: Side = { ...openSide, held: true, written: ports, sure: ports, may: ports, allowers };
  const ends = direction === 'Ingress' ? { egress: openSide, ingress: side } : { egress: side, ingress: openSide };
  return { state: 'ok', ports, isDrawn: true, ...ends };
}
