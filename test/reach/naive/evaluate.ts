/**
 * Whether the policies of a cluster let one packet through, read straight from the Kubernetes documentation: one packet
 * at a time, nothing computed ahead, nothing remembered. It is the oracle that the evaluator of the product is tested
 * against, so it shares no code with it and is written to be checked line by line against these pages:
 *
 * - [LabelSelector] kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/
 * - [NetworkPolicy] kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
 * - [Concepts] kubernetes.io/docs/concepts/services-networking/network-policies/
 * - [v1alpha1] AdminNetworkPolicy and BaselineAdminNetworkPolicy: network-policy-api.sigs.k8s.io/reference/spec/,
 *   and KEP-2091, which introduces them
 * - [v1alpha2] ClusterNetworkPolicy: apis/v1alpha2/clusternetworkpolicy_types.go in kubernetes-sigs/network-policy-api
 *
 * Where these leave a choice to the network plugin, the comment says "Convention" and what the project chose.
 */
import ipaddr from 'ipaddr.js';

export type Protocol = 'TCP' | 'UDP' | 'SCTP';

/** [LabelSelector] `matchLabels` and `matchExpressions` are ANDed. */
export interface LabelSelector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly LabelSelectorRequirement[];
}

export interface LabelSelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist';
  /** Not empty for In and NotIn, absent or empty for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

type Labels = Readonly<Record<string, string>>;

export interface Namespace {
  readonly apiVersion: 'v1';
  readonly kind: 'Namespace';
  readonly metadata: { readonly name: string; readonly labels?: Labels };
}

export interface Pod {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly metadata: { readonly namespace: string; readonly name: string; readonly labels?: Labels };
  readonly spec: {
    readonly hostNetwork?: boolean;
    readonly initContainers?: readonly Container[];
    readonly containers: readonly Container[];
  };
}

export interface Container {
  readonly name: string;
  readonly image: string;
  /** Of init containers alone: `Always` makes it a sidecar. */
  readonly restartPolicy?: 'Always';
  readonly ports?: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly containerPort: number;
  readonly protocol?: Protocol;
  readonly name?: string;
}

export interface NetworkPolicy {
  readonly apiVersion: 'networking.k8s.io/v1';
  readonly kind: 'NetworkPolicy';
  readonly metadata: { readonly namespace: string; readonly name: string };
  readonly spec: {
    readonly podSelector?: LabelSelector;
    readonly policyTypes?: readonly ('Ingress' | 'Egress')[];
    readonly ingress?: readonly NetworkPolicyIngressRule[];
    readonly egress?: readonly NetworkPolicyEgressRule[];
  };
}

export interface NetworkPolicyIngressRule {
  readonly from?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

export interface NetworkPolicyEgressRule {
  readonly to?: readonly NetworkPolicyPeer[];
  readonly ports?: readonly NetworkPolicyPort[];
}

/** Either an `ipBlock`, or one of the selectors, or both selectors. */
export interface NetworkPolicyPeer {
  readonly podSelector?: LabelSelector;
  readonly namespaceSelector?: LabelSelector;
  readonly ipBlock?: IPBlock;
}

export interface IPBlock {
  readonly cidr: string;
  readonly except?: readonly string[];
}

export interface NetworkPolicyPort {
  readonly protocol?: Protocol;
  readonly port?: number | string;
  readonly endPort?: number;
}

export interface AdminNetworkPolicy {
  readonly apiVersion: 'policy.networking.k8s.io/v1alpha1';
  readonly kind: 'AdminNetworkPolicy';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly priority: number;
    readonly subject: PodSelection;
    readonly ingress?: readonly AdminIngressRule<'Allow' | 'Deny' | 'Pass'>[];
    readonly egress?: readonly AdminEgressRule<'Allow' | 'Deny' | 'Pass'>[];
  };
}

/** There is one at most in a cluster, its name is `default`, and it has no priority. */
export interface BaselineAdminNetworkPolicy {
  readonly apiVersion: 'policy.networking.k8s.io/v1alpha1';
  readonly kind: 'BaselineAdminNetworkPolicy';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly subject: PodSelection;
    readonly ingress?: readonly AdminIngressRule<'Allow' | 'Deny'>[];
    readonly egress?: readonly AdminEgressRule<'Allow' | 'Deny'>[];
  };
}

