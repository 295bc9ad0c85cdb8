import fc from 'fast-check';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** What stands in manifests where something else should, and whatever JSON there is; `{{` alone would make a template of the file. */
const junk: fc.Arbitrary<Json> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom<Json>(
      null,
      true,
      0,
      80,
      70000,
      1.5,
      '',
      'web',
      'my web',
      'TCP',
      'tcp',
      'In',
      'Exists',
      '80',
      '10.0.0.0/8',
      '::/0',
      'Egress',
      [],
      {},
      [null],
      [{}],
      ['web'],
    ),
  },
  {
    weight: 1,
    arbitrary: (fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<Json>).filter(
      (value) => !JSON.stringify(value).includes('{{'),
    ),
  },
);

/** Values that the API server takes, and now and then one that it refuses. */
function mostly<T extends Json>(right: readonly T[], wrong: readonly T[]): fc.Arbitrary<T> {
  return fc.oneof(
    { weight: 40, arbitrary: fc.constantFrom(...right) },
    { weight: 1, arbitrary: fc.constantFrom(...wrong) },
  );
}

/** An object with some of these fields, or all, and those of `required` always. */
function object(
  fields: Readonly<Record<string, fc.Arbitrary<Json>>>,
  ...required: readonly string[]
): fc.Arbitrary<Json> {
  return fc.record(fields, { requiredKeys: [...required], noNullPrototype: true });
}

function upTo(maxLength: number, item: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc.array(item, { maxLength });
}

const labelKey = mostly(['app', 'example.com/app', 'a_b.c', 'A'], ['-app', 'a/b/c', '', 'Example.com/app']);
const labelValue = mostly(['web', '', 'A-1', 'x'.repeat(63)], ['no!', 'x'.repeat(64), '-']);
const expression = fc.oneof(
  object(
    { key: labelKey, operator: mostly(['In', 'NotIn'], ['Exists', 'in']), values: mostly([['web'], ['a', 'b']], [[]]) },
    'key',
    'operator',
    'values',
  ),
  object(
    { key: labelKey, operator: mostly(['Exists', 'DoesNotExist'], ['In', 'Is']), values: mostly([[]], [['a']]) },
    'key',
    'operator',
  ),
);
const selector = object({
  matchLabels: fc.tuple(labelKey, labelValue).map(([key, value]) => ({ [key]: value })),
  matchExpressions: upTo(1, expression),
});
const cidr = mostly(
  ['10.0.0.0/8', '10.1.0.0/16', '2001:db8::/32', '::/0', '10.0.0.1/32'],
  ['10.0.0.0/33', '10.0.0.0', '::/129', '010.0.0.0/8', 'fe80::%1/64', ''],
);
const networkPeer = fc.oneof(
  object({ podSelector: selector, namespaceSelector: selector }, 'podSelector'),
  object({ namespaceSelector: selector }, 'namespaceSelector'),
  object({ ipBlock: object({ cidr, except: upTo(1, cidr) }, 'cidr') }, 'ipBlock'),
);
const protocol = mostly(['TCP', 'UDP', 'SCTP'], ['ICMP', 'tcp', '']);
const networkPort = fc.oneof(
  object({
    protocol,
    port: mostly<string | number>([80, 65535, 1, 'web', 'web-80', '8a'], [0, 65536, '80', '-web', 'a--b', 'WEB', '']),
  }),
  object(
    {
      protocol,
      port: mostly<string | number>([80, 8080], ['web', 'sixteen-letters-']),
      endPort: mostly<string | number>([8080, 9000], [79, 65536, '90']),
    },
    'port',
  ),
);
const ports = upTo(2, networkPort);

/** Specs of NetworkPolicies, most of them well-formed. */
export const networkSpec = object({
  podSelector: selector,
  policyTypes: upTo(2, mostly(['Ingress', 'Egress'], ['ingress'])),
  ingress: upTo(2, object({ from: upTo(2, networkPeer), ports })),
  egress: upTo(2, object({ to: upTo(2, networkPeer), ports })),
});

/** A value with one of its parts, or all of it, replaced. */
export function mutated(spec: fc.Arbitrary<Json>): fc.Arbitrary<Json> {
  return fc
    .tuple(spec, fc.array(fc.nat(5), { maxLength: 6 }), junk)
    .map(([value, path, part]) => replaced(value, path, part));
}

function replaced(value: Json, [step, ...path]: readonly number[], part: Json): Json {
  if (step === undefined || value === null || typeof value !== 'object') return part;
  if (Array.isArray(value))
    return value.length === 0
      ? part
      : (value as readonly Json[]).map((item, index) =>
          index === step % value.length ? replaced(item, path, part) : item,
        );
  const keys = Object.keys(value);
  if (keys.length === 0) return part;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      key === keys[step % keys.length] ? replaced(item, path, part) : item,
    ]),
  );
}

const all = { namespaces: {} };

/** One of each kind with everything in it, and nothing wrong. */
export const validAdminSpecs = {
  AdminNetworkPolicy: {
    priority: 5,
    subject: { pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: 'web' } } } },
    ingress: [
      {
        name: 'x',
        action: 'Allow',
        from: [all, { pods: { namespaceSelector: {}, podSelector: {} } }],
        ports: [{ portNumber: { protocol: 'TCP', port: 80 } }, { namedPort: 'web' }],
      },
    ],
    egress: [
      {
        action: 'Pass',
        to: [{ networks: ['10.0.0.0/8'] }, { nodes: {} }, { domainNames: ['a.example'] }],
        ports: [{ portRange: { start: 1, end: 9 } }],
      },
    ],
  },
  BaselineAdminNetworkPolicy: {
    subject: all,
    ingress: [{ action: 'Deny', from: [all], ports: [{ portNumber: { port: 80 } }] }],
    egress: [{ action: 'Allow', to: [all] }],
  },
  ClusterNetworkPolicy: {
    tier: 'Admin',
    priority: 5,
    subject: all,
    ingress: [
      {
        action: 'Accept',
        from: [{ pods: { podSelector: {} } }],
        protocols: [{ tcp: { destinationPort: { number: 80 } } }, { destinationNamedPort: 'web' }],
      },
    ],
    egress: [
      {
        action: 'Deny',
        to: [{ networks: ['::/0'] }],
        protocols: [{ udp: { destinationPort: { range: { start: 1, end: 9 } } } }],
      },
    ],
  },
} as const satisfies Readonly<Record<string, Json>>;
