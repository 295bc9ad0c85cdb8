import type { Selector } from '../model/label';
import {
  isClusterNamespace,
  isPatch,
  knownNamespaces,
  namespaceMeets,
  workloadsOf,
  type NetworkModel,
} from '../model/network-model';
import type { Direction } from '../model/policy';
import { printWorkload, type Protocol } from '../model/workload';
import { isSpelledOut } from '../reach/absent-peer';
import { hasBit } from '../reach/bitset';
import {
  allConnections,
  connectionsTo,
  hasPort,
  isEmpty,
  noConnections,
  difference,
  union,
  type ConnectionSet,
} from '../reach/connection-set';
import { everything, nothing, type ConnectionId } from '../reach/connection-table';
import { decide, type Decision } from '../reach/decision';
import { decisionHop } from '../reach/describe-decision';
import { listed, printPolicy } from '../reach/describe-form';
import type { PeerForm, PodsForm, PortForm, RuleForm } from '../reach/policy-form';
import { policyFormsOf } from '../reach/policy-forms';
import { portsAt, reachOf, speaksOf, type CompiledPolicy, type CompiledRule, type Reach } from '../reach/reach';
import { decideRow, policiesHolding } from '../reach/rows';
import { certainClasses, isAllPods, matchOf, selectsJust } from './certain-pods';
import { quoted } from './edits';
import { generatedPolicyFix, policyBeside, writtenLabels, type GeneratedPolicy } from './generated-policy';
import { findSlip, hasRulesElsewhere, isolating } from './ingress-at-port';
import { addRule, rulesPlace, type RulesPlace } from './policy-edits';
import { defineRule, type FixData, type FixDraft, type Report, type TextOf } from './rule';
import { namesPods, settledOf } from './settled';
import { translationsOf } from './written-ports';

export const policyHalfOpen = defineRule({
  id: 'policy-half-open',
  title: "A rule admits a peer whose own policies, or the target's, deny the connection",
  severity: 'warning',
  check(model, report) {
    // The rule on the other side may stand in what could not be read.
    if (!model.complete || policyFormsOf(model).length === 0) return;
    const reach = reachOf(model);
    const settled = settledOf(reach, 'policy-half-open', reach.policies, namesPods);
    for (const policy of reach.policies) {
      if (policy.form.tier !== 'network' || settled.has(policy)) continue;
      const peers = peersNamed(reach, policy);
      if (peers.map((context) => checkPeer(context, report)).every((isInOrder) => isInOrder)) settled.add(policy);
    }
  },
  fixes: otherSideFixes,
});

interface Context {
  readonly reach: Reach;
  readonly policy: CompiledPolicy;
  /** The side that is open. */
  readonly direction: Direction;
  readonly rule: CompiledRule;
  readonly peer: PeerForm;
}

/** Peers that are named by the labels of their pods, or of their namespace: nobody who writes "everyone" means each of them. */
function peersNamed(reach: Reach, policy: CompiledPolicy): readonly Context[] {
  return (['Ingress', 'Egress'] as const).flatMap((direction) => {
    if (speaksOf(policy, direction) !== true) return [];
    return policy.rules[direction].flatMap((rule) => {
      if (rule.form.peers === 'everyone' || rule.unreadable) return [];
      const named = rule.form.peers.filter(
        (peer) => peer.type === 'pods' && (isSpelledOut(peer.pods) || namespacesOf(peer)),
      );
      return named.map((peer) => ({ reach, policy, direction, rule, peer }));
    });
  });
}

/** The selector of a peer that means all pods of some namespaces, each label by one value; undefined for others. */
function namespacesOf(peer: PeerForm): Selector | undefined {
  if (peer.type !== 'pods' || !isAllPods(peer.pods)) return undefined;
  const { namespaces } = peer.pods;
  if (namespaces === 'unreadable' || 'name' in namespaces || namespaces.requirements.length === 0) return undefined;
  const isNamed = namespaces.requirements.every(({ operator, values }) => operator === 'In' && values.length === 1);
  return isNamed ? namespaces : undefined;
}