export interface ClusterNetworkPolicy {
  readonly apiVersion: 'policy.networking.k8s.io/v1alpha2';
  readonly kind: 'ClusterNetworkPolicy';
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly tier: 'Admin' | 'Baseline';
    readonly priority: number;
    readonly subject: PodSelection;
    readonly ingress?: readonly ClusterIngressRule[];
    readonly egress?: readonly ClusterEgressRule[];
  };
}

/** The pods of some namespaces, or some pods of some namespaces: exactly one of the two. */
export interface PodSelection {
  readonly namespaces?: LabelSelector;
  readonly pods?: { readonly namespaceSelector?: LabelSelector; readonly podSelector: LabelSelector };
}

/** Egress rules know more peers than ingress rules: exactly one of the four fields is there. */
export interface EgressPeer extends PodSelection {
  readonly networks?: readonly string[];
  readonly nodes?: LabelSelector;
}

export interface AdminIngressRule<Action> {
  readonly action: Action;
  readonly from: readonly PodSelection[];
  readonly ports?: readonly AdminPort[];
}

export interface AdminEgressRule<Action> {
  readonly action: Action;
  readonly to: readonly EgressPeer[];
  readonly ports?: readonly AdminPort[];
}

/** Exactly one of the fields is there. */
export interface AdminPort {
  readonly portNumber?: { readonly protocol?: Protocol; readonly port: number };
  readonly portRange?: { readonly protocol?: Protocol; readonly start: number; readonly end: number };
  readonly namedPort?: string;
}

export interface ClusterIngressRule {
  readonly action: 'Accept' | 'Deny' | 'Pass';
  readonly from: readonly PodSelection[];
  readonly protocols?: readonly ClusterProtocol[];
}

export interface ClusterEgressRule {
  readonly action: 'Accept' | 'Deny' | 'Pass';
  readonly to: readonly EgressPeer[];
  readonly protocols?: readonly ClusterProtocol[];
}

/** Exactly one of the fields is there. */
export interface ClusterProtocol {
  readonly tcp?: DestinationPort;
  readonly udp?: DestinationPort;
  readonly sctp?: DestinationPort;
  readonly destinationNamedPort?: string;
}

export interface DestinationPort {
  /** Either a number or a range. */
  readonly destinationPort?: {
    readonly number?: number;
    readonly range?: { readonly start: number; readonly end: number };
  };
}

export type KubernetesObject =
  Namespace | Pod | NetworkPolicy | AdminNetworkPolicy | BaselineAdminNetworkPolicy | ClusterNetworkPolicy;

export interface Cluster {
  readonly objects: readonly KubernetesObject[];
}

/** A pod, or an IPv4 or IPv6 address outside of the cluster. */
export type End =
  { readonly pod: { readonly namespace: string; readonly name: string } } | { readonly address: string };

export interface Packet {
  readonly from: End;
  readonly to: End;
  readonly protocol: Protocol;
  /** The port at the destination, after Services have been translated. */
  readonly port: number;
}

/**
 * Whether a packet arrives. At most one of its ends is an address.
 *
 * [Concepts, "The two sorts of pod isolation"] "For a connection from a source pod to a destination pod to be allowed,
 * both the egress policy on the source pod and the ingress policy on the destination pod need to allow the connection."
 *
 * A pod always reaches itself. [Concepts, "What you can't do with network policies"] "The ability to prevent loopback
 * or incoming host traffic (Pods cannot currently block localhost access […])".
 */
export function isAllowed(cluster: Cluster, packet: Packet): boolean {
  const from = endpointOf(cluster, packet.from);
  const to = endpointOf(cluster, packet.to);
  if (from.pod && from.pod === to.pod) return true;
  const traffic = { cluster, destination: to, protocol: packet.protocol, port: packet.port };
  return (
    isAllowedAt(from, { ...traffic, direction: 'egress', peer: to }) &&
    isAllowedAt(to, { ...traffic, direction: 'ingress', peer: from })
  );
}

/** An end of a packet with the pod's manifest instead of its name. */
type Endpoint = { readonly pod: Pod; readonly address?: never } | { readonly address: string; readonly pod?: never };

type Direction = 'ingress' | 'egress';

