import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { DiagramView } from '../../server/core/views/view';
import { analyze, uriOf } from '../support/analyze';
import { shop } from '../support/shop';
import { deployment, edgesOf, manifest, nodeIn, print, served, service } from './routing-pictures';

function flowOf(...documents: readonly string[]): DiagramView {
  const view = analyze({ 'a.yaml': documents.join('') }).analyzer.view({ view: 'ingress' });
  if (!view) throw new Error('no view');
  return view;
}

function edges(...documents: readonly string[]): readonly string[] {
  return flowOf(...documents).edges.map(print);
}

function badgesOf(view: DiagramView): readonly string[] {
  return view.nodes.flatMap(({ kind, title, badges = [] }) =>
    kind === 'host' ? [[title, ...badges.map(({ text }) => text)].join(': ')] : [],
  );
}

function notesOf(view: DiagramView): readonly string[] {
  return view.edges.flatMap(({ note, state }) => (note === undefined ? [] : [`${state}: ${note}`]));
}

const path = (to: string, at = '/', port = 'number: 80'): string =>
  `{path: ${at}, pathType: Prefix, backend: {service: {name: ${to}, port: {${port}}}}}`;
const rule = (host: string, ...paths: readonly string[]): string =>
  `{host: ${host}, http: {paths: [${paths.join(', ')}]}}`;
const ingress = (name: string, spec: string): string =>
  manifest('Ingress', name, `spec: {ingressClassName: nginx, ${spec}}`);
const one = ingress('web', `rules: [${rule('a.example', path('web'))}]`);

const labels = 'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller';
const nginxPods = (more = ''): string =>
  manifest(
    'Deployment',
    'nginx',
    `spec: {template: {metadata: {labels: {${labels}}}, spec: {${more} containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}}}`,
    'edge',
  );
const nginxService = (type: string): string =>
  service('nginx', `{type: ${type}, selector: {${labels}}, ports: [{port: 80, targetPort: http}]}`, 'edge');

const policy = (name: string, app: string, from: string, port = 8080): string =>
  manifest(
    'NetworkPolicy',
    name,
    `spec: {podSelector: {matchLabels: {app: ${app}}}, policyTypes: [Ingress], ingress: [{from: [${from}], ports: [{port: ${port}}]}]}`,
  );
const fromNamespace = (name: string): string =>
  `{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}`;

const gatewayApi = (kind: string, name: string, spec: string, namespace = 'shop', version = 'v1'): string =>
  `apiVersion: gateway.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: ${spec}\n---\n`;
const gateway = (listeners: string, namespace = 'shop', name = 'gw'): string =>
  gatewayApi('Gateway', name, `{gatewayClassName: istio, listeners: [${listeners}]}`, namespace);
const http = '{name: http, port: 80, protocol: HTTP}';
const route = (name: string, more: string, kind = 'HTTPRoute', parent = '{name: gw}'): string =>
  gatewayApi(kind, name, `{parentRefs: [${parent}], ${more}}`);
const toWeb = 'rules: [{backendRefs: [{name: web, port: 80}]}]';

