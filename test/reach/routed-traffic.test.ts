import { describe, expect, it } from 'vitest';
import type { SourceNode } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { createModel, replaceFile, type NetworkModel } from '../../server/core/model/network-model';
import { routedTraffic, type RoutedTraffic } from '../../server/core/reach/routed-traffic';

const uri = 'file:///a.yaml';

function modelOf(text: string, complete = true): NetworkModel {
  const scope = { name: 'test', kind: 'directory', root: 'file:///', complete, files: [uri] } as const;
  const model = createModel(scope, []);
  replaceFile(model, uri, readManifest(uri, text).resources, false);
  return model;
}

const doc = (apiVersion: string, kind: string, name: string, spec: string, namespace = 'shop'): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec: ${spec}\n---\n`;
const service = (name: string, ports: string, more = `selector: { app: ${name} }`, namespace?: string): string =>
  doc('v1', 'Service', name, `{ ports: [${ports}], ${more} }`, namespace);
const deployment = (name: string, ports: string, labels = `app: ${name}`, namespace?: string): string =>
  doc(
    'apps/v1',
    'Deployment',
    name,
    `{ template: { metadata: { labels: { ${labels} } }, spec: { containers: [{ name: c, image: i, ports: [${ports}] }] } } }`,
    namespace,
  );
const ingress = (backend: string, namespace?: string): string =>
  doc(
    'networking.k8s.io/v1',
    'Ingress',
    'in',
    `{ rules: [{ host: a.b, http: { paths: [{ path: /p, backend: { service: ${backend} } }] } }] }`,
    namespace,
  );
const gateway = (listeners: string, name = 'gw', namespace?: string, className = 'prod'): string =>
  doc(
    'gateway.networking.k8s.io/v1',
    'Gateway',
    name,
    `{ gatewayClassName: ${className}, listeners: [${listeners}] }`,
    namespace,
  );
const routeOf = (kind: string, spec: string, namespace?: string): string =>
  doc('gateway.networking.k8s.io/v1', kind, 'r', spec, namespace);
const httpRoute = (parent: string, more = '', backend = '{ name: web, port: 80 }', namespace?: string): string =>
  routeOf('HTTPRoute', `{ parentRefs: [${parent}], ${more} rules: [{ backendRefs: [${backend}] }] }`, namespace);
const grant = (namespace: string, from: string, to = '{ group: "", kind: Service }'): string =>
  doc(
    'gateway.networking.k8s.io/v1beta1',
    'ReferenceGrant',
    'grant',
    `{ from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: ${from} }], to: [${to}] }`,
    namespace,
  );
const openshiftRoute = (spec: string): string => doc('route.openshift.io/v1', 'Route', 'os', spec);
const namespace = (name: string, labels: string): string =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { ${labels} } }\n---\n`;

const http = '{ name: http, port: 80, protocol: HTTP }';
const web =
  service('web', '{ name: http, port: 80, targetPort: main }, { name: admin, port: 81, targetPort: 9090 }') +
  deployment('web', '{ name: main, containerPort: 8080 }');

/** Where each traffic arrives. */
function arrivalsIn(text: string): readonly string[] {
  return routedTraffic(modelOf(text)).map(printArrivals);
}

function printArrivals({ arrivals }: RoutedTraffic): string {
  return arrivals.map(({ workload, protocol, port }) => `${workload.name} ${port}/${protocol}`).join(', ');
}

/** The hops of the only traffic that are not fine. */
function troubleIn(text: string, complete = true): string {
  const traffic = routedTraffic(modelOf(text, complete));
  expect(traffic).toHaveLength(1);
  const trouble = traffic.flatMap(({ hops }) => hops).filter(({ ok }) => ok !== true);
  return trouble.map(({ kind, ok, text: said }) => `${kind} ${ok}: ${said}`).join('\n');
}

/** What the last hop of the only traffic points at. */
function pointedAt(text: string): string {
  const hop = routedTraffic(modelOf(text))[0]?.hops.at(-1);
  const node: SourceNode | undefined = hop?.at ?? hop?.resource.nameNode;
  return text.slice(node?.start, node?.end);
}

