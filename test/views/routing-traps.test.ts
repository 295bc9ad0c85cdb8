import { describe, expect, it } from 'vitest';
import { analyze, uriOf } from '../support/analyze';
import {
  deployment,
  edgesOf,
  manifest,
  nodeIn,
  policy,
  print,
  served,
  service,
  viewOf,
  type Files,
} from './routing-pictures';

const all = (...documents: readonly string[]): Files => ({ 'a.yaml': documents.join('') });
const client = (url: string): string => deployment('client', 9000, `env: [{name: URL, value: ${JSON.stringify(url)}}]`);
const slice = (more: string): string =>
  manifest(
    'EndpointSlice',
    'ext-1',
    `${more}\nports: [{port: 8080}]`,
    'shop, labels: {kubernetes.io/service-name: ext}',
  );

/** `denied: why`, without where a client's call is named. */
function told(files: Files, start: string): readonly string[] {
  return edgesOf(viewOf(files), start).map(({ state, note = '' }) =>
    `${state}: ${note}`.replace(/ ?Named by .*$/, '').replace(/: ?$/, ''),
  );
}

describe('what keeps a call from its Service', () => {
  const toWeb = 'to: [{podSelector: {matchLabels: {app: web}}}]';
  const dns = 'ports: [{port: 53, protocol: UDP}]';
  const egress = (...rules: readonly string[]): string =>
    policy('out', `podSelector: {matchLabels: {app: client}}, policyTypes: [Egress], egress: [${rules.join(', ')}]`);

  it('may be DNS: policies that admit the pods, but not the lookup of their name', () => {
    const files = all(client('http://web:80'), served('web'), egress(`{${toWeb}}`));
    expect(told(files, 'client/')).toEqual([
      'denied: Egress of Deployment client is isolated by NetworkPolicy shop/out, and no rule admits DNS: web cannot be looked up.',
    ]);
    expect(edgesOf(viewOf(files), 'client/')[0]?.deciders).toEqual(['NetworkPolicy/shop/out']);
  });

  it.each([
    ['is admitted', egress(`{${toWeb}}`, `{${dns}}`)],
    ['nobody isolates', ''],
  ])('is not DNS where it %s', (_, policies) => {
    expect(told(all(client('http://web:80'), served('web'), policies), 'client/')).toEqual(['ok']);
  });

  it('is DNS too where it is admitted over TCP only', () => {
    const files = all(client('http://web:80'), served('web'), egress(`{${toWeb}}`, '{ports: [{port: 53}]}'));
    expect(told(files, 'client/')).toEqual([
      'denied: Egress of Deployment client is isolated by NetworkPolicy shop/out, which admits DNS over TCP only: web cannot be looked up.',
    ]);
  });

  it('is egress also on the way to pods on the network of a node', () => {
    const agent = deployment('web').replace('spec: {containers', 'spec: {hostNetwork: true, containers');
    const web = service('web', '{selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}');
    expect(told(all(client('http://web:80'), web, agent, egress(`{${dns}}`)), 'client/')[0]).toMatch(
      /^denied: NetworkPolicy shop\/out isolates Deployment client for egress/,
    );
  });

  it('is not for certain a policy where the client is on the network of a node', () => {
    const agent = client('http://web:80').replace(
      'spec: {containers',
      'spec: {hostNetwork: true, dnsPolicy: ClusterFirstWithHostNet, containers',
    );
    const deny = policy('in', 'podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]');
    expect(told(all(agent, served('web'), deny), 'client/')).toEqual([
      'unknown: NetworkPolicy shop/in isolates Deployment web for ingress, and no rule admits TCP 8080 from Deployment client. Pods on the same node it reaches all the same.',
    ]);
  });

  it('may be a headless Service, which translates no ports', () => {
    const headless = service('db', '{clusterIP: None, selector: {app: db}, ports: [{port: 80, targetPort: 8080}]}');
    expect(told(all(client('http://db:80'), headless, deployment('db')), 'client/')).toEqual([
      'unknown: Service db is headless, so port 80 is asked of the pods themselves: no container of Deployment db declares it.',
    ]);
    expect(told(all(client('http://db:8080'), headless, deployment('db')), 'client/')).toEqual(['ok']);
  });

  it('may be a part of the ports only', () => {
    const both = service(
      'web',
      '{selector: {app: web}, ports: [{name: u, port: 53, protocol: UDP}, {name: t, port: 53}]}',
    );
    const udp = policy('in', `podSelector: {matchLabels: {app: web}}, ingress: [{${dns}}]`);
    const [note = ''] = told(all(client('http://web:53'), both, deployment('web'), udp), 'client/');
    expect(note).toMatch(/^unknown: Policies deny a part of it, TCP 53 of Deployment web: /);
  });
});

