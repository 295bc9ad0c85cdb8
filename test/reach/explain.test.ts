import { describe, expect, test } from 'vitest';
import { explain } from '../../server/core/reach/explain';
import type { Explanation, Question } from '../../server/core/reach/explanation';
import { createReach } from '../../server/core/reach/reach';
import { scopeOfTexts } from '../support/scope-of-folder';

interface PodOptions {
  readonly namespace?: string;
  readonly kind?: string;
  readonly ports?: string;
  readonly more?: string;
  readonly labels?: string;
}

/** A Deployment called `name` whose pods are labelled `app: name`, in namespace shop. */
function pods(
  name: string,
  { namespace = 'shop', kind = 'Deployment', ports = '[]', more = '', labels }: PodOptions = {},
): string {
  return `---
apiVersion: apps/v1
kind: ${kind}
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    metadata: { labels: ${labels ?? `{ app: ${name} }`} }
    spec: { containers: [{ name: main, image: i, ports: ${ports} }]${more} }
`;
}

function service(name: string, ports: string, more = `selector: { app: ${name} }`, namespace = 'shop'): string {
  return `---
apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: ${namespace} }
spec: { ports: ${ports}, ${more} }
`;
}

function policy(name: string, spec: string, namespace = 'shop'): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

const namespaces = `---
apiVersion: v1
kind: Namespace
metadata: { name: shop, labels: { team: a } }
`;

const shop = [
  namespaces,
  pods('web'),
  pods('api', { ports: '[{ name: http, containerPort: 8080 }, { name: metrics, containerPort: 9090 }]' }),
  service('api', '[{ name: http, port: 80, targetPort: http }, { name: metrics, port: 9090 }]'),
].join('');

/** Asks of some manifests, and fails where the question cannot be answered. */
function ask(text: string, question: Question): Explanation {
  const answer = explain(createReach(scopeOfTexts({ 'all.yaml': text })), question);
  if ('problem' in answer) throw new Error(answer.problem);
  return answer;
}

function problem(text: string, question: Question): string {
  const answer = explain(createReach(scopeOfTexts({ 'all.yaml': text })), question);
  return 'problem' in answer ? answer.problem : JSON.stringify(answer);
}

/** `kind mark text` a hop, since that is what people read. */
function hops({ hops: list }: Explanation): readonly string[] {
  return list.map(({ kind, ok, text }) => `${kind} ${ok === true ? '✓' : ok === false ? '✗' : '?'} ${text}`);
}

