/**
 * Small random clusters that hit every feature of the policies densely, and the packets to probe them with. All
 * alphabets are tiny, so that most selectors catch something, names and priorities collide, and ranges touch.
 */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { stringify } from 'yaml';
import type {
  AdminEgressRule,
  AdminIngressRule,
  AdminNetworkPolicy,
  AdminPort,
  BaselineAdminNetworkPolicy,
  Cluster,
  ClusterEgressRule,
  ClusterIngressRule,
  ClusterNetworkPolicy,
  ClusterProtocol,
  Container,
  ContainerPort,
  DestinationPort,
  EgressPeer,
  End,
  IPBlock,
  LabelSelector,
  LabelSelectorRequirement,
  NetworkPolicy,
  NetworkPolicyEgressRule,
  NetworkPolicyIngressRule,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  Packet,
  Pod,
  PodSelection,
  Protocol,
} from './evaluate';

const namespaceNames = ['alpha', 'beta', 'gamma', 'delta'];
const protocols: readonly Protocol[] = ['TCP', 'UDP', 'SCTP'];
const portNames = ['http', 'dns'];

/** Two of them are neighbours, so that a range that is one port too long or too short shows. */
const portNumbers = [80, 81, 443, 8080];

/** Ranges reach also to both ends of what there is. */
const rangeEnds = [1, ...portNumbers, 65535];

/** The labels of an object: each key with the values that it can have. */
type Alphabet = Readonly<Record<string, readonly string[]>>;

const namespaceLabels: Alphabet = { env: ['dev', 'prod'], team: ['a', 'b'] };
const podLabels: Alphabet = { app: ['web', 'db'], tier: ['front', 'back'] };

/** What a selector of namespaces asks for: also the label that each of them has. */
const namespaceQuestions: Alphabet = { ...namespaceLabels, 'kubernetes.io/metadata.name': namespaceNames };

/** CIDRs with what can be excepted from them. One has host bits, which mean nothing. */
const blocks: readonly (readonly [cidr: string, excepts: readonly string[]])[] = [
  ['0.0.0.0/0', ['10.0.0.0/8', '192.0.2.0/24']],
  ['10.0.0.0/8', ['10.1.0.0/16', '10.1.2.0/24', '10.128.0.0/9']],
  ['10.1.2.9/24', ['10.1.2.128/25']],
  ['10.1.2.3/32', []],
  ['::/0', ['2001:db8::/32']],
  ['2001:db8::/32', ['2001:db8:1::/48']],
];

/** Any two of them come in another order as text than as numbers. */
const policyNames = ['a100', 'a20', 'a3'];

/** How many packets there are at most between pods, and again between pods and addresses. */
const maxPackets = 1500;

// ---------------------------------------------------------------------------------------------------------------------
// Words

/** A record whose keys may all be absent but the required ones. */
function record<T, K extends keyof T = never>(model: { [P in keyof T]: fc.Arbitrary<T[P]> }, ...required: K[]) {
  return fc.record(model, { requiredKeys: required, noNullPrototype: true });
}

/** What a record has, and at times more. */
function half<T, U>(always: fc.Arbitrary<T>, atTimes: fc.Arbitrary<U>): fc.Arbitrary<T & Partial<U>> {
  return fc.tuple(always, fc.option(atTimes, { freq: 2, nil: {} })).map(([a, b]) => ({ ...a, ...b }));
}

function oneOrTwo<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(arbitrary, { minLength: 1, maxLength: 2 });
}

function atMostTwo<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(arbitrary, { maxLength: 2 });
}

function atMostThree<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<readonly T[]> {
  return fc.array(arbitrary, { maxLength: 3 });
}

/** One of some arbitraries, of which the first is what the others shrink to. */
function weighted<T>(...choices: readonly (readonly [weight: number, arbitrary: fc.Arbitrary<T>])[]): fc.Arbitrary<T> {
  return fc.oneof({ withCrossShrink: true }, ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })));
}

const nothing = record({});
const protocol = fc.constantFrom(...protocols);
const portName = fc.constantFrom(...portNames);
const portNumber = fc.constantFrom(...portNumbers);
const range = fc
  .tuple(fc.constantFrom(...rangeEnds), fc.constantFrom(...rangeEnds))
  .map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const);

/** A range of more than one port, as `portRange` and `range` demand. */
const properRange = range.map(([first, last]) =>
  first < last ? { start: first, end: last } : { start: Math.max(first - 1, 1), end: Math.min(last + 1, 65535) },
);

// ---------------------------------------------------------------------------------------------------------------------
// Labels and selectors