describe('the Ingress Flow diagram of an Ingress', () => {
  it('leads from outside over the Service and pods of its controller to the pods behind it', () => {
    const view = flowOf(one, served('web'), nginxPods(), nginxService('LoadBalancer'));
    expect(view.lanes).toEqual(['Outside', 'Entry', 'Controller or Gateway', 'Hosts', 'Routes', 'Services', 'Pods']);
    expect(view.edges.map(print)).toEqual([
      'outside -80-> Service/edge/nginx',
      'Service/edge/nginx -80 → 8080 (http)-> Deployment/edge/nginx',
      'Deployment/edge/nginx --> host/shop/Ingress nginx/a.example',
      'host/shop/Ingress nginx/a.example --> Ingress/shop/web',
      'Ingress/shop/web -/-> Service/shop/web',
      'Service/shop/web -80 → 8080 (http)-> Deployment/shop/web',
    ]);
    expect(view.nodes.map(({ id, lane }) => `${lane} ${id}`)).toEqual([
      '0 outside',
      '1 Service/edge/nginx',
      '2 Deployment/edge/nginx',
      '3 host/shop/Ingress nginx/a.example',
      '4 Ingress/shop/web',
      '5 Service/shop/web',
      '6 Deployment/shop/web',
    ]);
    expect(view.groups.map(({ label }) => label)).toEqual(['edge', 'shop']);
    expect(view.notes).toEqual([]);
    expect(nodeIn(view, 'Deployment/edge/nginx')).toMatchObject({ kind: 'controller', ask: 'edge/nginx[Deployment]' });
    expect(nodeIn(view, 'host/shop/Ingress nginx/a.example')).toMatchObject({
      title: 'a.example',
      lines: ['/'],
      location: { file: uriOf('a.yaml') },
    });
  });

  it.each([
    ['over node ports', nginxService('NodePort'), 'outside -node port, assigned-> Service/edge/nginx'],
    ['over nothing that is here', '', 'outside ??> Deployment/edge/nginx'],
    ['not over a Service of the cluster', nginxService('ClusterIP'), 'outside ??> Deployment/edge/nginx'],
  ])('reaches the controller %s', (_, front, edge) => {
    expect(edges(one, served('web'), nginxPods(), front)[0]).toBe(edge);
  });

  it('reaches a controller on the network of its nodes', () => {
    const [edge] = edges(one, served('web'), nginxPods('hostNetwork: true,'));
    expect(edge).toBe('outside -host port 8080-> Deployment/edge/nginx');
  });

  it.each([
    ['nginx', 'class nginx', 'unknown: Where Ingress-NGINX or NGINX Ingress Controller runs, and how'],
    ['traefik', 'Traefik', 'unknown: Where Traefik runs, and how'],
    ['mine', 'class mine', 'unknown: Which controller serves class mine, and how'],
    ['alb', 'AWS load balancer', undefined],
  ])('has a controller of class %s that is not here', (className, title, note) => {
    const view = flowOf(one.replace('nginx', className), served('web'));
    expect(nodeIn(view, `controller/Ingress ${className}`)).toMatchObject({
      kind: 'controller',
      lane: 1,
      group: undefined,
      title,
      ask: '{ingress-controller}',
    });
    expect(notesOf(view)).toEqual(note === undefined ? [] : [expect.stringContaining(note)]);
    expect(view.edges.at(-1)?.state).toBe('ok');
  });

  it('says so where no IngressClass has the name', () => {
    const ingressClass = 'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx-public}\n---\n';
    const view = flowOf(ingressClass, one.replace('nginx', 'nginx-pubilc'), served('web'));
    expect(notesOf(view)).toEqual([expect.stringMatching(/^unknown: .*nginx-pubilc.*nginx-public/)]);
  });

  it('takes the default class for that of Ingresses without one', () => {
    const ingressClass =
      'apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx, annotations: {ingressclass.kubernetes.io/is-default-class: "true"}}\nspec: {controller: k8s.io/ingress-nginx}\n---\n';
    const none = one.replace('ingressClassName: nginx, ', '').replace('name: web,', 'name: none,');
    const view = flowOf(ingressClass, none, one, served('web'));
    expect(edgesOf(view, 'controller/').map(print)).toEqual([
      'outside ??> controller/Ingress nginx',
      'controller/Ingress nginx --> host/shop/Ingress nginx/a.example',
    ]);
  });

  it('has a node for each host, and says which are secured', () => {
    const tls = 'tls: [{hosts: [a.example, "*.c.example"], secretName: web-tls}]';
    const hosts = ['a.example', 'b.example', 'x.c.example', 'x.y.c.example'];
    const view = flowOf(
      ingress('web', `${tls}, rules: [${hosts.map((host) => rule(host, path('web'))).join(', ')}]`),
      served('web'),
    );
    expect(badgesOf(view)).toEqual([
      'a.example: TLS',
      'b.example: no TLS',
      'x.c.example: TLS',
      'x.y.c.example: no TLS',
    ]);
    expect(nodeIn(view, 'host/shop/Ingress nginx/a.example').badges).toEqual([
      { text: 'TLS', tone: 'good', title: 'Secret web-tls, which no manifest here declares.' },
    ]);
  });

  it('says nothing of TLS where annotations may tell a controller of certificates', () => {
    const annotated = one.replace(
      'name: web,',
      'name: web, annotations: {alb.ingress.kubernetes.io/certificate-arn: x},',
    );
    expect(badgesOf(flowOf(annotated, served('web')))).toEqual(['a.example']);
  });

  it('warns of a TLS Secret where a rule does', () => {
    const secret =
      'apiVersion: v1\nkind: Secret\ntype: kubernetes.io/tls\nmetadata: {name: web-tls, namespace: shop}\n---\n';
    const tls = (name: string): string =>
      ingress('web', `tls: [{hosts: [a.example], secretName: ${name}}], rules: [${rule('a.example', path('web'))}]`);
    expect(badgesOf(flowOf(tls('web-tls'), secret, served('web')))).toEqual(['a.example: TLS']);
    expect(badgesOf(flowOf(tls('wbe-tls'), secret, served('web')))).toEqual(['a.example: TLS: no such Secret']);
    expect(badgesOf(flowOf(tls('elsewhere'), served('web')))).toEqual(['a.example: TLS']);
  });

  it('shows hosts that several Ingresses share once, with the paths of each', () => {
    const view = flowOf(
      one,
      ingress('api', `rules: [${rule('a.example', path('api', '/api'))}]`),
      served('web'),
      served('api'),
    );
    expect(edgesOf(view, 'host/').map(print)).toEqual([
      'controller/Ingress nginx --> host/shop/Ingress nginx/a.example',
      'host/shop/Ingress nginx/a.example -/api-> Ingress/shop/api',
      'host/shop/Ingress nginx/a.example -/-> Ingress/shop/web',
    ]);
  });

  it('keeps the default backend apart from hosts', () => {
    const fallback = 'defaultBackend: {service: {name: web, port: {number: 80}}}';
    const view = flowOf(
      ingress('i', `${fallback}, rules: [${rule('a.example', path('api'))}]`),
      served('web'),
      served('api'),
    );
    expect(nodeIn(view, 'host/shop/Ingress nginx/*')).toMatchObject({
      title: 'every host',
      lines: ['everything else'],
    });
    expect(view.edges.map(print)).toContain('Ingress/shop/i -everything else-> Service/shop/web');
    const alone = flowOf(ingress('i', fallback), served('web'));
    expect(nodeIn(alone, 'host/shop/Ingress nginx/*').lines).toEqual(['everything']);
  });

  it.each([
    ['a Service that is missing', path('webs'), served('web'), 'Ingress/shop/i x/x> missing/Service/shop/webs'],
    [
      'a port that is not there',
      path('web', '/', 'number: 8080'),
      served('web'),
      'Ingress/shop/i x/x> Service/shop/web',
    ],
    [
      'pods that are missing',
      path('web'),
      service('web', '{selector: {app: wbe}, ports: [{port: 80}]}') + deployment('web'),
      'Service/shop/web x80x> missing/pods/shop/web',
    ],
    [
      'a target port that no container has',
      path('web'),
      service('web', '{selector: {app: web}, ports: [{port: 80, targetPort: web}]}') + deployment('web'),
      'Service/shop/web x80 → webx> Deployment/shop/web',
    ],
    [
      'another name, which may be anywhere',
      path('web'),
      service('web', '{type: ExternalName, externalName: web.example.net}'),
      'Service/shop/web -CNAME-> ExternalName/shop/web.example.net',
    ],
    ['a Service that may come from elsewhere', path('web'), '', 'Ingress/shop/i ?/?> missing/Service/shop/web'],
  ])('ends at %s', (_, backend, rest, last) => {
    expect(edges(ingress('i', `rules: [${rule('a.example', backend)}]`), rest).at(-1)).toBe(last);
  });

  it('follows only the ports that are asked for', () => {
    const two = service(
      'web',
      '{selector: {app: web}, ports: [{name: http, port: 80, targetPort: 8080}, {name: admin, port: 9090}]}',
    );
    expect(edges(one, two, deployment('web')).at(-1)).toBe('Service/shop/web -80 → 8080 (http)-> Deployment/shop/web');
  });
});

