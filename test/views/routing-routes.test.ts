import { describe, expect, it } from 'vitest';
import { deployment, edgesOf, manifest, nodeIn, print, served, service, viewOf } from './routing-pictures';

const gateway = (
  listener = '{name: http, port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: All}}}',
): string => manifest('Gateway', 'public', `spec: {gatewayClassName: c, listeners: [${listener}]}`);
const parent = 'parentRefs: [{name: public, namespace: shop}]';
const backend = (name: string, more = ''): string => `{name: ${name}, port: 80${more}}`;
const http = (rules: string, own = `${parent}, hostnames: [shop.example]`, namespace = 'shop'): string =>
  manifest('HTTPRoute', 'r', `spec: {${own}, rules: [${rules}]}`, namespace);
const rule = (...backends: readonly string[]): string => `{backendRefs: [${backends.join(', ')}]}`;

/** The edges from a route, without what they have in common. */
const edgesFrom = (start: string, text: string): readonly string[] =>
  edgesOf(viewOf({ 'a.yaml': text }), start)
    .filter(({ source }) => source !== 'outside')
    .map((edge) => print(edge).replace(/^\S+ /, '').replace('Service/shop/', ''));

describe('Gateway API routes in the Service Routing diagram', () => {
  it.each<[string, string, readonly string[]]>([
    ['all requests', http(rule(backend('a'))), ['-/-> a']],
    [
      'paths',
      http(`{matches: [{path: {value: /x}}, {path: {value: /y}}], backendRefs: [${backend('a')}]}`),
      ['-/x, /y-> a'],
    ],
    ['shares', http(rule(backend('a', ', weight: 9'), backend('b', ', weight: 1'))), ['-90%-> a', '-10%-> b']],
    ['a tiny share', http(rule(backend('a', ', weight: 999'), backend('b', ', weight: 1'))), ['-100%-> a', '-<1%-> b']],
    ['no share', http(rule(backend('a'), backend('b', ', weight: 0'))), ['-100%-> a', '.0%.> b']],
    [
      'a copy',
      http(
        `{backendRefs: [${backend('a')}], filters: [{type: RequestMirror, requestMirror: {backendRef: ${backend('b')}}}]}`,
      ),
      ['-/-> a', '-mirrored-> b'],
    ],
    [
      'hosts',
      http(rule(backend('a')), `${parent}, hostnames: [a.example, b.example]`),
      ['-a.example/, b.example/-> a'],
    ],
    ['a port that is not there', http(rule('{name: a, port: 81}')), ['x/x> a']],
    ['a Service that is not there', http(rule(backend('gone'))), ['x/x> missing/gone']],
    [
      'another namespace without its grant',
      http(rule(backend('a', ', namespace: other'))) + served('a', 'other'),
      ['x/x> Service/other/a'],
    ],
    [
      'another namespace with its grant',
      http(rule(backend('a', ', namespace: other'))) +
        served('a', 'other') +
        manifest(
          'ReferenceGrant',
          'g',
          'spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], to: [{group: "", kind: Service}]}',
          'other',
        ),
      ['-/-> Service/other/a'],
    ],
    [
      'what a service mesh may do',
      http(rule(backend('a')), 'parentRefs: [{kind: Service, group: "", name: b}]'),
      ['?/?> a'],
    ],
    ['nothing without a parent', http(rule(backend('a')), 'hostnames: [x.example]'), ['./.> a']],
    ['no bucket', http(rule('{group: x.example, kind: Bucket, name: a}')), []],
  ])('lead to Services: %s', (_, route, expected) => {
    expect(edgesFrom('HTTPRoute/', gateway() + served('a') + served('b') + route)).toEqual(expected);
  });

  it('say which Gateway and hosts they are for', () => {
    const view = viewOf({ 'a.yaml': gateway() + served('a') + http(rule(backend('a'))) });
    expect(nodeIn(view, 'HTTPRoute/shop/r')).toMatchObject({
      kind: 'ingress',
      lane: 1,
      subtitle: 'HTTPRoute · Gateway public',
      lines: ['shop.example'],
      resourceKind: 'HTTPRoute',
    });
    expect(edgesOf(view, 'outside').map(print)).toEqual(['outside --> HTTPRoute/shop/r']);
  });

  it.each([
    ['parentRefs: [{name: public}]', 'HTTPRoute · Gateway public', ['every host']],
    ['parentRefs: [{kind: Service, group: "", name: b}]', 'HTTPRoute · Service b', []],
    ['', 'HTTPRoute', ['every host']],
  ])('with %s speak of hosts where hosts count', (own, subtitle, lines) => {
    const view = viewOf({ 'a.yaml': served('a') + http(rule(backend('a')), own === '' ? 'x: 1' : own) });
    expect(nodeIn(view, 'HTTPRoute/shop/r')).toMatchObject({ subtitle, lines });
  });

  it('of gRPC and TCP name methods, and nothing', () => {
    const grpc = manifest(
      'GRPCRoute',
      'r',
      `spec: {${parent}, rules: [{matches: [{method: {service: s.Cart, method: Add}}], backendRefs: [${backend('a')}]}]}`,
    );
    expect(edgesFrom('GRPCRoute/', gateway() + served('a') + grpc)).toEqual(['-s.Cart/Add-> a']);
    const tcp = manifest('TCPRoute', 'r', `spec: {${parent}, rules: [${rule(backend('a'))}]}`);
    expect(edgesFrom('TCPRoute/', gateway('{name: t, port: 90, protocol: TCP}') + served('a') + tcp)).toEqual([
      '--> a',
    ]);
  });

  it.each([
    [
      'no listener takes it',
      gateway('{name: t, port: 90, protocol: TCP}'),
      'broken',
      'plain',
      /^Listener t .* speaks TCP/,
    ],
    ['its Gateway is not here', '', 'unknown', 'ok', /^Gateway public is not here/],
  ])('that %s get no sure traffic', (_, gateways, outside, inside, note) => {
    const view = viewOf({ 'a.yaml': gateways + served('a') + http(rule(backend('a'))) });
    expect(edgesOf(view, 'outside')).toMatchObject([{ state: outside, note: expect.stringMatching(note) as string }]);
    expect(edgesOf(view, 'HTTPRoute/').map(({ state }) => state)).toContain(inside);
  });

  it('share the ghost of a Service with clients', () => {
    const web = deployment('web', 80, 'env: [{name: A, value: "gone:80"}]');
    const view = viewOf({ 'a.yaml': gateway() + served('a') + web + http(rule(backend('gone'))) });
    expect(edgesOf(view, 'missing/Service/shop/gone').map(({ source }) => source)).toEqual([
      'HTTPRoute/shop/r',
      'client/Deployment/shop/web',
    ]);
  });
});

