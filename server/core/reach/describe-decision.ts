import type { Direction } from '../model/policy';
import { hasBit } from './bitset';
import { hasPort } from './connection-set';
import { answerOf, type Decision, type Packet, type Reason } from './decision';
import { describePorts, describeRuleForm, listed, printPolicy, printRulePlace } from './describe-form';
import type { Hop } from './explanation';
import { isUntold } from './matching';
import { printPeer } from './peers';
import { portsAt, type CompiledPolicy, type CompiledRule, type Reach } from './reach';

/** A packet with the words for its ends. */
export interface NamedPacket extends Packet {
  readonly sourceName: string;
  readonly destinationName: string;
  /** The port that was asked for at the front, where a Service translates it. */
  readonly frontPort?: number | undefined;
}

/** One direction's decision as a step of the path: what decides, where it is written, and what it says. */
export function decisionHop(reach: Reach, decision: Decision, packet: NamedPacket): Hop {
  const ok = answerOf(decision);
  const kind = decision.direction === 'Ingress' ? 'ingress' : 'egress';
  if (ok === 'unknown') return { kind, ...describeDoubt(reach, decision, packet), ok };
  const [reason] = ok ? decision.allow : decision.deny;
  return { kind, ...describe(reach, reason, decision.direction, packet), ok };
}

/** Both ways out, and what they hang on. */
function describeDoubt(reach: Reach, decision: Decision, packet: NamedPacket): Pick<Hop, 'resource' | 'at' | 'text'> {
  const rules = [...decision.allow, ...decision.deny].filter((reason) => reason.type === 'rule');
  const [isolated] = decision.deny.filter((reason) => reason.type === 'isolated');
  const direction = decision.direction.toLowerCase();
  const subject = decision.direction === 'Ingress' ? packet.destinationName : packet.sourceName;
  const sentences = [
    ...rules.slice(0, 2).map(({ policy, rule }) => describeRule(policy, rule, 'may ').text),
    ...(isolated
      ? [
          `What ${namesOf(isolated.policies)} ${isolated.policies.length === 1 ? 'does' : 'do'} not allow to ${subject} for ${direction} is denied.`,
        ]
      : []),
    ...(decision.allow.some(({ type }) => type === 'open') ? ['What nothing decides is open.'] : []),
  ];
  const [rule] = rules;
  const [policy] = isolated?.policies ?? [];
  return {
    resource: rule?.policy.form.resource ?? policy?.form.resource,
    at: rule?.rule.form.node,
    text: [doubtsOf(reach, decision, packet), ...sentences].join(' '),
  };
}

function namesOf(policies: readonly CompiledPolicy[]): string {
  return listed(
    policies.map(({ form }) => printPolicy(form)),
    'and',
  );
}

function describe(
  reach: Reach,
  reason: Reason | undefined,
  direction: Direction,
  packet: NamedPacket,
): Pick<Hop, 'resource' | 'at' | 'text'> {
  const subject = direction === 'Ingress' ? packet.destinationName : packet.sourceName;
  const way = direction.toLowerCase();
  if (!reason || reason.type === 'open') {
    const policies = reach.over[direction][direction === 'Ingress' ? packet.destination : packet.source] ?? [];
    const text =
      policies.length === 0
        ? `No policy selects ${subject} for ${way}: open.`
        : `No policy over ${subject} decides this ${way}: open.`;
    return { resource: undefined, at: undefined, text };
  }
  if (reason.type === 'rule') return describeRule(reason.policy, reason.rule);
  return describeIsolation(reach, reason.policies, direction, packet);
}

const verbs = {
  allow: { '': 'allows it', 'may ': 'may allow it' },
  deny: { '': 'denies it', 'may ': 'may deny it' },
  pass: { '': 'passes it on', 'may ': 'may pass it on' },
  unknown: { '': 'has an action that cannot be read', 'may ': 'has an action that cannot be read' },
} as const;

function describeRule(
  policy: CompiledPolicy,
  rule: CompiledRule,
  mood: '' | 'may ' = '',
): Pick<Hop, 'resource' | 'at' | 'text'> {
  return {
    resource: policy.form.resource,
    at: rule.form.node,
    text: `${printPolicy(policy.form)} ${verbs[rule.form.action][mood]}, in ${printRulePlace(policy, rule)}: ${describeRuleForm(rule.form)}.`,
  };
}

function describeIsolation(
  reach: Reach,
  policies: readonly CompiledPolicy[],
  direction: Direction,
  packet: NamedPacket,
): Pick<Hop, 'resource' | 'at' | 'text'> {
  const { protocol, port, sourceName, destinationName } = packet;
  const subject = direction === 'Ingress' ? destinationName : sourceName;
  const peer = direction === 'Ingress' ? `from ${sourceName}` : `to ${destinationName}`;
  const what = `${namesOf(policies)} ${policies.length === 1 ? 'isolates' : 'isolate'} ${subject} for ${direction.toLowerCase()}, and no rule admits ${protocol} ${port} ${peer}.`;
  const hint = nearMiss(reach, policies, direction, packet);
  const [first] = policies;
  return {
    resource: hint?.policy.form.resource ?? first?.form.resource,
    at: hint?.rule.form.node,
    text: hint ? `${what} ${hint.text}` : what,
  };
}