/** A packet as the policies of one of its ends see it: `peer` is the other end. */
interface Traffic {
  readonly cluster: Cluster;
  readonly direction: Direction;
  readonly peer: Endpoint;
  readonly destination: Endpoint;
  readonly protocol: Protocol;
  readonly port: number;
}

function endpointOf(cluster: Cluster, end: End): Endpoint {
  if ('address' in end) return end;
  const { namespace, name } = end.pod;
  const pod = cluster.objects
    .filter((object) => object.kind === 'Pod')
    .find(({ metadata }) => metadata.namespace === namespace && metadata.name === name);
  if (!pod) throw new Error(`There is no pod ${name} in ${namespace}.`);
  return { pod };
}

/**
 * Whether the policies of one end let the traffic through. An address outside of the cluster has none.
 *
 * [v1alpha2, spec.tier] "Policy tiers are evaluated in the following order: Admin tier, NetworkPolicy tier, Baseline
 * tier. […] If a given connection wasn't allowed or denied by any of the tiers, the default kubernetes policy is
 * applied, which says that all pods can communicate with each other."
 */
function isAllowedAt(end: Endpoint, traffic: Traffic): boolean {
  if (!end.pod) return true;
  return (
    verdictOfTier(adminTier(traffic.cluster), end.pod, traffic) ??
    verdictOfNetworkPolicies(end.pod, traffic) ??
    verdictOfTier(baselineTier(traffic.cluster), end.pod, traffic) ??
    true
  );
}

// ---------------------------------------------------------------------------------------------------------------------
// Label selectors

/**
 * [LabelSelector] "The result of matchLabels and matchExpressions are ANDed. An empty label selector matches all
 * objects." Every label and every expression has to hold.
 */
function selects(selector: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labelOf(labels, key) === value) &&
    (selector.matchExpressions ?? []).every((requirement) => meets(requirement, labels))
  );
}

