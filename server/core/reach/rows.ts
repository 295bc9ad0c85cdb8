import type { Direction } from '../model/policy';
import { eachBit, hasBit } from './bitset';
import { everything, nothing, type ConnectionId } from './connection-table';
import { tiers } from './policy-form';
import { portsAt, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from './reach';

/** What the policies over some pods allow in one direction, for each peer by its number. */
export type Row = Uint32Array;

/** Gives rows, each worked out once for pods under the same policies. */
export interface Rows {
  readonly of: (podClass: number, direction: Direction) => Row;
}

export function createRows(reach: Reach): Rows {
  const byPolicies = new Map<string, Row>();
  const byClass: Readonly<Record<Direction, (Row | undefined)[]>> = { Ingress: [], Egress: [] };
  const open = new Uint32Array(reach.peers.count).fill(everything);
  const number = new Map(reach.policies.map((policy, index) => [policy, index]));
  const find = (podClass: number, direction: Direction): Row => {
    const policies = policiesHolding(reach, podClass, direction);
    if (policies.length === 0) return open;
    const names = direction === 'Ingress' && policies.some((policy) => usesNames(policy, direction));
    const key = `${direction}${policies.map((policy) => number.get(policy)).join()}${names ? `@${podClass}` : ''}`;
    const known = byPolicies.get(key);
    if (known) return known;
    const row = rowOf(reach, policies, podClass, direction);
    byPolicies.set(key, row);
    return row;
  };
  return { of: (podClass, direction) => (byClass[direction][podClass] ??= find(podClass, direction)) };
}

/** The policies that hold for some pods in a direction, on what is written (see `Match.met`), in the order in which they are tried. */
export function policiesHolding(reach: Reach, podClass: number, direction: Direction): readonly CompiledPolicy[] {
  return (reach.over[direction][podClass] ?? []).filter(
    (policy) => hasBit(policy.subject.met, podClass) && speaksOf(policy, direction) === true,
  );
}

function usesNames({ rules }: CompiledPolicy, direction: Direction): boolean {
  return rules[direction].some(({ named }) => named.length > 0);
}

function rowOf(reach: Reach, policies: readonly CompiledPolicy[], podClass: number, direction: Direction): Row {
  return decideRow(reach, policies, direction, reach.peers.count, (rule, work) =>
    eachBit(rule.peers.met, (peer) => work(peer, portsAt(reach, rule, direction === 'Ingress' ? podClass : peer))),
  );
}

/** Calls `work` for every peer that a rule speaks of, with the ports it names there. */
export type VisitPeers = (rule: CompiledRule, work: (peer: number, ports: ConnectionId) => void) => void;

/**
 * What some policies, all over the same pods, allow in one direction, for each of `count` peers. Goes through the tiers with three sets
 * for each peer: allowed for good, still open in this tier, passed on to the next one (KEP-2091). Rules meet only the peers they speak
 * of, so that a row costs what its rules cover.
 */
export function decideRow(
  { connections }: Reach,
  policies: readonly CompiledPolicy[],
  direction: Direction,
  count: number,
  visit: VisitPeers,
): Row {
  const allowed = new Uint32Array(count);
  const rest = new Uint32Array(count).fill(everything);
  const add = (target: Row, peer: number, ports: ConnectionId): void => {
    target[peer] = connections.union(target[peer] ?? nothing, ports);
  };
  const decideTier = (rules: readonly CompiledRule[]): void => {
    const passed = new Uint32Array(count);
    for (const rule of rules) {
      if (rule.form.action === 'unknown') continue;
      const target = rule.form.action === 'allow' ? allowed : rule.form.action === 'pass' ? passed : undefined;
      visit(rule, (peer, ports) => {
        const hit = connections.intersection(ports, rest[peer] ?? nothing);
        if (hit === nothing) return;
        rest[peer] = connections.difference(rest[peer] ?? nothing, hit);
        if (target) add(target, peer, hit);
      });
    }
    passed.forEach((ports, peer) => add(rest, peer, ports));
  };
  for (const { name, isolates } of tiers) {
    const own = policies.filter(({ form }) => form.tier === name);
    if (own.length === 0) continue;
    decideTier(own.flatMap(({ rules }) => rules[direction]));
    if (isolates) return allowed;
  }
  rest.forEach((ports, peer) => add(allowed, peer, ports));
  return allowed;
}

/** What may pass from one peer to another: the source's egress and the destination's ingress. An address has no policies of its own. */
export function connectionBetween(reach: Reach, rows: Rows, source: number, destination: number): ConnectionId {
  const { classes } = reach.peers;
  const egress = source < classes.length ? (rows.of(source, 'Egress')[destination] ?? nothing) : everything;
  const ingress = destination < classes.length ? (rows.of(destination, 'Ingress')[source] ?? nothing) : everything;
  return reach.connections.intersection(egress, ingress);
}
