import type { Resource } from '../manifest/resource';
import type { Cidr } from '../model/cidr';
import { derivedOf, knownNamespaces, renewed, type NetworkModel } from '../model/network-model';
import type { Direction } from '../model/policy';
import { sameItems } from '../model/same-items';
import type { Workload } from '../model/workload';
import { addBits, eachBit, emptyBits, hasBit, type Bitset } from './bitset';
import { connectionsTo, noConnections, union, type ConnectionSet } from './connection-set';
import {
  createConnectionTable,
  everything,
  nothing,
  type ConnectionId,
  type ConnectionTable,
} from './connection-table';
import { anyOf, createMatcher, type Match, type Matcher } from './matching';
import { peersOf, samePeers, type Peers } from './peers';
import { tiers, type PeerForm, type PolicyForm, type PortForm, type RuleForm } from './policy-form';
import { policyFormsOf } from './policy-forms';

/** A scope made ready to say who may talk to whom. Made once for a state of the model; it never changes. */
export interface Reach {
  readonly model: NetworkModel;
  /** All that is known of namespaces, to compare. */
  readonly namespaces: string;
  readonly peers: Peers;
  readonly matcher: Matcher;
  readonly connections: ConnectionTable;
  readonly policies: readonly CompiledPolicy[];
  /** Per direction and class of pods, the policies that select it, for certain or not, in the order in which they are tried. */
  readonly over: PoliciesByClass;
  /** Counts the states that were made one from another, all with the same matcher. */
  readonly age: number;
  /** Per class of pods the age at which its workloads, or the policies over it, were last not those of the state before. */
  readonly changed: readonly number[];
}

type PoliciesByClass = Readonly<Record<Direction, readonly (readonly CompiledPolicy[])[]>>;

export interface CompiledPolicy {
  readonly form: PolicyForm;
  readonly subject: Match;
  /** The classes of pods that it selects, for certain or not. */
  readonly selected: readonly number[];
  /** Those, and whom a selector of its rules names: everyone and addresses name nobody. */
  readonly named: Bitset;
  readonly rules: Readonly<Record<Direction, readonly CompiledRule[]>>;
}

export interface CompiledRule {
  readonly form: RuleForm;
  readonly peers: Match;
  /** Ports by number. */
  readonly ports: ConnectionId;
  /** Ports by name: looked up at the destination. */
  readonly named: readonly Extract<PortForm, { readonly type: 'named' }>[];
  /** Some port could not be read. */
  readonly unreadable: boolean;
}

/** The scope made ready, once for each state of it. What an edit left as it was is taken over. */
export function reachOf(model: NetworkModel): Reach {
  return renewed<Reach>(model, 'reach', (before) => createReach(model, before));
}

/**
 * Makes a scope ready: translates its policies, finds the classes of equal pods, cuts the outside, resolves every selector.
 * @param before made for an earlier state: where the peers are the same by number, a policy that did not change selects the same ones
 * @param without a policy that is taken not to be there; the outside is cut as if it were, so that peers keep their numbers
 */
export function createReach(model: NetworkModel, before?: Reach, without?: Resource): Reach {
  const forms = policyFormsOf(model);
  const cidrs = forms.flatMap((form) => derivedOf(model, form.resource, 'policy-cidrs', () => cidrsIn(form)));
  const peers = peersOf(model, cidrs);
  const namespaces = printNamespaces(model);
  const known = before?.namespaces === namespaces && samePeers(before.peers, peers) ? before : undefined;
  const matcher = known?.matcher ?? createMatcher(model, peers);
  const connections = known?.connections ?? createConnectionTable();
  const compiled = new Map(known?.policies.map((policy) => [policy.form, policy]));
  const policies = forms
    .filter(({ resource }) => resource !== without)
    .map((form) => compiled.get(form) ?? compilePolicy(form, matcher, peers, connections));
  const over = {
    Ingress: policiesByClass(policies, peers, 'Ingress'),
    Egress: policiesByClass(policies, peers, 'Egress'),
  };
  const age = known ? known.age + 1 : 0;
  const changed = peers.classes.map((_, index) =>
    known && isAsBefore(known, peers, over, index) ? (known.changed[index] ?? age) : age,
  );
  return { model, namespaces, peers, matcher, connections, policies, over, age, changed };
}

function isAsBefore(before: Reach, { classes }: Peers, over: PoliciesByClass, index: number): boolean {
  return (
    sameItems(before.peers.classes[index]?.workloads ?? [], classes[index]?.workloads ?? []) &&
    sameItems(before.over.Ingress[index] ?? [], over.Ingress[index] ?? []) &&
    sameItems(before.over.Egress[index] ?? [], over.Egress[index] ?? [])
  );
}

