import type { Reach } from '../reach/reach';
import { decidingDirection, verdictOf, type Cell } from './policy-cells';
import type { Ends } from './policy-edges';
import type { AddressEnd } from './policy-links';
import type { Pairs } from './policy-pairs';
import { openSide, type Side } from './policy-settle';
import { sideOf } from './policy-sides';
import type { ViewMatrix, ViewVerdict } from './view';

/** More classes make a table that nobody reads, and that takes long to make. */
export const maxClasses = 600;

/** A class of the matrix: who fares alike, by one number of a peer that stands for all. */
export interface Column {
  readonly ids: readonly string[];
  readonly peer: number;
  /** Of addresses: the direction in which they are one. */
  readonly addresses: AddressEnd | undefined;
}

/** The classes of all peers that have nodes. */
export function columnsOf(
  { peers }: Reach,
  { idsOf }: Ends,
  outside: readonly (AddressEnd & { readonly id: string })[],
): readonly Column[] {
  return [
    ...peers.classes.map((_, podClass) => ({
      ids: idsOf({ type: 'class', podClass }),
      peer: podClass,
      addresses: undefined,
    })),
    ...outside.map((end) => ({ ids: [end.id], peer: end.group.members[0] ?? 0, addresses: end })),
  ].filter(({ ids }) => ids.length > 0);
}

/** What holds between any two of these. */
export function matrixOf(pairs: Pairs, columns: readonly Column[]): ViewMatrix {
  const verdicts = createVerdicts(pairs);
  return {
    peers: columns.flatMap(({ ids }) => ids),
    classes: columns.flatMap(({ ids }, index) => ids.map(() => index)),
    cells: columns.map((source) => columns.map((destination) => verdictBetween(verdicts, source, destination))),
    verdicts: verdicts.all,
  };
}

interface Verdicts {
  readonly all: ViewVerdict[];
  readonly between: (source: number, destination: number) => number;
  readonly of: (verdict: ViewVerdict) => number;
}

function createVerdicts(pairs: Pairs): Verdicts {
  const all: ViewVerdict[] = [];
  const numbers = new Map<string, number>();
  const known = new Map<Cell, Map<Side, number>>();
  const same = new Map<ViewVerdict, number>();
  const of = (verdict: ViewVerdict): number => {
    const number = same.get(verdict) ?? ofText(verdict);
    same.set(verdict, number);
    return number;
  };
  const ofText = (verdict: ViewVerdict): number => {
    const key = JSON.stringify([verdict.state, verdict.label, verdict.note]);
    const number = numbers.get(key) ?? all.push(verdict) - 1;
    numbers.set(key, number);
    return number;
  };
  const { reach, rows } = pairs.state;
  return {
    all,
    of,
    between(source, destination) {
      const shape = pairs.shapeOf(source, destination);
      const isEgress = decidingDirection(shape) === 'Egress';
      const side = isEgress
        ? sideOf(rows, reach, source, 'Egress', destination)
        : sideOf(rows, reach, destination, 'Ingress', source);
      let bySide = known.get(shape);
      if (!bySide) known.set(shape, (bySide = new Map<Side, number>()));
      const decider = side ?? openSide;
      const number =
        bySide.get(decider) ?? of(verdictOf(reach, { ...shape, [isEgress ? 'egress' : 'ingress']: decider }));
      bySide.set(decider, number);
      return number;
    },
  };
}

const oneself: ViewVerdict = { state: 'ok', label: 'All Connections', note: 'A pod always reaches itself.' };
const abroad: ViewVerdict = {
  state: 'ok',
  label: 'All Connections',
  note: 'No policy speaks of traffic between addresses outside the cluster.',
};
const mixed: ViewVerdict = {
  state: 'unknown',
  label: 'No Connections',
  note: 'These addresses fare differently in this direction: see those of the other side of the picture.',
};

function verdictBetween(verdicts: Verdicts, source: Column, destination: Column): number {
  if (source.addresses && destination.addresses) return verdicts.of(abroad);
  if (source === destination && source.ids.length === 1) return verdicts.of(oneself);
  const way = source.addresses ? 'from' : 'to';
  const addresses = source.addresses ?? destination.addresses;
  if (addresses && addresses.role !== way) return verdictOfSome(verdicts, source, destination);
  return verdicts.between(source.peer, destination.peer);
}

/** Addresses that are one as sources need not be one as destinations. */
function verdictOfSome(verdicts: Verdicts, source: Column, destination: Column): number {
  const members = (source.addresses ?? destination.addresses)?.group.members ?? [];
  const found = new Set(
    members.map((member) =>
      source.addresses ? verdicts.between(member, destination.peer) : verdicts.between(source.peer, member),
    ),
  );
  const [only, second] = found;
  return only === undefined || second !== undefined ? verdicts.of(mixed) : only;
}
