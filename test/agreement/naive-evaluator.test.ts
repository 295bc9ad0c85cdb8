import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import {
  isAllowed,
  type AdminNetworkPolicy,
  type BaselineAdminNetworkPolicy,
  type ClusterNetworkPolicy,
  type Container,
  type ContainerPort,
  type End,
  type KubernetesObject,
  type Namespace,
  type NetworkPolicy,
  type Packet,
  type Pod,
  type Protocol,
} from '../reach/naive/evaluate';
import { cluster, packetsIn, toYaml } from '../reach/naive/random-cluster';

// ---------------------------------------------------------------------------------------------------------------------
// Manifests in few words: pods are written "namespace/name"

function end(text: string): End {
  const [namespace, name] = text.split('/');
  return namespace !== undefined && name !== undefined ? { pod: { namespace, name } } : { address: text };
}

/** A packet such as `a/web -> b/db TCP 80`. */
function packet(text: string): Packet {
  const [from, , to, protocol, port] = text.split(' ');
  if (from === undefined || to === undefined) throw new Error(`${text} has no two ends.`);
  return { from: end(from), to: end(to), protocol: protocol as Protocol, port: Number(port) };
}

function namespace(name: string, labels?: Record<string, string>): Namespace {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, ...(labels && { labels }) } };
}

/** A pod with the label `app` of its own name. */
function pod(text: string, spec: Partial<Pod['spec']> = {}, labels: Record<string, string> = {}): Pod {
  const [namespace = '', name = ''] = text.split('/');
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, name, labels: { app: name, ...labels } },
    spec: { containers: [container()], ...spec },
  };
}

function container(...ports: readonly ContainerPort[]): Container {
  return { name: 'main', image: 'app:1', ports };
}

function policy(namespace: string, spec: NetworkPolicy['spec']): NetworkPolicy {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { namespace, name: 'policy' }, spec };
}

const everything = { namespaces: {} };

function admin(spec: Partial<AdminNetworkPolicy['spec']>, name = 'admin'): AdminNetworkPolicy {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'AdminNetworkPolicy',
    metadata: { name },
    spec: { priority: 10, subject: everything, ...spec },
  };
}

function baseline(spec: Partial<BaselineAdminNetworkPolicy['spec']>): BaselineAdminNetworkPolicy {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha1',
    kind: 'BaselineAdminNetworkPolicy',
    metadata: { name: 'default' },
    spec: { subject: everything, ...spec },
  };
}