/** True where the pods, and the policies over them, are enough to tell that nothing is to be reported. */
function checkPeer(context: Context, report: Report): boolean {
  const { reach, policy, direction, rule, peer } = context;
  const peers = certainClasses(reach, matchOf(reach, rule, peer));
  // Most often the peer is open on its side, and that is seen at once.
  const other: Direction = direction === 'Ingress' ? 'Egress' : 'Ingress';
  if (!peers || peers.some((index) => (reach.over[other][index] ?? []).length === 0)) return true;
  const subjects = certainClasses(reach, policy.subject);
  if (!subjects) return true;
  let first: Pair | undefined;
  for (const peerClass of peers) {
    for (const subject of subjects) {
      // Pods of one workload are left out: that they talk to each other is often meant in theory only.
      if (peerClass === subject) continue;
      const pair = { peerClass, subject, other };
      const ports = portsInQuestion(reach, rule, direction === 'Ingress' ? subject : peerClass);
      if (ports === undefined) continue;
      if (!isDenied(reach, pair, direction, ports.admitted)) return true;
      first ??= { ...pair, ...firstPort(reach, ports.served) };
    }
  }
  const workload = first && reach.peers.classes[first.peerClass]?.pods;
  if (!first || !workload) return true;
  const isExcused =
    hasRulesElsewhere(reach.model, workload, other) ||
    havePatches(reach, peers) ||
    havePodsElsewhere(reach, peer, peers) ||
    isSlip(reach, first, direction);
  if (!isExcused) reportPeer(context, first, peers, report);
  return false;
}

interface Sides {
  readonly peerClass: number;
  readonly subject: number;
  /** The side that is closed: the peer's. */
  readonly other: Direction;
}

interface Pair extends Sides {
  readonly protocol: Protocol;
  readonly port: number;
}

/** Those of a patch, or of what can be applied only together with one, are not all that they will be. */
function havePatches({ model, peers }: Reach, classes: readonly number[]): boolean {
  return classes.some((index) => peers.classes[index]?.workloads.some(({ resource }) => isPatch(model, resource)));
}

/** Whether namespaces that are meant as a whole may hold pods that are not among some classes. */
function havePodsElsewhere({ model, peers }: Reach, peer: PeerForm, classes: readonly number[]): boolean {
  const selector = namespacesOf(peer);
  if (!selector) return false;
  const held = new Set(classes.map((index) => peers.classes[index]?.namespace));
  const meant = knownNamespaces(model).filter((namespace) => namespaceMeets(namespace, selector) !== false);
  return meant.some(({ name }) => !held.has(name) || isClusterNamespace(name) || isShared(model, name));
}

/** Whether another scope, which is no other edition of this one, brings pods to a namespace. */
function isShared(model: NetworkModel, namespace: string): boolean {
  const own = new Set(workloadsOf(model, namespace).map(({ name }) => name));
  return model.neighbours.some((other) => {
    const theirs = other === model ? [] : workloadsOf(other, namespace);
    return theirs.length > 0 && !theirs.some(({ name }) => own.has(name));
  });
}

const allButDns = difference(difference(allConnections, connectionsTo('UDP', 53)), connectionsTo('TCP', 53));

interface Ports {
  /** All of them, but for the port of DNS where a rule admits every port of pods that answer none. */
  readonly admitted: ConnectionId;
  /** Those of them that the pods declare, where they declare any. */
  readonly served: ConnectionId;
}

