import { describe, expect, it } from 'vitest';
import { deployment, edgesOf, manifest, nodeIn, print, served, service, viewOf } from './routing-pictures';

describe('Services in the Service Routing diagram', () => {
  it.each([
    ['{}', 'ClusterIP'],
    ['{clusterIP: None}', 'headless'],
    ['{type: NodePort}', 'NodePort'],
    ['{type: LoadBalancer}', 'LoadBalancer'],
    ['{type: ExternalName, externalName: x.example}', 'ExternalName'],
    ['{type: $TYPE}', undefined],
  ])('%s are of the variant %s', (spec, variant) => {
    expect(nodeIn(viewOf({ 'a.yaml': service('a', spec) }), 'Service/shop/a').variant).toBe(variant);
  });

  it.each<[string, readonly string[] | undefined]>([
    ['{}', undefined],
    ['{internalTrafficPolicy: Local}', ['local only']],
    ['{internalTrafficPolicy: Cluster, sessionAffinity: None}', undefined],
    ['{type: NodePort, externalTrafficPolicy: Local}', ['local from outside']],
    ['{externalTrafficPolicy: Local}', undefined],
    ['{sessionAffinity: ClientIP, publishNotReadyAddresses: true}', ['sticky', 'not ready too']],
  ])('%s carry badges %s', (spec, badges) => {
    const node = nodeIn(viewOf({ 'a.yaml': service('a', spec) }), 'Service/shop/a');
    expect(node.badges?.map(({ text }) => text)).toEqual(badges);
    expect(node.badges?.every(({ title }) => title !== undefined) ?? true).toBe(true);
  });

  it('can be asked for and filtered by label', () => {
    const text = service('a', '{externalIPs: [192.0.2.1], ports: [{port: 80}]}').replace(
      'namespace: shop',
      'namespace: shop, labels: {team: x}',
    );
    expect(nodeIn(viewOf({ 'a.yaml': text }), 'Service/shop/a')).toMatchObject({
      ask: 'a.shop.svc',
      labels: { team: 'x' },
      lines: ['a.shop.svc', '80/TCP', 'external IP 192.0.2.1'],
    });
  });

  it('whose pods are scaled to 0 say so, as the pods do', () => {
    const text = served('a').replace('{template:', '{replicas: 0, template:');
    const view = viewOf({ 'a.yaml': text });
    for (const id of ['Service/shop/a', 'Deployment/shop/a'])
      expect(nodeIn(view, id).badges).toEqual([
        { text: 'scaled to 0', tone: 'warn', title: expect.stringMatching(/^As written/) as string },
      ]);
    const more = deployment('b').replace('app: b', 'app: a');
    expect(nodeIn(viewOf({ 'a.yaml': text + more }), 'Service/shop/a').badges).toBeUndefined();
  });
});

describe('Services that are another name', () => {
  const target = (externalName: string, more = '') => {
    const text = service('a', `{type: ExternalName, ${externalName}}`) + more;
    const view = viewOf({ 'a.yaml': text });
    const [edge] = edgesOf(view, 'Service/shop/a');
    return { ...nodeIn(view, edge?.target ?? ''), state: edge?.state };
  };

  it.each([
    ['externalName: x.example', { kind: 'external-name', title: 'x.example', subtitle: 'DNS name', state: 'ok' }],
    ['externalName: b.data.svc.cluster.local', { kind: 'external-name', subtitle: 'DNS name of Service data/b' }],
    ['externalName: c.data.svc.cluster.local', { kind: 'external-name', subtitle: 'DNS name' }],
    ['externalName: ""', { kind: 'missing', title: 'no DNS name', state: 'broken' }],
  ])('by %s lead to it', (externalName, expected) => {
    expect(target(externalName, service('b', '{ports: [{port: 80}]}', 'data'))).toMatchObject(expected);
  });
});