describe('names that nobody calls', () => {
  const listed = (hosts: string): readonly string[] =>
    told(all(deployment('client', 9000, `args: [create, "--host=${hosts}"]`), served('web')), 'client/');

  it('are all those of one Service, which are listed for a certificate', () => {
    expect(listed('web,web.shop.svc')).toEqual([]);
    expect(listed('web,web.$(POD_NAMESPACE).svc,web.shop.svc.cluster.local')).toEqual([]);
  });

  it('are not a list of several, or of one', () => {
    expect(listed('web.shop.svc')).toEqual(['ok']);
    expect(listed('web.shop.svc,web.other.svc')).toHaveLength(2);
  });
});

describe('resources that a later one of their name replaces', () => {
  it('say so', () => {
    const view = viewOf({
      'a.yaml': served('web'),
      'b.yaml': service('web', '{selector: {app: web}, ports: [{port: 81}]}'),
    });
    const badges = (id: string): readonly string[] => (nodeIn(view, id).badges ?? []).map(({ text }) => text);
    expect(badges('Service/shop/web')).toEqual(['replaced']);
    expect(badges('Service/shop/web#2')).toEqual([]);
    expect(badges('Deployment/shop/web')).toEqual([]);
  });
});

describe('traffic from outside in the Service Routing diagram', () => {
  const deny = policy('deny', 'podSelector: {}, policyTypes: [Ingress]');
  const balanced = service('web', '{type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}');
  const ingress = (spec = 'ingressClassName: nginx'): string =>
    manifest(
      'Ingress',
      'in',
      `spec: {${spec}, rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]}`,
    );

  it('is denied where policies deny it to all pods', () => {
    const view = viewOf(all(balanced, deployment('web'), ingress(), deny));
    expect(view.edges.map(print)).toEqual([
      'outside --> Ingress/shop/in',
      'Ingress/shop/in !/!> Service/shop/web',
      'outside !80!> Service/shop/web',
      'Service/shop/web -80 → 8080 (http)-> Deployment/shop/web',
    ]);
    expect(view.edges[2]).toMatchObject({
      note: 'NetworkPolicy shop/deny isolates Deployment web for ingress, and no rule admits TCP 8080 from outside.',
      deciders: ['NetworkPolicy/shop/deny'],
    });
  });

  it('is unknown where policies deny a part of it', () => {
    const other = manifest(
      'Deployment',
      'other',
      'spec: {template: {metadata: {labels: {app: web, x: y}}, spec: {containers: [{name: c}]}}}',
    );
    const part = policy('deny', 'podSelector: {matchLabels: {x: y}}, policyTypes: [Ingress]');
    const [edge] = edgesOf(viewOf(all(balanced, deployment('web'), other, part)), 'outside');
    expect(edge?.state).toBe('unknown');
    expect(edge?.note).toMatch(/^Policies deny a part of its pods or ports: NetworkPolicy shop\/deny isolates/);
  });

  it.each(['ports: [{port: 8080}]', 'ports: [{port: 1}]', 'from: [{podSelector: {}}]'])(
    'is the same after an edit of the policy as if it were read so: %s',
    (rule) => {
      const first = policy('some', 'podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]');
      const edited = policy(
        'some',
        `podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}, {${rule}}]`,
      );
      const others = balanced + deployment('web') + ingress();
      const { analyzer } = analyze({ 'a.yaml': others, 'b.yaml': first });
      analyzer.view({ view: 'services' });
      analyzer.setFile(uriOf('b.yaml'), edited);
      expect(analyzer.view({ view: 'services' })).toEqual(viewOf({ 'a.yaml': others, 'b.yaml': edited }));
    },
  );

  it('tells the addresses that it may not come from', () => {
    const some = policy('some', 'podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 203.0.113.0/24}}]}]');
    expect(told(all(balanced, deployment('web'), some), 'outside')[0]).toMatch(/^ok: Not from every address: /);
  });

  it('may reach nobody where the class of an Ingress is misspelt', () => {
    const nginx = `apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: k8s.io/ingress-nginx}\n---\n`;
    expect(told(all(nginx, served('web'), ingress('ingressClassName: ngnix')), 'outside')).toEqual([
      'unknown: No IngressClass is named "ngnix". IngressClass nginx is there.',
    ]);
  });
});

