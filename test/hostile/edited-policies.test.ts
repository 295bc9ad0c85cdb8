import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { rules } from '../../server/core/rules/index';
import { defaultSettings } from '../../server/core/settings';

/** Rules that remember from one check to the next what they found in order, or what a namespace holds. */
const remembering = [
  'namespace-without-default-deny',
  'policy-allows-all',
  'policy-cidr-invalid',
  'policy-half-open',
  'policy-host-network',
  'policy-peer-unmatched',
  'policy-port-unmatched',
  'policy-selector-unmatched',
  'route-blocked',
  'service-port-unmatched',
  'service-selector-unmatched',
  'service-unreachable',
  'workload-not-isolated',
];

interface Pods {
  readonly namespace: string;
  readonly labels: string;
  readonly ports?: string;
  readonly host?: boolean;
  /** Without an image it looks like a patch. */
  readonly part?: boolean;
}

function deployment(
  name: string,
  { namespace, labels, ports = '[{name: http, containerPort: 8080}]', host = false, part = false }: Pods,
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: {name: ${name}, namespace: ${namespace}}
spec:
  selector: {matchLabels: ${labels}}
  template:
    metadata: {labels: ${labels}}
    spec: {hostNetwork: ${host}, containers: [{name: main, ${part ? '' : 'image: main, '}ports: ${ports}}]}
`;
}

function service(name: string, spec: string): string {
  return `apiVersion: v1\nkind: Service\nmetadata: {name: ${name}, namespace: shop}\nspec: ${spec}\n`;
}

function policy(name: string, namespace: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n`;
}

function namespace(name: string, labels: string): string {
  return `apiVersion: v1\nkind: Namespace\nmetadata: {name: ${name}, labels: ${labels}}\n`;
}

const web = '{app: web}';
const api = '{app: api}';
const nginx = '{app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller}';

/** What may stand in each file; every one may also be empty. */
const contents: Readonly<Record<string, readonly string[]>> = {
  'web.yaml': [
    deployment('web', { namespace: 'shop', labels: web }),
    deployment('web', { namespace: 'shop', labels: '{app: wbe}' }),
    deployment('web', { namespace: 'shop', labels: web, ports: '[{name: web, containerPort: 80}]' }),
    deployment('web', { namespace: 'shop', labels: web, host: true }),
    deployment('web', { namespace: 'shop', labels: web, part: true }),
    deployment('web', { namespace: 'other', labels: web }),
  ],
  'canary.yaml': [deployment('canary', { namespace: 'shop', labels: '{app: web, track: canary}' })],
  'api.yaml': [
    deployment('api', { namespace: 'shop', labels: api }),
    deployment('api', { namespace: 'shop', labels: api, ports: '[]' }),
    deployment('api', { namespace: 'other', labels: api }),
  ],
  'service.yaml': [
    service('web', `{selector: ${web}, ports: [{port: 80, targetPort: http}]}`),
    service('web', `{selector: ${web}, ports: [{port: 80, targetPort: 8080}]}`),
    service('web', `{selector: {app: wbe}, ports: [{port: 80, targetPort: 8081}]}`),
    service('api', `{clusterIP: None, selector: ${api}, ports: [{port: 80, targetPort: 8080}]}`),
  ],
  'web-policy.yaml': [
    policy(
      'web',
      'shop',
      `{podSelector: {matchLabels: ${web}}, ingress: [{from: [{podSelector: {matchLabels: ${api}}}]}]}`,
    ),
    policy('web', 'shop', `{podSelector: {matchLabels: ${web}}, ingress: [{ports: [{port: 80}]}]}`),
    policy('web', 'shop', `{podSelector: {matchLabels: ${web}}, ingress: [{ports: [{port: htpp}]}]}`),
    policy('web', 'shop', `{podSelector: {matchLabels: ${web}}, ingress: []}`),
    policy(
      'web',
      'shop',
      `{podSelector: {matchLabels: ${web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: other}}}]}]}`,
    ),
    policy(
      'web',
      'shop',
      `{podSelector: {matchLabels: ${web}}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: edge}}, podSelector: {matchLabels: ${nginx}}}], ports: [{port: 8080}]}]}`,
    ),
  ],
  'api-policy.yaml': [
    policy('api', 'shop', `{podSelector: {matchLabels: ${api}}, policyTypes: [Egress], egress: []}`),
    policy('api', 'shop', `{podSelector: {matchLabels: ${api}}, egress: [{ports: [{port: 53, protocol: UDP}]}]}`),
    policy('api', 'other', `{podSelector: {}, policyTypes: [Egress], egress: []}`),
    policy(
      'api',
      'shop',
      `{podSelector: {matchLabels: ${api}}, egress: [{to: [{podSelector: {matchLabels: ${web}}}]}]}`,
    ),
    policy('api', 'other', `{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: edeg}}}]}]}`),
    policy(
      'api',
      'shop',
      `{podSelector: {}, egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0}}]}, {to: [{ipBlock: {cidr: 10.0.0.1/8}}]}]}`,
    ),
    policy(
      'api',
      'shop',
      `{podSelector: {matchLabels: {app: ipa}}, ingress: [{from: [{podSelector: {matchLabels: ${web}}}, {namespaceSelector: {}}]}]}`,
    ),
  ],
  'admin.yaml': [
    `apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: closed}
spec: {priority: 1, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}
`,
  ],
  'namespaces.yaml': [`${namespace('shop', '{team: shop}')}---\n${namespace('other', '{team: other}')}`],
  'edge.yaml': [
    namespace('edge', '{team: edge}'),
    namespace('edge', '{team: other}'),
    `${namespace('edge', '{team: edge}')}---\n${deployment('nginx', { namespace: 'edge', labels: nginx })}`,
    deployment('nginx', { namespace: 'edge', labels: nginx }),
  ],
  'ingress.yaml': [
    `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec:
  ingressClassName: nginx
  rules: [{http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web, port: {number: 80}}}}]}}]
`,
  ],
};