function clusterwide(spec: Partial<ClusterNetworkPolicy['spec']>, name = 'admin'): ClusterNetworkPolicy {
  return {
    apiVersion: 'policy.networking.k8s.io/v1alpha2',
    kind: 'ClusterNetworkPolicy',
    metadata: { name },
    spec: { tier: 'Admin', priority: 10, subject: everything, ...spec },
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// Hand-computed cases

type Case = readonly [title: string, objects: readonly KubernetesObject[], verdicts: Readonly<Record<string, boolean>>];

const web = pod('a/web');
const db = pod('a/db');
const other = pod('b/web');
const pods = [web, db, other];

const denyAll = policy('a', { podSelector: {}, policyTypes: ['Ingress', 'Egress'] });
const denyIngress = policy('a', { podSelector: {}, policyTypes: ['Ingress'] });
const denyEgress = policy('a', { podSelector: {}, policyTypes: ['Egress'] });

function dbAdmits(...ingress: NonNullable<NetworkPolicy['spec']['ingress']>): NetworkPolicy {
  return policy('a', { podSelector: { matchLabels: { app: 'db' } }, ingress });
}

const isolation: readonly Case[] = [
  ['no policy: open', pods, { 'b/web -> a/db TCP 80': true, '192.0.2.1 -> a/db UDP 1': true }],
  [
    'a pod reaches itself whatever the policies say',
    [...pods, denyAll, admin({ ingress: [{ action: 'Deny', from: [everything] }] })],
    { 'a/db -> a/db TCP 80': true, 'a/web -> a/db TCP 80': false },
  ],
  [
    'both the egress of the source and the ingress of the destination have to allow it',
    [...pods, denyEgress, policy('b', { ingress: [{}] })],
    { 'a/web -> b/web TCP 80': false, 'b/web -> a/web TCP 80': true, 'a/web -> 192.0.2.1 TCP 80': false },
  ],
  [
    'policyTypes absent, egress absent: ingress alone',
    [...pods, policy('a', { podSelector: {} })],
    { 'b/web -> a/db TCP 80': false, 'a/db -> b/web TCP 80': true },
  ],
  [
    'policyTypes absent or empty, egress empty: ingress alone',
    [...pods, policy('a', { policyTypes: [], egress: [] })],
    { 'b/web -> a/db TCP 80': false, 'a/db -> b/web TCP 80': true },
  ],
  [
    'policyTypes empty, an egress rule: both directions',
    [...pods, policy('a', { policyTypes: [], egress: [{ ports: [{ port: 53 }] }] })],
    { 'b/web -> a/db TCP 53': false, 'a/db -> b/web TCP 53': true, 'a/db -> b/web TCP 54': false },
  ],
  [
    'policyTypes Egress: ingress rules do nothing, and egress without rules allows nothing',
    [...pods, policy('a', { policyTypes: ['Egress'], ingress: [{ ports: [{ port: 1 }] }] })],
    { 'b/web -> a/db TCP 80': true, 'a/db -> b/web TCP 80': false },
  ],
  [
    'policyTypes Ingress: egress rules do nothing',
    [...pods, policy('a', { policyTypes: ['Ingress'], ingress: [{}], egress: [{ ports: [{ port: 1 }] }] })],
    { 'a/db -> b/web TCP 80': true, 'b/web -> a/db TCP 80': true },
  ],
  [
    'an empty rule opens, also with empty lists, and policies add up',
    [
      ...pods,
      denyIngress,
      policy('a', { podSelector: { matchLabels: { app: 'db' } }, ingress: [{ from: [], ports: [] }] }),
    ],
    { 'b/web -> a/db TCP 80': true, '192.0.2.1 -> a/db SCTP 9': true, 'b/web -> a/web TCP 80': false },
  ],
  [
    'a policy selects in its own namespace alone',
    [...pods, policy('a', { podSelector: { matchLabels: { app: 'web' } } })],
    { 'a/db -> a/web TCP 80': false, 'a/db -> b/web TCP 80': true },
  ],
];

const peers: readonly Case[] = [
  [
    'podSelector alone: the namespace of the policy',
    [...pods, dbAdmits({ from: [{ podSelector: { matchLabels: { app: 'web' } } }] })],
    { 'a/web -> a/db TCP 80': true, 'b/web -> a/db TCP 80': false, '192.0.2.1 -> a/db TCP 80': false },
  ],
  [
    'namespaceSelector alone: all pods of these namespaces, by the name that each has, declared or not',
    [
      ...pods,
      namespace('c', { env: 'prod' }),
      pod('c/job'),
      dbAdmits({
        from: [
          {
            namespaceSelector: {
              matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: ['b', 'c'] }],
            },
          },
        ],
      }),
    ],
    { 'b/web -> a/db TCP 80': true, 'c/job -> a/db TCP 80': true, 'a/web -> a/db TCP 80': false },
  ],
  [
    'an undeclared namespace has no other label',
    [
      ...pods,
      dbAdmits({ from: [{ namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] } }] }),
      namespace('a', { env: 'dev' }),
    ],
    { 'b/web -> a/db TCP 80': true, 'a/web -> a/db TCP 80': false },
  ],
  [
    'both selectors in one peer: and',
    [
      ...pods,
      pod('b/db'),
      dbAdmits({
        from: [
          {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } },
            podSelector: { matchLabels: { app: 'web' } },
          },
        ],
      }),
    ],
    { 'b/web -> a/db TCP 80': true, 'b/db -> a/db TCP 80': false, 'a/web -> a/db TCP 80': false },
  ],
  [
    'the selectors in two peers: or',
    [
      ...pods,
      pod('b/db'),
      pod('c/web'),
      dbAdmits({
        from: [
          { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } } },
          { podSelector: { matchLabels: { app: 'web' } } },
        ],
      }),
    ],
    { 'b/db -> a/db TCP 80': true, 'a/web -> a/db TCP 80': true, 'c/web -> a/db TCP 80': false },
  ],
  [
    'empty selectors: every pod, and no address',
    [...pods, dbAdmits({ from: [{ namespaceSelector: {}, podSelector: {} }] })],
    { 'a/web -> a/db TCP 80': true, 'b/web -> a/db TCP 80': true, '192.0.2.1 -> a/db TCP 80': false },
  ],
  [
    'matchLabels and matchExpressions: and',
    [
      db,
      pod('a/one', {}, { tier: 'front', env: 'dev' }),
      pod('a/two', {}, { tier: 'front', env: 'prod' }),
      pod('a/three', {}, { tier: 'front', env: 'dev', old: 'yes' }),
      dbAdmits({
        from: [
          {
            podSelector: {
              matchLabels: { tier: 'front' },
              matchExpressions: [
                { key: 'env', operator: 'In', values: ['dev'] },
                { key: 'old', operator: 'DoesNotExist' },
              ],
            },
          },
        ],
      }),
    ],
    { 'a/one -> a/db TCP 80': true, 'a/two -> a/db TCP 80': false, 'a/three -> a/db TCP 80': false },
  ],
  [
    'NotIn matches a missing key, In and Exists do not',
    [
      db,
      pod('a/none'),
      pod('a/dev', {}, { env: 'dev' }),
      pod('a/prod', {}, { env: 'prod' }),
      dbAdmits(
        {
          from: [{ podSelector: { matchExpressions: [{ key: 'env', operator: 'NotIn', values: ['dev'] }] } }],
          ports: [{ port: 1 }],
        },
        {
          from: [{ podSelector: { matchExpressions: [{ key: 'env', operator: 'In', values: ['dev'] }] } }],
          ports: [{ port: 2 }],
        },
        { from: [{ podSelector: { matchExpressions: [{ key: 'env', operator: 'Exists' }] } }], ports: [{ port: 3 }] },
      ),
    ],
    {
      'a/none -> a/db TCP 1': true,
      'a/dev -> a/db TCP 1': false,
      'a/prod -> a/db TCP 1': true,
      'a/none -> a/db TCP 2': false,
      'a/dev -> a/db TCP 2': true,
      'a/prod -> a/db TCP 2': false,
      'a/none -> a/db TCP 3': false,
      'a/dev -> a/db TCP 3': true,
      'a/prod -> a/db TCP 3': true,
    },
  ],
  [
    'ipBlock: addresses of its family outside the exceptions, and no pod',
    [...pods, dbAdmits({ from: [{ ipBlock: { cidr: '0.0.0.0/0', except: ['10.0.0.0/8', '192.0.2.0/24'] } }] })],
    {
      '9.255.255.255 -> a/db TCP 80': true,
      '10.0.0.0 -> a/db TCP 80': false,
      '10.255.255.255 -> a/db TCP 80': false,
      '11.0.0.0 -> a/db TCP 80': true,
      '192.0.2.1 -> a/db TCP 80': false,
      '2001:db8::1 -> a/db TCP 80': false,
      'a/web -> a/db TCP 80': false,
    },
  ],
  [
    'ipBlock: IPv6, and the host bits of a CIDR mean nothing',
    [...pods, policy('a', { policyTypes: ['Egress'], egress: [{ to: [{ ipBlock: { cidr: '2001:db8::7/32' } }] }] })],
    {
      'a/db -> 2001:db8:ffff::1 TCP 80': true,
      'a/db -> 2001:db9:: TCP 80': false,
      'a/db -> 32.1.13.184 TCP 80': false,
    },
  ],
];

