import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyze, uriOf } from '../support/analyze';
import { deployment, edgesOf, manifest, nodeIn, print, served, service, viewOf, type Files } from './routing-pictures';

const env = (values: Readonly<Record<string, string>>): string =>
  `env: [${Object.entries(values)
    .map(([name, value]) => `{name: ${name}, value: ${JSON.stringify(value)}}`)
    .join(', ')}]`;

/** A Deployment `web` with some variables, beside the Service `cart` on port 80. */
const web = (values: Readonly<Record<string, string>>): Files => ({
  'a.yaml': served('cart') + deployment('web', 8080, env(values)),
});

const callsIn = (files: Files, scope: Parameters<typeof viewOf>[1] = {}) => edgesOf(viewOf(files, scope), 'client/');
const printed = (files: Files): readonly string[] =>
  callsIn(files).map((edge) => print(edge).replace('client/Deployment/shop/', '').replace('Service/shop/', ''));

describe('clients in the Service Routing diagram', () => {
  it.each<[string, Readonly<Record<string, string>>, readonly string[]]>([
    ['with the name and port as they are written', { CART: 'cart:80' }, ['web -cart:80-> cart']],
    [
      'with a long name',
      { CART: 'http://cart.shop.svc.cluster.local:80/x' },
      ['web -cart.shop.svc.cluster.local:80-> cart'],
    ],
    ['without a port where the scheme tells it', { CART: 'http://cart/' }, ['web -cart-> cart']],
    [
      'once for all places that name the same',
      { A: 'cart:80', B: 'http://cart:80', C: 'cart.shop:80' },
      ['web -cart:80, cart.shop:80-> cart'],
    ],
    [
      'once where a name without a port stands beside one',
      { CART_HOST: 'cart', CART: 'cart:80' },
      ['web -cart, cart:80-> cart'],
    ],
    ['by a bare word under a key for hosts', { CART_HOST: 'cart' }, ['web -cart-> cart']],
    ['not by a bare word elsewhere', { APP: 'cart' }, []],
    ['not by a bare word that no Service has', { CART_HOST: 'kart' }, []],
    ['not where a name is only compared', { CORS_ORIGIN: 'http://cart:80' }, []],
    ['not where a pair in free text fits no Service', { TEXT: 'see note:12 or cart:99' }, []],
    ['where a pair in free text fits a Service', { TEXT: 'run with cart:80 now' }, ['web -cart:80-> cart']],
    ['not by names outside', { API: 'https://api.example.com' }, []],
    ['not for the API server', { API: 'https://kubernetes.default.svc' }, []],
    ['on a port that the Service lacks', { CART: 'http://cart:8080/' }, ['web xcart:8080x> cart']],
    [
      'on a port of its own for each',
      { A: 'cart:80', B: 'cart:8080' },
      ['web -cart:80-> cart', 'web xcart:8080x> cart'],
    ],
    ['of what is missing for certain', { CART: 'http://cartt:80/' }, ['web xcartt:80x> missing/cartt']],
    ['of what may come from elsewhere', { DB: 'redis:6379' }, ['web ?redis:6379?> missing/redis']],
    ['with the namespace forgotten', { CART: 'cart.svc.cluster.local:80' }, ['web xcart.svc.cluster.local:80x> cart']],
  ])('are drawn %s', (_, values, expected) => {
    expect(printed(web(values))).toEqual(expected);
  });

  it('stand beside routes, and lead to their workload', () => {
    const view = viewOf(web({ A: 'cart:80' }));
    expect(nodeIn(view, 'client/Deployment/shop/web')).toMatchObject({
      kind: 'client',
      lane: 1,
      group: 'namespace/shop',
      title: 'web',
      subtitle: 'Deployment · calls 1 Service',
      resourceKind: 'Deployment',
      labels: { app: 'web' },
      ask: 'shop/web[Deployment]',
      location: nodeIn(view, 'Deployment/shop/web').location,
    });
    expect(view.notes).toEqual([expect.stringContaining('Secrets') as string]);
    expect(viewOf({ 'a.yaml': served('cart') }).notes).toEqual([]);
  });

  it('say where the name is written, and what is wrong with it', () => {
    const config = manifest('ConfigMap', 'urls', 'data: {CART_URL: "http://cart:8080/"}');
    const files = {
      'a.yaml': served('cart') + config + deployment('web', 8080, 'envFrom: [{configMapRef: {name: urls}}]'),
    };
    const [edge] = callsIn(files);
    expect(edge?.note).toMatch(
      /^Service cart in namespace shop has no port 8080\..* Named by CART_URL of ConfigMap urls\.$/,
    );
    expect(nodeIn(viewOf(files), 'client/Deployment/shop/web').problems.map(({ rule }) => rule)).toEqual([
      'dns-port-unmatched',
    ]);
    expect(callsIn(web({ A: 'cart:80', B: 'cart:80' }))[0]?.note).toBe('Named by A, and in 1 more place.');
  });

  it('of the same ConfigMap are all drawn', () => {
    const config = manifest('ConfigMap', 'urls', 'data: {CART_HOST: cart}');
    const from = 'envFrom: [{configMapRef: {name: urls}}]';
    const text = served('cart') + config + deployment('web', 8080, from) + deployment('api', 8080, from);
    expect(printed({ 'a.yaml': text })).toEqual(['api -cart-> cart', 'web -cart-> cart']);
  });

  it('are not drawn for pods that name themselves, unless a headless Service names their peers', () => {
    const own = deployment('web', 8080, env({ SELF: 'web:80' }));
    const spec = (more: string): string => `{${more} selector: {app: web}, ports: [{port: 80}]}`;
    expect(printed({ 'a.yaml': service('web', spec('')) + own })).toEqual([]);
    expect(printed({ 'a.yaml': service('web', spec('clusterIP: None,')) + own })).toEqual(['web -web:80-> web']);
  });

  it('that ask another resolver may not find the name', () => {
    const text = deployment('web', 8080, env({ CART: 'cart:80' })).replace(
      'containers:',
      'dnsPolicy: Default, containers:',
    );
    const [edge] = callsIn({ 'a.yaml': served('cart') + text });
    expect(edge).toMatchObject({
      state: 'unknown',
      note: expect.stringContaining("do not ask the cluster's DNS") as string,
    });
  });

  it('share a ghost with routes, in a frame for a namespace that is only named', () => {
    const view = viewOf(web({ A: 'http://db.data.svc:5432' }));
    expect(nodeIn(view, 'missing/Service/data/db')).toMatchObject({
      kind: 'missing',
      group: 'namespace/data',
      subtitle: 'not declared here',
    });
    expect(view.groups.map(({ label, note }) => [label, note])).toEqual([
      ['data', 'nothing here is in it'],
      ['shop', undefined],
    ]);
  });

  it('of many Services, and of one Service of many, show their edges in focus only', () => {
    const names = Array.from({ length: 13 }, (_, index) => `s${index}`);
    const all = env(Object.fromEntries(names.map((name, index) => [`A${index}`, `${name}:80`])));
    const fanOut = callsIn({ 'a.yaml': names.map((name) => served(name)).join('') + deployment('web', 8080, all) });
    expect(fanOut.map(({ quiet }) => quiet)).toEqual(names.map(() => true));
    const fanIn = callsIn({
      'a.yaml': served('cart') + names.map((name) => deployment(name, 80, env({ A: 'cart:80' }))).join(''),
    });
    expect(fanIn.every(({ quiet }) => quiet)).toBe(true);
    expect(callsIn(web({ A: 'cart:80' }))[0]?.quiet).toBeUndefined();
  });

  describe('under policies', () => {
    const policy = (name: string, spec: string): string => manifest('NetworkPolicy', name, `spec: ${spec}`);
    const isolated = policy('deny', '{podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}');
    const call = web({ CART: 'cart:80' })['a.yaml'] ?? '';

    it('are denied, by name', () => {
      const files = { 'a.yaml': call + isolated };
      const view = viewOf(files);
      expect(edgesOf(view, 'client/').map(({ id, ...edge }) => ({ ...edge, id }))).toEqual([
        {
          id: 'client/Deployment/shop/web→Service/shop/cart:80',
          source: 'client/Deployment/shop/web',
          target: 'Service/shop/cart',
          label: 'cart:80',
          state: 'denied',
          note: 'NetworkPolicy shop/deny isolates Deployment cart for ingress, and no rule admits TCP 8080 from Deployment web. Named by CART.',
          deciders: ['NetworkPolicy/shop/deny'],
        },
      ]);
      expect(nodeIn(view, 'client/Deployment/shop/web').problems.map(({ rule }) => rule)).toEqual(['dns-name-blocked']);
    });

    it.each([
      [
        'admitted',
        '{podSelector: {}, ingress: [{from: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 8080}]}]}',
        'ok',
      ],
      ['denied on that port', '{podSelector: {}, ingress: [{ports: [{port: 80}]}]}', 'denied'],
      ['denied on the way out', '{podSelector: {matchLabels: {app: web}}, policyTypes: [Egress]}', 'denied'],
      [
        'subject to labels that no manifest tells',
        '{podSelector: {}, ingress: [{from: [{namespaceSelector: {matchLabels: {team: a}}}]}]}',
        'unknown',
      ],
    ])('are %s', (_, spec, state) => {
      const [edge] = callsIn({ 'a.yaml': call + policy('one', spec) });
      expect(edge?.state).toBe(state);
      expect(edge?.deciders).toEqual(state === 'ok' ? undefined : ['NetworkPolicy/shop/one']);
    });

    it('may meet pods that some policy closes', () => {
      const second = deployment('other').replace('labels: {app: other}', 'labels: {app: cart, tier: b}');
      const closed = policy('b', '{podSelector: {matchLabels: {tier: b}}, policyTypes: [Ingress]}');
      const [edge] = callsIn({ 'a.yaml': call + second + closed });
      expect(edge).toMatchObject({
        state: 'unknown',
        note: expect.stringMatching(/^Policies deny a part of it, Deployment other: NetworkPolicy shop\/b/) as string,
      });
    });

    it('follow edits of a policy', () => {
      const { analyzer } = analyze({ 'a.yaml': call, 'p.yaml': isolated });
      const states = () =>
        edgesOf(analyzer.view({ view: 'services' }) ?? viewOf({}), 'client/').map(({ state }) => state);
      expect(states()).toEqual(['denied']);
      analyzer.setFile(uriOf('p.yaml'), isolated.replace('app: cart', 'app: none'));
      expect(states()).toEqual(['ok']);
      analyzer.setFile(uriOf('p.yaml'), isolated);
      expect(states()).toEqual(['denied']);
    });
  });

  it('are the same whatever was edited last', () => {
    const files = {
      'a.yaml': served('cart') + deployment('web', 8080, env({ B: 'cart.shop:80', A: 'cart:80', C: 'gone:1' })),
      'b.yaml': manifest('ConfigMap', 'urls', 'data: {X: "cart.shop.svc:80"}'),
      'c.yaml': deployment('api', 8080, 'envFrom: [{configMapRef: {name: urls}}]'),
    };
    const { analyzer } = analyze(files);
    const before = analyzer.view({ view: 'services' });
    for (const [file, text] of Object.entries(files)) {
      analyzer.setFile(uriOf(file), '');
      analyzer.setFile(uriOf(file), text);
      expect(analyzer.view({ view: 'services' })).toEqual(before);
    }
  });

  it('are only text, whatever is written', () => {
    const hostile = fc.constantFrom(
      '<img src=x onerror=alert(1)>',
      '\u202Ecart:80',
      'cart:80',
      'a'.repeat(10_000),
      'http://__proto__:80',
      '',
      ':',
      'cart:99999',
    );
    const values = fc.record({ A: hostile, CART_HOST: hostile, ['__proto__']: hostile, 'x y': hostile });
    fc.assert(
      fc.property(values, hostile, (own, label) => {
        const text = deployment('web', 8080, env(own)).replace(
          'labels: {app: web}',
          `labels: {${JSON.stringify(label)}: x, app: web}`,
        );
        const { nodes, edges, groups } = viewOf({ 'a.yaml': served('cart') + text });
        const ids = new Set(nodes.map(({ id }) => id));
        expect(edges.filter(({ source, target }) => !ids.has(source) || !ids.has(target))).toEqual([]);
        expect(new Set(edges.map(({ id }) => id)).size).toBe(edges.length);
        const frames = new Set(groups.map(({ id }) => id));
        expect(nodes.filter(({ group }) => group !== undefined && !frames.has(group))).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