describe('the path to a Service', () => {
  test('goes over its port and target port to the pods, then to both ends’ policies', () => {
    const answer = ask(shop, { source: 'web', destination: 'api', port: 80 });
    expect(answer).toMatchObject({
      src: 'shop/web[Deployment]',
      dst: 'Service shop/api',
      port: 80,
      protocol: 'TCP',
      verdict: 'allowed',
    });
    expect(hops(answer)).toEqual([
      'service ✓ Service shop/api.',
      'port ✓ Port http 80/TCP of Service api.',
      'target-port ✓ Deployment api takes it on 8080/TCP, its port http.',
      'egress ✓ No policy selects shop/web[Deployment] for egress: open.',
      'ingress ✓ No policy selects shop/api[Deployment] for ingress: open.',
    ]);
  });

  test.each([
    'api',
    'shop/api',
    'svc/api',
    'api.shop',
    'api.shop.svc',
    'api.shop.svc.cluster.local',
    'http://api/x',
    'api:80',
  ])('is found as %s', (destination) => {
    expect(ask(shop, { source: 'web', destination })).toMatchObject({ dst: 'Service shop/api', port: 80 });
  });

  test.each(['shop/api[Deployment]', 'deploy/api', 'shop/deployment/api'])('is not what %s means', (destination) => {
    expect(ask(shop, { source: 'web', destination, port: 8080 }).dst).toBe('shop/api[Deployment]');
  });

  test('a port that is none of the Service’s means the pods of that name', () => {
    expect(ask(shop, { source: 'web', destination: 'api', port: 8080 }).dst).toBe('shop/api[Deployment]');
    const answer = ask(shop, { source: 'web', destination: 'svc/api', port: 8080 });
    expect(answer.verdict).toBe('denied');
    expect(hops(answer).at(-1)).toBe('port ✗ Service api has no port 8080. It has http 80/TCP and metrics 9090/TCP.');
  });

  test('breaks where no pod is selected, and where none has the target port', () => {
    const lost = pods('web') + service('api', '[{ port: 80 }]');
    expect(hops(ask(lost, { source: 'web', destination: 'api' })).at(-1)).toBe(
      'pod ✗ No pod in namespace shop has app=api.',
    );
    const named =
      pods('web') +
      pods('api', { ports: '[{ name: grpc, containerPort: 1 }]' }) +
      service('api', '[{ port: 80, targetPort: http }]');
    const answer = ask(named, { source: 'web', destination: 'api' });
    expect(answer.verdict).toBe('denied');
    expect(hops(answer).at(-1)).toBe('target-port ✗ Deployment api has no TCP port named "http". It has grpc 1/TCP.');
  });

  test('a headless Service translates nothing', () => {
    const headless =
      pods('web') +
      pods('db', { ports: '[{ name: sql, containerPort: 5432 }]' }) +
      service('db', '[{ port: 80, targetPort: sql }]', 'clusterIP: None, selector: { app: db }');
    expect(ask(headless, { source: 'web', destination: 'db' })).toMatchObject({ verdict: 'allowed', port: 5432 });
    expect(ask(headless, { source: 'web', destination: 'db-0.db.shop.svc.cluster.local', port: 5433 })).toMatchObject({
      dst: 'Service shop/db',
      verdict: 'allowed',
      port: 5433,
    });
  });

  test('ExternalName is another name, in the cluster or outside', () => {
    const alias = (host: string): string => shop + service('alias', '[]', `type: ExternalName, externalName: ${host}`);
    expect(hops(ask(alias('api.shop.svc.cluster.local'), { source: 'web', destination: 'alias', port: 80 }))[1]).toBe(
      'service ✓ Service shop/api.',
    );
    const outside = ask(alias('db.example.com'), { source: 'web', destination: 'alias', port: 5432 });
    expect(outside.verdict).toBe('allowed');
    const isolated =
      alias('db.example.com') +
      policy(
        'out',
        '{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 192.0.2.0/24 } }] }] }',
      );
    expect(ask(isolated, { source: 'web', destination: 'alias', port: 5432 }).verdict).toBe('unknown');
  });

  test('several workloads behind it that fare differently leave it open', () => {
    const two =
      pods('web') +
      pods('blue', { labels: '{ app: api, colour: blue }' }) +
      pods('green', { labels: '{ app: api, colour: green }' }) +
      service('api', '[{ port: 80 }]') +
      policy('blue', '{ podSelector: { matchLabels: { colour: blue } } }');
    const answer = ask(two, { source: 'web', destination: 'api' });
    expect(answer.verdict).toBe('unknown');
    expect(answer.hops.filter(({ kind }) => kind === 'ingress').map(({ ok }) => ok)).toEqual([false, true]);
  });

  test('without a port the one that gets through is told', () => {
    const metrics =
      shop + policy('api', '{ podSelector: { matchLabels: { app: api } }, ingress: [{ ports: [{ port: metrics }] }] }');
    expect(ask(metrics, { source: 'web', destination: 'api' })).toMatchObject({ verdict: 'allowed', port: 9090 });
    expect(ask(metrics, { source: 'web', destination: 'api', port: 80 }).verdict).toBe('denied');
  });
});

