import type { Direction } from '../model/policy';
import { printConnections } from '../reach/connection-set';
import { nothing, type ConnectionId } from '../reach/connection-table';
import type { CompiledPolicy, Reach } from '../reach/reach';
import { openSide, type Side } from './policy-settle';
import { printPolicies } from './policy-words';
import type { EdgeState, ViewEdge, ViewVerdict } from './view';

/** What both ends' policies make of a connection. */
export interface Cell {
  readonly state: EdgeState;
  /** What is allowed, what may be, or what one side admits of what the other denies. */
  readonly ports: ConnectionId;
  readonly egress: Side;
  readonly ingress: Side;
  /** Whether it is worth an edge: nothing is drawn between pods that no policy selects, nor what nobody evidently wants. */
  readonly isDrawn: boolean;
}

/** Judges a pair of peers by what their own policies say of it. */
export function judge({ connections }: Reach, egress: Side = openSide, ingress: Side = openSide): Cell {
  const written = connections.intersection(egress.written, ingress.written);
  const sure = connections.intersection(egress.sure, ingress.sure);
  const may = connections.intersection(egress.may, ingress.may);
  const isHeld = egress.held || ingress.held;
  const make = (state: EdgeState, ports: ConnectionId, isDrawn: boolean): Cell => ({
    state,
    ports,
    egress,
    ingress,
    isDrawn: isDrawn && isHeld,
  });
  if (written === sure && written !== nothing) return make('ok', written, true);
  if (written !== nothing) return make('unknown', written, true);
  if (may !== nothing) return make('unknown', may, isUntold(egress) || isUntold(ingress));
  const admitting = [egress, ingress].filter((side) => side.allowers.length > 0 && side.written !== nothing);
  if (admitting.length === 0) return make('denied', nothing, isOverruled(egress) || isOverruled(ingress));
  const [one] = admitting;
  return make(
    'half-open',
    one?.written ?? nothing,
    admitting.some(({ isNamed }) => isNamed),
  );
}

/** A rule means these pods, and one of an earlier tier or priority denies them. */
function isOverruled({ isNamed, may, deniers }: Side): boolean {
  return isNamed && may === nothing && deniers.some(({ form }) => form.tier !== 'network');
}

function isUntold({ hangsOnLabels, sure, may }: Side): boolean {
  return hangsOnLabels && sure !== may;
}

/** The direction that decides, for a verdict that many pairs share: policies of the other one are told of without their names. */
export function decidingDirection({ state, egress, ingress }: Cell): Direction {
  if (state === 'ok') return ingress.held ? 'Ingress' : 'Egress';
  if (state === 'unknown') return egress.sure !== egress.may ? 'Egress' : 'Ingress';
  return egress.may === nothing ? 'Egress' : 'Ingress';
}

/** The verdict for all pairs of one shape with the same side in the deciding direction. */
export function verdictOf({ connections }: Reach, cell: Cell): ViewVerdict {
  const { state, ports } = cell;
  const label = state === 'half-open' || state === 'denied' ? nothing : ports;
  return { state, label: printConnections(connections.setOf(label)), note: shortNoteOf(cell) };
}

function shortNoteOf(cell: Cell): string {
  const { state, egress, ingress } = cell;
  const isEgress = decidingDirection(cell) === 'Egress';
  const [own, other]: readonly [OneSide, OneSide] = [
    { side: egress, direction: 'Egress', whose: 'the source', peer: 'the destination' },
    { side: ingress, direction: 'Ingress', whose: 'the destination', peer: 'the source' },
  ];
  const [one, rest] = isEgress ? [own, other] : [other, own];
  if (state === 'ok')
    return `${allowance(one)} ${rest.side.held ? `Policies over ${rest.whose} allow it too.` : allowance(rest)}`;
  if (state === 'unknown') return `Whether it is allowed hangs on what no manifest tells: ${doubt(one)}.`;
  if (one.side.may !== nothing) return `Each side admits other ports. ${allowance(one)}`;
  const also = rest.side.may === nothing ? ` Policies over ${rest.whose} deny it too.` : '';
  const against =
    rest.side.may !== nothing && rest.side.allowers.length > 0 ? ` Policies over ${rest.whose} admit it.` : '';
  return `${denial(one)}${also}${against}`;
}

