import type { Resource } from '../manifest/resource';
import type { Direction } from '../model/policy';
import { eachBit, hasBit } from './bitset';
import { nothing, type ConnectionId } from './connection-table';
import { portsAt, type CompiledPolicy, type CompiledRule, type Reach } from './reach';
import { policiesHolding } from './rows';

/** What one rule of a NetworkPolicy adds to what others allow to the same pods, among the peers that are known. */
export interface AddedConnections {
  /** The policies that allow some of it already; the rule's own policy where another of its rules does. */
  readonly sharedWith: readonly CompiledPolicy[];
  /** What is left, where that is the same for some pods and peers: their numbers, and the ports. */
  readonly added: readonly {
    readonly subjects: readonly number[];
    readonly peers: readonly number[];
    readonly ports: ConnectionId;
  }[];
  /** Numbers of the pods that the policy selects. */
  readonly subjects: readonly number[];
}

/** Pods under more different sets of policies are left out: a hover must be quick, and short. */
const mostGroups = 50;

/**
 * What a rule adds, on what is written; undefined where no other rule allows any of it, or where the rule has no effect.
 * @param index among the policy's rules of the direction
 */
export function addedConnections(
  reach: Reach,
  resource: Resource,
  direction: Direction,
  index: number,
): AddedConnections | undefined {
  const policy = reach.policies.find(({ form }) => form.resource === resource);
  const rule = policy?.rules[direction][index];
  if (!policy || !rule || !policy.form.isolates.includes(direction)) return undefined;
  const sharedWith = new Set<CompiledPolicy>();
  const added = new Map<string, { subjects: number[]; peers: readonly number[]; ports: ConnectionId }>();
  const subjects: number[] = [];
  for (const members of groupsOf(reach, policy, direction)) {
    subjects.push(...members);
    const [subject = 0] = members;
    const others = otherRules(reach, policy, rule, subject, direction);
    for (const [ports, peers] of leftBy(reach, rule, others, subject, direction, sharedWith)) {
      const key = `${ports} ${peers.join()}`;
      const known = added.get(key);
      if (known) known.subjects.push(...members);
      else added.set(key, { subjects: [...members], peers, ports });
    }
  }
  if (sharedWith.size === 0) return undefined;
  return { sharedWith: reach.policies.filter((other) => sharedWith.has(other)), added: [...added.values()], subjects };
}

/** The pods that a policy selects, those together that are under the same policies. Names of ports are looked up in each pod. */
function groupsOf(reach: Reach, policy: CompiledPolicy, direction: Direction): readonly (readonly number[])[] {
  const number = new Map(reach.policies.map((other, index) => [other, index]));
  const groups = new Map<string, number[]>();
  reach.peers.classes.forEach((_, podClass) => {
    if (!hasBit(policy.subject.met, podClass)) return;
    const holding = policiesHolding(reach, podClass, direction);
    const hasNames = holding.some(({ rules }) => rules[direction].some(({ named }) => named.length > 0));
    const own = hasNames && direction === 'Ingress' ? `@${podClass}` : '';
    const key = `${holding.map((other) => number.get(other)).join()}${own}`;
    const group = groups.get(key);
    if (group) group.push(podClass);
    else groups.set(key, [podClass]);
  });
  return [...groups.values()].slice(0, mostGroups);
}

type OtherRule = readonly [policy: CompiledPolicy, rule: CompiledRule];

function otherRules(
  reach: Reach,
  policy: CompiledPolicy,
  rule: CompiledRule,
  subject: number,
  direction: Direction,
): readonly OtherRule[] {
  return policiesHolding(reach, subject, direction)
    .filter(({ form }) => form.tier === policy.form.tier)
    .flatMap((other) => other.rules[direction].map((candidate): OtherRule => [other, candidate]))
    .filter(([, candidate]) => candidate !== rule);
}

/** The peers of a rule by the ports that only this rule allows them. */
function leftBy(
  reach: Reach,
  rule: CompiledRule,
  others: readonly OtherRule[],
  subject: number,
  direction: Direction,
  sharedWith: Set<CompiledPolicy>,
): ReadonlyMap<ConnectionId, readonly number[]> {
  const { connections } = reach;
  const at = (candidate: CompiledRule, peer: number): ConnectionId =>
    portsAt(reach, candidate, direction === 'Ingress' ? subject : peer);
  const left = new Map<number, ConnectionId>();
  eachBit(rule.peers.met, (peer) => left.set(peer, at(rule, peer)));
  for (const [policy, other] of others) {
    eachBit(other.peers.met, (peer) => {
      const mine = left.get(peer);
      if (mine === undefined) return;
      const ports = at(other, peer);
      if (connections.intersection(at(rule, peer), ports) !== nothing) sharedWith.add(policy);
      left.set(peer, connections.difference(mine, ports));
    });
  }
  const byPorts = new Map<ConnectionId, number[]>();
  for (const [peer, ports] of left) {
    if (ports === nothing) continue;
    const peers = byPorts.get(ports);
    if (peers) peers.push(peer);
    else byPorts.set(ports, [peer]);
  }
  return byPorts;
}