describe('traffic of an Ingress', () => {
  it('goes through Service, port and target port to the pods', () => {
    const [traffic, ...rest] = routedTraffic(modelOf(ingress('{ name: web, port: { name: http } }') + web));
    expect(rest).toEqual([]);
    expect(traffic).toMatchObject({
      namespace: 'shop',
      host: 'a.b',
      path: '/p',
      sources: [],
      route: { kind: 'Ingress' },
    });
    expect(traffic?.hops.map(({ kind, text, ok }) => [kind, text, ok])).toEqual([
      ['service', 'Service web.', true],
      ['port', 'Port http 80/TCP of Service web.', true],
      ['target-port', 'Deployment web takes it on 8080/TCP, its port main.', true],
    ]);
    expect(traffic && printArrivals(traffic)).toBe('web 8080/TCP');
  });

  it.each([
    ['by number', '{ name: web, port: { number: 80 } }', 'web 8080/TCP'],
    ['by the name of the Service port', '{ name: web, port: { name: admin } }', 'web 9090/TCP'],
    ['not by the name of the container port', '{ name: web, port: { name: main } }', ''],
    ['not by the number of the container port', '{ name: web, port: { number: 8080 } }', ''],
    ['no such port', '{ name: web, port: { number: 8 } }', ''],
    ['no such Service', '{ name: wbe, port: { number: 80 } }', ''],
  ])('%s', (_, backend, arrivals) => {
    expect(arrivalsIn(ingress(backend) + web)).toEqual([arrivals]);
  });

  it('comes from the pods of the controller, where they are here', () => {
    const nginx = deployment(
      'nginx',
      '',
      'app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller',
      'x',
    );
    const [traffic] = routedTraffic(modelOf(ingress('{ name: web, port: { number: 80 } }') + web + nginx));
    expect(traffic?.sources.map(({ name }) => name)).toEqual(['nginx']);
  });

  it('never leaves the namespace of the Ingress', () => {
    const elsewhere = ingress('{ name: web, port: { number: 80 } }', 'other') + service('x', '', '', 'other') + web;
    expect(arrivalsIn(elsewhere)).toEqual(['']);
    expect(troubleIn(elsewhere)).toBe('service false: No Service named "web" in namespace other.');
  });

  it('takes each path and the default backend, and no backends that are no Services', () => {
    const text = doc(
      'networking.k8s.io/v1',
      'Ingress',
      'in',
      `{ defaultBackend: { service: { name: web, port: { number: 81 } } }, rules: [{ http: { paths: [
      { path: /a, backend: { service: { name: web, port: { number: 80 } } } }, { backend: { resource: { kind: Bucket, name: b } } }] } }] }`,
    );
    const traffic = routedTraffic(modelOf(text + web));
    expect(traffic.map((item) => [item.host, item.path, printArrivals(item)])).toEqual([
      [undefined, '/a', 'web 8080/TCP'],
      [undefined, undefined, 'web 9090/TCP'],
    ]);
  });
});

describe('target ports', () => {
  const toWeb = ingress('{ name: web, port: { number: 80 } }');
  const named = service('web', '{ port: 80, targetPort: http }');

  it.each([
    ['the port itself when none is written', service('web', '{ port: 80 }') + deployment('web', ''), 'web 80/TCP'],
    [
      'a name in each workload by itself',
      named +
        deployment('web', '{ name: http, containerPort: 1 }') +
        deployment('b', '{ name: http, containerPort: 2 }', 'app: web'),
      'b 2/TCP, web 1/TCP',
    ],
    [
      'some pods without the name',
      named +
        deployment('web', '{ name: http, containerPort: 1 }') +
        deployment('b', '{ name: htpp, containerPort: 2 }', 'app: web'),
      'web 1/TCP',
    ],
    ['a name for another protocol', named + deployment('web', '{ name: http, containerPort: 1, protocol: UDP }'), ''],
    [
      'a number that is declared nowhere',
      service('web', '{ port: 80, targetPort: 5 }') + deployment('web', '{ containerPort: 6 }'),
      'web 5/TCP',
    ],
    [
      'a headless Service',
      service('web', '{ port: 80, targetPort: 5 }', 'clusterIP: None, selector: { app: web }') + deployment('web', ''),
      'web 5/TCP',
    ],
    [
      'the same number for two protocols',
      service('web', '{ port: 80, protocol: UDP, targetPort: 1 }, { port: 80, targetPort: 2 }') + deployment('web', ''),
      'web 2/TCP',
    ],
    [
      'another name for something',
      service('web', '{ port: 80 }', 'type: ExternalName, externalName: a.b, selector: { app: web }') +
        deployment('web', ''),
      '',
    ],
    ['no selector', service('web', '{ port: 80 }', '') + deployment('web', ''), ''],
    ['only UDP', service('web', '{ port: 80, protocol: UDP }') + deployment('web', ''), ''],
  ])('%s', (_, rest, arrivals) => {
    expect(arrivalsIn(toWeb + rest)).toEqual([arrivals]);
  });

  it.each([
    [
      'a port that is not there',
      service('web', '{ name: h, port: 81 }') + deployment('web', ''),
      'port false: Service web has no port 80. It has h 81/TCP.',
    ],
    [
      'the container port',
      service('web', '{ port: 81, targetPort: 80 }') + deployment('web', ''),
      "port false: Service web has no port 80. It has 81/TCP. 80 is its target port: a route names the Service's own port, 81.",
    ],
    [
      'another protocol',
      service('web', '{ port: 80, protocol: UDP }') + deployment('web', ''),
      'port false: Service web has port 80 for UDP only, and Ingress in needs TCP.',
    ],
    [
      'a name that is not there',
      named + deployment('web', '{ name: htpp, containerPort: 2 }'),
      'target-port false: Deployment web has no TCP port named "http". It has htpp 2/TCP.',
    ],
    [
      'a name in pods without ports',
      named + deployment('web', ''),
      'target-port false: Deployment web has no TCP port named "http". It declares no ports.',
    ],
    [
      'ports that are filled in later',
      service('web', '{ port: "${PORT}" }') + deployment('web', ''),
      'port unknown: The manifests here do not tell all ports of Service web.',
    ],
    [
      'a patch of a Service',
      service('web', ''),
      'port unknown: The manifests here do not tell all ports of Service web.',
    ],
    [
      'no pods, in a namespace that has some',
      named + deployment('other', ''),
      'pod false: No pod in namespace shop has app=web.',
    ],
    [
      'no pods, in a namespace without any',
      named,
      'pod unknown: No pod in namespace shop has app=web here: they may come from elsewhere.',
    ],
    [
      'no selector and no endpoints',
      service('web', '{ port: 80 }', ''),
      'pod unknown: Service web has no selector: its endpoints are made by hand or by a controller.',
    ],
    ['endpoints made by hand', service('web', '{ port: 80 }', '') + doc('v1', 'Endpoints', 'web', '{}'), ''],
    [
      'another name for something',
      service('web', '', 'type: ExternalName, externalName: a.b'),
      'service unknown: Service web is another name for a.b: no pods are behind it.',
    ],
    [
      'no Service, where others are',
      service('wbe', '{ port: 80 }'),
      'service false: No Service named "web" in namespace shop.',
    ],
    [
      'no Service, and none at all',
      '',
      'service unknown: No Service named "web" in namespace shop is here: it may come from elsewhere.',
    ],
  ])('%s', (_, rest, trouble) => {
    expect(troubleIn(toWeb + rest)).toBe(trouble);
  });

  it('is sure of nothing that is absent from incomplete manifests', () => {
    expect(troubleIn(toWeb + service('wbe', '{ port: 80 }'), false)).toContain('service unknown');
    expect(troubleIn(toWeb + named + deployment('other', ''), false)).toContain('pod unknown');
    expect(troubleIn(toWeb + service('web', '{ port: 81 }') + deployment('web', ''), false)).toContain('port false');
  });

  it('does not miss what the cluster itself makes', () => {
    const text =
      ingress('{ name: dns, port: { number: 80 } }', 'kube-system') + service('x', '{ port: 80 }', '', 'kube-system');
    expect(troubleIn(text)).toContain('service unknown');
    const dns = service('dns', '{ port: 80 }', 'selector: { k8s-app: kube-dns }', 'kube-system');
    expect(troubleIn(text + dns + deployment('x', '', 'a: b', 'kube-system'))).toContain('pod unknown');
  });

  it('leaves the annotations of the AWS controller alone', () => {
    const text = ingress('{ name: redirect, port: { name: use-annotation } }') + web;
    expect(troubleIn(text)).toBe(
      'service unknown: The AWS load balancer controller reads this backend from an annotation.',
    );
  });

  it('points at what is wrong', () => {
    expect(pointedAt(ingress('{ name: wbe, port: { number: 80 } }') + web)).toBe('wbe');
    expect(pointedAt(ingress('{ name: web, port: { number: 82 } }') + web)).toBe('82');
    expect(pointedAt(toWeb + named + deployment('web', ''))).toBe('http');
    expect(pointedAt(toWeb + web)).toBe('{ name: main, containerPort: 8080 }');
  });
});

