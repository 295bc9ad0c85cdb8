import { labelValue, requirementHolds } from '../model/label';
import { derived, namespaceNameLabel } from '../model/network-model';
import { hasBit } from './bitset';
import { isAmong, type AbsentPeer } from './absent-peer';
import { connectionsTo, hasPort, intersection, isEmpty, union } from './connection-set';
import { nothing } from './connection-table';
import { decide, verdictOf, type Decision } from './decision';
import { tiers, type PeerForm } from './policy-form';
import type { CompiledPolicy, Reach } from './reach';
import { decideRow, policiesHolding } from './rows';

/** Where a cluster's DNS listens: 53, behind OpenShift's Service 5353; TCP too, for answers that are too long (RFC 7766). */
const dnsPorts = [53, 5353]
  .flatMap((port) => [connectionsTo('UDP', port), connectionsTo('TCP', port)])
  .reduce((sum, set) => union(sum, set));

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
}

/**
 * Whether policies let the pods of a class ask the cluster's DNS. Where no manifest declares its pods, a rule that admits port 53 to
 * somebody else may mean them after all: then it is unknown.
 */
export function dnsAccess(reach: Reach, podClass: number): DnsAccess {
  const policies = policiesHolding(reach, podClass, 'Egress');
  const isolating = policies.filter(({ form }) => tiers.some(({ name, isolates }) => isolates && name === form.tier));
  const declared = declaredDns(reach);
  if (declared.length > 0) {
    const decided = declared.flatMap((destination) =>
      [53, 5353].map((port) => decide(reach, { source: podClass, destination, protocol: 'UDP', port })),
    );
    const answers = decided.map(verdictOf);
    const answer = answers.includes(true) ? true : answers.includes('unknown') ? 'unknown' : false;
    return { answer, policies: isolating, byIsolation: decided.some(isIsolationAlone) };
  }
  const [id = nothing] = decideRow(reach, policies, 'Egress', 1, (rule, work) => {
    if (isAmong(reach, clusterDns, rule.form.peers)) work(0, rule.ports);
  });
  const set = reach.connections.setOf(id);
  if (hasPort(set, 'UDP', 53) || hasPort(set, 'UDP', 5353))
    return { answer: true, policies: isolating, byIsolation: false };
  const sure = isolating.some(({ subject }) => !hasBit(subject.unsure, podClass));
  return {
    answer: sure && !policies.some((policy) => mayAdmitDns(reach, policy)) ? false : 'unknown',
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

function mayAdmitDns({ connections }: Reach, { rules }: CompiledPolicy): boolean {
  return rules.Egress.some(
    ({ form, ports, named, unreadable }) =>
      form.action !== 'deny' &&
      (form.peers === 'everyone' || form.peers.some(mayBeDns)) &&
      (unreadable || named.length > 0 || !isEmpty(intersection(connections.setOf(ports), dnsPorts))),
  );
}

/** Pods of one namespace are DNS only where DNS lives; other selectors, and addresses of a cache on the node, may mean it. */
function mayBeDns(peer: PeerForm): boolean {
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
