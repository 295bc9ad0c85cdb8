import { containsCidr, coverAll, overlap, parseCidr, type Cidr } from '../model/cidr';
import { clusterSources } from '../model/cluster-sources';
import { labelValue, requirementHolds } from '../model/label';
import { derived, namespaceNameLabel, renewed, type NetworkModel } from '../model/network-model';
import { hasBit } from './bitset';
import { isAmong, type AbsentPeer } from './absent-peer';
import { connectionsTo, hasPort, intersection, isEmpty, union } from './connection-set';
import { nothing } from './connection-table';
import { decide, verdictOf, type Decision } from './decision';
import type { Matcher } from './matching';
import { tiers, type AddressesForm, type PeerForm } from './policy-form';
import type { CompiledPolicy, Reach } from './reach';
import { decideRow, policiesHolding } from './rows';

/** Where a cluster's DNS listens: 53, behind OpenShift's Service 5353. */
const dnsPorts = {
  UDP: union(connectionsTo('UDP', 53), connectionsTo('UDP', 5353)),
  TCP: union(connectionsTo('TCP', 53), connectionsTo('TCP', 5353)),
};

const dnsNamespaces: readonly string[] = ['kube-system', 'openshift-dns'];

/** The pods that answer, as nearly every cluster has them: in no manifest (kubeadm, CoreDNS). */
const clusterDns: AbsentPeer = {
  namespaces: { name: 'kube-system' },
  pods: [{ key: 'k8s-app', operator: 'In', values: ['kube-dns'] }],
  text: 'cluster DNS',
};

/** Whether some pods may look names up in the cluster. */
export interface DnsAccess {
  readonly answer: boolean | 'unknown';
  /** The policies that isolate the pods for egress. */
  readonly policies: readonly CompiledPolicy[];
  /** Nothing but isolation denies it: a rule in one of the policies would open the way. */
  readonly byIsolation: boolean;
  /** Some rule admits DNS over TCP, which resolvers take for answers that are too long, and none over UDP, which they ask over. */
  readonly tcpOnly: boolean;
}

/**
 * Whether policies let the pods of a class ask the cluster's DNS. Where no manifest declares its pods, a rule that admits port 53 to
 * somebody else may mean them after all: then it is unknown.
 * @param more ranges of the cluster's addresses that no manifest tells
 */
export function dnsAccess(reach: Reach, podClass: number, more: readonly Cidr[] = []): DnsAccess {
  const ranges = addressesOf(reach.model, more);
  const answers = answersOf(reach, ranges);
  const access = answers.get(podClass) ?? workOut(reach, podClass, ranges);
  answers.set(podClass, access);
  return access;
}

interface Answers {
  readonly matcher: Matcher;
  readonly age: number;
  readonly ofClass: Map<number, DnsAccess>;
}

/** What has been asked, and holds still: neither those pods changed since nor those of DNS, nor the policies over either. */
function answersOf(reach: Reach, cidrs: readonly Cidr[]): Map<number, DnsAccess> {
  const { model, matcher, age, changed } = reach;
  const ranges = cidrs.map(({ canonical }) => canonical).join();
  return renewed<Answers>(model, `dns-access ${ranges}`, (before) => {
    const isSame = (podClass: number): boolean =>
      before?.matcher === matcher && (changed[podClass] ?? age) <= before.age;
    const kept = declaredDns(reach).every(isSame)
      ? [...(before?.ofClass ?? [])].filter(([podClass]) => isSame(podClass))
      : [];
    return { matcher, age, ofClass: new Map(kept) };
  }).ofClass;
}

function workOut(reach: Reach, podClass: number, ranges: readonly Cidr[]): DnsAccess {
  const policies = policiesHolding(reach, podClass, 'Egress');
  const isolating = policies.filter(({ form }) => tiers.some(({ name, isolates }) => isolates && name === form.tier));
  const declared = declaredDns(reach);
  if (declared.length > 0) {
    const decided = declared.flatMap((destination) =>
      [53, 5353].map((port) => decide(reach, { source: podClass, destination, protocol: 'UDP', port })),
    );
    const answers = decided.map(verdictOf);
    const answer = answers.includes(true) ? true : answers.includes('unknown') ? 'unknown' : false;
    const tcpOnly = answer === false && policies.some((policy) => mayAdmitDns(reach, policy, 'TCP', ranges));
    return { answer, policies: isolating, byIsolation: decided.some(isIsolationAlone), tcpOnly };
  }
  const [id = nothing] = decideRow(reach, policies, 'Egress', 1, (rule, work) => {
    if (isAmong(reach, clusterDns, rule.form.peers)) work(0, rule.ports);
  });
  const set = reach.connections.setOf(id);
  if (hasPort(set, 'UDP', 53) || hasPort(set, 'UDP', 5353))
    return { answer: true, policies: isolating, byIsolation: false, tcpOnly: false };
  const sure = isolating.some(({ subject }) => !hasBit(subject.unsure, podClass));
  const mayAdmit = (protocol: 'UDP' | 'TCP'): boolean =>
    policies.some((policy) => mayAdmitDns(reach, policy, protocol, ranges));
  const isDenied = sure && !mayAdmit('UDP');
  return {
    answer: isDenied ? false : 'unknown',
    tcpOnly: isDenied && mayAdmit('TCP'),
    policies: isolating,
    byIsolation: policies.every((policy) => isolating.includes(policy)),
  };
}