describe('a route at its Gateway', () => {
  it('goes through listener, Service, port and target port', () => {
    const [traffic] = routedTraffic(modelOf(gateway(http) + httpRoute('{ name: gw }') + web));
    expect(traffic?.hops.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['listener', true],
      ['service', true],
      ['port', true],
      ['target-port', true],
    ]);
    expect(traffic?.hops[0]?.text).toBe('Gateway gw takes it on listener http.');
    expect(traffic).toMatchObject({ host: undefined, path: undefined, namespace: 'shop', sources: [] });
  });

  const https = '{ name: https, port: 443, protocol: HTTPS }';
  it.each([
    ['any listener', http, '{ name: gw }', ''],
    ['the listener it names', `${http}, ${https}`, '{ name: gw, sectionName: https }', ''],
    [
      'a listener it names that is not there',
      `${http}, ${https}`,
      '{ name: gw, sectionName: http2 }',
      'listener false: Gateway gw has no listener named http2. It has http, https.',
    ],
    [
      'names are not parts of names',
      https,
      '{ name: gw, sectionName: http }',
      'listener false: Gateway gw has no listener named http. It has https.',
    ],
    ['the port it names', `${http}, ${https}`, '{ name: gw, port: 443 }', ''],
    [
      'a port where nobody listens',
      `${http}, ${https}`,
      '{ name: gw, port: 8443 }',
      'listener false: Gateway gw has no listener on port 8443. It listens on 80, 443.',
    ],
    ['name and port that agree', `${http}, ${https}`, '{ name: gw, sectionName: https, port: 443 }', ''],
    [
      'name and port that do not',
      `${http}, ${https}`,
      '{ name: gw, sectionName: https, port: 80 }',
      'listener false: Listener https of Gateway gw is on port 443, not on 80.',
    ],
    [
      'a Gateway that is not here',
      http,
      '{ name: gateway }',
      'listener unknown: Gateway gateway is not here: it may come from elsewhere.',
    ],
    [
      'a Gateway of another namespace',
      http,
      '{ name: gw, namespace: infra }',
      'listener unknown: Gateway gw in namespace infra is not here: it may come from elsewhere.',
    ],
    [
      'a Gateway of another API',
      http,
      '{ group: networking.istio.io, name: gw }',
      'listener unknown: Gateway gw is not here: it may come from elsewhere.',
    ],
    [
      'a parent of another kind',
      http,
      '{ kind: ListenerSet, name: gw }',
      'listener unknown: ListenerSet gw is not here: it may come from elsewhere.',
    ],
    [
      'a patch of a Gateway',
      '',
      '{ name: gw, sectionName: http }',
      'listener unknown: Gateway gw has no listeners here.',
    ],
    [
      'a listener that is filled in later',
      http,
      '{ name: gw, sectionName: "${LISTENER}" }',
      'listener unknown: Which listener of Gateway gw is meant is filled in later.',
    ],
    ['any case of letters', '{ name: h, port: 80, protocol: http }', '{ name: gw }', ''],
    [
      'a protocol of its own',
      '{ name: h, port: 80, protocol: acme.io/x }',
      '{ name: gw }',
      'listener unknown: Listener h of Gateway gw speaks acme.io/x, which only its implementation knows.',
    ],
    ['one of two listeners', `{ name: t, port: 1, protocol: TCP }, ${http}`, '{ name: gw }', ''],
    [
      'none of two listeners',
      '{ name: t, port: 1, protocol: TCP }, { name: u, port: 2, protocol: UDP }',
      '{ name: gw }',
      'listener false: Listener t of Gateway gw speaks TCP, and HTTPRoutes need HTTP or HTTPS. Listener u of Gateway gw speaks UDP, and HTTPRoutes need HTTP or HTTPS.',
    ],
    [
      'a kind that is allowed',
      '{ name: h, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ kind: HTTPRoute }] } }',
      '{ name: gw }',
      '',
    ],
    [
      'a kind that is not',
      '{ name: h, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ kind: GRPCRoute }] } }',
      '{ name: gw }',
      'listener false: Listener h of Gateway gw takes GRPCRoute only. Its allowedRoutes.kinds lack HTTPRoute.',
    ],
    [
      'a kind of another group',
      '{ name: h, port: 80, protocol: HTTP, allowedRoutes: { kinds: [{ group: a.io, kind: HTTPRoute }] } }',
      '{ name: gw }',
      'listener false: Listener h of Gateway gw takes HTTPRoute only. Its allowedRoutes.kinds lack HTTPRoute.',
    ],
  ])('%s', (_, listeners, parent, trouble) => {
    const text = gateway(listeners) + httpRoute(parent) + web;
    expect(troubleIn(text)).toBe(trouble);
    expect(arrivalsIn(text)).toEqual([trouble.includes('false') ? '' : 'web 8080/TCP']);
  });

  const tls = (mode: string) => `{ name: t, port: 443, protocol: TLS, tls: { ${mode} } }`;
  const tcp = '{ name: t, port: 5, protocol: TCP }';
  const udp = '{ name: u, port: 5, protocol: UDP }';
  it.each([
    ['GRPCRoute', http, true],
    ['GRPCRoute', https, true],
    ['GRPCRoute', tcp, false],
    ['HTTPRoute', tls('mode: Terminate'), false],
    ['TLSRoute', tls('mode: Passthrough'), true],
    ['TLSRoute', tls('mode: Terminate'), true],
    ['TLSRoute', https, false],
    ['TLSRoute', tcp, false],
    ['TCPRoute', tcp, true],
    ['TCPRoute', tls(''), true],
    ['TCPRoute', tls('mode: Passthrough'), false],
    ['TCPRoute', http, false],
    ['TCPRoute', udp, false],
    ['UDPRoute', udp, true],
    ['UDPRoute', tcp, false],
  ])('%s at %s: %s', (kind, listener, taken) => {
    const route = routeOf(kind, '{ parentRefs: [{ name: gw }], rules: [{ backendRefs: [{ name: both, port: 53 }] }] }');
    const both = service(
      'both',
      '{ name: t, port: 53, targetPort: 1 }, { name: u, port: 53, protocol: UDP, targetPort: 2 }',
    );
    const [arrivals] = arrivalsIn(gateway(listener) + route + both + deployment('both', ''));
    expect(arrivals).toBe(taken ? (kind === 'UDPRoute' ? 'both 2/UDP' : 'both 1/TCP') : '');
  });

  it('says which way out there is for a UDPRoute to a TCP port', () => {
    const route = routeOf(
      'UDPRoute',
      '{ parentRefs: [{ name: gw }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }',
    );
    expect(troubleIn(gateway(udp) + route + web)).toBe(
      'port false: Service web has port 80 for TCP only, and UDPRoute r needs UDP.',
    );
  });

  it('says the namespace only where it is another one', () => {
    const text = gateway(http, 'gw', 'infra') + httpRoute('{ name: gw, namespace: infra, sectionName: x }') + web;
    expect(troubleIn(text)).toBe('listener false: Gateway gw in namespace infra has no listener named x. It has http.');
    expect(pointedAt(text)).toBe('x');
  });
});