/** Any of the keys, each with any of its values. */
function labelsOf(alphabet: Alphabet): fc.Arbitrary<Readonly<Record<string, string>>> {
  const choices = Object.entries(alphabet).map(([key, values]) =>
    fc.option(
      fc.constantFrom(...values).map((value) => [key, value] as const),
      { freq: 2, nil: undefined },
    ),
  );
  return fc.tuple(...choices).map((chosen) => Object.fromEntries(chosen.filter((label) => label !== undefined)));
}

const withValues = fc.constantFrom<'In' | 'NotIn'>('In', 'NotIn');
const withoutValues = fc.constantFrom<'Exists' | 'DoesNotExist'>('Exists', 'DoesNotExist');

function requirementOf(alphabet: Alphabet): fc.Arbitrary<LabelSelectorRequirement> {
  const requirements = Object.entries(alphabet).map(([name, all]) => {
    const key = fc.constant(name);
    const values = fc.subarray([...all], { minLength: 1, maxLength: 2 });
    return weighted<LabelSelectorRequirement>(
      [2, record({ key, operator: withValues, values }, 'key', 'operator', 'values')],
      [1, record({ key, operator: withoutValues }, 'key', 'operator')],
    );
  });
  return fc.oneof(...requirements);
}

function selectorOf(alphabet: Alphabet): fc.Arbitrary<LabelSelector> {
  const label = fc.oneof(
    ...Object.entries(alphabet).map(([key, values]) => record({ [key]: fc.constantFrom(...values) }, key)),
  );
  const labels = fc.tuple(label, label).map(([a, b]) => ({ ...a, ...b }));
  const requirement = requirementOf(alphabet);
  return weighted<LabelSelector>(
    [4, nothing],
    [3, record({ matchLabels: label }, 'matchLabels')],
    [3, record({ matchExpressions: oneOrTwo(requirement) }, 'matchExpressions')],
    [1, record({ matchLabels: labels, matchExpressions: atMostTwo(requirement) })],
  );
}

const namespaceSelector = selectorOf(namespaceQuestions);
const podSelector = selectorOf(podLabels);

// ---------------------------------------------------------------------------------------------------------------------
// Pods

const containerPort: fc.Arbitrary<ContainerPort> = half(
  record({ containerPort: portNumber, name: portName }, 'containerPort'),
  record({ protocol }, 'protocol'),
);

/** Up to three ports, whose names differ within one container, as the API server demands, but not within a pod. */
const containerPorts = fc.uniqueArray(containerPort, {
  maxLength: 3,
  selector: (port) => port.name ?? `${port.protocol ?? 'TCP'} ${port.containerPort}`,
});

const container = record({ ports: containerPorts });
const initContainer = half(
  record({ ports: containerPorts }),
  record({ restartPolicy: fc.constant<'Always'>('Always') }, 'restartPolicy'),
);

const podSpec: fc.Arbitrary<Pod['spec']> = record(
  {
    hostNetwork: fc.nat(5).map((draw) => draw === 5),
    initContainers: atMostTwo(initContainer).map((containers) => named('init', containers)),
    containers: oneOrTwo(container).map((containers) => named('main', containers)),
  },
  'containers',
);

function named(prefix: string, containers: readonly Partial<Container>[]): readonly Container[] {
  return containers.map((fields, index) => ({
    name: `${prefix}-${index}`,
    image: 'registry.example/app:1',
    ...fields,
  }));
}

// ---------------------------------------------------------------------------------------------------------------------
// NetworkPolicy

const ipBlock: fc.Arbitrary<IPBlock> = fc.oneof(
  ...blocks.map(([cidr, excepts]) => record({ cidr: fc.constant(cidr), except: fc.subarray([...excepts]) }, 'cidr')),
);

const networkPolicyPeer = weighted<NetworkPolicyPeer>(
  [2, record({ podSelector }, 'podSelector')],
  [2, record({ namespaceSelector }, 'namespaceSelector')],
  [2, record({ podSelector, namespaceSelector }, 'podSelector', 'namespaceSelector')],
  [2, record({ ipBlock }, 'ipBlock')],
);

const networkPolicyPort = weighted<NetworkPolicyPort>(
  [1, record({ protocol })],
  [2, half(record({ port: portNumber }, 'port'), record({ protocol }, 'protocol'))],
  [3, half(record({ port: portName }, 'port'), record({ protocol }, 'protocol'))],
  [2, record({ protocol, range }, 'range').map(({ range: [port, endPort], ...rest }) => ({ ...rest, port, endPort }))],
);

const ports = atMostTwo(networkPolicyPort);

