import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze, uriOf } from '../support/analyze';
import { shop } from '../support/shop';
import { deployment, manifest, nodeIn as node, print, service, viewOf } from './routing-pictures';

describe('the Service Routing diagram', () => {
  const view = viewOf(shop);

  it('leads from outside to workloads, left to right', () => {
    expect(view.lanes).toEqual(['Outside', 'Clients & routes', 'Services', 'Pods']);
    expect(view.edges.map(print)).toEqual([
      'outside --> Ingress/shop/shop',
      'Ingress/shop/shop ?/api?> Service/shop/backend',
      'Ingress/shop/shop x/badx> Service/shop/backend',
      'Ingress/shop/shop x/cartx> missing/Service/shop/cart',
      'Service/default/canary -8080-> Pod/default/canary',
      'outside ?node port 30080?> Service/shop/backend',
      'Service/shop/backend -9090-> DaemonSet/shop/agent',
      'Service/shop/backend x80 → httpx> DaemonSet/shop/agent',
      'Service/shop/backend -80 → 8080 (http), 9090-> Deployment/shop/backend',
      'Service/shop/database -CNAME-> ExternalName/shop/db.example.com',
      'Service/shop/frontend x80x> missing/pods/shop/frontend',
      'Service/shop/legacy -5432-> Endpoints/shop/legacy',
    ]);
  });

  it('says what a Service is', () => {
    expect(node(view, 'Service/shop/backend')).toMatchObject({
      kind: 'service',
      lane: 2,
      group: 'namespace/shop',
      title: 'backend',
      subtitle: 'Service · NodePort',
      lines: ['backend.shop.svc', 'http 80/TCP (node 30080)', 'metrics 9090/TCP', 'app=backend, tier=api'],
      location: { file: uriOf('services.yaml'), range: { start: { line: 3, character: 8 } } },
    });
    expect(node(view, 'Service/default/canary').subtitle).toBe('Service · ClusterIP · headless');
  });

  it('says what an Ingress and a workload are', () => {
    expect(node(view, 'Ingress/shop/shop')).toMatchObject({
      subtitle: 'Ingress · nginx',
      lines: ['shop.example.com (TLS)'],
    });
    expect(node(view, 'Deployment/shop/backend')).toMatchObject({
      subtitle: 'Deployment ×3',
      lines: ['http 8080/TCP', '9090/TCP', 'app=backend, tier=api'],
    });
    expect(node(view, 'Deployment/shop/frontend').group).toBe('namespace/shop');
  });

  it('shows what is missing as a ghost, and why', () => {
    expect(node(view, 'missing/pods/shop/frontend')).toMatchObject({
      kind: 'missing',
      title: 'no pods',
      subtitle: 'no pod has app=fronted',
    });
    expect(node(view, 'missing/Service/shop/cart')).toMatchObject({
      lane: 2,
      title: 'cart',
      subtitle: 'no such Service',
    });
    const notes = view.edges.flatMap(({ state, note }) => (state === 'broken' ? [note] : []));
    expect(notes).toEqual([
      'Service backend has no port 8080. It has http 80/TCP, metrics 9090/TCP.',
      'No Service named "cart" in namespace shop.',
      'DaemonSet agent has no TCP port named "http".',
      'No pod in namespace shop has app=fronted.',
    ]);
  });

  it('carries the problems of a resource, without what only fixes read', () => {
    const [problem] = node(view, 'Service/shop/frontend').problems;
    expect(problem).toEqual({
      rule: 'service-selector-unmatched',
      severity: 'warning',
      message: expect.stringContaining('Deployment frontend') as string,
      location: { file: uriOf('services.yaml'), range: expect.anything() as object },
    });
  });

  it('frames namespaces, and says which are written nowhere', () => {
    expect(view.groups).toEqual([
      { id: 'namespace/default', label: 'default', note: "not written: kubectl's current namespace" },
      { id: 'namespace/shop', label: 'shop' },
    ]);
    const set = viewOf({
      'overlays/prod/kustomization.yaml': 'namespace: prod\nresources: [a.yaml]\n',
      'overlays/prod/a.yaml': deployment('a').replace(', namespace: shop', ''),
    });
    expect(set.groups).toEqual([{ id: 'namespace/prod', label: 'prod', note: 'set by overlays/prod' }]);
  });

  it('draws no edge to each Service that any pod may ask for', () => {
    const services = Array.from({ length: 30 }, (_, index) =>
      service(`s${index}`, `{selector: {app: a}, ports: [{port: 80}]}`),
    );
    const { nodes } = viewOf({ 'a.yaml': [...services, deployment('a')].join('') });
    expect(nodes.filter(({ lane }) => lane === 0)).toEqual([]);
  });

  it('shows how a load balancer is reached', () => {
    const spec =
      '{type: LoadBalancer, loadBalancerSourceRanges: [203.0.113.0/24], selector: {app: a}, ports: [{port: 443}]}';
    const { edges } = viewOf({ 'a.yaml': service('a', spec) + deployment('a') });
    expect(edges.map(print)).toContain('outside -443 from 203.0.113.0/24-> Service/shop/a');
  });

  it('names hosts on edges where an Ingress has several', () => {
    const rule = (host: string): string =>
      `{host: ${host}, http: {paths: [{path: /, backend: {service: {name: a, port: {number: 80}}}}]}}`;
    const ingress = manifest('Ingress', 'i', `spec: {rules: [${rule('a.example')}, ${rule('b.example')}]}`);
    const { edges } = viewOf({ 'a.yaml': ingress + service('a', '{ports: [{port: 80}], selector: {app: a}}') });
    expect(edges.map(print)).toContain('Ingress/shop/i -a.example/, b.example/-> Service/shop/a');
  });

  it('does not claim a break where the rest may come from elsewhere', () => {
    const text = service('a', '{selector: {app: a}, ports: [{port: 80}]}');
    expect(viewOf({ 'a.yaml': text }).edges.map(({ state }) => state)).toEqual(['unknown']);
    const other = { 'a.yaml': text + deployment('unrelated') };
    expect(viewOf(other).edges.map(({ state }) => state)).toEqual(['unknown']);
    const slip = service('frontend', '{selector: {app: fronted}, ports: [{port: 80}]}') + deployment('frontend');
    expect(viewOf({ 'a.yaml': slip }).edges.map(({ state }) => state)).toContain('broken');
  });

  it('shows both of two resources with one identity, and routes to the one that is applied last', () => {
    const first = service('a', '{selector: {app: a}, ports: [{port: 80}]}');
    const last = service('a', '{selector: {app: b}, ports: [{port: 81}]}');
    const path = '{path: /, backend: {service: {name: a, port: {number: 81}}}}';
    const ingress = manifest('Ingress', 'i', `spec: {rules: [{http: {paths: [${path}]}}]}`);
    const { edges } = viewOf({ 'a.yaml': first + deployment('a'), 'b.yaml': last + deployment('b') + ingress });
    expect(edges.map(print)).toEqual([
      'outside --> Ingress/shop/i',
      'Ingress/shop/i -/-> Service/shop/a#2',
      'Service/shop/a -80-> Deployment/shop/a',
      'Service/shop/a#2 -81-> Deployment/shop/b',
    ]);
  });

  it('is the same whatever was edited last', () => {
    const { analyzer } = analyze(shop);
    const before = analyzer.view({ view: 'services' });
    for (const file of ['workloads.yaml', 'services.yaml'] as const) {
      analyzer.setFile(uriOf(file), '');
      analyzer.setFile(uriOf(file), shop[file]);
    }
    expect(analyzer.view({ view: 'services' })).toEqual(before);
  });

  it('has unique ids and edges that end at nodes, whatever the manifests', () => {
    const name = fc.constantFrom('a', 'b', '');
    const port = fc.constantFrom('80', '81', 'http', '"80"', '{}');
    const resource = fc.oneof(
      fc
        .tuple(name, name, port)
        .map(([own, app, target]) =>
          service(own, `{selector: {app: ${app}}, ports: [{port: 80, targetPort: ${target}}]}`),
        ),
      fc
        .tuple(
          name,
          fc.constantFrom(
            '{}',
            '{type: ExternalName, externalName: x.example}',
            '{type: NodePort, ports: [{port: 80}]}',
          ),
        )
        .map(([own, spec]) => service(own, spec)),
      name.map((own) => manifest('Endpoints', own, 'subsets: []')),
      name.map((own) => manifest('Endpoints', own, 'subsets: [{addresses: [{ip: 192.0.2.1}], ports: [{port: 80}]}]')),
      fc
        .tuple(name, name, port)
        .map(([own, called, number]) =>
          deployment(
            own,
            80,
            `env: [{name: A, value: 'http://${called}:${number}'}, {name: B_HOST, value: '${called}.data'}]`,
          ),
        ),
      fc
        .tuple(
          name,
          name,
          port,
          fc.constantFrom('', 'parentRefs: [{name: g}],', 'parentRefs: [{kind: Service, group: "", name: a}],'),
        )
        .map(([own, backend, number, parents]) =>
          manifest(
            'HTTPRoute',
            own,
            `spec: {${parents} rules: [{backendRefs: [{name: ${backend}, port: ${number}}, {name: b, weight: 0}]}]}`,
          ),
        ),
      name.map((own) => manifest('NetworkPolicy', own, `spec: {podSelector: {matchLabels: {app: ${own}}}}`)),
      fc
        .tuple(name, name, port)
        .map(([own, backend, number]) =>
          manifest(
            'Ingress',
            own,
            `spec: {rules: [{http: {paths: [{backend: {service: {name: ${backend}, port: {number: ${number}}}}}]}}]}`,
          ),
        ),
    );
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 12 }), (resources) => {
        const { nodes, edges, groups } = viewOf({ 'a.yaml': resources.join('') });
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
        expect(edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
        expect(edges.filter(({ state, note }) => state !== 'ok' && note === undefined)).toEqual([]);
        const frames = new Set(groups.map(({ id }) => id));
        expect(nodes.filter(({ group, lane }) => (group === undefined ? lane !== 0 : !frames.has(group)))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