describe('namespaces that a listener takes routes from', () => {
  const from = (text: string) => `{ name: h, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { ${text} } } }`;
  const selected = from('from: Selector, selector: { matchLabels: { shared: "yes" } }');
  const byName = from('from: Selector, selector: { matchLabels: { kubernetes.io/metadata.name: shop } }');
  const head = 'Listener h of Gateway gw in namespace infra takes routes';

  it.each([
    ['its own is the default', 'listener false', http, ''],
    ['Same', 'listener false', from('from: Same'), ''],
    ['All', '', from('from: All'), ''],
    ['a selector that the namespace meets', '', selected, namespace('shop', 'shared: "yes"')],
    ['a selector that it does not meet', 'listener false', selected, namespace('shop', 'shared: "no"')],
    ['a selector of a namespace that nobody declares', 'listener unknown', selected, ''],
    ['a selector by name, of a namespace that nobody declares', '', byName, ''],
    ['a selector by another name', 'listener false', byName.replace('shop', 'store'), ''],
    ['no selector', 'listener false', from('from: Selector'), ''],
    ['a selector that is not meant', '', from('from: All, selector: { matchLabels: { a: b } }'), namespace('shop', '')],
    [
      'a selector that cannot be read',
      'listener unknown',
      from('from: Selector, selector: { matchExpressions: [{ key: a, operator: Is }] }'),
      namespace('shop', ''),
    ],
    ['a value that is none', 'listener false', from('from: ALL'), ''],
  ])('%s', (_, trouble, listener, rest) => {
    const text = gateway(listener, 'gw', 'infra') + httpRoute('{ name: gw, namespace: infra }') + web + rest;
    expect(troubleIn(text).split(':')[0]).toBe(trouble);
    expect(arrivalsIn(text)).toEqual([trouble === 'listener false' ? '' : 'web 8080/TCP']);
  });

  it.each([
    [
      'Same',
      http.replace('name: http', 'name: h'),
      '',
      `listener false: ${head} of its own namespace only, and HTTPRoute r is in shop. Its allowedRoutes.namespaces.from would have to be All, or Selector.`,
    ],
    [
      'Selector',
      selected,
      namespace('shop', ''),
      `listener false: ${head} of namespaces with shared=yes, and shop is none.`,
    ],
    [
      'unknown',
      selected,
      '',
      `listener unknown: ${head} of namespaces with shared=yes, and no manifest here tells whether shop is one.`,
    ],
  ])('says why: %s', (_, listener, rest, trouble) => {
    expect(troubleIn(gateway(listener, 'gw', 'infra') + httpRoute('{ name: gw, namespace: infra }') + web + rest)).toBe(
      trouble,
    );
  });

  it('takes a route beside the Gateway', () => {
    expect(troubleIn(gateway(from('from: Same')) + httpRoute('{ name: gw }') + web)).toBe('');
  });
});