const networkPolicyIngress = weighted<readonly NetworkPolicyIngressRule[]>(
  [5, atMostTwo(record({ from: atMostTwo(networkPolicyPeer), ports }))],
  [1, fc.tuple(nothing)],
);

const networkPolicyEgress = weighted<readonly NetworkPolicyEgressRule[]>(
  [5, atMostTwo(record({ to: atMostTwo(networkPolicyPeer), ports }))],
  [1, fc.tuple(nothing)],
);

const networkPolicySpec: fc.Arbitrary<NetworkPolicy['spec']> = record({
  podSelector,
  policyTypes: fc.subarray<'Ingress' | 'Egress'>(['Ingress', 'Egress']),
  ingress: networkPolicyIngress,
  egress: networkPolicyEgress,
});

// ---------------------------------------------------------------------------------------------------------------------
// AdminNetworkPolicy, BaselineAdminNetworkPolicy and ClusterNetworkPolicy

const selection = weighted<PodSelection>(
  [2, record({ namespaces: nothing }, 'namespaces')],
  [3, record({ namespaces: namespaceSelector }, 'namespaces')],
  [3, record({ pods: record({ namespaceSelector, podSelector }, 'namespaceSelector', 'podSelector') }, 'pods')],
);

const networks = weighted<readonly string[]>(
  [
    2,
    fc.subarray(
      blocks.map(([cidr]) => cidr),
      { minLength: 1, maxLength: 2 },
    ),
  ],
  [1, fc.tuple(fc.constant('0.0.0.0/0'), fc.constant('::/0'))],
);

const egressPeer = weighted<EgressPeer>(
  [3, selection],
  [4, record({ networks }, 'networks')],
  [1, record({ nodes: nothing }, 'nodes')],
);

const fixedAdminPort = weighted<AdminPort>(
  [
    1,
    record({ portNumber: half(record({ port: portNumber }, 'port'), record({ protocol }, 'protocol')) }, 'portNumber'),
  ],
  [1, record({ portRange: half(properRange, record({ protocol }, 'protocol')) }, 'portRange')],
);
const adminPort = weighted<AdminPort>([2, fixedAdminPort], [1, record({ namedPort: portName }, 'namedPort')]);

const destinationPort: fc.Arbitrary<DestinationPort> = half(
  nothing,
  record(
    {
      destinationPort: weighted<NonNullable<DestinationPort['destinationPort']>>(
        [1, record({ number: portNumber }, 'number')],
        [1, record({ range: properRange }, 'range')],
      ),
    },
    'destinationPort',
  ),
);
const fixedProtocol = weighted<ClusterProtocol>(
  [1, record({ tcp: destinationPort }, 'tcp')],
  [1, record({ udp: destinationPort }, 'udp')],
  [1, record({ sctp: destinationPort }, 'sctp')],
);
const clusterProtocol = weighted<ClusterProtocol>(
  [2, fixedProtocol],
  [1, record({ destinationNamedPort: portName }, 'destinationNamedPort')],
);

function adminIngress<Action>(action: fc.Arbitrary<Action>): fc.Arbitrary<readonly AdminIngressRule<Action>[]> {
  return atMostThree(
    half(
      record({ action, from: oneOrTwo(selection) }, 'action', 'from'),
      record({ ports: oneOrTwo(adminPort) }, 'ports'),
    ),
  );
}

/** The API server refuses named ports in a rule with networks or nodes, in both versions. */
function adminEgress<Action>(action: fc.Arbitrary<Action>): fc.Arbitrary<readonly AdminEgressRule<Action>[]> {
  return atMostThree(
    weighted<AdminEgressRule<Action>>(
      [
        1,
        half(
          record({ action, to: oneOrTwo(selection) }, 'action', 'to'),
          record({ ports: oneOrTwo(adminPort) }, 'ports'),
        ),
      ],
      [
        1,
        half(
          record({ action, to: oneOrTwo(egressPeer) }, 'action', 'to'),
          record({ ports: oneOrTwo(fixedAdminPort) }, 'ports'),
        ),
      ],
    ),
  );
}

const adminAction = fc.constantFrom<'Allow' | 'Deny' | 'Pass'>('Deny', 'Allow', 'Pass');
const baselineAction = fc.constantFrom<'Allow' | 'Deny'>('Deny', 'Allow');
const clusterAction = fc.constantFrom<'Accept' | 'Deny' | 'Pass'>('Deny', 'Accept', 'Pass');

const clusterIngress: fc.Arbitrary<readonly ClusterIngressRule[]> = atMostThree(
  half(
    record({ action: clusterAction, from: oneOrTwo(selection) }, 'action', 'from'),
    record({ protocols: oneOrTwo(clusterProtocol) }, 'protocols'),
  ),
);