describe('Services that lead to nobody', () => {
  it('have no traffic while their pods are scaled to 0', () => {
    const none = manifest(
      'Deployment',
      'web',
      'spec: {replicas: 0, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}',
    );
    const files = all(service('web', '{selector: {app: web}, ports: [{port: 80}]}'), none);
    expect(told(files, 'Service/')).toEqual([
      'plain: As written, Deployment web has no pods: replicas is 0, so nobody answers.',
    ]);
  });

  it('may have no ports, which only headless ones may', () => {
    const bare = (more: string): Files => all(service('web', `{selector: {app: web}${more}}`), deployment('web'));
    const unknown =
      'unknown: No ports of Service web can be read here: it is a part that something completes, or the API server refuses it.';
    expect(told(bare(''), 'Service/')).toEqual([unknown]);
    expect(told(bare(', ports: []'), 'Service/')).toEqual([unknown]);
    expect(told(bare(', clusterIP: None'), 'Service/')).toEqual(['ok']);
  });

  it.each([
    ['gone.shop.svc.cluster.local', 'broken', /^No Service named "gone" in namespace shop\./],
    ['gone.other.svc.cluster.local', 'unknown', /^No Service named "gone" in namespace other is here: it may come/],
    ['web.shop.svc', 'broken', /^externalName web\.shop\.svc is no full name/],
    ['web.shop.svc.cluster.local', 'ok', /^$/],
    ['gone.shop.svc.example.com', 'ok', /^$/],
    ['db.example.com', 'ok', /^$/],
  ])('may be another name, which leads on or not: %s', (name, state, note) => {
    const files = all(served('web'), service('alias', `{type: ExternalName, externalName: ${name}}`));
    const [edge] = edgesOf(viewOf(files), 'Service/shop/alias');
    expect(edge?.state).toBe(state);
    expect(edge?.note ?? '').toMatch(note);
  });

  it('may have endpoints of which none is ready', () => {
    const unready = 'endpoints: [{addresses: [192.0.2.1], conditions: {ready: false}}]';
    const endIs = (spec: string, endpoints: string): readonly string[] =>
      told(all(service('ext', `{${spec} ports: [{port: 80}]}`), slice(endpoints)), 'Service/');
    expect(endIs('', unready)).toEqual(['broken: No address of Service ext is ready: nothing answers until one is.']);
    expect(endIs('publishNotReadyAddresses: true,', unready)).toEqual(['ok']);
    expect(endIs('', `${unready.slice(0, -1)}, {addresses: [192.0.2.2]}]`)).toEqual(['ok']);
  });

  it('may have names as endpoints, which kube-proxy does not follow', () => {
    const files = all(
      service('ext', '{ports: [{port: 80}]}'),
      slice('addressType: FQDN\nendpoints: [{addresses: [db.example.com]}]'),
    );
    expect(told(files, 'Service/')).toEqual([
      'unknown: EndpointSlice ext-1 lists names (addressType FQDN): kube-proxy follows none, so only other software may use them.',
    ]);
  });
});

describe('cards of the Service Routing diagram', () => {
  it('are none where nothing is, which is said', () => {
    expect(viewOf({ 'a.yaml': '' }).notes).toEqual(['Nothing here: no Service, no route and no workload.']);
  });

  it('say what an Ingress without rules of its own takes', () => {
    const only = manifest('Ingress', 'in', 'spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}');
    expect(edgesOf(viewOf(all(only, served('web'))), 'Ingress/').map(print)).toContain(
      'Ingress/shop/in -everything-> Service/shop/web',
    );
  });
});

describe('what a route does without a Service', () => {
  const route = (rules: string): string =>
    manifest('Gateway', 'gw', 'spec: {listeners: [{name: http, port: 80, protocol: HTTP}]}') +
    manifest('HTTPRoute', 'r', `spec: {parentRefs: [{name: gw}], rules: [${rules}]}`);

  it.each([
    ['{filters: [{type: RequestRedirect, requestRedirect: {scheme: https, statusCode: 301}}]}', ['redirects']],
    ['{backendRefs: [{group: multicluster.x-k8s.io, kind: ServiceImport, name: far}]}', ['to ServiceImport far']],
    ['{matches: [{path: {value: /a}}]}', ['no backend: answers with an error']],
    ['{filters: [{type: ExtensionRef, extensionRef: {group: x.io, kind: Reply, name: r}}]}', ['filter Reply r']],
    ['{backendRefs: [{name: web, port: 80}]}', []],
  ])('is said on its card: %s', (rules, expected) => {
    expect(nodeIn(viewOf(all(route(rules), served('web'))), 'HTTPRoute/shop/r').lines).toEqual([
      'every host',
      ...expected,
    ]);
  });

  it('is said of an Ingress too', () => {
    const bucket = manifest(
      'Ingress',
      'in',
      'spec: {defaultBackend: {resource: {apiGroup: x.io, kind: StorageBucket, name: b}}}',
    );
    expect(nodeIn(viewOf(all(bucket)), 'Ingress/shop/in').lines).toEqual(['to StorageBucket b']);
  });
});