describe('hosts', () => {
  const listener = (hostname: string) => `{ name: h, port: 80, protocol: HTTP, hostname: "${hostname}" }`;

  it.each([
    ['no hosts anywhere', http, '', [undefined]],
    ['hosts of the route', http, 'hostnames: [a.com, b.com],', ['a.com', 'b.com']],
    ['the host of the listener', listener('*.a.com'), '', ['*.a.com']],
    ['the same host', listener('a.com'), 'hostnames: [a.com],', ['a.com']],
    ['a wildcard over one label', listener('*.a.com'), 'hostnames: [x.a.com],', ['x.a.com']],
    ['a wildcard over two labels', listener('*.a.com'), 'hostnames: [y.x.a.com],', ['y.x.a.com']],
    ['a wildcard of the route', listener('x.a.com'), 'hostnames: ["*.a.com"],', ['x.a.com']],
    ['two wildcards', listener('*.a.com'), 'hostnames: ["*.x.a.com"],', ['*.x.a.com']],
    ['only those that meet', listener('*.a.com'), 'hostnames: [x.a.com, b.com],', ['x.a.com']],
    [
      'several listeners',
      `${listener('a.com')}, { name: i, port: 80, protocol: HTTP, hostname: b.com }`,
      '',
      ['a.com', 'b.com'],
    ],
    ['a listener for all beside one for some', `${listener('a.com')}, ${http}`, '', [undefined]],
  ])('%s', (_, listeners, hostnames, hosts) => {
    const text = gateway(listeners) + httpRoute('{ name: gw }', hostnames) + web;
    const traffic = routedTraffic(modelOf(text));
    expect(traffic.map(({ host }) => host)).toEqual(hosts);
    expect(new Set(traffic.map(printArrivals))).toEqual(new Set(['web 8080/TCP']));
  });

  it.each([
    ['another host', listener('a.com'), 'b.com'],
    ['the end of another name', listener('*.a.com'), 'xa.com'],
    ['a wildcard over no label', listener('*.a.com'), 'a.com'],
    ['a part of the domain', listener('*.x.a.com'), 'x.a.com'],
    ['a host below', listener('a.com'), 'x.a.com'],
    ['the start of another name', listener('a.com'), 'a.com.b'],
  ])('%s does not meet', (_, listeners, hostname) => {
    const text = gateway(listeners) + httpRoute('{ name: gw }', `hostnames: ["${hostname}"],`) + web;
    expect(arrivalsIn(text)).toEqual(['']);
    expect(troubleIn(text)).toMatch(/^listener false: Listener h of Gateway gw is for .+, and HTTPRoute r for /);
    expect(routedTraffic(modelOf(text))[0]?.host).toBe(hostname);
  });

  it('cannot tell about a host that is filled in later', () => {
    const text = gateway(listener('*.a.com')) + httpRoute('{ name: gw }', 'hostnames: ["shop.${DOMAIN}"],') + web;
    expect(troubleIn(text)).toContain('listener unknown');
    expect(arrivalsIn(text)).toEqual(['web 8080/TCP']);
  });

  it('does not ask TCPRoutes for hosts', () => {
    const route = routeOf(
      'TCPRoute',
      '{ hostnames: [b.com], parentRefs: [{ name: gw }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }',
    );
    const text = gateway('{ name: t, port: 5, protocol: TCP, hostname: a.com }') + route + web;
    expect(routedTraffic(modelOf(text)).map((item) => [item.host, printArrivals(item)])).toEqual([
      [undefined, 'web 8080/TCP'],
    ]);
  });
});