const clusterEgress: fc.Arbitrary<readonly ClusterEgressRule[]> = atMostThree(
  weighted<ClusterEgressRule>(
    [
      1,
      half(
        record({ action: clusterAction, to: oneOrTwo(selection) }, 'action', 'to'),
        record({ protocols: oneOrTwo(clusterProtocol) }, 'protocols'),
      ),
    ],
    [
      1,
      half(
        record({ action: clusterAction, to: oneOrTwo(egressPeer) }, 'action', 'to'),
        record({ protocols: oneOrTwo(fixedProtocol) }, 'protocols'),
      ),
    ],
  ),
);

const policyName = fc.constantFrom(...policyNames);
const priority = fc.nat(1);

const adminNetworkPolicy: fc.Arbitrary<AdminNetworkPolicy> = fc
  .tuple(
    policyName,
    record(
      { priority, subject: selection, ingress: adminIngress(adminAction), egress: adminEgress(adminAction) },
      'priority',
      'subject',
    ),
  )
  .map(([name, spec]) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name },
    spec,
  }));

const baselineAdminNetworkPolicy: fc.Arbitrary<BaselineAdminNetworkPolicy> = record(
  { subject: selection, ingress: adminIngress(baselineAction), egress: adminEgress(baselineAction) },
  'subject',
).map((spec) => ({
  apiVersion: 'policy.networking.k8s.io/v1alpha1',
  kind: 'BaselineAdminNetworkPolicy',
  metadata: { name: 'default' },
  spec,
}));

const clusterNetworkPolicy: fc.Arbitrary<ClusterNetworkPolicy> = fc
  .tuple(
    policyName,
    record(
      {
        tier: fc.constantFrom<'Admin' | 'Baseline'>('Admin', 'Baseline'),
        priority,
        subject: selection,
        ingress: clusterIngress,
        egress: clusterEgress,
      },
      'tier',
      'priority',
      'subject',
    ),
  )
  .map(([name, spec]) => ({
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec,
  }));

/** Up to three policies of one kind, whose names differ. */
function policies<T extends AdminNetworkPolicy | ClusterNetworkPolicy>(policy: fc.Arbitrary<T>) {
  return fc.uniqueArray(policy, { maxLength: 3, selector: ({ metadata }) => metadata.name });
}

// ---------------------------------------------------------------------------------------------------------------------
// Clusters

/** Pods and NetworkPolicies draw a number that stands for one of the namespaces, however many there are. */
interface Draft {
  readonly namespaces: readonly { readonly isDeclared: boolean; readonly labels?: Readonly<Record<string, string>> }[];
  readonly pods: readonly {
    readonly namespace: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly spec: Pod['spec'];
  }[];
  readonly networkPolicies: readonly { readonly namespace: number; readonly spec: NetworkPolicy['spec'] }[];
  readonly others: readonly (readonly (AdminNetworkPolicy | BaselineAdminNetworkPolicy | ClusterNetworkPolicy)[])[];
}

const namespaceNumber = fc.nat(namespaceNames.length - 1);

const draft: fc.Arbitrary<Draft> = fc.record({
  namespaces: fc.array(
    record({ isDeclared: fc.nat(3).map((draw) => draw > 0), labels: labelsOf(namespaceLabels) }, 'isDeclared'),
    { minLength: 1, maxLength: namespaceNames.length },
  ),
  pods: fc.array(
    record({ namespace: namespaceNumber, labels: labelsOf(podLabels), spec: podSpec }, 'namespace', 'spec'),
    { minLength: 2, maxLength: 6 },
  ),
  networkPolicies: fc.array(record({ namespace: namespaceNumber, spec: networkPolicySpec }, 'namespace', 'spec'), {
    maxLength: 5,
  }),
  others: fc.tuple(
    policies(adminNetworkPolicy),
    policies(clusterNetworkPolicy),
    fc.array(baselineAdminNetworkPolicy, { maxLength: 1 }),
  ),
});

export const cluster: fc.Arbitrary<Cluster> = draft.map(({ namespaces, pods, networkPolicies, others }) => {
  const namespaceOf = (number: number) => namespaceNames[number % namespaces.length] ?? '';
  return {
    objects: [
      ...namespaces.flatMap(({ isDeclared, ...labels }, number) =>
        isDeclared
          ? [
              {
                apiVersion: 'v1' as const,
                kind: 'Namespace' as const,
                metadata: { name: namespaceOf(number), ...labels },
              },
            ]
          : [],
      ),
      ...pods.map(({ namespace, spec, ...labels }, index) => ({
        apiVersion: 'v1' as const,
        kind: 'Pod' as const,
        metadata: { namespace: namespaceOf(namespace), name: `pod-${index}`, ...labels },
        spec,
      })),
      ...networkPolicies.map(({ namespace, spec }, index) => ({
        apiVersion: 'networking.k8s.io/v1' as const,
        kind: 'NetworkPolicy' as const,
        metadata: { namespace: namespaceOf(namespace), name: `policy-${index}` },
        spec,
      })),
      ...others.flat(),
    ],
  };
});