describe('policies on the way', () => {
  const declared = [one, served('web'), nginxPods(), nginxService('LoadBalancer')];
  const undeclared = [one, served('web')];
  it.each([
    ['admit the controller', declared, fromNamespace('edge'), '-', undefined],
    [
      'shut it out',
      declared,
      fromNamespace('other'),
      '!',
      'no rule admits TCP 8080 from Deployment nginx of namespace edge',
    ],
    [
      'may admit one that is elsewhere',
      undeclared,
      fromNamespace('edge'),
      '?',
      "the ingress controller's labels and namespace",
    ],
    ['admit everybody', undeclared, '', '-', undefined],
  ])('%s', (_, documents, from, line, note) => {
    const view = flowOf(...documents, policy('web', 'web', from));
    const edge = view.edges.find(({ target }) => target === 'Deployment/shop/web');
    expect(edge && print(edge)).toBe(`Service/shop/web ${line}80 → 8080 (http)${line}> Deployment/shop/web`);
    expect(view.notes).toHaveLength(line === '?' ? 1 : 0);
    if (note === undefined) expect(edge?.note).toBeUndefined();
    else
      expect(edge).toMatchObject({
        note: expect.stringContaining(note) as string,
        deciders: ['NetworkPolicy/shop/web'],
      });
  });

  it('shut out everybody, also a controller that is elsewhere', () => {
    const deny = manifest('NetworkPolicy', 'deny', 'spec: {podSelector: {}}');
    const view = flowOf(...undeclared, deny);
    expect(view.edges.at(-1)).toMatchObject({
      state: 'denied',
      deciders: ['NetworkPolicy/shop/deny'],
      note: 'NetworkPolicy shop/deny isolates Deployment web for ingress, and no rule admits TCP 8080 from the ingress controller.',
    });
  });

  it('shut out a controller that is elsewhere where they admit only pods that are here, as a rule warns', () => {
    const view = flowOf(...undeclared, policy('web', 'web', '{podSelector: {matchLabels: {app: web}}}'));
    expect(view.edges.at(-1)).toMatchObject({
      state: 'denied',
      deciders: ['NetworkPolicy/shop/web'],
      note: expect.stringMatching(/^Policies deny the ingress controller the way to Deployment web/) as string,
    });
  });

  it('name the slip of a port that is the Service’s own', () => {
    const view = flowOf(...declared, policy('web', 'web', fromNamespace('edge'), 80));
    expect(view.edges.at(-1)).toMatchObject({
      state: 'denied',
      note: expect.stringContaining('policies see the port of the pods, 8080') as string,
    });
  });

  it('decide at an entry too, and may be open to a part of the addresses', () => {
    const open = service('web', '{type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}');
    const edge = (from: string): unknown =>
      flowOf(open, deployment('web'), policy('web', 'web', from)).edges.find(({ source }) => source !== 'outside');
    expect(edge('{podSelector: {}}')).toMatchObject({
      state: 'denied',
      note: expect.stringContaining('no rule admits TCP 8080 from outside') as string,
    });
    expect(edge('{ipBlock: {cidr: 203.0.113.0/24}}')).toMatchObject({
      state: 'ok',
      note: expect.stringMatching(/^Not from every address: .*from other addresses/) as string,
    });
    expect(edge('{ipBlock: {cidr: 0.0.0.0/0}}')).not.toHaveProperty('note');
  });
});

