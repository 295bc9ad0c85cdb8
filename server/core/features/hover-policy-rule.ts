import { printCount, printRange } from '../model/address';
import { parseCidr } from '../model/cidr';
import { describePeer, describeRule } from '../model/describe-policy';
import type { IpBlock, NetworkPolicy, PolicyPeer, PolicyPort, PolicyRule } from '../model/policy';
import { podsOfPeer, podsUnder, servicesInFront } from '../model/relations';
import { targetOf } from '../model/service';
import type { Workload } from '../model/workload';
import { indexAt, isUnder, type Cursor } from './cursor';
import type { FeatureContext } from './feature-context';
import { addedBlocks } from './hover-added';
import { namespaceBlocks, peerPodBlocks } from './hover-selector';
import { bulletList, code, escapeMarkdown } from './markdown';
import { listPods, mentionService, mentionWorkload } from './mention';

/** What one rule of a policy, or a peer or port of it, means; undefined when the cursor is on none. */
export function hoverPolicyRule(
  context: FeatureContext,
  policy: NetworkPolicy,
  cursor: Cursor,
): readonly string[] | undefined {
  const rule = ruleUnder(policy, cursor);
  if (!rule) return undefined;
  const part = cursor.path[3];
  if (part === 'ports') {
    const port = rule.ports[indexAt(cursor, 4)];
    if (port) return portBlocks(context, policy, rule, port);
  }
  if (part === (rule.direction === 'Ingress' ? 'from' : 'to')) {
    const peer = rule.peers[indexAt(cursor, 4)];
    if (peer) return peerBlocks(context, policy, peer, cursor);
  }
  return ruleBlocks(context, policy, rule);
}

function ruleUnder(policy: NetworkPolicy, cursor: Cursor): PolicyRule | undefined {
  const direction = isUnder(cursor, 'spec', 'ingress', '*')
    ? 'Ingress'
    : isUnder(cursor, 'spec', 'egress', '*')
      ? 'Egress'
      : undefined;
  return direction && policy.rules.filter((rule) => rule.direction === direction)[indexAt(cursor, 2)];
}

function ruleBlocks(context: FeatureContext, policy: NetworkPolicy, rule: PolicyRule): readonly string[] {
  const verb = rule.direction === 'Ingress' ? 'admits' : 'allows';
  const idle = policy.directions.includes(rule.direction)
    ? []
    : [`It does nothing: \`policyTypes\` leaves ${rule.direction} out.`];
  const pods = peersOf(context, policy, rule);
  const list =
    pods.length === 0 ? [] : [`Pods that these peers catch:\n\n${listPods(context, pods, policy.namespace)}`];
  const index = policy.rules.filter(({ direction }) => direction === rule.direction).indexOf(rule);
  return [
    `**${rule.direction} rule**: ${verb} connections ${escapeMarkdown(describeRule(rule))}.`,
    ...idle,
    ...addedBlocks(context, policy, rule.direction, index),
    ...list,
  ];
}

function peersOf({ model }: FeatureContext, policy: NetworkPolicy, rule: PolicyRule): readonly Workload[] {
  return [...new Set(rule.peers.flatMap((peer) => podsOfPeer(model, policy, peer)))];
}

function peerBlocks(
  context: FeatureContext,
  policy: NetworkPolicy,
  peer: PolicyPeer,
  cursor: Cursor,
): readonly string[] {
  if (peer.ipBlock) return blockBlocks(peer.ipBlock, cursor);
  if (cursor.path[5] === 'namespaceSelector' && peer.namespaceSelector) {
    const pods = peer.podSelector ? peerPodBlocks(context, policy, peer) : [];
    return [...namespaceBlocks(context, peer.namespaceSelector), ...pods];
  }
  if (!peer.podSelector && !peer.namespaceSelector) return [escapeMarkdown(describePeer(peer))];
  return peerPodBlocks(context, policy, peer);
}

function blockBlocks(block: IpBlock, cursor: Cursor): readonly string[] {
  if (cursor.path[6] === 'except') {
    const except = block.except[indexAt(cursor, 7)];
    if (except) return [`${describeCidr(except.value)}, left out of ${code(block.cidr?.value ?? 'the block')}`];
  }
  const excepts = block.except.map(({ value }) => describeCidr(value));
  return [
    ...(block.cidr ? [describeCidr(block.cidr.value)] : []),
    ...(excepts.length === 0 ? [] : [`Except\n\n${bulletList(excepts)}`]),
    'Speaks of addresses outside the cluster; whether it covers pods depends on the network plugin.',
  ];
}

function describeCidr(text: string): string {
  const cidr = parseCidr(text);
  if (!cidr) return `${code(text)} is no CIDR`;
  const block = cidr.hostBits ? ` (the block ${code(cidr.canonical)})` : '';
  return `${code(text)}${block}: ${printRange(cidr)}, ${printCount(cidr)}`;
}

/** A named port is looked up in the destination's pods: the selected ones for ingress, each peer's for egress (API reference, NetworkPolicyPort). */
function portBlocks(
  context: FeatureContext,
  policy: NetworkPolicy,
  rule: PolicyRule,
  port: PolicyPort,
): readonly string[] {
  const isIngress = rule.direction === 'Ingress';
  const pods = isIngress ? podsUnder(context.model, policy) : peersOf(context, policy, rule);
  const at = isIngress ? 'at the selected pods' : 'at the destination pods';
  const head = `**${describePort(port)}** ${at}`;
  if (port.port === undefined) return [head];
  if (typeof port.port === 'string') {
    const list = pods.map((pod) => `${mentionWorkload(context, pod, policy.namespace)}: ${resolveName(port, pod)}`);
    return [head, list.length === 0 ? 'No pod is known to look the name up in.' : bulletList(list)];
  }
  return [
    head,
    "Policies see the pod's port, after a Service has translated its own.",
    ...translationNote(context, port, pods),
  ];
}

function describePort({ protocol, port, endPort }: PolicyPort): string {
  if (port === undefined) return `Every ${protocol} port`;
  if (typeof port === 'string') return `${protocol} port ${code(port)}`;
  return endPort === undefined ? `${protocol} port ${port}` : `${protocol} ports ${port} to ${endPort}`;
}

function resolveName({ protocol, port }: PolicyPort, workload: Workload): string {
  const found = workload.ports.filter((candidate) => candidate.protocol === protocol && candidate.name?.value === port);
  return found.length === 0
    ? `no ${protocol} port of that name, so this opens nothing`
    : found.map(({ number }) => number).join(', ');
}

/** The commonest mistake of all: the Service's port where the pods' is meant. */
function translationNote(
  context: FeatureContext,
  { protocol, port, endPort }: PolicyPort,
  pods: readonly Workload[],
): readonly string[] {
  const notes = pods.flatMap((pod) => {
    if (
      endPort !== undefined ||
      pod.ports.some((candidate) => candidate.number === port && candidate.protocol === protocol)
    )
      return [];
    return servicesInFront(context.model, pod).flatMap((service) =>
      service.ports
        .filter(
          (candidate) =>
            candidate.port.value === port &&
            candidate.protocol === protocol &&
            targetOf(candidate) !== port &&
            !service.headless,
        )
        .map(
          (candidate) =>
            `${mentionService(context, service)} leads its port ${candidate.port.value} to ${code(String(targetOf(candidate)))}: that is the port to name here.`,
        ),
    );
  });
  return [...new Set(notes)].slice(0, 3);
}
