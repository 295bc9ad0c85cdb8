import { describe, expect, it } from 'vitest';
import type { DiagramView } from '../../server/core/views/view';
import { analyze } from '../support/analyze';
import { deployment, edgesOf, manifest, nodeIn, policy, print, served, service } from './routing-pictures';

function flowOf(...documents: readonly string[]): DiagramView {
  const view = analyze({ 'a.yaml': documents.join('') }).analyzer.view({ view: 'ingress' });
  if (!view) throw new Error('no view');
  return view;
}

const ingress = (...paths: readonly string[]): string => {
  const backend = 'backend: {service: {name: web, port: {number: 80}}}';
  const all = paths.map((path) => `{${path}, ${backend}}`).join(', ');
  return manifest(
    'Ingress',
    'in',
    `spec: {ingressClassName: nginx, rules: [{host: a.example, http: {paths: [${all}]}}]}`,
  );
};
const gateway = (more: string): string =>
  manifest('Gateway', 'gw', `spec: {gatewayClassName: istio, listeners: [{name: l, port: 443, ${more}}]}`);
const route = (matches: string): string =>
  manifest(
    'HTTPRoute',
    'r',
    `spec: {parentRefs: [{name: gw}], rules: [{${matches} backendRefs: [{name: web, port: 80}]}]}`,
  );

const badgeOf = (view: DiagramView) => view.nodes.find(({ kind }) => kind === 'host')?.badges?.[0];

describe('paths', () => {
  it('of an Ingress say where the match is exact', () => {
    const view = flowOf(
      ingress('path: /x, pathType: Exact', 'path: /x, pathType: Prefix', 'path: /y, pathType: ImplementationSpecific'),
      served('web'),
    );
    expect(nodeIn(view, 'host/shop/Ingress nginx/a.example').lines).toEqual(['/x (exact)', '/x', '/y']);
    expect(edgesOf(view, 'Ingress/').map(print)).toContain('Ingress/shop/in -/x (exact), /x, /y-> Service/shop/web');
  });

  it.each([
    ['matches: [{path: {type: Exact, value: /x}}],', '/x (exact)'],
    ['matches: [{path: {type: RegularExpression, value: "/x.*"}}],', '/x.* (regex)'],
    ['matches: [{path: {type: PathPrefix, value: /x}}],', '/x'],
    ['matches: [{headers: [{name: x-env, value: a}]}],', '/ (header x-env)'],
    ['matches: [{method: GET, queryParams: [{name: q, value: a}]}],', '/ (GET, query q)'],
    ['matches: [{headers: [{name: a, value: a}]}, {method: PUT}],', '/ (header a or PUT)'],
    ['matches: [{path: {value: /x}}, {path: {type: Exact, value: /x}}],', '/x'],
    ['', '/'],
  ])('of an HTTPRoute say what else counts: %s', (matches, expected) => {
    const view = flowOf(gateway('protocol: HTTP'), route(matches), served('web'));
    expect(edgesOf(view, 'HTTPRoute/').map(print)).toContain(`HTTPRoute/shop/r -${expected}-> Service/shop/web`);
  });
});

describe('TLS badges', () => {
  const tls = (more: string): string =>
    gateway(`protocol: HTTPS, tls: {certificateRefs: [{name: cert${more}}]}`) + route('') + served('web');
  const cert = (namespace: string): string =>
    manifest('Secret', 'cert', 'type: kubernetes.io/tls\ndata: {tls.crt: YQ==, tls.key: YQ==}', namespace);

  it('warn of a certificate that no ReferenceGrant lets the Gateway use', () => {
    const badge = badgeOf(flowOf(tls(', namespace: certs'), cert('certs')));
    expect(badge).toMatchObject({ text: 'TLS: not granted', tone: 'warn' });
    expect(badge?.title).toMatch(/ReferenceGrant/);
    const grant = manifest(
      'ReferenceGrant',
      'g',
      'spec: {from: [{group: gateway.networking.k8s.io, kind: Gateway, namespace: shop}], to: [{group: "", kind: Secret}]}',
      'certs',
    );
    expect(badgeOf(flowOf(tls(', namespace: certs'), cert('certs'), grant))).toMatchObject({
      text: 'TLS',
      tone: 'good',
    });
  });

  it('say where no manifest declares the Secret', () => {
    expect(badgeOf(flowOf(tls('')))?.title).toBe('Listener l: Secret cert, which no manifest here declares.');
    expect(badgeOf(flowOf(tls(''), cert('shop')))?.title).toBe('Listener l: Secret cert.');
  });
});

describe('a host of OpenShift', () => {
  it('is a whole domain under the wildcard policy Subdomain', () => {
    const titles = ['None', 'Subdomain'].map((wildcardPolicy) => {
      const spec = `{host: a.example.com, wildcardPolicy: ${wildcardPolicy}, to: {kind: Service, name: web}}`;
      return flowOf(manifest('Route', 'r', `spec: ${spec}`), served('web')).nodes.find(({ kind }) => kind === 'host')
        ?.title;
    });
    expect(titles).toEqual(['a.example.com', '*.example.com']);
  });
});

describe('what is left out', () => {
  it.each([
    [['a'], '1 of 2 Services is not shown: no route names it, and it is not open to the outside.'],
    [['a', 'b'], '2 of 3 Services are not shown: no route names them, and they are not open to the outside.'],
  ])('is counted: %s', (names, expected) => {
    const view = flowOf(ingress('path: /'), served('web'), ...names.map((name) => served(name)));
    expect(view.notes).toEqual([expected]);
  });
});

describe('what is behind a Service', () => {
  const none = manifest(
    'Deployment',
    'web',
    'spec: {replicas: 0, template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}}',
  );
  const balanced = (more = ''): string =>
    service('web', `{type: LoadBalancer, ${more} selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}`);

  it('gets no traffic while it is scaled to 0', () => {
    expect(edgesOf(flowOf(balanced(), none), 'Service/').map(print)).toEqual([
      'outside -80-> Service/shop/web',
      'Service/shop/web .80 → 8080.> Deployment/shop/web',
    ]);
  });

  it.each([
    ['203.0.113.0/24', 'ok', undefined],
    ['203.0.113.0/25', 'ok', /^Not from every address/],
    ['198.51.100.0/24', 'denied', /admits only from 198\.51\.100\.0\/24/],
  ])('gets it only from where the load balancer lets in, a policy says %s', (cidr, state, note) => {
    const from = policy('from', `podSelector: {}, ingress: [{from: [{ipBlock: {cidr: ${cidr}}}]}]`);
    const view = flowOf(balanced('loadBalancerSourceRanges: [203.0.113.0/24],'), deployment('web'), from);
    const edge = view.edges.find(({ source }) => source === 'Service/shop/web');
    expect(edge?.state).toBe(state);
    if (note) expect(edge?.note).toMatch(note);
    else expect(edge?.note).toBeUndefined();
  });
});
