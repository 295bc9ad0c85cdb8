import * as fc from 'fast-check';

/** Plain data that becomes YAML; keys with undefined are left out. */
export interface Tree {
  readonly [key: string]: unknown;
}

const names = ['web', 'api', 'db'] as const;
const namespaces = ['shop', 'ops', 'default'] as const;
const labelKeys = ['app', 'tier', 'app.kubernetes.io/name', 'x'] as const;
const texts = ['web', 'api', 'v1', '1', 'true', ''] as const;
const images = ['nginx', 'nginx:1.0', 'nginx:1.0@sha256:abc', 'repo.example:5000/nginx:1.0', 'api', 'api@sha256:abc'];

/** The value of the arbitrary, once in so many times; undefined else. */
export function sometimes<T>(arbitrary: fc.Arbitrary<T>, oneIn = 3): fc.Arbitrary<T | undefined> {
  return fc.oneof({ weight: oneIn - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

export const name = fc.constantFrom(...names);
export const namespace = fc.constantFrom(...namespaces);
export const text = fc.constantFrom(...texts);
export const image = fc.constantFrom(...images);
export const labels: fc.Arbitrary<Tree> = fc.dictionary(fc.constantFrom(...labelKeys), text, { maxKeys: 3 });
export const someLabels: fc.Arbitrary<Tree> = fc.dictionary(fc.constantFrom(...labelKeys), text, {
  minKeys: 1,
  maxKeys: 3,
});
const portNumber = fc.constantFrom(80, 8080, 9090);
const portName = fc.constantFrom('http', 'admin');
const protocol = fc.constantFrom('TCP', 'UDP');

const envSource = fc.oneof(
  fc.record({ configMapKeyRef: fc.record({ name, key: fc.constant('url') }) }),
  fc.record({ secretKeyRef: fc.record({ name, key: fc.constant('url') }) }),
);
export const envEntry: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({
    name: fc.constantFrom('A', 'B'),
    value: fc.constantFrom('http://$(WEB_HOST)/', '$(WEB_HOST)', '$(OTHER)', '$$(WEB_HOST)', '1', 'web'),
  }),
  fc.record({ name: fc.constantFrom('A', 'B'), valueFrom: envSource }),
);
const envFrom: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ configMapRef: fc.record({ name }) }),
  fc.record({ secretRef: fc.record({ name }) }),
);
export const containerPort: fc.Arbitrary<Tree> = fc.record({
  containerPort: portNumber,
  name: sometimes(portName),
  protocol: sometimes(protocol),
});
const container: fc.Arbitrary<Tree> = fc.record({
  name: fc.constantFrom('main', 'side'),
  image,
  ports: sometimes(fc.array(containerPort, { maxLength: 3 })),
  env: sometimes(fc.array(envEntry, { maxLength: 2 })),
  envFrom: sometimes(fc.array(envFrom, { maxLength: 2 })),
  args: sometimes(fc.array(fc.constantFrom('--host=$(WEB_HOST)', '-v', '$(WEB_HOST)'), { maxLength: 2 })),
});
const volume: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ name: fc.constant('config'), configMap: fc.record({ name }) }),
  fc.record({ name: fc.constant('secret'), secret: fc.record({ secretName: name }) }),
  fc.record({
    name: fc.constant('both'),
    projected: fc.record({
      sources: fc.array(
        fc.oneof(fc.record({ configMap: fc.record({ name }) }), fc.record({ secret: fc.record({ name }) })),
        { maxLength: 2 },
      ),
    }),
  }),
);
const spread = fc.record({ topologyKey: fc.constant('zone'), labelSelector: fc.record({ matchLabels: labels }) });
const podSpec: fc.Arbitrary<Tree> = fc.record({
  containers: fc.uniqueArray(container, { minLength: 1, maxLength: 2, selector: ({ name: of }) => of }),
  initContainers: sometimes(fc.array(container, { maxLength: 1 }), 5),
  volumes: sometimes(fc.uniqueArray(volume, { maxLength: 2, selector: ({ name: of }) => of })),
  imagePullSecrets: sometimes(fc.array(fc.record({ name }), { maxLength: 2 }), 5),
  topologySpreadConstraints: sometimes(fc.array(spread, { maxLength: 1 }), 6),
  affinity: sometimes(
    fc.record({
      podAntiAffinity: fc.record({
        requiredDuringSchedulingIgnoredDuringExecution: fc.array(spread, { maxLength: 1 }),
      }),
    }),
    6,
  ),
});
const template: fc.Arbitrary<Tree> = fc.record({
  metadata: sometimes(fc.record({ labels: sometimes(labels, 2), annotations: sometimes(labels, 4) }), 2),
  spec: podSpec,
});
const selector = fc.record({
  matchLabels: sometimes(labels, 2),
  matchExpressions: sometimes(
    fc.array(fc.record({ key: fc.constant('tier'), operator: fc.constant('Exists') }), { maxLength: 1 }),
    5,
  ),
});
export const servicePort: fc.Arbitrary<Tree> = fc.record({
  port: portNumber,
  name: sometimes(portName, 2),
  protocol: sometimes(protocol),
  targetPort: sometimes(fc.oneof(portName, portNumber), 2),
});
const backendV1 = fc.record({
  service: fc.record({ name, port: fc.oneof(fc.record({ number: portNumber }), fc.record({ name: portName })) }),
});
const backendBeta = fc.record({ serviceName: name, servicePort: portNumber });