describe('a DNS name', () => {
  const host = { source: 'web', destination: 'api.shop.svc', port: 80 };
  const egress = (rules: string): string =>
    shop +
    policy(
      'out',
      `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }${rules}] }`,
    );

  test('is looked up first', () => {
    expect(hops(ask(shop, host))[0]).toBe('name ✓ api.shop.svc is Service shop/api.');
    expect(hops(ask(shop, { source: 'web', destination: 'example.com' }))[0]).toBe(
      'name ✓ example.com can be looked up.',
    );
    expect(hops(ask(shop, { ...host, destination: 'api' }))[0]).toBe('service ✓ Service shop/api.');
  });

  test('is not found where egress is closed and DNS forgotten, though the Service could be reached', () => {
    const closed = ask(egress(''), host);
    expect(closed.verdict).toBe('denied');
    expect(hops(closed)).toEqual([
      'name ✗ api.shop.svc cannot be looked up: NetworkPolicy shop/out closes egress of shop/web[Deployment] and no rule admits DNS, UDP and TCP 53.',
    ]);
    const numbers = egress('').replace('to: [{ podSelector: {} }]', 'ports: [{ port: 8080 }]');
    expect(ask(numbers, host).verdict).toBe('denied');
    expect(ask(numbers, { ...host, destination: 'api' }).verdict).toBe('allowed');
  });

  test.each([
    ['to anybody', ', { ports: [{ port: 53, protocol: UDP }] }', 'allowed'],
    [
      'to kube-system',
      ', { to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } } }] }',
      'allowed',
    ],
    [
      'to its pods by their label',
      ', { to: [{ namespaceSelector: {}, podSelector: { matchLabels: { k8s-app: kube-dns } } }], ports: [{ port: 53, protocol: UDP }] }',
      'allowed',
    ],
    [
      'to a node-local cache',
      ', { to: [{ ipBlock: { cidr: 169.254.20.10/32 } }], ports: [{ port: 53, protocol: UDP }] }',
      'unknown',
    ],
  ])('is found where port 53 is admitted %s', (_, rule, verdict) => {
    expect(ask(egress(rule), host).verdict).toBe(verdict);
  });

  test('is asked of the DNS pods where manifests declare them', () => {
    const dns = pods('coredns', { namespace: 'kube-system', labels: '{ k8s-app: kube-dns }' });
    expect(ask(egress('') + dns, host).verdict).toBe('denied');
    expect(
      ask(egress(', { to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: UDP }] }') + dns, host).verdict,
    ).toBe('allowed');
  });
});