const paths = Object.keys(contents);

/** Comments alone change every place, and make every resource of a file a new one. */
const edit = fc.constantFrom(...paths).chain((path) =>
  fc.record({
    path: fc.constant(path),
    text: fc.constantFrom('', ...(contents[path] ?? [])),
    comment: fc.constantFrom('', '# a comment\n'),
    broken: fc.nat(9).map((chance) => chance === 0),
  }),
);

type Edit = typeof edit extends fc.Arbitrary<infer T> ? T : never;

function put(model: NetworkModel, { path, text, comment, broken }: Edit): void {
  const uri = `file:///${path}`;
  replaceFile(model, uri, readManifest(uri, comment + text).resources, broken);
}

function emptyModel(): NetworkModel {
  const files = paths.map((path) => `file:///${path}`);
  return createModel({ name: 'test', kind: 'directory', root: 'file:///', complete: true, files }, []);
}

function findings(model: NetworkModel): readonly string[] {
  const found: string[] = [];
  for (const rule of rules.filter(({ id }) => remembering.includes(id))) {
    rule.check(
      model,
      ({ resource, at, message, severity, related = [], data }) => {
        const links = related.map((link) => [link.resource.file, link.at?.start, link.message]);
        found.push(JSON.stringify([rule.id, resource.file, at?.start, at?.end, severity, message, links, data]));
      },
      defaultSettings,
    );
  }
  return found.sort();
}

test('after any edits, policies, Services and routes are judged as if read for the first time', () => {
  const told = new Set<string>();
  fc.assert(
    fc.property(fc.array(fc.tuple(edit, fc.boolean()), { minLength: 20, maxLength: 60 }), (edits) => {
      const edited = emptyModel();
      const last = new Map<string, Edit>();
      for (const [one, look] of edits) {
        put(edited, one);
        last.set(one.path, one);
        // Some states nobody looks at.
        if (!look) continue;
        const fresh = emptyModel();
        for (const path of paths) put(fresh, last.get(path) ?? { path, text: '', comment: '', broken: false });
        const found = findings(edited);
        for (const text of found) told.add((JSON.parse(text) as [string])[0]);
        expect(found).toEqual(findings(fresh));
        expect(findings(edited)).toEqual(found);
      }
    }),
    { numRuns: 60 },
  );
  // What is never reported would be the same, whatever is remembered.
  expect([...told].sort()).toEqual(remembering);
}, 60_000);