/** The ports that a rule admits at pods; undefined where they declare others only: another rule speaks of ports that nobody has. */
function portsInQuestion(reach: Reach, rule: CompiledRule, destination: number): Ports | undefined {
  const { connections, peers } = reach;
  const pods = peers.classes[destination]?.pods;
  if (!pods || (rule.named.length > 0 && !pods.portsKnown)) return undefined;
  const admitted = portsAt(reach, rule, destination);
  const declared = pods.ports.reduce<ConnectionSet>(
    (sum, { protocol, number }) => union(sum, connectionsTo(protocol, number)),
    noConnections,
  );
  const served = isEmpty(declared) ? admitted : connections.intersection(admitted, connections.idOf(declared));
  if (served === nothing) return undefined;
  // Whoever admits everything does not mean names; whoever is let out to look names up has no way to these pods by that.
  const isDns = hasPort(declared, 'UDP', 53) || hasPort(declared, 'TCP', 53);
  return { admitted: admitted === everything && !isDns ? connections.idOf(allButDns) : admitted, served };
}

/** Whether the peer's own side denies every one of some ports, whatever is not written. */
function isDenied(
  reach: Reach,
  { peerClass, subject, other }: Sides,
  direction: Direction,
  ports: ConnectionId,
): boolean {
  const { connections } = reach;
  const destination = direction === 'Ingress' ? subject : peerClass;
  const over = reach.over[other][peerClass] ?? [];
  const isUnsure = over.some(
    (policy) =>
      hasBit(policy.subject.unsure, peerClass) ||
      speaksOf(policy, other) === 'unknown' ||
      policy.rules[other].some((rule) => mayHangOn(reach, rule, subject, destination)),
  );
  if (isUnsure) return false;
  const holding = policiesHolding(reach, peerClass, other);
  const row = decideRow(reach, holding, other, 1, (rule, work) => {
    if (hasBit(rule.peers.met, subject)) work(0, portsAt(reach, rule, destination));
  });
  return connections.intersection(row[0] ?? nothing, ports) === nothing;
}

function mayHangOn(reach: Reach, rule: CompiledRule, peer: number, destination: number): boolean {
  if (hasBit(rule.peers.unsure, peer)) return true;
  if (!hasBit(rule.peers.met, peer)) return false;
  const isHidden = rule.named.length > 0 && reach.peers.classes[destination]?.pods.portsKnown === false;
  return rule.unreadable || isHidden || rule.form.action === 'unknown';
}

/** Whether the closed side means the connection, by the port of a Service in place of the pods': that is said there. */
function isSlip(reach: Reach, { peerClass, subject, other, protocol, port }: Pair, direction: Direction): boolean {
  const destination = reach.peers.classes[direction === 'Ingress' ? subject : peerClass]?.pods;
  const ways = destination ? (translationsOf(reach.model).get(destination) ?? []) : [];
  const end = { podClass: peerClass, protocol, number: port };
  return ways.some(
    (way) =>
      way.number === port &&
      way.port.protocol === protocol &&
      findSlip(isolating(reach, peerClass, other), end, way.port.port.value, other, (rule) =>
        hasBit(rule.peers.met, subject),
      ) !== undefined,
  );
}

function firstPort({ connections }: Reach, ports: ConnectionId): Pick<Pair, 'protocol' | 'port'> {
  const set = connections.setOf(ports);
  const protocol = (['TCP', 'UDP', 'SCTP'] as const).find((candidate) => set[candidate].length > 0) ?? 'TCP';
  return { protocol, port: set[protocol][0] ?? 1 };
}

function reportPeer(context: Context, pair: Pair, peers: readonly number[], report: Report): void {
  const { reach, policy, direction, peer } = context;
  const { peerClass, subject, other, protocol, port } = pair;
  const [source, destination] = direction === 'Ingress' ? [peerClass, subject] : [subject, peerClass];
  const packet = { source, destination, protocol, port };
  const denial = decide(reach, packet).find((decision) => decision.direction === other);
  if (!denial || denial.allow.length > 0) return;
  const hop = decisionHop(reach, denial, {
    ...packet,
    sourceName: nameOf(reach, source, destination),
    destinationName: nameOf(reach, destination, source),
  });
  const names = namespacesOf(peer) ? namesOfNamespaces(reach, peers) : namesOfPods(reach, peers, subject);
  report({
    resource: policy.form.resource,
    at: peer.node,
    message: `This admits ${names}, whose own ${other.toLowerCase()} is closed, and a connection needs both. ${hop.text}`,
    related: decidingOf(denial)
      .slice(0, 3)
      .map(({ form }) => ({ resource: form.resource, message: `${printPolicy(form)} decides` })),
    data: otherSide(context, peers),
  });
}