describe('policies', () => {
  test('the deciding rule is named, with its place', () => {
    const admitted =
      shop +
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }], ports: [{ port: http }] }] }',
      );
    const answer = ask(admitted, { source: 'web', destination: 'api', port: 80 });
    expect(answer.verdict).toBe('allowed');
    const last = answer.hops.at(-1);
    expect(last?.text).toBe(
      'NetworkPolicy shop/api allows it, in spec.ingress[0]: from pods app=web of namespace shop on TCP http.',
    );
    expect(last?.resource?.name).toBe('api');
    expect(last?.at?.type).toBe('map');
  });

  test('port 80 in a policy for pods that listen on 8080: the commonest mistake of all', () => {
    const mistaken =
      shop +
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }] }',
      );
    const answer = ask(mistaken, { source: 'web', destination: 'api', port: 80 });
    expect(answer.verdict).toBe('denied');
    expect(hops(answer).at(-1)).toBe(
      "ingress ✗ NetworkPolicy shop/api isolates shop/api[Deployment] for ingress, and no rule admits TCP 8080 from shop/web[Deployment]. spec.ingress[0] admits port 80, the Service's own: policies see the port of the pods, 8080.",
    );
  });

  test('the rule that comes closest is told: another port, another peer', () => {
    const ports =
      shop +
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }], ports: [{ port: metrics }] }] }',
      );
    expect(hops(ask(ports, { source: 'web', destination: 'api', port: 80 })).at(-1)).toContain(
      'spec.ingress[0] admits this peer on TCP metrics only.',
    );
    const peers =
      shop +
      policy(
        'api',
        '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: { matchLabels: { app: wep } } }] }] }',
      );
    expect(hops(ask(peers, { source: 'web', destination: 'api', port: 80 })).at(-1)).toContain(
      'spec.ingress[0] admits only from pods app=wep of namespace shop on every port.',
    );
  });

  test('both ends are told where both are closed', () => {
    const closed = shop + policy('deny', '{ podSelector: {}, policyTypes: [Ingress, Egress] }');
    const answer = ask(closed, { source: 'web', destination: 'api', port: 80 });
    expect(answer.hops.filter(({ ok }) => ok === false).map(({ kind }) => kind)).toEqual(['egress', 'ingress']);
  });

  const admin = (kind: string, name: string, spec: string): string => `---
apiVersion: policy.networking.k8s.io/${kind === 'ClusterNetworkPolicy' ? 'v1alpha2' : 'v1alpha1'}
kind: ${kind}
metadata: { name: ${name} }
spec: ${spec}
`;

  test('an admin rule decides before them, by its name; Pass leaves it to them; the baseline comes last', () => {
    const deny = admin(
      'AdminNetworkPolicy',
      'tenants',
      '{ priority: 5, subject: { namespaces: {} }, ingress: [{ name: no web, action: Deny, from: [{ pods: { namespaceSelector: {}, podSelector: { matchLabels: { app: web } } } }] }] }',
    );
    expect(hops(ask(shop + deny, { source: 'web', destination: 'api', port: 80 })).at(-1)).toBe(
      'ingress ✗ AdminNetworkPolicy tenants denies it, in spec.ingress[0] "no web": from pods app=web of every namespace on every port.',
    );
    const passed =
      shop +
      deny.replace('Deny', 'Pass') +
      admin(
        'BaselineAdminNetworkPolicy',
        'default',
        '{ subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }',
      );
    expect(hops(ask(passed, { source: 'web', destination: 'api', port: 80 })).at(-1)).toContain(
      'BaselineAdminNetworkPolicy default denies it',
    );
    const open = passed + policy('api', '{ podSelector: {}, ingress: [{}] }');
    expect(ask(open, { source: 'web', destination: 'api', port: 80 }).verdict).toBe('allowed');
  });

  test('equal priorities that disagree leave it unknown', () => {
    const rule = (action: string): string =>
      `{ tier: Admin, priority: 5, subject: { namespaces: {} }, ingress: [{ action: ${action}, from: [{ namespaces: {} }] }] }`;
    const both =
      shop + admin('ClusterNetworkPolicy', 'a', rule('Accept')) + admin('ClusterNetworkPolicy', 'b', rule('Deny'));
    const answer = ask(both, { source: 'web', destination: 'api', port: 80 });
    expect(answer.verdict).toBe('unknown');
    expect(hops(answer).at(-1)).toContain('This hangs on the order of policies with equal priority');
  });

  test.each([
    // In the baseline tier, a Pass would open what the BaselineAdminNetworkPolicy denies.
    [
      'a policy of no tier',
      "{ tier: '???', priority: 0, subject: { namespaces: {} }, ingress: [{ action: Pass, from: [{ namespaces: {} }] }] }",
    ],
    [
      'an unreadable port name',
      "{ tier: Baseline, priority: 0, subject: { namespaces: {} }, ingress: [{ action: Accept, from: [{ namespaces: {} }], protocols: [{ destinationNamedPort: '???' }] }] }",
    ],
  ])('%s leaves it unknown', (_, spec) => {
    const denied = admin(
      'BaselineAdminNetworkPolicy',
      'default',
      '{ subject: { namespaces: {} }, ingress: [{ action: Deny, from: [{ namespaces: {} }] }] }',
    );
    const both = shop + admin('ClusterNetworkPolicy', 'a', spec) + denied;
    expect(ask(both, { source: 'web', destination: 'api', port: 80 }).verdict).toBe('unknown');
  });
});

describe('what no manifest tells is unknown, and said', () => {
  const question = { source: 'web', destination: 'api', port: 80 };

  test.each([
    [
      'labels of a namespace that nobody declares',
      shop.replace('kind: Namespace', 'kind: ConfigMap') +
        policy(
          'api',
          '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }',
        ),
      'This hangs on the labels of namespace shop, which no manifest declares.',
    ],
    [
      'the host network',
      shop.replace(
        'metadata: { labels: { app: web } }\n    spec: {',
        'metadata: { labels: { app: web } }\n    spec: { hostNetwork: true,',
      ) + policy('api', '{ podSelector: { matchLabels: { app: api } }, ingress: [{ from: [{ podSelector: {} }] }] }'),
      'This hangs on whether the network plugin holds policies for pods on the host network.',
    ],
    [
      'addresses of pods',
      shop + policy('api', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }] }'),
      'This hangs on which addresses pods have, and whether the network plugin counts them.',
    ],
    [
      'fields that cannot be read',
      shop +
        policy(
          'api',
          '{ podSelector: {}, ingress: [{ from: [{ podSelector: { matchExpressions: [{ key: app, operator: Inn, values: [web] }] } }] }] }',
        ),
      'This hangs on fields that cannot be read.',
    ],
  ])('%s', (_, text, expected) => {
    const answer = ask(text, question);
    expect(answer.verdict).toBe('unknown');
    expect(hops(answer).at(-1)).toContain(expected);
  });

  test('a public address is nobody’s pod, and a declared namespace has the labels it has', () => {
    expect(
      ask(
        shop + policy('api', '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24 } }] }] }'),
        question,
      ).verdict,
    ).toBe('denied');
    expect(
      ask(
        shop +
          policy(
            'api',
            '{ podSelector: {}, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: b } } }] }] }',
          ),
        question,
      ).verdict,
    ).toBe('denied');
  });
});

