import { renewed } from '../model/network-model';
import type { Direction } from '../model/policy';
import { addBits, eachBit, emptyBits, hasBit, type Bitset } from '../reach/bitset';
import { portsAt, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { absentAnswers, type AbsentAnswer } from './policy-absent';
import { hitFlags, settle, type Hit, type Side } from './policy-settle';

/** What the policies over some pods say in one direction, for each peer by its number. */
export interface SideRow {
  /** Policies that select the pods, for certain or not. */
  readonly policies: readonly CompiledPolicy[];
  readonly indexes: Uint32Array;
  readonly sides: readonly Side[];
  /** Whether all addresses outside of the cluster have the same side. */
  readonly isOutsideOne: boolean;
}

/** Gives rows, each worked out once for pods under the same policies. */
export interface SideRows {
  readonly of: (podClass: number, direction: Direction) => SideRow;
  /** What passes between the pods and those that no manifest declares. */
  readonly absentOf: (podClass: number, direction: Direction) => readonly AbsentAnswer[];
}

/** Of a peer's own side of a connection; an address has none, and everything may pass. */
export function sideOf(
  rows: SideRows,
  reach: Reach,
  end: number,
  direction: Direction,
  peer: number,
): Side | undefined {
  if (end >= reach.peers.classes.length) return undefined;
  const { sides, indexes } = rows.of(end, direction);
  return sides[indexes[peer] ?? 0];
}

interface Known {
  readonly reach: Reach;
  readonly byClass: Readonly<Record<Direction, (SideRow | undefined)[]>>;
  /** By row. */
  readonly absent: WeakMap<SideRow, readonly AbsentAnswer[]>;
}

/** The rows of a scope. Those of pods for which an edit changed nothing are taken over. */
export function sideRowsOf(reach: Reach): SideRows {
  const known = renewed<Known>(reach.model, 'policy-sides', (before) => takeOver(reach, before));
  return createSideRows(reach, known.reach === reach ? known : undefined);
}

/** As `sideRowsOf`, for a state that is not the one of the model. */
export function createSideRows(reach: Reach, known: Known = takeOver(reach, undefined)): SideRows {
  const { byClass, absent } = known;
  const byPolicies = new Map<string, SideRow>();
  const numbers = new Map(reach.policies.map((policy, index) => [policy, index]));
  const find = (podClass: number, direction: Direction): SideRow => {
    const policies = reach.over[direction][podClass] ?? [];
    const hasNames =
      direction === 'Ingress' && policies.some(({ rules }) => rules.Ingress.some(({ named }) => named.length > 0));
    const marks = policies.map((policy) => `${numbers.get(policy) ?? ''}${holds(policy, podClass, direction)}`);
    const key = `${direction} ${marks.join()} ${hasNames || isOnHost(reach, podClass) ? podClass : ''}`;
    const row = byPolicies.get(key) ?? rowOf(reach, policies, podClass, direction);
    byPolicies.set(key, row);
    return row;
  };
  const of = (podClass: number, direction: Direction): SideRow =>
    (byClass[direction][podClass] ??= find(podClass, direction));
  return {
    of,
    absentOf(podClass, direction) {
      const row = of(podClass, direction);
      const answers = absent.get(row) ?? absentAnswers(reach, podClass, direction);
      absent.set(row, answers);
      return answers;
    },
  };
}

function takeOver(reach: Reach, before: Known | undefined): Known {
  const isSame = before?.reach.matcher === reach.matcher;
  const age = before?.reach.age ?? 0;
  const kept = (direction: Direction): (SideRow | undefined)[] =>
    isSame
      ? reach.peers.classes.map((_, index) =>
          (reach.changed[index] ?? 0) <= age ? before.byClass[direction][index] : undefined,
        )
      : [];
  return {
    reach,
    byClass: { Ingress: kept('Ingress'), Egress: kept('Egress') },
    absent: isSame ? before.absent : new WeakMap(),
  };
}

function isSure({ subject, ...policy }: CompiledPolicy, podClass: number, direction: Direction): boolean {
  return !hasBit(subject.unsure, podClass) && speaksOf({ subject, ...policy }, direction) === true;
}

function holds(policy: CompiledPolicy, podClass: number, direction: Direction): string {
  if (isSure(policy, podClass, direction)) return '';
  return hasBit(policy.subject.met, podClass) ? '?' : '??';
}

function isOnHost({ peers }: Reach, peer: number): boolean {
  return peers.classes[peer]?.pods.hostNetwork === true;
}

/** Above every sum of them. */
const allFlags = 32;

/** Peers to whom the same rules say the same share a side: a step for each rule leads from one group of peers to the next. */
function rowOf(reach: Reach, policies: readonly CompiledPolicy[], podClass: number, direction: Direction): SideRow {
  const groups: { readonly from: number; readonly hit: Hit }[] = [];
  const states = new Uint32Array(reach.peers.count);
  for (const policy of policies) {
    for (const rule of policy.rules[direction]) {
      const steps = new Map<number, number>();
      const work = (peer: number, flags: number): void => {
        const destination = direction === 'Ingress' ? podClass : peer;
        const ports = portsAt(reach, rule, destination);
        const hidden = rule.named.length > 0 && reach.peers.classes[destination]?.pods.portsKnown === false;
        const all = flags | (hidden ? hitFlags.hidden : 0);
        const from = states[peer] ?? 0;
        const key = (from * allFlags + all) * 0x100000 + ports;
        let to = steps.get(key);
        if (to === undefined) {
          to = groups.push({ from, hit: { policy, rule, flags: all, ports } });
          steps.set(key, to);
        }
        states[peer] = to;
      };
      visitPeers(reach, rule, work);
    }
  }
  const numbers = new Map<number, number>();
  const sides: Side[] = [];
  const sure = policies.map((policy) => isSure(policy, podClass, direction));
  const onHost = isOnHost(reach, podClass);
  const indexes = states.map((state) => {
    const known = numbers.get(state);
    if (known !== undefined) return known;
    const hits: Hit[] = [];
    for (let at = state; at > 0;) {
      const group = groups[at - 1];
      if (!group) break;
      hits.unshift(group.hit);
      at = group.from;
    }
    const side = settle(reach, { policies, sure, hits, direction, onHost, subject: podClass });
    numbers.set(state, sides.length);
    return sides.push(side) - 1;
  });
  const outside = indexes.subarray(reach.peers.firstRange);
  return { policies, indexes, sides, isOutsideOne: outside.every((index) => index === outside[0]) };
}

function visitPeers(reach: Reach, rule: CompiledRule, work: (peer: number, flags: number) => void): void {
  const { met, unsure } = rule.peers;
  const { named, untold } = labelled(reach, rule);
  const either = emptyBits(reach.peers.count);
  addBits(either, met);
  addBits(either, unsure);
  eachBit(either, (peer) =>
    work(
      peer,
      (hasBit(met, peer) ? hitFlags.met : 0) |
        (hasBit(unsure, peer) ? hitFlags.unsure : 0) |
        (named && hasBit(named, peer) ? hitFlags.named : 0) |
        (untold && hasBit(untold, peer) && !isOnHost(reach, peer) ? hitFlags.untold : 0),
    ),
  );
}

/** The peers that a rule means by labels of pods, and those for whom labels that no manifest tells decide. */
function labelled(
  { matcher, peers: { count } }: Reach,
  { form: { peers } }: CompiledRule,
): { readonly named: Bitset | undefined; readonly untold: Bitset | undefined } {
  if (peers === 'everyone') return { named: undefined, untold: undefined };
  const pods = peers.filter((peer) => peer.type === 'pods');
  const union = (sets: readonly Bitset[]): Bitset | undefined => {
    if (sets.length < 2) return sets[0];
    const all = emptyBits(count);
    for (const set of sets) addBits(all, set);
    return all;
  };
  const byLabels = pods.filter(
    ({ pods: { pods: own } }) => own !== undefined && own !== 'unreadable' && own.requirements.length > 0,
  );
  return {
    named: union(byLabels.map((peer) => matcher.peer(peer).met)),
    untold: union(pods.map((peer) => matcher.peer(peer).unsure)),
  };
}