function namesOfPods(reach: Reach, peers: readonly number[], beside: number): string {
  return listed(
    peers.map((index) => nameOf(reach, index, beside)),
    'and',
  );
}

/** `all pods of namespace shop (Deployment api and Deployment web)`. */
function namesOfNamespaces({ peers }: Reach, classes: readonly number[]): string {
  const found = classes.flatMap((index) => peers.classes[index] ?? []);
  const namespaces = [...new Set(found.map(({ namespace }) => namespace))].map((name) => `namespace ${name}`);
  const workloads = found.flatMap(({ workloads }) => workloads.map(printWorkload));
  return `all pods of ${listed(namespaces, 'and')} (${listed(workloads, 'and')})`;
}

/** `Deployment web`, with its namespace where the other one is in another. */
function nameOf({ peers }: Reach, index: number, beside: number): string {
  const found = peers.classes[index];
  if (!found) return 'the pods';
  const names = found.workloads.map(printWorkload);
  const own = found.namespace === peers.classes[beside]?.namespace;
  return `${listed(names, 'and')}${own ? '' : ` of namespace ${found.namespace}`}`;
}

function decidingOf({ deny }: Decision): readonly CompiledPolicy[] {
  const policies = deny.flatMap((reason) =>
    reason.type === 'isolated' ? reason.policies : reason.type === 'rule' ? [reason.policy] : [],
  );
  return [...new Set(policies)];
}

/** What the fix needs: a rule for a policy that is there, or a policy of its own. */
interface OtherSide {
  readonly added?: {
    readonly title: string;
    readonly place: RulesPlace;
    readonly lines: readonly string[];
  };
  readonly generated?: GeneratedPolicy | undefined;
}

/**
 * The counterpart of the rule: in the one policy that isolates the peer's pods and no others, else in a policy of their own. One for all
 * pods of a namespace is not opened for the sake of some.
 */
function otherSide(context: Context, peers: readonly number[]): FixData {
  const { reach, policy, direction, rule } = context;
  const other: Direction = direction === 'Ingress' ? 'Egress' : 'Ingress';
  // What an admin policy denies no rule of a NetworkPolicy opens.
  const isNetwork = peers.every((index) =>
    (reach.over[other][index] ?? []).every(({ form }) => form.tier === 'network'),
  );
  const ports = portLines(rule.form);
  const [first] = peers.map((index) => reach.peers.classes[index]);
  if (!isNetwork || !ports || !first) return {};
  const key = other === 'Ingress' ? 'from:' : 'to:';
  const selector = peerLines(policy.form.subject, first.namespace);
  if (!selector) return {};
  const lines = [key, ...selector.map((line) => `  ${line}`), ...ports];
  const own = reach.policies.filter((candidate) => isOwnPolicy(context, candidate, other, peers));
  const [only, second] = own;
  const place = only && !second ? rulesPlace(only.form.resource, other) : undefined;
  const side: OtherSide =
    only && place
      ? { added: { title: `Add the other side to ${printPolicy(only.form)}`, place, lines } }
      : { generated: policyOfPeers(context, other, peers, lines) };
  return { ...side };
}