describe('the Ingress Flow diagram of the Gateway API', () => {
  it('leads over the listeners of a Gateway', () => {
    const https =
      '{name: https, port: 443, protocol: HTTPS, hostname: "*.example.com", tls: {certificateRefs: [{name: web-cert}]}}';
    const view = flowOf(
      gateway(`${http}, ${https}`),
      route('web', `hostnames: [a.example.com], ${toWeb}`),
      served('web'),
    );
    expect(nodeIn(view, 'Gateway/shop/gw')).toMatchObject({
      kind: 'gateway',
      subtitle: 'Gateway · istio',
      lines: ['http 80/HTTP', 'https 443/HTTPS *.example.com (TLS: web-cert)'],
    });
    expect(view.edges.map(print)).toEqual([
      'outside -80, 443-> Gateway/shop/gw',
      'Gateway/shop/gw --> host/shop/Gateway/shop/gw/a.example.com',
      'host/shop/Gateway/shop/gw/a.example.com --> HTTPRoute/shop/web',
      'HTTPRoute/shop/web -/-> Service/shop/web',
      'Service/shop/web -80 → 8080 (http)-> Deployment/shop/web',
    ]);
    expect(nodeIn(view, 'host/shop/Gateway/shop/gw/a.example.com').badges).toEqual([
      {
        text: 'TLS',
        tone: 'good',
        title: 'Listener https: Secret web-cert, which no manifest here declares. Listener http takes plain HTTP.',
      },
    ]);
  });

  it('shows what is in front of pods that are made for the Gateway', () => {
    const pods = deployment('gw-istio').replace('{app: gw-istio}', '{gateway.networking.k8s.io/gateway-name: gw}');
    const front = service(
      'gw-istio',
      '{type: LoadBalancer, selector: {gateway.networking.k8s.io/gateway-name: gw}, ports: [{port: 80, targetPort: 8080}]}',
    );
    expect(edges(gateway(http), pods, front)).toEqual([
      'outside -80-> Service/shop/gw-istio',
      'Service/shop/gw-istio -80 → 8080 (http)-> Gateway/shop/gw',
    ]);
  });

  it.each([
    [
      'a listener of another namespace that keeps to its own',
      [gateway(http, 'infra'), route('web', toWeb, 'HTTPRoute', '{name: gw, namespace: infra}')],
      'Gateway/infra/gw xx> host/shop/Gateway/infra/gw/*',
      'takes routes of its own namespace only',
    ],
    [
      'hostnames that do not meet',
      [
        gateway('{name: http, port: 80, protocol: HTTP, hostname: b.example}'),
        route('web', `hostnames: [a.example], ${toWeb}`),
      ],
      'Gateway/shop/gw xx> host/shop/Gateway/shop/gw/a.example',
      'is for b.example, and HTTPRoute web for a.example.',
    ],
    [
      'a section that is not there',
      [gateway(http), route('web', toWeb, 'HTTPRoute', '{name: gw, sectionName: https}')],
      'Gateway/shop/gw xx> host/shop/Gateway/shop/gw/*',
      'Gateway gw has no listener named https. It has http.',
    ],
    [
      'a Gateway of another name',
      [gateway(http, 'shop', 'gateway'), route('web', toWeb, 'HTTPRoute', '{name: gatewya}')],
      'missing/Gateway/shop/gatewya xx> host/shop/Gateway/shop/gatewya/*',
      'No Gateway named "gatewya" in namespace shop. Gateway gateway is there.',
    ],
    [
      'a Gateway that may be elsewhere',
      [route('web', toWeb, 'HTTPRoute', '{name: gw, namespace: infra}')],
      'missing/Gateway/infra/gw ??> host/shop/Gateway/infra/gw/*',
      'Gateway gw in namespace infra is not here: it may come from elsewhere.',
    ],
  ])('stops at %s', (_, documents, edge, note) => {
    const view = flowOf(...documents, served('web'));
    const found = view.edges.find((candidate) => print(candidate) === edge);
    expect(view.edges.map(print)).toContain(edge);
    expect(found?.note).toContain(note);
    const isBroken = edge.includes(' xx> ');
    expect(edgesOf(view, 'HTTPRoute/').map(({ state }) => state)).toEqual(isBroken ? ['plain', 'plain'] : ['ok', 'ok']);
    expect(view.nodes.some(({ kind }) => kind === 'workload')).toBe(!isBroken);
  });

  it('tells of a hostname that no listener is for', () => {
    const listener = '{name: http, port: 80, protocol: HTTP, hostname: "*.shop.example"}';
    const view = flowOf(
      gateway(listener),
      route('web', `hostnames: [a.shop.example, b.example], ${toWeb}`),
      served('web'),
    );
    expect(edgesOf(view, 'host/').map(print)).toEqual([
      'Gateway/shop/gw --> host/shop/Gateway/shop/gw/a.shop.example',
      'host/shop/Gateway/shop/gw/a.shop.example --> HTTPRoute/shop/web',
      'Gateway/shop/gw xx> host/shop/Gateway/shop/gw/b.example',
      'host/shop/Gateway/shop/gw/b.example ..> HTTPRoute/shop/web',
    ]);
  });

  it('needs a grant for Services of other namespaces', () => {
    const far = route('web', 'rules: [{backendRefs: [{name: web, namespace: back, port: 80}]}]');
    const grant = manifest(
      'ReferenceGrant',
      'grant',
      'spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: "", kind: Service}]}',
      'back',
    );
    const without = flowOf(gateway(http), far, served('web', 'back'));
    expect(without.edges.at(-1)).toMatchObject({
      target: 'Service/back/web',
      state: 'broken',
      note: expect.stringContaining('No ReferenceGrant in namespace back') as string,
    });
    expect(edges(gateway(http), far, served('web', 'back'), grant).slice(-2)).toEqual([
      'HTTPRoute/shop/web -/-> Service/back/web',
      'Service/back/web -80 → 8080 (http)-> Deployment/back/web',
    ]);
  });

  it('shows gRPC methods, TLS that is passed through, and ports without hosts', () => {
    const grpc =
      'rules: [{matches: [{method: {service: shop.Cart, method: Add}}], backendRefs: [{name: web, port: 80}]}]';
    const listeners = [
      http,
      '{name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}}',
      '{name: db, port: 5432, protocol: TCP}',
    ];
    const view = flowOf(
      gateway(listeners.join(', ')),
      route('cart', grpc, 'GRPCRoute'),
      gatewayApi(
        'TLSRoute',
        'pay',
        `{parentRefs: [{name: gw}], hostnames: [pay.example], ${toWeb}}`,
        'shop',
        'v1alpha3',
      ),
      gatewayApi('TCPRoute', 'db', `{parentRefs: [{name: gw}], ${toWeb}}`, 'shop', 'v1alpha2'),
      served('web'),
    );
    expect(badgesOf(view)).toEqual(['every host: no TLS', 'TCP port 5432', 'pay.example: TLS passthrough']);
    expect(view.edges.map(print)).toContain('GRPCRoute/shop/cart -shop.Cart/Add-> Service/shop/web');
    expect(nodeIn(view, 'Gateway/shop/gw').lines).toContain('tls 8443/TLS (TLS passthrough)');
  });

  it('leaves out routes of a service mesh, and says so', () => {
    const view = flowOf(route('web', toWeb, 'HTTPRoute', '{kind: Service, group: "", name: web}'), served('web'));
    expect(view.nodes).toEqual([]);
    expect(view.notes).toEqual([
      'Nothing here lets traffic in: no Ingress, Gateway or Route, and no Service that is open to the outside.',
      'Not shown, since no parent brings traffic from outside to them: HTTPRoute shop/web.',
    ]);
  });
});

