import type { Direction } from '../model/policy';
import type { Protocol } from '../model/workload';
import { hasBit } from './bitset';
import { hasPort } from './connection-set';
import { tiers } from './policy-form';
import { portsAt, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from './reach';

/** One packet, after a Service's address and port are translated: peers by their numbers, the port at the destination. */
export interface Packet {
  readonly source: number;
  readonly destination: number;
  readonly protocol: Protocol;
  readonly port: number;
}

/** What decides for or against a packet in one direction. */
export type Reason =
  | { readonly type: 'rule'; readonly policy: CompiledPolicy; readonly rule: CompiledRule }
  /** The policies that isolate the pods; none of their rules admits the packet. */
  | { readonly type: 'isolated'; readonly policies: readonly CompiledPolicy[] }
  /** Nothing speaks of it. */
  | { readonly type: 'open' };

/** Everything that may come out of a direction: one side is empty when it is certain. */
export interface Decision {
  readonly direction: Direction;
  readonly allow: readonly Reason[];
  readonly deny: readonly Reason[];
}

/** `unknown` where it hangs on something that no manifest tells. */
export function answerOf({ allow, deny }: Decision): boolean | 'unknown' {
  if (allow.length > 0 && deny.length > 0) return 'unknown';
  return allow.length > 0;
}

/** Decides both directions of a packet; an address outside has no policies of its own, and its direction is left out. */
export function decide(reach: Reach, packet: Packet): readonly Decision[] {
  const { classes } = reach.peers;
  return [
    ...(packet.source < classes.length ? [decideDirection(reach, packet, 'Egress')] : []),
    ...(packet.destination < classes.length ? [decideDirection(reach, packet, 'Ingress')] : []),
  ];
}

/** Whether a packet may pass. */
export function verdictOf(decisions: readonly Decision[]): boolean | 'unknown' {
  const answers = decisions.map(answerOf);
  if (answers.includes(false)) return false;
  return answers.includes('unknown') ? 'unknown' : true;
}

/** Goes through the tiers, along every branch that may be the true one (KEP-2091). */
function decideDirection(reach: Reach, packet: Packet, direction: Direction): Decision {
  const subject = direction === 'Ingress' ? packet.destination : packet.source;
  const candidates = (reach.over[direction][subject] ?? []).map((policy) =>
    toCandidate(reach, packet, direction, policy),
  );
  const { allow, deny, on } = tiers.reduce<Outcome>((sum, tier) => {
    if (!sum.on) return sum;
    const own = candidates.filter(({ policy }) => policy.form.tier === tier.name);
    const outcome = tier.isolates ? isolated(own, decideTier(own)) : decideTier(own);
    return {
      allow: [...sum.allow, ...outcome.allow],
      deny: [...sum.deny, ...outcome.deny],
      passed: false,
      on: outcome.on || outcome.passed,
    };
  }, undecided);
  return { direction, allow: on ? [...allow, open] : allow, deny };
}

const open: Reason = { type: 'open' };

/** What may come out of a tier: decided either way, passed on to the next tier, or nothing in it spoke of the packet (`on`). */
interface Outcome {
  readonly allow: readonly Reason[];
  readonly deny: readonly Reason[];
  readonly passed: boolean;
  readonly on: boolean;
}

const undecided: Outcome = { allow: [], deny: [], passed: false, on: true };

type Answer = 'yes' | 'no' | 'maybe';

/** A policy over the packet's subject, with what its rules make of the packet. */
interface Candidate {
  readonly policy: CompiledPolicy;
  /** Never `no`. */
  readonly holds: Answer;
  readonly matches: readonly { readonly rule: CompiledRule; readonly answer: Answer }[];
}

function toCandidate(reach: Reach, packet: Packet, direction: Direction, policy: CompiledPolicy): Candidate {
  const subject = direction === 'Ingress' ? packet.destination : packet.source;
  return {
    policy,
    holds: holdsFor(policy, subject, direction),
    matches: policy.rules[direction]
      .map((rule) => ({ rule, answer: matches(reach, packet, direction, rule) }))
      .filter(({ answer }) => answer !== 'no'),
  };
}

function holdsFor(policy: CompiledPolicy, index: number, direction: Direction): Answer {
  return hasBit(policy.subject.unsure, index) || speaksOf(policy, direction) === 'unknown' ? 'maybe' : 'yes';
}

function matches(reach: Reach, packet: Packet, direction: Direction, rule: CompiledRule): Answer {
  const peer = direction === 'Ingress' ? packet.source : packet.destination;
  const unsure = hasBit(rule.peers.unsure, peer);
  if (!unsure && !hasBit(rule.peers.met, peer)) return 'no';
  const ports = reach.connections.setOf(portsAt(reach, rule, packet.destination));
  if (hasPort(ports, packet.protocol, packet.port)) return unsure ? 'maybe' : 'yes';
  // A name may stand for any port of pods whose own ports are filled in later.
  const hidden = rule.named.length > 0 && reach.peers.classes[packet.destination]?.pods.portsKnown === false;
  return rule.unreadable || hidden ? 'maybe' : 'no';
}

/** Policies in order of priority; those of equal priority have no order, so any of them may be the one that decides. */
function decideTier(candidates: readonly Candidate[]): Outcome {
  const priorities = [...new Set(candidates.map(({ policy }) => policy.form.priority))];
  return priorities.reduce((sum, priority) => {
    if (!sum.on) return sum;
    const group = candidates.filter(({ policy }) => policy.form.priority === priority).map(decidePolicy);
    return {
      allow: [...sum.allow, ...group.flatMap(({ allow }) => allow)],
      deny: [...sum.deny, ...group.flatMap(({ deny }) => deny)],
      passed: sum.passed || group.some(({ passed }) => passed),
      on: group.every(({ on }) => on),
    };
  }, undecided);
}

/** The first rule that matches decides; one that may match leaves both ways open. */
function decidePolicy({ policy, holds, matches: matching }: Candidate): Outcome {
  const end = matching.findIndex(({ answer }) => answer === 'yes');
  const reached = end === -1 ? matching : matching.slice(0, end + 1);
  const reasonsFor = (action: 'allow' | 'deny'): readonly Reason[] =>
    reached
      .filter(({ rule }) => rule.form.action === action || rule.form.action === 'unknown')
      .map(({ rule }) => ({ type: 'rule', policy, rule }));
  return {
    allow: reasonsFor('allow'),
    deny: reasonsFor('deny'),
    passed: reached.some(({ rule }) => rule.form.action === 'pass' || rule.form.action === 'unknown'),
    on: end === -1 || holds === 'maybe',
  };
}

/**
 * The end of a tier that isolates: what none of its rules allows is denied to the pods that one of its policies selects, and to others it
 * says nothing (API reference, NetworkPolicySpec).
 */
function isolated(candidates: readonly Candidate[], outcome: Outcome): Outcome {
  if (!outcome.on) return outcome;
  const sure = candidates.filter(({ holds }) => holds === 'yes');
  // A policy that may not hold, but admits the packet if it does, denies it in no case.
  const isolating =
    sure.length > 0
      ? sure
      : candidates.filter(({ matches: matching }) => !matching.some(({ answer }) => answer === 'yes'));
  const reason: Reason = { type: 'isolated', policies: isolating.map(({ policy }) => policy) };
  return { ...outcome, deny: isolating.length > 0 ? [...outcome.deny, reason] : outcome.deny, on: sure.length === 0 };
}