const server = pod('a/server', {
  containers: [container({ name: 'http', containerPort: 8080 }, { name: 'dns', containerPort: 53, protocol: 'UDP' })],
  initContainers: [
    { ...container({ name: 'http', containerPort: 15001 }), name: 'mesh', restartPolicy: 'Always' },
    { ...container({ name: 'http', containerPort: 9999 }), name: 'migrate' },
  ],
});
const second = pod('b/server', { containers: [container({ name: 'http', containerPort: 3000 })] });

const ports: readonly Case[] = [
  [
    'a port without protocol is TCP, a protocol without port is all of its ports',
    [...pods, dbAdmits({ ports: [{ port: 80 }, { protocol: 'UDP' }] })],
    {
      'a/web -> a/db TCP 80': true,
      'a/web -> a/db TCP 81': false,
      'a/web -> a/db UDP 80': true,
      'a/web -> a/db UDP 65535': true,
      'a/web -> a/db SCTP 80': false,
    },
  ],
  [
    'an empty port is all of TCP',
    [...pods, dbAdmits({ ports: [{}] })],
    { 'a/web -> a/db TCP 1': true, 'a/web -> a/db UDP 1': false },
  ],
  [
    'endPort is inclusive',
    [...pods, dbAdmits({ ports: [{ protocol: 'SCTP', port: 100, endPort: 200 }] })],
    {
      'a/web -> a/db SCTP 99': false,
      'a/web -> a/db SCTP 100': true,
      'a/web -> a/db SCTP 200': true,
      'a/web -> a/db SCTP 201': false,
      'a/web -> a/db TCP 150': false,
    },
  ],
  [
    'from and ports of a rule: and',
    [...pods, dbAdmits({ from: [{ podSelector: {} }], ports: [{ port: 80 }] })],
    { 'a/web -> a/db TCP 80': true, 'b/web -> a/db TCP 80': false, 'a/web -> a/db TCP 81': false },
  ],
  [
    'a named port of ingress: in containers and sidecars of the subject, with the same protocol',
    [
      web,
      server,
      policy('a', {
        podSelector: { matchLabels: { app: 'server' } },
        ingress: [{ ports: [{ port: 'http' }, { port: 'dns' }] }],
      }),
    ],
    {
      'a/web -> a/server TCP 8080': true,
      'a/web -> a/server TCP 15001': true,
      'a/web -> a/server TCP 9999': false,
      'a/web -> a/server UDP 8080': false,
      'a/web -> a/server TCP 53': false,
      'a/web -> a/server UDP 53': false,
    },
  ],
  [
    'a named port of egress: of each destination its own, and of an address none',
    [
      web,
      server,
      second,
      policy('a', {
        podSelector: { matchLabels: { app: 'web' } },
        policyTypes: ['Egress'],
        egress: [{ ports: [{ port: 'http' }] }],
      }),
    ],
    {
      'a/web -> a/server TCP 8080': true,
      'a/web -> a/server TCP 3000': false,
      'a/web -> b/server TCP 3000': true,
      'a/web -> b/server TCP 8080': false,
      'a/web -> 192.0.2.1 TCP 8080': false,
    },
  ],
  [
    'v1alpha1: portNumber, portRange, and a namedPort of any protocol',
    [
      web,
      server,
      admin({
        ingress: [
          {
            action: 'Deny',
            from: [everything],
            ports: [
              { portNumber: { port: 80 } },
              { portRange: { protocol: 'UDP', start: 100, end: 102 } },
              { portRange: { start: 200, end: 201 } },
              { namedPort: 'dns' },
              { namedPort: 'http' },
            ],
          },
        ],
      }),
    ],
    {
      'a/web -> a/server TCP 80': false,
      'a/web -> a/server UDP 80': true,
      'a/web -> a/server UDP 99': true,
      'a/web -> a/server UDP 100': false,
      'a/web -> a/server UDP 102': false,
      'a/web -> a/server UDP 103': true,
      'a/web -> a/server TCP 101': true,
      'a/web -> a/server TCP 200': false,
      'a/web -> a/server UDP 200': true,
      'a/web -> a/server UDP 53': false,
      'a/web -> a/server TCP 53': true,
      'a/web -> a/server TCP 8080': false,
      'a/web -> a/server TCP 9999': true,
    },
  ],
  [
    'v1alpha2: a number, a range, a whole protocol, and a named port of any protocol',
    [
      web,
      server,
      clusterwide({
        egress: [
          {
            action: 'Deny',
            to: [everything],
            protocols: [
              { tcp: { destinationPort: { number: 80 } } },
              { udp: { destinationPort: { range: { start: 100, end: 102 } } } },
              { sctp: {} },
              { destinationNamedPort: 'dns' },
            ],
          },
        ],
      }),
    ],
    {
      'a/web -> a/server TCP 80': false,
      'a/web -> a/server TCP 81': true,
      'a/web -> a/server UDP 80': true,
      'a/web -> a/server UDP 102': false,
      'a/web -> a/server UDP 103': true,
      'a/web -> a/server SCTP 7': false,
      'a/web -> a/server UDP 53': false,
      'a/web -> a/server TCP 53': true,
    },
  ],
];