/** Whether a policy isolates just a peer's pods: all of a namespace where the peer means all, else those with their labels. */
function isOwnPolicy(
  { reach, peer }: Context,
  candidate: CompiledPolicy,
  other: Direction,
  peers: readonly number[],
): boolean {
  const isIsolating = peers.every((index) => isolating(reach, index, other).includes(candidate));
  if (!isIsolating) return false;
  const isWhole = namespacesOf(peer) !== undefined && isAllPods(candidate.form.subject);
  return isWhole ? candidate.selected.every((index) => peers.includes(index)) : selectsJust(candidate, peers);
}

/** A policy for the pods that the peer names, in the file of the first of them; undefined for all pods of a namespace. */
function policyOfPeers(
  { reach, peer }: Context,
  other: Direction,
  peers: readonly number[],
  rule: readonly string[],
): GeneratedPolicy | undefined {
  const found = peers.flatMap((index) => reach.peers.classes[index] ?? []);
  const [first] = found;
  const selector = peer.type === 'pods' && peer.pods.pods !== 'unreadable' ? peer.pods.pods : undefined;
  const matchLabels = selector && writtenLabels(selector.requirements);
  if (!first || !matchLabels || found.some(({ namespace }) => namespace !== first.namespace)) return undefined;
  // Beside one that admits somebody it would be an overlap.
  const over = peers.flatMap((index) => reach.over[other][index] ?? []);
  if (over.some(({ rules }) => rules[other].length > 0)) return undefined;
  const content = {
    matchLabels,
    directions: [other],
    ingress: other === 'Ingress' ? [rule] : [],
    egress: other === 'Egress' ? [rule] : [],
  };
  return policyBeside(
    reach.model,
    first.pods,
    content,
    other.toLowerCase(),
    (name) => `Add the other side as NetworkPolicy ${first.namespace}/${name}`,
  );
}

/** The pods of a policy as a peer in another one; undefined where its selector says more than labels. */
function peerLines({ namespaces, pods }: PodsForm, beside: string): readonly string[] | undefined {
  if (namespaces === 'unreadable' || pods === 'unreadable' || !('name' in namespaces)) return undefined;
  const requirements = pods?.requirements ?? [];
  if (requirements.some(({ operator, values }) => operator !== 'In' || values.length !== 1)) return undefined;
  const labels = requirements.map(({ key, values }) => `${quoted(key, 'plain')}: ${quoted(values[0] ?? '', 'plain')}`);
  const podSelector =
    labels.length === 0
      ? ['podSelector: {}']
      : ['podSelector:', '  matchLabels:', ...labels.map((label) => `    ${label}`)];
  const lines =
    beside === namespaces.name
      ? podSelector
      : [
          'namespaceSelector:',
          '  matchLabels:',
          `    kubernetes.io/metadata.name: ${quoted(namespaces.name, 'plain')}`,
          ...podSelector,
        ];
  return lines.map((line, index) => `${index === 0 ? '- ' : '  '}${line}`);
}

/** The ports of the rule once more: a name is looked up at the destination in either direction. */
function portLines({ ports }: RuleForm): readonly string[] | undefined {
  if (ports === 'every') return [];
  const lines = ports.map(portItem);
  return lines.includes(undefined) ? undefined : ['ports:', ...lines.flatMap((item) => item ?? [])];
}

function portItem(port: PortForm): readonly string[] | undefined {
  if (port.type === 'unreadable' || port.protocol === undefined) return undefined;
  const protocol = `  - protocol: ${port.protocol}`;
  if (port.type === 'named') return [protocol, `    port: ${quoted(port.name, 'plain')}`];
  if (port.first === 1 && port.last === 65535) return [protocol];
  const range = port.first === port.last ? [] : [`    endPort: ${port.last}`];
  return [protocol, `    port: ${port.first}`, ...range];
}

function otherSideFixes(data: FixData, textOf: TextOf): readonly FixDraft[] {
  const { added, generated } = data as OtherSide;
  const edit = added && addRule(textOf(added.place.file), added.place, added.lines);
  if (added && edit) return [{ title: added.title, edits: [edit] }];
  return generated ? generatedPolicyFix(generated, textOf) : [];
}
