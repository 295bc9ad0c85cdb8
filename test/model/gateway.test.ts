import { describe, expect, it } from 'vitest';
import type { Sourced } from '../../server/core/manifest/node';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { commonHost } from '../../server/core/model/gateway';
import {
  createModel,
  gatewayRoutesOf,
  gatewaysOf,
  openshiftRoutesOf,
  referenceGrantsOf,
  replaceFile,
  type NetworkModel,
} from '../../server/core/model/network-model';
import { admitsReference } from '../../server/core/model/reference-grant';

const uri = 'file:///a.yaml';

function modelOf(text: string): NetworkModel {
  const scope = { name: 'test', kind: 'directory', root: 'file:///', complete: true, files: [uri] } as const;
  const model = createModel(scope, []);
  replaceFile(model, uri, readManifest(uri, text).resources, false);
  return model;
}

const of = (kind: string, spec: string, metadata = '{ name: a, namespace: shop }'): string => {
  const group = kind === 'Route' ? 'route.openshift.io' : 'gateway.networking.k8s.io';
  return `apiVersion: ${group}/v1\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}\n---\n`;
};

describe('readGateway', () => {
  const listenerOf = (listener: string) =>
    gatewaysOf(modelOf(of('Gateway', `{ listeners: [${listener}] }`)))[0]?.listeners[0];

  it('reads its class and its listeners with their places', () => {
    const text = of(
      'Gateway',
      '{ gatewayClassName: eg, listeners: [{ name: web, port: 443, protocol: HTTPS, hostname: "*.a.b" }] }',
    );
    const gateway = gatewaysOf(modelOf(text))[0];
    const listener = gateway?.listeners[0];
    const written = (value: Sourced<unknown> | undefined) => text.slice(value?.node.start, value?.node.end);
    expect(gateway).toMatchObject({ name: 'a', namespace: 'shop' });
    expect(
      [gateway?.className, listener?.name, listener?.port, listener?.protocol, listener?.hostname].map(written),
    ).toEqual(['eg', 'web', '443', 'HTTPS', '"*.a.b"']);
  });

  it.each([
    ['{}', { from: 'Same', kinds: [] }],
    ['{ allowedRoutes: {} }', { from: 'Same', kinds: [] }],
    ['{ allowedRoutes: { namespaces: {} } }', { from: 'Same', kinds: [] }],
    ['{ allowedRoutes: { namespaces: { from: All } } }', { from: 'All', kinds: [] }],
    [
      '{ allowedRoutes: { kinds: [{ kind: HTTPRoute }, { group: a.io, kind: X }, { group: a.io }] } }',
      {
        from: 'Same',
        kinds: [
          { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute' },
          { group: 'a.io', kind: 'X' },
        ],
      },
    ],
  ])('%s allows %o', (listener, allowedRoutes) => {
    expect(listenerOf(listener)?.allowedRoutes).toMatchObject(allowedRoutes);
  });

  it('reads a selector of namespaces', () => {
    const text = '{ allowedRoutes: { namespaces: { from: Selector, selector: { matchLabels: { a: b } } } } }';
    expect(listenerOf(text)?.allowedRoutes.selector?.requirements).toMatchObject([{ key: 'a', values: ['b'] }]);
  });

  it.each([
    ['{}', 'Terminate', undefined],
    ['{ tls: {} }', 'Terminate', undefined],
    ['{ tls: { mode: Passthrough }, hostname: "" }', 'Passthrough', undefined],
    ['{ hostname: a.b }', 'Terminate', 'a.b'],
  ])('%s: TLS mode %s, host %s', (listener, tlsMode, hostname) => {
    expect(listenerOf(listener)?.tlsMode).toBe(tlsMode);
    expect(listenerOf(listener)?.hostname?.value).toBe(hostname);
  });

  it.each(['{}', '', '[]', '{ listeners: 5 }', '{ listeners: [5, null, [], { port: x, allowedRoutes: 3 }] }'])(
    'does not stumble over %s',
    (spec) => {
      expect(gatewaysOf(modelOf(of('Gateway', spec)))).toHaveLength(1);
    },
  );
});

describe('commonHost', () => {
  it.each([
    ['a.b', 'a.b', 'a.b'],
    ['a.b', 'A.b', 'A.b'],
    ['*.example.com', 'shop.example.com', 'shop.example.com'],
    ['*.example.com', 'eu.shop.example.com', 'eu.shop.example.com'],
    ['shop.example.com', '*.example.com', 'shop.example.com'],
    ['*.example.com', '*.eu.example.com', '*.eu.example.com'],
    ['*.example.com', '*.example.com', '*.example.com'],
    ['*.example.com', 'example.com', undefined],
    ['*.example.com', 'shopexample.com', undefined],
    ['*.eu.example.com', 'shop.us.example.com', undefined],
    ['*.eu.example.com', '*.us.example.com', undefined],
    ['example.com', 'shop.example.com', undefined],
    ['shop.example.com', 'shop.example.com.evil.org', undefined],
    ['example.com', 'example.co', undefined],
  ])('%s and %s have %s in common', (a, b, common) => {
    expect(commonHost(a, b)).toBe(common);
    expect(commonHost(b, a)?.toLowerCase()).toBe(common?.toLowerCase());
  });
});

describe('readGatewayRoute', () => {
  const routeOf = (spec: string, kind = 'HTTPRoute') => gatewayRoutesOf(modelOf(of(kind, spec)))[0];

  it.each(['HTTPRoute', 'GRPCRoute', 'TLSRoute', 'TCPRoute', 'UDPRoute'])('reads a %s', (kind) => {
    expect(routeOf('{ rules: [{ backendRefs: [{ name: web }] }] }', kind)).toMatchObject({
      kind,
      name: 'a',
      namespace: 'shop',
    });
  });

  it('has the defaults of the API', () => {
    const route = routeOf(
      '{ parentRefs: [{ name: gw, sectionName: "" }], rules: [{ backendRefs: [{ name: web, port: 80 }] }] }',
    );
    expect(route?.parentRefs).toMatchObject([
      { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: { value: 'gw' } },
    ]);
    expect(route?.parentRefs[0]?.namespace).toBeUndefined();
    expect(route?.parentRefs[0]?.sectionName).toBeUndefined();
    expect(route?.rules[0]?.backendRefs).toMatchObject([
      { group: '', kind: 'Service', name: { value: 'web' }, port: { value: 80 }, weight: 1, mirror: false },
    ]);
  });

  it('reads what is written', () => {
    const route = routeOf(`
  parentRefs: [{ group: '', kind: Service, namespace: x, name: gw, sectionName: s, port: 8 }]
  hostnames: [a.b, '', 5, '*.c']
  rules: [{ backendRefs: [{ group: g, kind: K, namespace: y, name: n, port: 9, weight: 0 }] }]`);
    expect(route?.parentRefs).toMatchObject([
      { group: '', kind: 'Service', namespace: { value: 'x' }, sectionName: { value: 's' }, port: { value: 8 } },
    ]);
    expect(route?.hostnames.map(({ value }) => value)).toEqual(['a.b', '*.c']);
    expect(route?.rules[0]?.backendRefs).toMatchObject([
      { group: 'g', kind: 'K', namespace: { value: 'y' }, port: { value: 9 }, weight: 0 },
    ]);
  });

  it('knows no hosts of kinds without them', () => {
    expect(routeOf('{ hostnames: [a.b] }', 'TCPRoute')?.hostnames).toEqual([]);
    expect(routeOf('{ hostnames: [a.b] }', 'UDPRoute')?.hostnames).toEqual([]);
    expect(routeOf('{ hostnames: [a.b] }', 'TLSRoute')?.hostnames).toHaveLength(1);
  });

  it.each([
    ['HTTPRoute', '{}', 'PathPrefix', undefined],
    ['HTTPRoute', '{ path: { value: /a } }', 'PathPrefix', '/a'],
    ['HTTPRoute', '{ path: { type: Exact, value: /a } }', 'Exact', '/a'],
    ['GRPCRoute', '{}', 'Exact', undefined],
    ['GRPCRoute', '{ method: { service: a.User, method: Login } }', 'Exact', 'a.User/Login'],
    ['GRPCRoute', '{ method: { service: a.User } }', 'Exact', 'a.User/*'],
    ['GRPCRoute', '{ method: { method: Login, type: RegularExpression } }', 'RegularExpression', '*/Login'],
  ])('%s match %s', (kind, match, type, path) => {
    expect(routeOf(`{ rules: [{ matches: [${match}] }] }`, kind)?.rules[0]?.matches).toMatchObject([{ type, path }]);
  });

  it('reads mirrors on rules and on backends, but not those that copy nothing', () => {
    const mirror = (name: string, share = '') =>
      `{ type: RequestMirror, requestMirror: { backendRef: { name: ${name}, port: 80 }${share} } }`;
    const route = routeOf(`
  rules:
    - filters: [${mirror('rule')}, ${mirror('none', ', percent: 0')}, ${mirror('half', ', fraction: { numerator: 1, denominator: 2 }')}]
      backendRefs:
        - { name: web, port: 80, filters: [${mirror('backend')}] }
        - { name: idle, port: 80, weight: 0, filters: [${mirror('idle-copy')}] }`);
    const read = route?.rules[0]?.backendRefs.map(({ name, mirror: copied, weight }) => [name.value, copied, weight]);
    expect(read).toEqual([
      ['web', false, 1],
      ['idle', false, 0],
      ['rule', true, 1],
      ['none', true, 0],
      ['half', true, 1],
      ['backend', true, 1],
    ]);
  });

  it.each(['{}', '', '[]', '{ parentRefs: 5, hostnames: {}, rules: 3 }', '{ parentRefs: [5, {}], rules: [5, null] }'])(
    'does not stumble over %s',
    (spec) => {
      expect(routeOf(spec)?.parentRefs).toEqual([]);
    },
  );
});

describe('readOpenshiftRoute', () => {
  const routeOf = (spec: string) => openshiftRoutesOf(modelOf(of('Route', spec)))[0];

  it('reads a Route', () => {
    const route = routeOf(`
  host: a.b
  path: /c
  to: { kind: Service, name: web, weight: 0 }
  alternateBackends: [{ name: other }, {}]
  port: { targetPort: 8080 }
  tls: { termination: edge }`);
    expect(route).toMatchObject({
      host: { value: 'a.b' },
      path: '/c',
      to: { kind: 'Service', name: { value: 'web' }, weight: 0 },
      alternateBackends: [{ kind: 'Service', name: { value: 'other' }, weight: 100 }],
      targetPort: { value: 8080 },
      termination: 'edge',
    });
  });

  it('reads a port by its name', () => {
    expect(routeOf('{ port: { targetPort: http } }')?.targetPort?.value).toBe('http');
  });

  it.each(['{}', '', '{ to: 5, alternateBackends: 5, port: 5, host: "" }'])('does not stumble over %s', (spec) => {
    expect(routeOf(spec)).toMatchObject({
      to: undefined,
      alternateBackends: [],
      targetPort: undefined,
      host: undefined,
    });
  });
});

describe('admitsReference', () => {
  const reference = {
    from: { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', namespace: 'shop' },
    to: { group: '', kind: 'Service', namespace: 'store', name: 'web' },
  };
  const from = '{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop }';
  const to = '{ group: "", kind: Service }';

  it.each([
    ['every Service', 'store', `from: [${from}], to: [${to}]`, true],
    ['the Service', 'store', `from: [${from}], to: [{ group: "", kind: Service, name: web }]`, true],
    ['an absent group, which is the core', 'store', `from: [${from}], to: [{ kind: Service }]`, true],
    [
      'one of several',
      'store',
      `from: [{ group: x, kind: Y, namespace: z }, ${from}], to: [{ group: "", kind: Secret }, ${to}]`,
      true,
    ],
    ['another Service', 'store', `from: [${from}], to: [{ group: "", kind: Service, name: webs }]`, false],
    ['another kind', 'store', `from: [${from}], to: [{ group: "", kind: Secret }]`, false],
    [
      'another kind of route',
      'store',
      `from: [{ group: gateway.networking.k8s.io, kind: GRPCRoute, namespace: shop }], to: [${to}]`,
      false,
    ],
    ['another group', 'store', `from: [{ group: "", kind: HTTPRoute, namespace: shop }], to: [${to}]`, false],
    [
      'another namespace',
      'store',
      `from: [{ group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: store }], to: [${to}]`,
      false,
    ],
    ['a grant beside the route', 'shop', `from: [${from}], to: [${to}]`, false],
    ['a grant to nothing', 'store', `from: [${from}]`, false],
    ['a grant from nobody', 'store', `to: [${to}]`, false],
  ])('%s', (_, namespace, spec, admitted) => {
    const model = modelOf(of('ReferenceGrant', `{ ${spec} }`, `{ name: g, namespace: ${namespace} }`));
    expect(referenceGrantsOf(model, namespace).map((grant) => admitsReference(grant, reference))).toEqual([admitted]);
  });
});

describe('the model', () => {
  it('takes out everything with its file', () => {
    const model = modelOf(
      of('Gateway', '{}') +
        of('HTTPRoute', '{}') +
        of('Route', '{}') +
        of('ReferenceGrant', '{}') +
        of('UDPRoute', '{}'),
    );
    const counts = () =>
      [gatewaysOf(model), gatewayRoutesOf(model), openshiftRoutesOf(model), referenceGrantsOf(model, 'shop')].map(
        (items) => items.length,
      );
    expect(counts()).toEqual([1, 2, 1, 1]);
    expect([gatewaysOf(model, 'shop').length, gatewaysOf(model, 'store').length]).toEqual([1, 0]);
    replaceFile(model, uri, [], false);
    expect(counts()).toEqual([0, 0, 0, 0]);
  });
});