const openIngress = policy('a', { ingress: [{}] });

function on(port: number) {
  return { ports: [{ portNumber: { port } }] };
}

const tiers: readonly Case[] = [
  [
    'Deny and Allow of the admin tier stand over NetworkPolicy',
    [
      ...pods,
      policy('a', { ingress: [{ ports: [{ port: 1 }] }] }),
      admin({
        ingress: [
          { action: 'Deny', from: [everything], ...on(1) },
          { action: 'Allow', from: [everything], ...on(2) },
        ],
      }),
    ],
    { 'a/web -> a/db TCP 1': false, 'a/web -> a/db TCP 2': true, 'a/web -> a/db TCP 3': false },
  ],
  [
    'Allow of one direction does not help in the other',
    [...pods, denyIngress, admin({ egress: [{ action: 'Allow', to: [everything] }] })],
    { 'a/web -> a/db TCP 80': false, 'b/web -> a/db TCP 80': false, 'a/web -> b/web TCP 80': true },
  ],
  [
    'within a policy the first rule that matches decides',
    [
      ...pods,
      admin({
        ingress: [
          { action: 'Allow', from: [everything], ...on(80) },
          { action: 'Deny', from: [everything] },
        ],
      }),
    ],
    { 'a/web -> a/db TCP 80': true, 'a/web -> a/db TCP 81': false, '192.0.2.1 -> a/db TCP 81': true },
  ],
  [
    'Pass leaves the admin tier: NetworkPolicy where there is one, else the baseline tier',
    [
      ...pods,
      openIngress,
      admin({ priority: 1, ingress: [{ action: 'Pass', from: [everything], ...on(80) }] }),
      admin({ priority: 2, ingress: [{ action: 'Allow', from: [everything] }] }, 'later'),
      baseline({ ingress: [{ action: 'Deny', from: [everything] }] }),
    ],
    { 'b/web -> a/db TCP 80': true, 'a/web -> b/web TCP 80': false, 'a/web -> b/web TCP 81': true },
  ],
  [
    'the baseline tier is asked when the pod is not isolated in the direction alone',
    [
      ...pods,
      openIngress,
      baseline({
        ingress: [{ action: 'Deny', from: [everything] }],
        egress: [{ action: 'Deny', to: [everything], ...on(9) }],
      }),
    ],
    { 'b/web -> a/db TCP 80': true, 'b/web -> a/db TCP 9': false, 'a/db -> b/web TCP 80': false },
  ],
  [
    'NetworkPolicy denies although the baseline tier allows',
    [...pods, denyIngress, baseline({ ingress: [{ action: 'Allow', from: [everything] }] })],
    { 'b/web -> a/db TCP 80': false },
  ],
  [
    'ClusterNetworkPolicies of the baseline tier come before the BaselineAdminNetworkPolicy, and Pass is open',
    [
      ...pods,
      baseline({ ingress: [{ action: 'Deny', from: [everything] }] }),
      clusterwide({
        tier: 'Baseline',
        priority: 1000,
        ingress: [
          { action: 'Accept', from: [everything], protocols: [{ tcp: { destinationPort: { number: 1 } } }] },
          { action: 'Pass', from: [everything], protocols: [{ tcp: { destinationPort: { number: 2 } } }] },
        ],
      }),
    ],
    { 'b/web -> a/db TCP 1': true, 'b/web -> a/db TCP 2': true, 'b/web -> a/db TCP 3': false },
  ],
  [
    'the lower priority number comes first, over both kinds',
    [
      ...pods,
      admin({ priority: 7, ingress: [{ action: 'Deny', from: [everything] }] }, 'a'),
      clusterwide({ priority: 6, ingress: [{ action: 'Accept', from: [everything] }] }, 'b'),
    ],
    { 'b/web -> a/db TCP 80': true },
  ],
  [
    'at one priority the lower name comes first, in the order of text',
    [
      ...pods,
      admin({ ingress: [{ action: 'Deny', from: [everything] }] }, 'a2'),
      clusterwide({ ingress: [{ action: 'Accept', from: [everything] }] }, 'a10'),
    ],
    { 'b/web -> a/db TCP 80': true },
  ],
  [
    'at one priority and name the AdminNetworkPolicy comes first',
    [
      ...pods,
      clusterwide({ ingress: [{ action: 'Deny', from: [everything] }] }, 'a'),
      admin({ ingress: [{ action: 'Allow', from: [everything] }] }, 'a'),
    ],
    { 'b/web -> a/db TCP 80': true },
  ],
  [
    'subject and peer by namespace and pod: and',
    [
      ...pods,
      admin({
        subject: {
          pods: {
            namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'a' } },
            podSelector: { matchLabels: { app: 'db' } },
          },
        },
        ingress: [
          {
            action: 'Deny',
            from: [
              {
                pods: {
                  namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'b' } },
                  podSelector: { matchLabels: { app: 'web' } },
                },
              },
            ],
          },
        ],
      }),
    ],
    { 'b/web -> a/db TCP 80': false, 'a/web -> a/db TCP 80': true, 'b/web -> a/web TCP 80': true },
  ],
  [
    'networks: addresses, and pods when they are all addresses of both families in one peer',
    [
      ...pods,
      pod('b/host', { hostNetwork: true }),
      clusterwide({
        egress: [
          {
            action: 'Deny',
            to: [{ networks: ['0.0.0.0/0'] }, { networks: ['2001:db8::/32'] }],
            protocols: [{ tcp: { destinationPort: { number: 1 } } }],
          },
          {
            action: 'Deny',
            to: [{ networks: ['::/0', '0.0.0.0/0'] }],
            protocols: [{ tcp: { destinationPort: { number: 2 } } }],
          },
          { action: 'Deny', to: [{ nodes: {} }] },
        ],
      }),
    ],
    {
      'a/web -> 192.0.2.1 TCP 1': false,
      'a/web -> 2001:db8::1 TCP 1': false,
      'a/web -> fd00::1 TCP 1': true,
      'a/web -> b/web TCP 1': true,
      'a/web -> fd00::1 TCP 2': false,
      'a/web -> b/web TCP 2': false,
      'a/web -> b/host TCP 2': false,
      'a/web -> b/host TCP 3': true,
      'a/web -> 192.0.2.1 TCP 3': true,
    },
  ],
];