/** Names of the two ends. */
export interface EndNames {
  readonly source: string;
  readonly destination: string;
  /** Ends that have no policies of their own here: addresses, and pods that no manifest declares. */
  readonly isSourceAbroad?: boolean;
  readonly isDestinationAbroad?: boolean;
}

/** Which policy decides, in which direction. */
export function noteOf({ state, egress, ingress }: Cell, names: EndNames): string {
  const both = [
    {
      side: egress,
      direction: 'Egress',
      whose: names.source,
      peer: names.destination,
      isAbroad: names.isSourceAbroad === true,
    },
    {
      side: ingress,
      direction: 'Ingress',
      whose: names.destination,
      peer: names.source,
      isAbroad: names.isDestinationAbroad === true,
    },
  ] as const;
  if (state === 'ok') {
    const told = both.filter(({ side, isAbroad }) => side.held || !isAbroad);
    return told
      .toSorted((a, b) => Number(b.side.held) - Number(a.side.held))
      .map(allowance)
      .join(' ');
  }
  if (state === 'unknown') {
    const unsure = both.filter(({ side }) => side.sure !== side.may);
    return `Whether it is allowed hangs on what no manifest tells: ${unsure.map(doubt).join('; ')}.`;
  }
  const denying = both.filter(({ side }) => side.may === nothing);
  if (denying.length === 0)
    return `Each side admits other ports: ${both.map(({ side, direction, whose }) => `${direction.toLowerCase()} of ${whose} by ${printPolicies(side.allowers)}`).join('; ')}.`;
  const admitting = both.filter(({ side }) => side.may !== nothing && side.allowers.length > 0).map(allowance);
  return [...denying.map(denial), ...admitting].join(' ');
}

interface OneSide {
  readonly side: Side;
  readonly direction: Direction;
  readonly whose: string;
  readonly peer: string;
}

function allowance({ side, direction, whose }: OneSide): string {
  if (!side.held) return `No policy selects ${whose} for ${direction.toLowerCase()}.`;
  if (side.allowers.length === 0) return `No policy over ${whose} decides its ${direction.toLowerCase()} here.`;
  const verb = side.allowers.length === 1 ? 'admits' : 'admit';
  return `${printPolicies(side.allowers)} ${verb} it (${direction.toLowerCase()} of ${whose}).`;
}

function denial({ side, direction, whose, peer }: OneSide): string {
  const verb = side.deniers.length === 1 ? 'denies' : 'deny';
  const way = direction === 'Ingress' ? 'from' : 'to';
  const isByRule = side.deniers.some(({ form }) => form.tier !== 'network');
  const reason = isByRule ? '' : `: no rule admits anything ${way} ${peer}`;
  return `${printPolicies(side.deniers)} ${verb} it (${direction.toLowerCase()} of ${whose})${reason}.`;
}

function doubt({ side, direction, whose }: OneSide): string {
  const policies = printPolicies([...new Set([...side.allowers, ...side.deniers])]);
  return `${policies} (${direction.toLowerCase()} of ${whose})`;
}

/** The policies that bring a verdict about. */
export function decidersOf({ state, egress, ingress }: Cell): readonly CompiledPolicy[] {
  const sides = [egress, ingress];
  if (state === 'ok') return [...new Set(sides.flatMap(({ allowers }) => allowers))];
  if (state === 'unknown') {
    const unsure = sides.filter(({ sure, may }) => sure !== may);
    return [...new Set(unsure.flatMap(({ allowers, deniers }) => [...allowers, ...deniers]))];
  }
  return [...new Set(sides.flatMap(({ may, deniers }) => (may === nothing ? deniers : [])))];
}

/** What a change of policies makes of a pair. */
export function changeOf({ connections }: Reach, before: Cell, after: Cell): ViewEdge['change'] {
  const allowed = ({ egress, ingress }: Cell): ConnectionId =>
    connections.intersection(egress.written, ingress.written);
  const [was, is] = [allowed(before), allowed(after)];
  if (was === is) return undefined;
  return was === nothing ? 'added' : is === nothing ? 'removed' : 'changed';
}