function ingressSpec(backend: fc.Arbitrary<Tree>, ofAll: string): fc.Arbitrary<Tree> {
  const path = fc.record({ path: fc.constantFrom('/', '/api'), pathType: fc.constant('Prefix'), backend });
  const rule = fc.record({
    host: sometimes(fc.constantFrom('shop.example', '$(WEB_HOST)'), 2),
    http: sometimes(fc.record({ paths: fc.array(path, { maxLength: 2 }) }), 2),
  });
  const tls = fc.record({ hosts: sometimes(fc.array(fc.constant('shop.example'))), secretName: sometimes(name, 2) });
  return fc.record({
    ingressClassName: sometimes(fc.constant('nginx')),
    [ofAll]: sometimes(backend),
    tls: sometimes(fc.array(tls, { maxLength: 2 })),
    rules: sometimes(fc.array(rule, { maxLength: 2 }), 2),
  });
}

const peer: fc.Arbitrary<Tree> = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: fc.record({ cidr: fc.constant('10.0.0.0/8') }) }),
);
const policyPorts = sometimes(
  fc.array(fc.record({ port: fc.oneof(portNumber, portName), protocol: sometimes(protocol) }), { maxLength: 2 }),
);
const policySpec: fc.Arbitrary<Tree> = fc.record({
  podSelector: selector,
  policyTypes: sometimes(fc.uniqueArray(fc.constantFrom('Ingress', 'Egress'))),
  ingress: sometimes(
    fc.array(fc.record({ from: sometimes(fc.array(peer, { maxLength: 2 })), ports: policyPorts }), { maxLength: 2 }),
  ),
  egress: sometimes(
    fc.array(fc.record({ to: sometimes(fc.array(peer, { maxLength: 2 })), ports: policyPorts }), { maxLength: 2 }),
  ),
});
const data: fc.Arbitrary<Tree> = fc.dictionary(
  fc.constantFrom('url', 'port', 'a.conf'),
  fc.constantFrom('http://web', '80', 'x\ny\n', ''),
  { maxKeys: 2 },
);
const replicas = sometimes(fc.integer({ min: 0, max: 3 }), 2);

type Body = fc.Arbitrary<Tree>;

/** What may stand beside `metadata`, by kind. */
const bodies: readonly (readonly [apiVersion: string, kind: string, weight: number, body: Body])[] = [
  ['apps/v1', 'Deployment', 6, fc.record({ spec: fc.record({ replicas, selector, template }) })],
  [
    'apps/v1',
    'StatefulSet',
    2,
    fc.record({
      spec: fc.record({
        replicas,
        serviceName: sometimes(name, 2),
        selector,
        template,
        volumeClaimTemplates: sometimes(
          fc.array(
            fc.record({
              metadata: fc.record({ name: fc.constant('data'), labels: sometimes(labels) }),
              spec: fc.constant({ accessModes: ['ReadWriteOnce'] }),
            }),
            { maxLength: 1 },
          ),
        ),
      }),
    }),
  ],
  ['apps/v1', 'DaemonSet', 1, fc.record({ spec: fc.record({ selector, template }) })],
  ['v1', 'Pod', 1, fc.record({ spec: podSpec })],
  ['batch/v1', 'Job', 1, fc.record({ spec: fc.record({ template, selector: sometimes(selector) }) })],
  [
    'batch/v1',
    'CronJob',
    1,
    fc.record({
      spec: fc.record({
        schedule: fc.constant('0 * * * *'),
        jobTemplate: fc.record({ spec: fc.record({ template }), metadata: sometimes(fc.record({ labels })) }),
      }),
    }),
  ],
  [
    'v1',
    'Service',
    6,
    fc.record({
      spec: fc.record({
        type: sometimes(fc.constantFrom('ClusterIP', 'NodePort')),
        selector: sometimes(labels, 2),
        ports: sometimes(fc.array(servicePort, { maxLength: 2 }), 2),
      }),
    }),
  ],
  ['networking.k8s.io/v1', 'Ingress', 3, fc.record({ spec: ingressSpec(backendV1, 'defaultBackend') })],
  ['extensions/v1beta1', 'Ingress', 1, fc.record({ spec: ingressSpec(backendBeta, 'backend') })],
  ['networking.k8s.io/v1', 'NetworkPolicy', 3, fc.record({ spec: policySpec })],
  ['v1', 'ConfigMap', 3, fc.record({ data: sometimes(data, 2) })],
  ['v1', 'Secret', 2, fc.record({ type: sometimes(fc.constant('Opaque')), stringData: sometimes(data, 2) })],
  ['v1', 'Namespace', 1, fc.constant({})],
];

/** A resource of any of the kinds that networking reads. Of others nobody knows whether they are there, so kubectl refuses more. */
export const resource: fc.Arbitrary<Tree> = fc.oneof(
  ...bodies.map(([apiVersion, kind, weight, body]) => ({
    weight,
    arbitrary: fc
      .record({
        name: kind === 'Namespace' ? namespace : name,
        namespace: kind === 'Namespace' ? fc.constant(undefined) : sometimes(namespace, 4),
        labels: sometimes(labels, 2),
        annotations: sometimes(
          fc.dictionary(fc.constantFrom('note', 'nginx.ingress.kubernetes.io/auth-secret'), name, { maxKeys: 2 }),
          4,
        ),
        body,
      })
      .map(({ body: rest, ...metadata }): Tree => ({ apiVersion, kind, metadata, ...rest })),
  })),
);