describe('rules and backends', () => {
  const ruled = (rules: string, kind = 'HTTPRoute') =>
    gateway(http) + routeOf(kind, `{ parentRefs: [{ name: gw }], rules: [${rules}] }`) + web;
  const backends = (list: string) => ruled(`{ backendRefs: [${list}] }`);

  it('takes each path of a rule, once', () => {
    const text = ruled(
      '{ matches: [{ path: { value: /a } }, { path: { value: /b } }, { path: { value: /a }, method: GET }], backendRefs: [{ name: web, port: 80 }] }',
    );
    expect(routedTraffic(modelOf(text)).map(({ path }) => path)).toEqual(['/a', '/b']);
  });

  it('takes the methods of gRPC for paths', () => {
    const text = ruled(
      '{ matches: [{ method: { service: a.User, method: Login } }], backendRefs: [{ name: web, port: 80 }] }',
      'GRPCRoute',
    );
    expect(routedTraffic(modelOf(text)).map(({ path }) => path)).toEqual(['a.User/Login']);
  });

  it.each([
    ['several', '{ name: web, port: 80 }, { name: web, port: 81 }', ['web 8080/TCP', 'web 9090/TCP']],
    [
      'weight 0 is no traffic',
      '{ name: web, port: 80, weight: 0 }, { name: web, port: 81, weight: 1 }',
      ['web 9090/TCP'],
    ],
    ['a ServiceImport is not ours', '{ group: multicluster.x-k8s.io, kind: ServiceImport, name: web, port: 80 }', []],
    ['nor a Service of another group', '{ group: serving.knative.dev, name: web, port: 80 }', []],
    ['the container port is none of the Service', '{ name: web, port: 8080 }', ['']],
    ['the name of a port is no number', '{ name: web, port: http }', ['']],
    [
      'a mirror',
      '{ name: web, port: 80, filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: web, port: 81 } } }] }',
      ['web 8080/TCP', 'web 9090/TCP'],
    ],
    [
      'a mirror of nothing',
      '{ name: web, port: 80, weight: 0, filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: web, port: 81 } } }] }',
      [],
    ],
    ['another filter', '{ name: web, port: 80, filters: [{ type: RequestHeaderModifier }] }', ['web 8080/TCP']],
  ])('%s', (_, list, arrivals) => {
    expect(arrivalsIn(backends(list))).toEqual(arrivals);
  });

  it('follows the mirror of a rule', () => {
    const text = ruled(
      '{ filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: web, port: 81 } } }], backendRefs: [{ name: web, port: 80 }] }',
    );
    expect(arrivalsIn(text)).toEqual(['web 8080/TCP', 'web 9090/TCP']);
  });

  it('needs a port, even of a Service that has one only', () => {
    const text =
      gateway(http) +
      httpRoute('{ name: gw }', '', '{ name: one }') +
      service('one', '{ port: 80 }') +
      deployment('one', '');
    expect(troubleIn(text)).toBe('port false: The backend names no port of Service one. It has 80/TCP.');
    expect(arrivalsIn(text)).toEqual(['']);
  });

  it('points at the backend', () => {
    const text = backends('{ name: web, port: 80 }');
    const [traffic] = routedTraffic(modelOf(text));
    expect(text.slice(traffic?.node.start, traffic?.node.end)).toBe('{ name: web, port: 80 }');
  });
});