const host = pod('a/host', { hostNetwork: true });

const hostNetwork: readonly Case[] = [
  [
    'NetworkPolicy holds for pods in the host network, as subject and as peer',
    [
      web,
      host,
      policy('a', {
        policyTypes: ['Ingress'],
        ingress: [{ from: [{ podSelector: { matchLabels: { app: 'host' } } }] }],
      }),
    ],
    { 'a/web -> a/host TCP 80': false, 'a/host -> a/web TCP 80': true },
  ],
  [
    'the other kinds select none, neither as subject nor as peer',
    [
      ...pods,
      host,
      admin({
        ingress: [{ action: 'Deny', from: [everything] }],
        egress: [{ action: 'Deny', to: [{ pods: { podSelector: {} } }] }],
      }),
      baseline({ ingress: [{ action: 'Deny', from: [everything] }] }),
    ],
    { 'a/web -> a/host TCP 80': true, 'a/host -> a/web TCP 80': true, 'a/web -> a/db TCP 80': false },
  ],
];

const groups = { isolation, peers, ports, tiers, 'host network': hostNetwork };

describe.each(Object.entries(groups))('the naive evaluator: %s', (_, cases) => {
  it.each(cases)('%s', (_, objects, verdicts) => {
    const found = Object.keys(verdicts).map((text) => [text, isAllowed({ objects }, packet(text))]);
    expect(Object.fromEntries(found)).toEqual(verdicts);
  });
});

// ---------------------------------------------------------------------------------------------------------------------
// The random clusters themselves

describe('random clusters', () => {
  it('print and parse back', () => {
    fc.assert(
      fc.property(cluster, (cluster) => {
        const parsed = parseAllDocuments(toYaml(cluster)).map((document) => document.toJS() as unknown);
        expect(parsed).toStrictEqual(cluster.objects);
      }),
      { numRuns: 12 },
    );
  });

  it('give the same packets each time, both allowed and denied', () => {
    const verdicts: boolean[] = [];
    fc.assert(
      fc.property(cluster, (cluster) => {
        const packets = packetsIn(cluster);
        expect(JSON.stringify(packetsIn(cluster))).toBe(JSON.stringify(packets));
        expect(packets.length).toBeLessThanOrEqual(3000);
        verdicts.push(...packets.map((packet) => isAllowed(cluster, packet)));
      }),
      { numRuns: 20, seed: 1 },
    );
    const allowed = verdicts.filter((verdict) => verdict).length / verdicts.length;
    expect(allowed).toBeGreaterThan(0.2);
    expect(allowed).toBeLessThan(0.8);
  });
});