/** The objects of a cluster as one file of many documents. */
export function toYaml({ objects }: Cluster): string {
  return objects.map((object) => stringify(object, { aliasDuplicateObjects: false })).join('---\n');
}

// ---------------------------------------------------------------------------------------------------------------------
// Packets

/**
 * The packets to probe a cluster with: from each pod to each other, and between each pod and addresses outside of the
 * cluster both ways, to each port that the cluster mentions, to the ports beside it, and to one that is far away.
 */
export function packetsIn(cluster: Cluster): readonly Packet[] {
  const pods = cluster.objects
    .filter((object) => object.kind === 'Pod')
    .map(({ metadata: { namespace, name } }): End => ({ pod: { namespace, name } }));
  const addresses = addressesIn(cluster).map((address): End => ({ address }));
  const targets = targetsIn(cluster);
  return [
    ...packets(
      pods.flatMap((from) => pods.filter((to) => to !== from).map((to) => ({ from, to }))),
      targets,
    ),
    ...packets(
      pods.flatMap((pod) =>
        addresses.flatMap((address) => [
          { from: pod, to: address },
          { from: address, to: pod },
        ]),
      ),
      targets,
    ),
  ];
}

interface Target {
  readonly protocol: Protocol;
  readonly port: number;
}

/**
 * Every pair with every target, or evenly some of that. The stride shares no factor with the number of targets, as
 * otherwise some of the targets would never come up.
 */
function packets(
  pairs: readonly { readonly from: End; readonly to: End }[],
  targets: readonly Target[],
): readonly Packet[] {
  let stride = Math.ceil((pairs.length * targets.length) / maxPackets);
  while (greatestCommonDivisor(stride, targets.length) > 1) stride++;
  return pairs
    .flatMap((pair) => targets.map((target) => ({ ...pair, ...target })))
    .filter((_, index) => index % stride === 0);
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

function targetsIn(cluster: Cluster): readonly Target[] {
  const keys = ['containerPort', 'port', 'endPort', 'start', 'end', 'number'];
  const mentioned = valuesOf(cluster.objects, keys).filter((value) => typeof value === 'number');
  const ports = new Set([...mentioned.flatMap((port) => [port - 1, port, port + 1]), 40000]);
  return [...ports]
    .filter((port) => port >= 1 && port <= 65535)
    .sort((a, b) => a - b)
    .flatMap((port) => protocols.map((protocol) => ({ protocol, port })));
}

/** The first and the last address of each CIDR that the cluster mentions, those beside them, and a few that are far. */
function addressesIn(cluster: Cluster): readonly string[] {
  const cidrs = valuesOf(cluster.objects, ['cidr', 'except', 'networks']).filter((value) => typeof value === 'string');
  return [...new Set([...cidrs.flatMap(edgesOf), '10.1.2.3', '192.0.2.1', '2001:db8:1::1', 'fd00::1'])];
}

function edgesOf(cidr: string): readonly string[] {
  const family = ipaddr.parseCIDR(cidr)[0].kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
  const first = family.networkAddressFromCIDR(cidr).toByteArray();
  const last = family.broadcastAddressFromCIDR(cidr).toByteArray();
  return [shifted(first, -1), first, last, shifted(last, 1)]
    .filter((bytes) => bytes !== undefined)
    .map((bytes) => ipaddr.fromByteArray([...bytes]).toString());
}

/** The address one further up or down, if there is one. */
function shifted(bytes: readonly number[], by: 1 | -1): readonly number[] | undefined {
  const head = bytes.slice(0, -1);
  const last = bytes.at(-1);
  if (last === undefined) return undefined;
  const moved = last + by;
  if (moved >= 0 && moved <= 255) return [...head, moved];
  const carried = shifted(head, by);
  return carried && [...carried, moved < 0 ? 255 : 0];
}

/** What stands under any of the keys, at any depth: the value itself, or the items of a list. */
function valuesOf(node: unknown, keys: readonly string[]): readonly unknown[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]: [string, unknown]) => [
    ...(keys.includes(key) ? [value].flat() : []),
    ...valuesOf(value, keys),
  ]);
}