describe('a backend in another namespace', () => {
  const there =
    service('web', '{ port: 80 }', 'selector: { app: web }', 'store') + deployment('web', '', 'app: web', 'store');
  const route = gateway(http) + httpRoute('{ name: gw }', '', '{ name: web, namespace: store, port: 80 }');

  it.each([
    ['granted', grant('store', 'shop'), ''],
    ['granted by name', grant('store', 'shop', '{ group: "", kind: Service, name: web }'), ''],
    [
      'not granted',
      '',
      'No ReferenceGrant in namespace store admits a reference from HTTPRoute of namespace shop to Service web.',
    ],
    ['granted beside the route', grant('shop', 'shop'), 'No ReferenceGrant in namespace store admits'],
    ['granted to others', grant('store', 'infra'), 'No ReferenceGrant in namespace store admits'],
    [
      'granted to another Service',
      grant('store', 'shop', '{ group: "", kind: Service, name: other }'),
      'No ReferenceGrant in namespace store admits',
    ],
  ])('%s', (_, rest, trouble) => {
    const text = route + there + rest;
    expect(arrivalsIn(text)).toEqual([trouble === '' ? 'web 80/TCP' : '']);
    expect(troubleIn(text)).toContain(trouble === '' ? '' : `reference-grant false: ${trouble}`);
  });

  it('goes through the grant after the listener', () => {
    const [traffic] = routedTraffic(modelOf(route + there + grant('store', 'shop')));
    expect(traffic?.hops.map(({ kind }) => kind)).toEqual([
      'listener',
      'reference-grant',
      'service',
      'port',
      'target-port',
    ]);
    expect(traffic?.hops[2]?.text).toBe('Service web in namespace store.');
  });

  it('is not sure of a grant that may come from elsewhere', () => {
    expect(troubleIn(route + there, false)).toContain('reference-grant unknown');
    expect(troubleIn(route)).toMatch(/reference-grant unknown.*\nservice unknown/);
  });

  it('needs no grant in its own namespace, written or not', () => {
    expect(
      arrivalsIn(gateway(http) + httpRoute('{ name: gw }', '', '{ name: web, namespace: shop, port: 80 }') + web),
    ).toEqual(['web 8080/TCP']);
  });
});

describe('several parents', () => {
  const envoy = (name: string) => deployment(`${name}-pods`, '', `gateway.networking.k8s.io/gateway-name: ${name}`);
  const two = gateway(http, 'one') + gateway(http, 'two');
  const sources = (text: string) =>
    routedTraffic(modelOf(text)).map((item) => [
      item.sources.map(({ name }) => name).join(' '),
      item.hops.filter(({ kind }) => kind === 'listener').length,
      printArrivals(item),
    ]);

  it.each([
    [
      'of other pods each',
      two + envoy('one') + envoy('two'),
      [
        ['one-pods', 1, 'web 8080/TCP'],
        ['two-pods', 1, 'web 8080/TCP'],
      ],
    ],
    ['of pods that nobody declares', two, [['', 2, 'web 8080/TCP']]],
    ['one of which is not here', gateway(http, 'one'), [['', 2, 'web 8080/TCP']]],
    [
      'one of which takes nothing',
      gateway(http, 'one') + gateway('{ name: t, port: 1, protocol: TCP }', 'two') + envoy('one') + envoy('two'),
      [['one-pods', 1, 'web 8080/TCP']],
    ],
    [
      'none of which takes it',
      gateway('{ name: t, port: 1, protocol: TCP }', 'one') +
        gateway('{ name: t, port: 1, protocol: TCP }', 'two') +
        envoy('one'),
      [['one-pods', 2, '']],
    ],
  ])('%s', (_, rest, expected) => {
    expect(sources(httpRoute('{ name: one }, { name: two }') + web + rest)).toEqual(expected);
  });

  it('ends at the listener when all are broken', () => {
    const text = gateway(http) + httpRoute('{ name: gw, sectionName: a }, { name: gw, sectionName: b }') + web;
    const [traffic, ...rest] = routedTraffic(modelOf(text));
    expect(rest).toEqual([]);
    expect(traffic?.hops.map(({ kind, ok }) => [kind, ok])).toEqual([
      ['listener', false],
      ['listener', false],
    ]);
    expect(traffic?.arrivals).toEqual([]);
  });

  it.each([
    ['a mesh', '{ group: "", kind: Service, name: web }', 0],
    ['a mesh, its group forgotten', '{ kind: Service, name: web }', 0],
    ['an Istio ServiceEntry', '{ group: networking.istio.io, kind: ServiceEntry, name: web }', 0],
    ['a mesh and a Gateway', '{ group: "", kind: Service, name: web }, { name: gw }', 1],
  ])('brings traffic in or not: %s', (_, parents, count) => {
    expect(routedTraffic(modelOf(gateway(http) + httpRoute(parents) + web))).toHaveLength(count);
  });

  it('brings in nothing without parents', () => {
    expect(routedTraffic(modelOf(gateway(http) + httpRoute('') + web))).toEqual([]);
  });

  it('counts the Gateway that is applied last', () => {
    const text =
      gateway('{ name: old, port: 80, protocol: HTTP }') + gateway('{ name: new, port: 80, protocol: HTTP }');
    expect(arrivalsIn(text + httpRoute('{ name: gw, sectionName: new }') + web)).toEqual(['web 8080/TCP']);
    expect(arrivalsIn(text + httpRoute('{ name: gw, sectionName: old }') + web)).toEqual(['']);
  });
});

