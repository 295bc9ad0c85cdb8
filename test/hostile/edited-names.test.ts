import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import type { Resource } from '../../server/core/manifest/resource';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { rules } from '../../server/core/rules/index';
import { defaultSettings } from '../../server/core/settings';

/** Rules that remember what they found of names, containers and Services from one check to the next. */
const remembering: ReadonlySet<string> = new Set([
  ...['dns-name-blocked', 'dns-name-unresolved', 'dns-port-unmatched', 'host-network-dns-policy'],
  ...['policy-egress-blocks-dns', 'container-port-invalid', 'probe-port-unmatched', 'service-port-invalid'],
  ...['service-type-field-ignored', 'service-scaled-to-zero', 'service-selects-several-workloads'],
  'api-version-removed',
]);

const meta = (name: string, namespace = 'shop'): string => `metadata: { name: ${name}, namespace: ${namespace} }`;

const pod = (name: string, container: string, spec = '', namespace?: string): string =>
  `{ apiVersion: apps/v1, kind: Deployment, ${meta(name, namespace)}, spec: { selector: { matchLabels: { app: ${name} } }, template: { metadata: { labels: { app: ${name} } }, spec: { ${spec} containers: [{ name: c, image: i, ${container} }] } } } }`;
const service = (name: string, spec: string, namespace?: string): string =>
  `{ apiVersion: v1, kind: Service, ${meta(name, namespace)}, spec: { selector: { app: ${name} }, ${spec} } }`;
const configMap = (name: string, data: string): string =>
  `{ apiVersion: v1, kind: ConfigMap, ${meta(name)}, data: { ${data} } }`;
const policy = (name: string, spec: string, namespace?: string): string =>
  `{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, ${meta(name, namespace)}, spec: { ${spec} } }`;

const asks = `env: [{ name: HOST, valueFrom: { configMapKeyRef: { name: where, key: host } } }, { name: API_URL, value: 'http://$(HOST):8080/' }]`;
const toWeb = `env: [{ name: WEB_URL, value: 'http://web:80/' }]`;
const dns = `{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }], ports: [{ protocol: UDP, port: 53 }] }`;

/** What may stand in each file of the scope. */
const contents: Readonly<Record<string, readonly string[]>> = {
  'caller.yaml': [
    pod('caller', asks),
    pod('caller', toWeb),
    pod('caller', asks, 'hostNetwork: true,'),
    pod('caller', asks, `hostAliases: [{ ip: 10.0.0.1, hostnames: [api] }],`),
    pod('caller', `env: [{ name: POD_URL, value: 'http://first.api:9/' }]`),
    pod('caller', `env: [{ name: A, value: 'http://api.backend.svc/' }, { name: B, value: 'api.othr:8080' }]`),
    pod('caller', 'envFrom: [{ configMapRef: { name: where } }]'),
    pod('caller', 'envFrom: [{ configMapRef: { name: where } }]', 'dnsPolicy: Default,'),
    pod('caller', `${toWeb}, ports: [{ name: http, containerPort: 80 }], livenessProbe: { httpGet: { port: htpp } }`),
    `${pod('caller', asks)}\n---\n${pod('again', toWeb)}`,
  ],
  'where.yaml': [
    configMap('where', 'host: api'),
    configMap('where', 'host: apii, other: http://web.shop.svc:81'),
    configMap('where', 'host: api, web: http://web:80/'),
    configMap('where', 'host: api, web: http://web:81/'),
    configMap('where', 'url: http://api.other.svc/'),
  ],
  'api.yaml': [
    pod('api', 'ports: [{ name: http, containerPort: 8080 }]'),
    pod('api', 'ports: [{ name: HTTP_PORT, containerPort: 8080 }, { containerPort: 70000 }]'),
    pod('api', 'ports: [{ containerPort: 9090 }]'),
    `{ apiVersion: apps/v1, kind: Deployment, ${meta('api')}, spec: { replicas: 0, template: { metadata: { labels: { app: api } }, spec: { containers: [{ name: c, image: i }] } } } }`,
    `${pod('api', 'ports: [{ containerPort: 8080 }]')}\n---\n{ apiVersion: v1, kind: Pod, metadata: { name: twin, namespace: shop, labels: { app: api } }, spec: { containers: [{ name: c, image: other, ports: [{ containerPort: 1 }] }] } }`,
  ],
  'api-service.yaml': [
    service('api', 'ports: [{ port: 8080 }]'),
    service('api', 'ports: [{ port: 80, targetPort: 8080 }]'),
    service('api', 'clusterIP: None, ports: [{ port: 8080 }]'),
    service('api', 'ports: [{ port: 8080, targetPort: HTTP_PORT }]'),
    service('api', 'loadBalancerIP: 10.0.0.1, ports: [{ port: 8080 }, { port: 8080 }]'),
    service('api', ''),
  ],
  'web.yaml': [
    `${pod('web', 'ports: [{ containerPort: 80 }]')}\n---\n${service('web', 'ports: [{ port: 80 }]')}`,
    `${pod('web', toWeb)}\n---\n${service('web', 'ports: [{ port: 81, targetPort: 80 }]')}`,
    service('web', 'ports: [{ port: 80 }]'),
    service('api', 'ports: [{ port: 8080 }]', 'other'),
  ],
  'policies.yaml': [
    policy('deny', 'podSelector: {}, policyTypes: [Ingress]'),
    policy('egress', 'podSelector: { matchLabels: { app: caller } }, policyTypes: [Egress]'),
    policy('egress', `podSelector: { matchLabels: { app: caller } }, policyTypes: [Egress], egress: [${dns}]`),
    policy(
      'egress',
      `podSelector: { matchLabels: { app: caller } }, egress: [{ to: [{ ipBlock: { cidr: 203.0.113.10/32 } }] }]`,
    ),
    policy(
      'egress',
      `podSelector: { matchLabels: { app: caller } }, policyTypes: [Egress], egress: [{ ports: [{ port: 53 }] }]`,
    ),
    `${policy('deny', 'podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress]')}\n---\n${policy('open', 'podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: caller } } }] }]')}`,
  ],
  'dns.yaml': [
    `{ apiVersion: apps/v1, kind: Deployment, ${meta('dns', 'kube-system')}, spec: { template: { metadata: { labels: { k8s-app: kube-dns } }, spec: { containers: [{ name: c, image: i }] } } } }`,
    `{ apiVersion: v1, kind: Namespace, metadata: { name: kube-system } }`,
    `{ apiVersion: v1, kind: Namespace, metadata: { name: backend } }`,
    `{ apiVersion: networking.k8s.io/v1, kind: ServiceCIDR, metadata: { name: kubernetes }, spec: { cidrs: [203.0.113.0/24] } }`,
    `{ apiVersion: networking.k8s.io/v1beta1, kind: Ingress, ${meta('old')}, spec: {} }`,
  ],
  'dns-policy.yaml': [
    policy('closed', 'podSelector: {}, policyTypes: [Ingress]', 'kube-system'),
    policy('open', 'podSelector: {}, ingress: [{}]', 'kube-system'),
  ],
  'first.yaml': [service('first', 'ports: [{ port: 80 }]', 'api')],
};