describe('workloads in the Service Routing diagram', () => {
  it('open up to their pods, with names behind a headless Service', () => {
    const set = manifest(
      'StatefulSet',
      'db',
      'spec: {serviceName: db, replicas: 2, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: c:1}]}}}',
    );
    const view = viewOf({
      'a.yaml': service('db', '{clusterIP: None, selector: {app: db}, ports: [{port: 1}]}') + set,
    });
    expect(nodeIn(view, 'StatefulSet/shop/db')).toMatchObject({
      subtitle: 'StatefulSet ×2',
      parts: [
        { text: 'db-0', note: 'db-0.db.shop.svc.cluster.local' },
        { text: 'db-1', note: 'db-1.db.shop.svc.cluster.local' },
      ],
      ask: 'shop/db[StatefulSet]',
      labels: { app: 'db' },
    });
  });

  it('come after those that something leads to', () => {
    const view = viewOf({ 'a.yaml': deployment('a') + served('b') + deployment('c', 80, '', 'other') });
    expect(view.nodes.filter(({ lane }) => lane === 3).map(({ id }) => id)).toEqual([
      'Deployment/other/c',
      'Deployment/shop/b',
      'Deployment/shop/a',
    ]);
  });
});

describe('endpoints that are written by hand', () => {
  const slice = (name: string, rest: string): string =>
    manifest('EndpointSlice', name, `addressType: IPv4\n${rest}`).replace(
      'namespace: shop',
      'namespace: shop, labels: {kubernetes.io/service-name: db}',
    );
  const edges = (text: string, ports = '{port: 5432}'): readonly string[] =>
    edgesOf(viewOf({ 'a.yaml': service('db', `{ports: [${ports}]}`) + text }), 'Service/shop/db').map((edge) =>
      print(edge).replace('Service/shop/db ', ''),
    );

  it('list their addresses and ports', () => {
    const subsets =
      'subsets: [{addresses: [{ip: 192.0.2.1}], notReadyAddresses: [{ip: 192.0.2.2}], ports: [{port: 5432}]}]';
    const view = viewOf({ 'a.yaml': service('db', '{ports: [{port: 5432}]}') + manifest('Endpoints', 'db', subsets) });
    expect(nodeIn(view, 'Endpoints/shop/db')).toMatchObject({
      kind: 'endpoints',
      subtitle: 'Endpoints, written by hand',
      lines: ['192.0.2.1', '192.0.2.2 (not ready)', '5432/TCP'],
      resourceKind: 'Endpoints',
      location: { range: { start: { line: 7 } } },
    });
  });

  it('keep a long list short', () => {
    const addresses = Array.from({ length: 20 }, (_, index) => `{addresses: [192.0.2.${index}]}`).join(', ');
    const view = viewOf({ 'a.yaml': service('db', '{ports: [{port: 1}]}') + slice('s', `endpoints: [${addresses}]`) });
    expect(nodeIn(view, 'EndpointSlice/shop/s').lines.slice(-2)).toEqual(['192.0.2.5', 'and 14 more']);
  });

  it.each<[string, string, string, readonly string[]]>([
    [
      'by the name of the port',
      '{name: pg, port: 80}',
      'endpoints: [{addresses: [192.0.2.1]}]\nports: [{name: pg, port: 5432}]',
      ['-80 → 5432-> EndpointSlice/shop/s'],
    ],
    [
      'not by another name',
      '{name: pg, port: 80}',
      'endpoints: [{addresses: [192.0.2.1]}]\nports: [{port: 80}]',
      ['x80x> EndpointSlice/shop/s'],
    ],
    [
      'not by another protocol',
      '{port: 53, protocol: UDP}',
      'endpoints: [{addresses: [192.0.2.1]}]\nports: [{port: 53}]',
      ['x53x> EndpointSlice/shop/s'],
    ],
    ['without any port written', '{port: 80}', 'endpoints: [{addresses: [192.0.2.1]}]', ['-80-> EndpointSlice/shop/s']],
    ['not without an address', '{port: 80}', 'ports: [{port: 80}]', ['x80x> EndpointSlice/shop/s']],
  ])('are led to %s', (_, ports, rest, expected) => {
    expect(edges(slice('s', rest), ports)).toEqual(expected);
  });

  it('may be parts of one whole', () => {
    const first = slice('s', 'endpoints: [{addresses: [192.0.2.1]}]\nports: [{name: a, port: 1}]');
    const second = slice('t', 'endpoints: [{addresses: [192.0.2.2]}]\nports: [{name: b, port: 2}]');
    expect(edges(first + second, '{name: a, port: 1}, {name: b, port: 2}')).toEqual([
      '-1-> EndpointSlice/shop/s',
      '-2-> EndpointSlice/shop/t',
    ]);
  });
});