/** The classes of pods that answer, where manifests declare them: the same for whoever asks. */
function declaredDns({ model, peers }: Reach): readonly number[] {
  return derived(model, 'declared-dns', () => peers.classes.flatMap(({ pods }, index) => (isDns(pods) ? [index] : [])));
}

function isIsolationAlone(decisions: readonly Decision[]): boolean {
  return decisions.every(
    ({ direction, deny }) =>
      deny.length === 0 || (direction === 'Egress' && deny.every(({ type }) => type === 'isolated')),
  );
}

function mayAdmitDns(
  { connections }: Reach,
  { rules }: CompiledPolicy,
  protocol: 'UDP' | 'TCP',
  ranges: readonly Cidr[],
): boolean {
  return rules.Egress.some(
    ({ form, ports, named, unreadable }) =>
      form.action !== 'deny' &&
      (form.peers === 'everyone' || form.peers.some((peer) => mayBeDns(peer, ranges))) &&
      (unreadable ||
        named.some((port) => port.protocol === undefined || port.protocol === protocol) ||
        !isEmpty(intersection(connections.setOf(ports), dnsPorts[protocol]))),
  );
}

/**
 * Where pods, nodes and Services get their addresses: private and shared ones (RFC 1918, RFC 6598, RFC 4193), those of the link, where a
 * cache on the node listens (NodeLocal DNSCache), and what GKE takes for Services by itself.
 */
const clusterSpace: readonly Cidr[] = [
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  '34.118.224.0/20',
  'fc00::/7',
  'fe80::/10',
].flatMap((text) => parseCidr(text) ?? []);

/** Every range that addresses of the cluster may be in: a cluster may use public ones for itself, and says so then. */
function addressesOf(model: NetworkModel, more: readonly Cidr[]): readonly Cidr[] {
  const written = derived(model, 'written-ranges', () =>
    clusterSources(model).flatMap(({ ranges }) => ranges.flatMap(({ cidr }) => cidr ?? [])),
  );
  return [...written, ...more];
}

/** Whether some address of the cluster may be among them: of IPv6, pods often have public ones, but hardly the only one that is named. */
function mayHoldCluster({ cidrs, except }: AddressesForm, ranges: readonly Cidr[]): boolean {
  return cidrs.some((cidr) => {
    const isVast = cidr.last - cidr.first >= 1n << 25n;
    const isRangeOf6 = cidr.family === 6 && cidr.first < cidr.last;
    return isVast || isRangeOf6 || [...clusterSpace, ...ranges].some((space) => isLeft(space, cidr, except));
  });
}

/** Whether something of what two CIDRs share is not excepted: of two that overlap, one lies in the other. */
function isLeft(a: Cidr, b: Cidr, except: readonly Cidr[]): boolean {
  return overlap(a, b) && !coverAll(containsCidr(a, b) ? b : a, except);
}

/** Pods of one namespace are DNS only where DNS lives; other selectors, and addresses of the cluster, may mean it. */
function mayBeDns(peer: PeerForm, ranges: readonly Cidr[]): boolean {
  if (peer.type === 'addresses') return peer.pods === 'all' || mayHoldCluster(peer, ranges);
  if (peer.type !== 'pods') return true;
  const { namespaces } = peer.pods;
  if (namespaces === 'unreadable') return true;
  if ('name' in namespaces) return dnsNamespaces.includes(namespaces.name);
  return namespaces.requirements.every(
    (requirement) =>
      requirement.key !== namespaceNameLabel || dnsNamespaces.some((name) => requirementHolds(requirement, name)),
  );
}

/** Pods of CoreDNS or kube-dns by their documented labels, of OpenShift's DNS by its own. */
function isDns({ namespace, podLabels }: Reach['peers']['classes'][number]['pods']): boolean {
  return (
    (namespace === 'kube-system' && labelValue(podLabels, 'k8s-app') === 'kube-dns') ||
    (namespace === 'openshift-dns' && labelValue(podLabels, 'dns.operator.openshift.io/daemonset-dns') !== undefined)
  );
}