describe('traffic of an OpenShift Route', () => {
  const os = (port: string, rest = '') =>
    openshiftRoute(
      `{ host: a.b, path: /p, to: { kind: Service, name: web }${port === '' ? '' : `, port: { targetPort: ${port} }`}${rest} }`,
    );

  it.each([
    ['the number of the pods', '8080', 'web 8080/TCP'],
    ['a number as text', '"8080"', 'web 8080/TCP'],
    ['the name of the Service port', 'admin', 'web 9090/TCP'],
    ['not the number of the Service', '80', ''],
    ['the name of its target port', 'main', 'web 8080/TCP'],
    ['every port when none is written', '', 'web 8080/TCP, web 9090/TCP'],
    ['no such port', 'htpp', ''],
  ])('%s', (_, port, arrivals) => {
    expect(arrivalsIn(os(port) + web)).toEqual([arrivals]);
  });

  it.each([
    [
      'the number of the Service',
      '80',
      "port false: No port of Service web is called 80 or leads to it. It has http 80/TCP, admin 81/TCP. 80 is the Service's own port: a Route goes by its name, http, or by the number of the pods' port.",
    ],
    [
      'the name of its target port',
      'main',
      'port unknown: The router looks for a port of Service web that is called main; only its target port is.',
    ],
    [
      'no such port',
      'htpp',
      'port false: No port of Service web is called htpp or leads to it. It has http 80/TCP, admin 81/TCP.',
    ],
    [
      'a port that is filled in later',
      '"${PORT}"',
      'port unknown: No port of Service web is called ${PORT} or leads to it. It has http 80/TCP, admin 81/TCP.',
    ],
  ])('says what is wrong: %s', (_, port, trouble) => {
    expect(troubleIn(os(port) + web)).toBe(trouble);
  });

  it('looks the number up in each workload', () => {
    const named = service('web', '{ port: 80, targetPort: http }');
    const text =
      os('2') +
      named +
      deployment('web', '{ name: http, containerPort: 1 }') +
      deployment('b', '{ name: http, containerPort: 2 }', 'app: web');
    expect(arrivalsIn(text)).toEqual(['b 2/TCP']);
    expect(troubleIn(text)).toBe('');
  });

  it('cannot tell about pods whose ports are filled in later', () => {
    const text =
      os('8080') +
      service('web', '{ port: 80, targetPort: http }') +
      deployment('web', '{ name: http, containerPort: "${PORT}" }');
    expect(troubleIn(text)).toContain('port unknown');
  });

  it('arrives once where two ports lead to the same', () => {
    const twice = service('web', '{ name: a, port: 80, targetPort: 1 }, { name: b, port: 81, targetPort: 1 }');
    expect(arrivalsIn(os('') + twice + deployment('web', ''))).toEqual(['web 1/TCP']);
  });

  it('is never UDP', () => {
    const both = service('web', '{ name: u, port: 80, protocol: UDP }, { name: t, port: 81 }') + deployment('web', '');
    expect(arrivalsIn(os('') + both)).toEqual(['web 81/TCP']);
    expect(troubleIn(os('') + service('web', '{ port: 80, protocol: UDP }') + deployment('web', ''))).toBe(
      'port false: Service web has no TCP port. It has 80/UDP.',
    );
  });

  it('goes to the alternate backends too, but not with weight 0', () => {
    const rest = ', alternateBackends: [{ kind: Service, name: b, weight: 5 }, { kind: Service, name: c, weight: 0 }]';
    const more =
      service('b', '{ port: 81 }') + deployment('b', '') + service('c', '{ port: 82 }') + deployment('c', '');
    const traffic = routedTraffic(modelOf(os('8080', rest) + web + more));
    expect(traffic.map((item) => [item.host, item.path, printArrivals(item)])).toEqual([
      ['a.b', '/p', 'web 8080/TCP'],
      ['a.b', '/p', ''],
    ]);
    expect(routedTraffic(modelOf(openshiftRoute('{ to: { name: web, weight: 0 } }') + web))).toEqual([]);
    expect(routedTraffic(modelOf(openshiftRoute('{ to: { kind: Pod, name: web } }') + web))).toEqual([]);
  });

  it('comes from the router', () => {
    const router = deployment(
      'router',
      '',
      'ingresscontroller.operator.openshift.io/deployment-ingresscontroller: default',
      'openshift-ingress',
    );
    expect(routedTraffic(modelOf(os('') + web + router))[0]?.sources.map(({ name }) => name)).toEqual(['router']);
  });

  it('knows no pods behind hand-made endpoints', () => {
    const text = os('8080') + service('web', '{ port: 80 }', '');
    expect(arrivalsIn(text)).toEqual(['']);
    expect(troubleIn(text)).toContain('pod unknown: Service web has no selector');
  });
});

describe('the order of traffic', () => {
  it('is that of the manifests, whatever was edited', () => {
    const text = ['b', 'a', 'c'].map((name) =>
      ingress(`{ name: ${name}, port: { number: 80 } }`).replace('name: in', `name: ${name}`),
    );
    const files = text.map((_, index) => `file:///${index}.yaml`);
    const model = createModel({ name: 'test', kind: 'directory', root: 'file:///', complete: true, files }, []);
    for (const index of [0, 1, 2, 1, 0]) {
      const file = files[index] ?? '';
      replaceFile(model, file, readManifest(file, text[index] ?? '').resources, false);
    }
    expect(routedTraffic(model).map(({ route }) => route.name)).toEqual(['b', 'a', 'c']);
  });
});