/** The names and labels of all namespaces, as text. */
function printNamespaces(model: NetworkModel): string {
  const all = knownNamespaces(model).map(({ name, declaration, labels }) => [
    name,
    declaration !== undefined,
    labels.map(({ key, value }) => [key, value]),
  ]);
  return JSON.stringify(all.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function cidrsIn({ rules }: PolicyForm): readonly Cidr[] {
  return rules.flatMap(({ peers }) =>
    peers === 'everyone'
      ? []
      : peers.flatMap((peer) => (peer.type === 'addresses' ? [...peer.cidrs, ...peer.except] : [])),
  );
}

function compilePolicy(form: PolicyForm, matcher: Matcher, peers: Peers, connections: ConnectionTable): CompiledPolicy {
  const compiled = form.rules.map((rule) => compileRule(rule, matcher, peers, connections));
  const inDirection = (direction: Direction): readonly CompiledRule[] =>
    compiled.filter((rule) => rule.form.direction === direction);
  const subject = matcher.pods(form.subject);
  return {
    form,
    subject,
    selected: classesIn(subject, peers),
    named: namedBy(form, matcher, peers),
    rules: { Ingress: inDirection('Ingress'), Egress: inDirection('Egress') },
  };
}

function namedBy({ subject, rules }: PolicyForm, matcher: Matcher, { count }: Peers): Bitset {
  const named = emptyBits(count);
  const add = ({ met, unsure }: Match): void => {
    addBits(named, met);
    addBits(named, unsure);
  };
  add(matcher.pods(subject));
  for (const { peers } of rules) {
    if (peers !== 'everyone') for (const peer of peers) if (peer.type === 'pods') add(matcher.pods(peer.pods));
  }
  return named;
}

function compileRule(form: RuleForm, matcher: Matcher, peers: Peers, connections: ConnectionTable): CompiledRule {
  const ports = form.ports === 'every' ? undefined : form.ports;
  return {
    form,
    peers: form.peers === 'everyone' ? matcher.everyone : matchPeers(form.peers, matcher, peers),
    ports: ports ? connections.idOf(numberedPorts(ports)) : everything,
    named: ports?.filter((port) => port.type === 'named') ?? [],
    unreadable: ports?.some(({ type }) => type === 'unreadable') ?? false,
  };
}

function matchPeers(forms: readonly PeerForm[], matcher: Matcher, peers: Peers): Match {
  const [only, second] = forms;
  return only && !second ? matcher.peer(only) : anyOf(forms.map(matcher.peer), peers);
}

function numberedPorts(ports: readonly PortForm[]): ConnectionSet {
  return ports.reduce(
    (sum, port) => (port.type === 'range' ? union(sum, connectionsTo(port.protocol, port.first, port.last)) : sum),
    noConnections,
  );
}

/**
 * Whether a policy says anything of the pods it selects in a direction: in a tier that isolates, whether they are isolated, else whether
 * it has rules for it. Unknown where `policyTypes` could not be read: they may have meant either direction.
 */
export function speaksOf({ form, rules }: CompiledPolicy, direction: Direction): boolean | 'unknown' {
  const isolating = tiers.some(({ name, isolates }) => isolates && name === form.tier);
  if (!isolating) return rules[direction].length > 0;
  return form.isolates.includes(direction) || (hasUnreadableTypes(form) ? 'unknown' : false);
}

function hasUnreadableTypes({ problems }: PolicyForm): boolean {
  return problems.some(({ leftOut }) => leftOut.startsWith('spec.policyTypes'));
}

/** For each class of pods the policies that select it, for certain or not. */
function policiesByClass(
  policies: readonly CompiledPolicy[],
  { classes }: Peers,
  direction: Direction,
): readonly (readonly CompiledPolicy[])[] {
  const lists = classes.map((): CompiledPolicy[] => []);
  for (const policy of policies) {
    if (speaksOf(policy, direction) === false) continue;
    for (const podClass of policy.selected) lists[podClass]?.push(policy);
  }
  return lists;
}

function classesIn({ met, unsure }: Match, { classes }: Peers): readonly number[] {
  const found: number[] = [];
  eachBit(met, (peer) => found.push(peer));
  eachBit(unsure, (peer) => {
    if (!hasBit(met, peer)) found.push(peer);
  });
  return found.filter((peer) => peer < classes.length);
}

/** The ports that a rule admits at a destination: names are looked up in its containers; an address has none. */
export function portsAt(reach: Reach, rule: CompiledRule, destination: number): ConnectionId {
  if (rule.named.length === 0) return rule.ports;
  const pods = reach.peers.classes[destination]?.pods;
  if (!pods) return rule.ports;
  return rule.named.reduce(
    (sum, { protocol, name }) => reach.connections.union(sum, namedPorts(reach, pods, name, protocol)),
    rule.ports,
  );
}

function namedPorts({ connections }: Reach, pods: Workload, name: string, protocol: string | undefined): ConnectionId {
  return pods.ports
    .filter((port) => port.name?.value === name && (protocol === undefined || port.protocol === protocol))
    .reduce(
      (sum, port) => connections.union(sum, connections.idOf(connectionsTo(port.protocol, port.number))),
      nothing,
    );
}