/** What another scope may hold. */
const neighbour: readonly string[] = [service('api', 'ports: [{ port: 8080 }]'), service('apii', 'ports: []', 'other')];

/** One reading of each text, so that what is restored is the same objects: what a rendering keeps is that, too. */
const readings = new Map<string, readonly Resource[]>();

function read(file: string, text: string, anew: boolean): readonly Resource[] {
  const uri = `file:///${file}`;
  const key = `${uri} ${text}`;
  const known = anew ? undefined : readings.get(key);
  const resources = known ?? readManifest(uri, text).resources;
  readings.set(key, resources);
  return resources;
}

interface Step {
  readonly file: string;
  /** Undefined: the file goes. */
  readonly text: string | undefined;
  readonly anew: boolean;
}

const stepIn = (file: string): fc.Arbitrary<Step> =>
  fc.record({
    file: fc.constant(file),
    text: fc.option(fc.constantFrom(...(contents[file] ?? neighbour)), { nil: undefined, freq: 6 }),
    anew: fc.boolean(),
  });

/** Every file once, then edits. */
const steps: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.tuple(...Object.keys(contents).map(stepIn)),
    fc.array(fc.constantFrom(...Object.keys(contents), 'neighbour.yaml').chain(stepIn), { maxLength: 15 }),
  )
  .map(([first, edits]) => [...first, ...edits]);

interface Scopes {
  readonly own: NetworkModel;
  readonly other: NetworkModel;
}

function createScopes(): Scopes {
  const models: NetworkModel[] = [];
  const create = (name: string): NetworkModel =>
    createModel({ name, kind: 'directory', root: 'file:///', complete: true, files: [] }, models);
  models.push(create('own'), create('other'));
  const [own, other] = models as [NetworkModel, NetworkModel];
  return { own, other };
}

function put({ own, other }: Scopes, { file, text, anew }: Step): void {
  const resources = text === undefined ? [] : read(file, text, anew);
  replaceFile(file === 'neighbour.yaml' ? other : own, `file:///${file}`, resources, false);
}

/** Everything that is reported, in one order. */
function reported({ own }: Scopes): readonly string[] {
  const found: string[] = [];
  for (const rule of rules) {
    if (!remembering.has(rule.id)) continue;
    rule.check(
      own,
      ({ resource, at, message, severity, related, data }) => {
        const places = related?.map((one) => `${one.resource.file} ${one.message}`).sort();
        found.push(JSON.stringify([rule.id, resource.file, at?.start, message, severity, places, data]));
      },
      defaultSettings,
    );
  }
  return found.sort();
}

test('after any edits, names, containers and Services are judged as if read for the first time', () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(steps, (all) => {
      const edited = createScopes();
      let now: readonly Step[] = [];
      for (const one of all) {
        put(edited, one);
        now = [...now.filter(({ file }) => file !== one.file), one];
        const fresh = createScopes();
        for (const each of now) put(fresh, { ...each, anew: true });
        const expected = reported(fresh);
        expect(reported(edited)).toEqual(expected);
        expect(reported(edited), 'asked again').toEqual(expected);
        for (const line of expected) told.add((JSON.parse(line) as [string])[0]);
      }
    }),
    { numRuns: 150 },
  );
  // What is never reported would be the same, whatever is remembered.
  expect([...told].sort()).toEqual([...remembering].sort());
}, 60_000);