describe('other ends', () => {
  test('addresses outside, of both families', () => {
    const block =
      shop +
      policy(
        'api',
        '{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 203.0.113.0/24, except: [203.0.113.7/32] } }, { ipBlock: { cidr: "2001:db8::/32" } }] }] }',
      );
    const verdict = (source: string): string =>
      ask(block, { source, destination: 'shop/api[Deployment]', port: 8080 }).verdict;
    expect(verdict('203.0.113.6')).toBe('allowed');
    expect(verdict('203.0.113.7')).toBe('denied');
    expect(verdict('2001:db8::1')).toBe('allowed');
    expect(verdict('2001:db9::1')).toBe('denied');
    expect(verdict('203.0.113.0-203.0.113.6[External]')).toBe('allowed');
    expect(ask(block, { source: 'web', destination: '2001:db8::1', port: 443 }).verdict).toBe('allowed');
  });

  test('the ingress controller, over a route', () => {
    const route =
      shop +
      `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: front, namespace: shop }
spec: { rules: [{ host: shop.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: api, port: { name: http } } } }] } }] }
`;
    const answer = ask(route, { source: '{ingress-controller}', destination: 'shop/api', port: 80 });
    expect(answer.verdict).toBe('allowed');
    expect(hops(answer)).toContain('route ✓ Ingress shop/front sends shop.example.com/ there.');
    expect(hops(ask(route, { source: 'ingress-controller', destination: 'api', port: 9090 })).at(-1)).toContain(
      'route ✗ No Ingress or route',
    );
    const denied = ask(route + policy('api', '{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }'), {
      source: 'ingress-controller',
      destination: 'api',
      port: 80,
    });
    expect(denied.verdict).toBe('unknown');
    expect(hops(denied).at(-1)).toContain("the ingress controller's labels and namespace");
  });

  test('a pod reaches itself whatever policies say; replicas are others', () => {
    const deny = policy('deny', '{ podSelector: {} }');
    const single = `---\napiVersion: v1\nkind: Pod\nmetadata: { name: one, namespace: shop }\nspec: { containers: [{ name: main, image: i }] }\n${deny}`;
    expect(ask(single, { source: 'one', destination: 'one', port: 80 }).verdict).toBe('allowed');
    expect(ask(pods('web') + deny, { source: 'web', destination: 'web', port: 80 }).verdict).toBe('denied');
  });
});

describe('a question that cannot be answered', () => {
  test.each([
    [
      { source: 'wep', destination: 'api' },
      'Nothing here is called "wep". There are shop/api[Deployment], shop/api[Service] and shop/web[Deployment].',
    ],
    [
      { source: 'web', destination: 'ap' },
      'Nothing here is called "ap". There are shop/api[Deployment] and shop/api[Service].',
    ],
    [
      { source: 'web', destination: 'nope.shop.svc' },
      'No Service answers to nope.shop.svc: namespace shop has no Service nope here.',
    ],
    [{ source: '8.8.8.8', destination: '9.9.9.9' }, 'Both ends are outside of the cluster.'],
  ])('%o', (question, expected) => {
    expect(problem(shop, question)).toBe(expected);
  });

  test('names that mean several things', () => {
    const twice = shop + pods('web', { namespace: 'dev' });
    expect(problem(twice, { source: 'web', destination: 'api' })).toBe(
      '"web" may be dev/web[Deployment] or shop/web[Deployment]. Say which.',
    );
    expect(ask(twice, { source: 'dev/web', destination: 'api', port: 80 }).src).toBe('dev/web[Deployment]');
  });
});