interface NearMiss {
  readonly policy: CompiledPolicy;
  readonly rule: CompiledRule;
  readonly text: string;
}

/** The rule that comes closest: the right peer on another port, most often the Service's own, else the right port for another peer. */
function nearMiss(
  reach: Reach,
  policies: readonly CompiledPolicy[],
  direction: Direction,
  packet: NamedPacket,
): NearMiss | undefined {
  const { protocol, port, frontPort, destination } = packet;
  const peer = direction === 'Ingress' ? packet.source : packet.destination;
  const rules = policies.flatMap((policy) => policy.rules[direction].map((rule) => ({ policy, rule })));
  const admits = (rule: CompiledRule, number: number): boolean =>
    hasPort(reach.connections.setOf(portsAt(reach, rule, destination)), protocol, number);
  const samePeer = rules.filter(({ rule }) => hasBit(rule.peers.met, peer));
  const byFront = frontPort !== port && frontPort !== undefined && samePeer.find(({ rule }) => admits(rule, frontPort));
  if (byFront) {
    const place = printRulePlace(byFront.policy, byFront.rule);
    const text = `${place} admits port ${String(frontPort)}, the Service's own: policies see the port of the pods, ${port}.`;
    return { ...byFront, text };
  }
  const [near] = samePeer;
  if (near) {
    const place = printRulePlace(near.policy, near.rule);
    return { ...near, text: `${place} admits this peer on ${describePorts(near.rule.form.ports)} only.` };
  }
  const samePort = rules.find(({ rule }) => admits(rule, port)) ?? rules[0];
  if (!samePort) return undefined;
  const place = printRulePlace(samePort.policy, samePort.rule);
  return { ...samePort, text: `${place} admits only ${describeRuleForm(samePort.rule.form)}.` };
}

/** What an uncertain decision hangs on. */
function doubtsOf(reach: Reach, decision: Decision, packet: Packet): string {
  const { direction } = decision;
  const [subject, peer] =
    direction === 'Ingress' ? [packet.destination, packet.source] : [packet.source, packet.destination];
  const reasons = [...decision.allow, ...decision.deny];
  const policies = reasons.flatMap((reason) =>
    reason.type === 'rule' ? [reason.policy] : reason.type === 'isolated' ? reason.policies : [],
  );
  const rules = policies.flatMap((policy) => policy.rules[direction]);
  const { classes } = reach.peers;
  const doubts: string[] = [];
  if (classes[subject]?.pods.hostNetwork || classes[peer]?.pods.hostNetwork)
    doubts.push('whether the network plugin holds policies for pods on the host network');
  if (rules.some(({ form }) => hasUnsure(reach, form.peers, peer, 'addresses')))
    doubts.push('which addresses pods have, and whether the network plugin counts them');
  if (rules.some(({ form }) => hasUnsure(reach, form.peers, peer, 'outside')))
    doubts.push('addresses of nodes or domain names');
  if (peer === reach.peers.controller) doubts.push("the ingress controller's labels and namespace");
  const unsure = [
    ...(policies.some(({ subject: over }) => hasBit(over.unsure, subject)) ? [subject] : []),
    ...(rules.some(({ form }) => hasUnsure(reach, form.peers, peer, 'pods')) ? [peer] : []),
  ];
  const labels = unsure.flatMap((index) => untoldLabels(reach, index));
  if (labels.length > 0) doubts.push(`labels that operators put on the pods of ${listed([...new Set(labels)], 'and')}`);
  const names = unsure.flatMap((index) => (untoldLabels(reach, index).length > 0 ? [] : undeclared(reach, index)));
  if (names.length > 0)
    doubts.push(`the labels of namespace ${listed([...new Set(names)], 'and')}, which no manifest declares`);
  if (policies.some(({ form }) => form.problems.length > 0)) doubts.push('fields that cannot be read');
  if (doubts.length === 0) doubts.push('the order of policies with equal priority, or labels that controllers add');
  return `This hangs on ${listed(doubts, 'and')}.`;
}

function hasUnsure(
  { matcher }: Reach,
  peers: CompiledRule['form']['peers'],
  peer: number,
  type: 'pods' | 'addresses' | 'outside',
): boolean {
  return peers !== 'everyone' && peers.some((form) => form.type === type && hasBit(matcher.peer(form).unsure, peer));
}

/** Pods whose labels no manifest tells in full, by their name. */
function untoldLabels({ peers }: Reach, index: number): readonly string[] {
  const pods = peers.classes[index]?.pods;
  return pods && isUntold(pods) ? [printPeer(pods)] : [];
}

function undeclared({ model, peers }: Reach, index: number): readonly string[] {
  const namespace = peers.classes[index]?.namespace;
  return namespace !== undefined && !model.namespaceDeclarations.has(namespace) ? [namespace] : [];
}