describe('OpenShift Routes in the Service Routing diagram', () => {
  const route = (spec: string): string => manifest('Route', 'r', `spec: ${spec}`);

  it('lead to Services in shares, and say how they do TLS', () => {
    const text = route(
      '{host: x.example, tls: {termination: edge}, to: {kind: Service, name: a, weight: 3}, alternateBackends: [{kind: Service, name: b, weight: 1}]}',
    );
    const view = viewOf({ 'a.yaml': served('a') + served('b') + text });
    expect(nodeIn(view, 'Route/shop/r')).toMatchObject({
      kind: 'ingress',
      subtitle: 'Route',
      lines: ['x.example (TLS, edge)'],
    });
    expect(edgesOf(view, 'Route/').map(print)).toEqual([
      'outside --> Route/shop/r',
      'Route/shop/r -75%-> Service/shop/a',
      'Route/shop/r -25%-> Service/shop/b',
    ]);
  });

  it('end at a target port that no endpoint has', () => {
    const [edge] = edgesOf(
      viewOf({ 'a.yaml': served('a') + route('{to: {name: a}, port: {targetPort: 80}}') }),
      'Route/',
    ).filter(({ source }) => source !== 'outside');
    expect(edge).toMatchObject({
      state: 'broken',
      note: expect.stringContaining('No port of Service a is called 80') as string,
    });
  });
});

describe('Ingresses in the Service Routing diagram', () => {
  const ingress = (name: string): string =>
    manifest('Ingress', 'i', `spec: {defaultBackend: {service: {name: ${name}, port: {number: 80}}}}`);

  it('lead through another name as well', () => {
    const text = service('a', '{type: ExternalName, externalName: x.example}') + ingress('a');
    expect(edgesFrom('Ingress/', text)).toEqual(['-everything-> a']);
  });

  it('may lead to a Service that an operator makes', () => {
    const database =
      'apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: {name: db, namespace: shop}\nspec: {instances: 1}\n---\n';
    const view = viewOf({ 'a.yaml': database + served('a') + ingress('db-rw') });
    expect(nodeIn(view, 'missing/Service/shop/db-rw').subtitle).toBe('Service, made by Cluster db');
    expect(edgesOf(view, 'Ingress/').map(({ state }) => state)).toEqual(['ok', 'unknown']);
  });
});