describe('other ways in', () => {
  it('are Routes of OpenShift', () => {
    const to = 'to: {kind: Service, name: web}';
    const routeOf = (name: string, spec: string): string => manifest('Route', name, `spec: {${spec}, ${to}}`);
    const view = flowOf(
      routeOf('edge', 'host: a.example, tls: {termination: edge}'),
      routeOf('pass', 'host: b.example, tls: {termination: passthrough}'),
      routeOf('plain', 'path: /x'),
      served('web'),
    );
    expect(badgesOf(view)).toEqual(['a.example: TLS', 'b.example: TLS passthrough', 'assigned by the cluster: no TLS']);
    expect(view.edges.map(print)).toContain('Route/shop/plain -/x-> Service/shop/web');
    expect(nodeIn(view, 'controller/Route').title).toBe('OpenShift router');
  });

  it('are Services that are open by themselves', () => {
    const spec = 'selector: {app: web}, ports: [{port: 80, targetPort: 8080}]';
    const view = flowOf(
      service('balanced', `{type: LoadBalancer, ${spec}}`),
      service('external', `{externalIPs: [198.51.100.1], ${spec}}`),
      service('inner', `{${spec}}`),
      deployment('web'),
    );
    expect(view.edges.map(print)).toEqual([
      'outside -80-> Service/shop/balanced',
      'outside -198.51.100.1: 80-> Service/shop/external',
      'Service/shop/balanced -80 → 8080 (http)-> Deployment/shop/web',
      'Service/shop/external -80 → 8080 (http)-> Deployment/shop/web',
    ]);
    expect(view.notes).toEqual(['1 of 3 Services is not shown: no route names it, and it is not open to the outside.']);
  });

  it('are ports of nodes, told in a note', () => {
    const agent = deployment('agent').replace('containerPort: 8080', 'containerPort: 8080, hostPort: 9100');
    expect(flowOf(agent).notes).toContain(
      'Not shown, though they may be reached at the ports of their nodes: Deployment shop/agent.',
    );
  });
});