/** The value of a label, where `constructor` and the like are keys as any other. */
function labelOf(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/**
 * [kubernetes.io/docs/concepts/overview/working-with-objects/labels/#set-based-requirement] Of `tier notin (frontend,
 * backend)`: it "selects all resources with key equal to tier and values other than frontend and backend, and all
 * resources with no labels with the tier key."
 */
function meets(requirement: LabelSelectorRequirement, labels: Labels): boolean {
  const value = labelOf(labels, requirement.key);
  const values = requirement.values ?? [];
  switch (requirement.operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
  }
}

function podLabels(pod: Pod): Labels {
  return pod.metadata.labels ?? {};
}

/**
 * The labels of a pod's namespace. [KEP-2161] The API server sets `kubernetes.io/metadata.name` on every namespace.
 *
 * Convention: a namespace that the manifests do not declare has that label alone.
 */
function namespaceLabels(cluster: Cluster, pod: Pod): Labels {
  const name = pod.metadata.namespace;
  const declared = cluster.objects
    .filter((object) => object.kind === 'Namespace')
    .find(({ metadata }) => metadata.name === name);
  return { ...declared?.metadata.labels, 'kubernetes.io/metadata.name': name };
}

// ---------------------------------------------------------------------------------------------------------------------
// Container ports

/**
 * The ports of a pod that have a name. [KEP-753] An init container that restarts always is a sidecar, which runs beside
 * the containers; any other init container has ended before they start. [Pod, ports.protocol] "Defaults to TCP."
 */
function portsNamed(name: string, pod: Pod): readonly { readonly port: number; readonly protocol: Protocol }[] {
  const sidecars = (pod.spec.initContainers ?? []).filter((container) => container.restartPolicy === 'Always');
  return [...pod.spec.containers, ...sidecars]
    .flatMap((container) => container.ports ?? [])
    .filter((port) => port.name === name)
    .map((port) => ({ port: port.containerPort, protocol: port.protocol ?? 'TCP' }));
}

/**
 * Whether the traffic goes to a port of that name at its destination, which is the subject's own port for ingress and
 * the peer's for egress. An address outside of the cluster has no named ports.
 */
function goesToPortNamed(name: string, traffic: Traffic): boolean {
  if (!traffic.destination.pod) return false;
  return portsNamed(name, traffic.destination.pod).some(
    ({ port, protocol }) => port === traffic.port && protocol === traffic.protocol,
  );
}

function isBetween(first: number, port: number, last: number): boolean {
  return first <= port && port <= last;
}

// ---------------------------------------------------------------------------------------------------------------------
// Addresses

/** An IPv4 address is in no IPv6 CIDR and the other way round. */
function isInCidr(address: string, cidr: string): boolean {
  const parsed = ipaddr.parse(address);
  const [network, bits] = ipaddr.parseCIDR(cidr);
  return parsed.kind() === network.kind() && parsed.match(network, bits);
}

// ---------------------------------------------------------------------------------------------------------------------
// NetworkPolicy

/**
 * What the NetworkPolicies of a pod say, or nothing when none isolates it in this direction.
 *
 * [Concepts, "The two sorts of pod isolation"] "By default, a pod is non-isolated for ingress; all inbound connections
 * are allowed. A pod is isolated for ingress if there is any NetworkPolicy that both selects the pod and has "Ingress"
 * in its policyTypes […] When a pod is isolated for ingress, the only allowed connections into the pod are those […]
 * allowed by the ingress list of some NetworkPolicy that applies to the pod for ingress. […] The effects of those
 * ingress lists combine additively." The same goes for egress.
 *
 * [v1alpha2, spec.tier] "v1.NetworkPolicy always makes a final decision for selected pods."
 *
 * Convention: it applies to pods in the host network like to any other, which [Concepts, "NetworkPolicy and
 * hostNetwork pods"] leaves to the network plugin.
 */
function verdictOfNetworkPolicies(subject: Pod, traffic: Traffic): boolean | undefined {
  const policies = traffic.cluster.objects
    .filter((object) => object.kind === 'NetworkPolicy')
    .filter((policy) => isolates(policy, subject, traffic.direction));
  return policies.length === 0 ? undefined : policies.some((policy) => admits(policy, traffic));
}

/**
 * [NetworkPolicy, podSelector] "An empty selector matches all pods in the policy's namespace. […] This field is
 * optional. If it is not specified, it defaults to an empty selector."
 */
function isolates(policy: NetworkPolicy, subject: Pod, direction: Direction): boolean {
  return (
    policy.metadata.namespace === subject.metadata.namespace &&
    selects(policy.spec.podSelector ?? {}, podLabels(subject)) &&
    directionsOf(policy).includes(direction)
  );
}

/**
 * [NetworkPolicy, policyTypes] "If this field is not specified, it will default based on the existence of ingress or
 * egress rules; policies that contain an egress section are assumed to affect egress, and all policies (whether or not
 * they contain an ingress section) are assumed to affect ingress." [Concepts] "Egress will be set if the NetworkPolicy
 * has any egress rules."
 *
 * The API server fills in that default when the list is empty, too, and counts rules: an empty `egress` is none.
 */
function directionsOf(policy: NetworkPolicy): readonly Direction[] {
  const { policyTypes = [], egress = [] } = policy.spec;
  if (policyTypes.length > 0) return policyTypes.map((type) => (type === 'Ingress' ? 'ingress' : 'egress'));
  return egress.length > 0 ? ['ingress', 'egress'] : ['ingress'];
}

/**
 * [NetworkPolicy, ingress] Traffic is allowed "if the traffic matches at least one ingress rule"; "if this field is
 * empty then this NetworkPolicy does not allow any traffic". The same goes for `egress`.
 *
 * [NetworkPolicy, ingress] "The traffic must match both ports and from." [egress] "The traffic must match both ports
 * and to."
 */
function admits(policy: NetworkPolicy, traffic: Traffic): boolean {
  const namespace = policy.metadata.namespace;
  return traffic.direction === 'ingress'
    ? (policy.spec.ingress ?? []).some(
        (rule) => matchesPeers(rule.from, namespace, traffic) && matchesPorts(rule.ports, traffic),
      )
    : (policy.spec.egress ?? []).some(
        (rule) => matchesPeers(rule.to, namespace, traffic) && matchesPorts(rule.ports, traffic),
      );
}

/**
 * [NetworkPolicy, ingress.from] "Items in this list are combined using a logical OR operation. If this field is empty
 * or missing, this rule matches all sources (traffic not restricted by source)." The same goes for `egress.to`.
 */
function matchesPeers(peers: readonly NetworkPolicyPeer[] = [], policyNamespace: string, traffic: Traffic): boolean {
  return peers.length === 0 || peers.some((peer) => matchesPeer(peer, policyNamespace, traffic));
}

/** [NetworkPolicy, ipBlock] "If this field is set then neither of the other fields can be." */
function matchesPeer(peer: NetworkPolicyPeer, policyNamespace: string, traffic: Traffic): boolean {
  if (peer.ipBlock) return isInBlock(traffic.peer, peer.ipBlock);
  return traffic.peer.pod !== undefined && isSelectedByPeer(traffic.peer.pod, peer, policyNamespace, traffic.cluster);
}

/**
 * [NetworkPolicy, from.namespaceSelector] "if present but empty, it selects all namespaces. If podSelector is also set,
 * then the NetworkPolicyPeer as a whole selects the pods matching podSelector in the namespaces selected by
 * namespaceSelector. Otherwise it selects all pods in the namespaces selected by namespaceSelector."
 *
 * [from.podSelector] "if present but empty, it selects all pods. […] Otherwise it selects the pods matching podSelector
 * in the policy's own namespace."
 */
function isSelectedByPeer(pod: Pod, peer: NetworkPolicyPeer, policyNamespace: string, cluster: Cluster): boolean {
  const { podSelector, namespaceSelector } = peer;
  if (podSelector && namespaceSelector) {
    return selects(namespaceSelector, namespaceLabels(cluster, pod)) && selects(podSelector, podLabels(pod));
  }
  if (namespaceSelector) return selects(namespaceSelector, namespaceLabels(cluster, pod));
  if (podSelector) return pod.metadata.namespace === policyNamespace && selects(podSelector, podLabels(pod));
  return false;
}

/**
 * [NetworkPolicy, ipBlock] "except is a slice of CIDRs that should not be included within an IPBlock." [Concepts]
 * "These should be cluster-external IPs, since Pod IPs are ephemeral and unpredictable."
 *
 * Convention: it never matches a pod.
 */
function isInBlock(peer: Endpoint, block: IPBlock): boolean {
  const { address } = peer;
  if (address === undefined) return false;
  return isInCidr(address, block.cidr) && !(block.except ?? []).some((cidr) => isInCidr(address, cidr));
}

/**
 * [NetworkPolicy, ingress.ports] "Each item in this list is combined using a logical OR. If this field is empty or
 * missing, this rule matches all ports (traffic not restricted by port)."
 */
function matchesPorts(ports: readonly NetworkPolicyPort[] = [], traffic: Traffic): boolean {
  return ports.length === 0 || ports.some((port) => matchesPort(port, traffic));
}

/**
 * [NetworkPolicy, ports.protocol] "If not specified, this field defaults to TCP."
 *
 * [ports.port] "This can either be a numerical or named port on a pod. If this field is not provided, this matches all
 * port names and numbers. If present, only traffic on the specified protocol AND port will be matched."
 *
 * [ports.endPort] and [KEP-2079] "the range of ports from port to endPort if set, inclusive […] cannot be defined if
 * the port field is not defined or if the port field is defined as a named (string) port."
 */
function matchesPort({ protocol = 'TCP', port, endPort }: NetworkPolicyPort, traffic: Traffic): boolean {
  if (protocol !== traffic.protocol) return false;
  if (port === undefined) return true;
  if (typeof port === 'string') return goesToPortNamed(port, traffic);
  return isBetween(port, traffic.port, endPort ?? port);
}

// ---------------------------------------------------------------------------------------------------------------------
// AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy

type TierPolicy = AdminNetworkPolicy | BaselineAdminNetworkPolicy | ClusterNetworkPolicy;

/**
 * [v1alpha1, spec.priority] "Policies with lower priority values have higher precedence, and are checked before
 * policies with higher priority values." [v1alpha2, spec.priority] says the same within a tier.
 *
 * Convention: both kinds share the admin tier, as ClusterNetworkPolicy replaces AdminNetworkPolicy and no page says how
 * the two compare.
 */
function adminTier(cluster: Cluster): readonly TierPolicy[] {
  const ofAdmins = cluster.objects.filter((object) => object.kind === 'AdminNetworkPolicy');
  return [...ofAdmins, ...clusterNetworkPolicies(cluster, 'Admin')].sort(byPrecedence);
}

/**
 * [v1alpha2, spec.tier] "Baseline tier is a cluster-wide policy that can be overridden by the v1.NetworkPolicy."
 * [v1alpha1, BaselineAdminNetworkPolicy] Its rules apply to pods "if they are not matched by any AdminNetworkPolicy or
 * NetworkPolicy rules".
 *
 * Convention: the BaselineAdminNetworkPolicy, which has no priority, comes after all ClusterNetworkPolicies of the
 * tier.
 */
function baselineTier(cluster: Cluster): readonly TierPolicy[] {
  const ofAdmins = cluster.objects.filter((object) => object.kind === 'BaselineAdminNetworkPolicy');
  return [...clusterNetworkPolicies(cluster, 'Baseline').sort(byPrecedence), ...ofAdmins];
}

function clusterNetworkPolicies(cluster: Cluster, tier: 'Admin' | 'Baseline'): ClusterNetworkPolicy[] {
  return cluster.objects
    .filter((object) => object.kind === 'ClusterNetworkPolicy')
    .filter((policy) => policy.spec.tier === tier);
}

/**
 * Convention: at the same priority, which [v1alpha1, spec.priority] and [v1alpha2, spec.priority] leave open, the lower
 * name comes first, and at the same name the AdminNetworkPolicy.
 */
function byPrecedence(a: AdminNetworkPolicy | ClusterNetworkPolicy, b: AdminNetworkPolicy | ClusterNetworkPolicy) {
  if (a.spec.priority !== b.spec.priority) return a.spec.priority - b.spec.priority;
  if (a.metadata.name !== b.metadata.name) return a.metadata.name < b.metadata.name ? -1 : 1;
  if (a.kind !== b.kind) return a.kind === 'AdminNetworkPolicy' ? -1 : 1;
  return 0;
}

/**
 * What the policies of a tier say, in their order, or nothing when no rule matches or when the first that does passes.
 *
 * [v1alpha2, spec.ingress] "The relative precedence of ingress rules within a single CNP object […] will be determined
 * by the order in which the rule is written. Thus, a rule that appears at the top of the ingress rules would take the
 * highest precedence." [v1alpha1, spec.ingress] says the same.
 *
 * [v1alpha2, action] "Pass: Skips all further ClusterNetworkPolicy rules in the current tier for the selected traffic,
 * and passes evaluation to the next tier." After the Baseline tier there is none, so the traffic is allowed, and the
 * BaselineAdminNetworkPolicy is not asked.
 */
function verdictOfTier(policies: readonly TierPolicy[], subject: Pod, traffic: Traffic): boolean | undefined {
  const rule = policies
    .filter((policy) => isSelected(subject, policy.spec.subject, traffic.cluster))
    .flatMap((policy) => rulesOf(policy, traffic.direction))
    .find((rule) => rule.peers.some((peer) => matchesTierPeer(peer, traffic)) && matchesTierPorts(rule, traffic));
  switch (rule?.action) {
    case 'Allow':
    case 'Accept':
      return true;
    case 'Deny':
      return false;
    case 'Pass':
    case undefined:
      return undefined;
  }
}

/** A rule of any of the three kinds: v1alpha1 restricts its traffic by `ports` and v1alpha2 by `protocols`. */
interface TierRule {
  readonly action: 'Allow' | 'Accept' | 'Deny' | 'Pass';
  /** [v1alpha1, v1alpha2] "This field must be defined and contain at least one item", of which any has to match. */
  readonly peers: readonly EgressPeer[];
  readonly ports?: readonly AdminPort[] | undefined;
  readonly protocols?: readonly ClusterProtocol[] | undefined;
}

/** [v1alpha2, spec.ingress] "CNPs with no ingress rules do not affect ingress traffic." The same goes for the rest. */
function rulesOf(policy: TierPolicy, direction: Direction): readonly TierRule[] {
  const { ingress = [], egress = [] } = policy.spec;
  return direction === 'ingress'
    ? ingress.map((rule) => ({ ...rule, peers: rule.from }))
    : egress.map((rule) => ({ ...rule, peers: rule.to }));
}

/**
 * Whether a pod is a subject, or a peer by `namespaces` or `pods`.
 *
 * [v1alpha1 and v1alpha2, subject] "Note that host-networked pods are not included in subject selection." [from and to]
 * "Note that host-networked pods are not included in this type of peer."
 *
 * [pods.namespaceSelector] "if empty, it selects all Namespaces." [pods.podSelector] "if empty, it selects all Pods."
 */
function isSelected(pod: Pod, selection: PodSelection, cluster: Cluster): boolean {
  if (pod.spec.hostNetwork) return false;
  if (selection.namespaces) return selects(selection.namespaces, namespaceLabels(cluster, pod));
  if (!selection.pods) return false;
  const { namespaceSelector = {}, podSelector } = selection.pods;
  return selects(namespaceSelector, namespaceLabels(cluster, pod)) && selects(podSelector, podLabels(pod));
}

/** [to.nodes] selects addresses of nodes. Convention: neither a pod nor an address outside of the cluster is one. */
function matchesTierPeer(peer: EgressPeer, traffic: Traffic): boolean {
  if (peer.nodes) return false;
  if (peer.networks) return isInNetworks(traffic.peer, peer.networks);
  return traffic.peer.pod !== undefined && isSelected(traffic.peer.pod, peer, traffic.cluster);
}

/**
 * [to.networks] "This is intended for representing entities that live outside the cluster, […] but note that
 * cluster-internal traffic will be checked against the rule as well."
 *
 * Convention: as manifests do not tell the addresses of pods, a pod is in the networks when these are all addresses of
 * both families, in the host network or not, and never otherwise.
 */
function isInNetworks(peer: Endpoint, networks: readonly string[]): boolean {
  const { address } = peer;
  if (address === undefined) return networks.includes('0.0.0.0/0') && networks.includes('::/0');
  return networks.some((cidr) => isInCidr(address, cidr));
}

/**
 * [v1alpha1, ports] "If Ports is not set then the rule does not filter traffic via port." [v1alpha2, protocols] "If
 * unspecified, protocol-specific attributes will not be used to match traffic." Of several, any has to match.
 */
function matchesTierPorts({ ports, protocols }: TierRule, traffic: Traffic): boolean {
  if (ports) return ports.some((port) => matchesAdminPort(port, traffic));
  if (protocols) return protocols.some((protocol) => matchesProtocol(protocol, traffic));
  return true;
}

/**
 * [v1alpha1, ports.portNumber.protocol and ports.portRange.protocol] "If not specified, this field defaults to TCP."
 * [ports.portRange] is "an inclusive range". [ports.namedPort] "selects a port on a pod(s) based on name": it names no
 * protocol, so the container port gives number and protocol.
 */
function matchesAdminPort({ portNumber, portRange, namedPort }: AdminPort, traffic: Traffic): boolean {
  if (portNumber) {
    const { protocol = 'TCP', port } = portNumber;
    return protocol === traffic.protocol && port === traffic.port;
  }
  if (portRange) {
    const { protocol = 'TCP', start, end } = portRange;
    return protocol === traffic.protocol && isBetween(start, traffic.port, end);
  }
  return namedPort !== undefined && goesToPortNamed(namedPort, traffic);
}

/**
 * [v1alpha2, protocols] "Exactly one field must be set." [protocols.destinationNamedPort] "selects a destination port
 * on a pod based on the ContainerPort name", which gives number and protocol.
 */
function matchesProtocol({ tcp, udp, sctp, destinationNamedPort }: ClusterProtocol, traffic: Traffic): boolean {
  if (tcp) return traffic.protocol === 'TCP' && matchesDestinationPort(tcp, traffic);
  if (udp) return traffic.protocol === 'UDP' && matchesDestinationPort(udp, traffic);
  if (sctp) return traffic.protocol === 'SCTP' && matchesDestinationPort(sctp, traffic);
  return destinationNamedPort !== undefined && goesToPortNamed(destinationNamedPort, traffic);
}

/** [v1alpha2, tcp.destinationPort] is optional: without it, all ports. [range] "an inclusive range of ports". */
function matchesDestinationPort({ destinationPort }: DestinationPort, traffic: Traffic): boolean {
  if (!destinationPort) return true;
  const { number, range } = destinationPort;
  return number !== undefined
    ? number === traffic.port
    : range !== undefined && isBetween(range.start, traffic.port, range.end);
}