describe('every Ingress Flow diagram', () => {
  const pool = [
    one,
    ingress(
      'api',
      `tls: [{hosts: [a.example]}], rules: [${rule('a.example', path('api', '/api'), path('gone', '/gone'))}]`,
    ),
    gateway(http),
    route('r', `hostnames: [a.example], ${toWeb}`),
    route(
      'far',
      'rules: [{backendRefs: [{name: api, namespace: back, port: 80}]}]',
      'HTTPRoute',
      '{name: gw, sectionName: x}',
    ),
    manifest('Route', 'o', 'spec: {host: o.example, to: {kind: Service, name: web}}'),
    served('web'),
    served('api'),
    served('api', 'back'),
    nginxPods(),
    nginxService('LoadBalancer'),
    service('open', '{type: NodePort, selector: {app: web}, ports: [{port: 80}, {port: 81, targetPort: x}]}'),
    service('', '{type: LoadBalancer, ports: [{}]}'),
    policy('p', 'web', fromNamespace('edge')),
    ingress('', 'rules: [{http: {paths: [{backend: {service: {name: "", port: {}}}}]}}]'),
    gatewayApi('HTTPRoute', '', '{parentRefs: [{name: ""}], rules: [{}]}'),
  ];

  it('has unique ids, edges between nodes, and a reason for all that is not fine', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 14 }), (documents) => {
        const { nodes, edges: all, groups, openLanes } = flowOf(...documents);
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
        expect(all.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
        expect(all.filter(({ state, note }) => state !== 'ok' && !note)).toEqual([]);
        const frames = new Set<string | undefined>(groups.map(({ id }) => id));
        expect(
          nodes.filter(({ group, lane }) => !frames.has(group) && !(group === undefined && openLanes.includes(lane))),
        ).toEqual([]);
        const entered = new Set(all.map(({ target }) => target));
        expect(nodes.filter(({ id, lane }) => lane > 4 && !entered.has(id))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  it('is the same in whatever order the manifests come', () => {
    const viewOf = (documents: readonly string[]): DiagramView => {
      const files = Object.fromEntries(documents.map((text) => [`${pool.indexOf(text)}.yaml`, text]));
      return analyze(files).analyzer.view({ view: 'ingress' }) as DiagramView;
    };
    const sorted = viewOf(pool);
    fc.assert(
      fc.property(fc.shuffledSubarray(pool, { minLength: pool.length }), (documents) => {
        expect(viewOf(documents)).toEqual(sorted);
      }),
      { numRuns: 20 },
    );
  });

  it('is the same whatever was edited last', () => {
    const { analyzer } = analyze(shop);
    const before = analyzer.view({ view: 'ingress' });
    for (const file of ['workloads.yaml', 'services.yaml'] as const) {
      analyzer.setFile(uriOf(file), '');
      analyzer.setFile(uriOf(file), shop[file]);
    }
    expect(analyzer.view({ view: 'ingress' })).toEqual(before);
  });

  it('keeps its ids while others come', () => {
    const before = flowOf(one, served('web'));
    const after = flowOf(gateway(http), route('r', toWeb), one, served('web'), served('api'));
    const ids = new Set(after.nodes.map(({ id }) => id));
    expect(before.nodes.filter(({ id }) => !ids.has(id))).toEqual([]);
  });

  it.each(['<img src=x onerror=alert(1)>', '\u202Etxt.exe', 'x'.repeat(10_000)])(
    'takes any text as text: %.30s',
    (text) => {
      const host = JSON.stringify(text);
      const view = flowOf(ingress('web', `rules: [${rule(host, path('web', host))}]`), served('web'));
      const node = view.nodes.find(({ kind }) => kind === 'host');
      expect(node).toMatchObject({ title: text, lines: [text] });
    },
  );
});
