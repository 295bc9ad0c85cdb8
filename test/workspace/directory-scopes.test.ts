import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readManifest } from '../../server/core/manifest/read-manifest';
import { directoryUnits } from '../../server/workspace/directory-scopes';
import { deployment, service } from '../support/manifests';

const root = 'file:///w';

/** Units as `root: file file`, sorted. */
function unitsOf(files: Readonly<Record<string, string>>, above: readonly string[] = []): readonly string[] {
  const short = (uri: string): string => (uri === root ? '.' : uri.slice(root.length + 1));
  const plain = Object.entries(files)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, text]) => ({ uri: `${root}/${path}`, resources: readManifest(`${root}/${path}`, text).resources }));
  return directoryUnits(root, plain, above)
    .map((unit) => `${short(unit.root)}: ${unit.uris.map(short).join(' ')}`)
    .sort();
}

/** A Service and its Deployment, which differ by the port. */
function app(name: string, port = 80): string {
  return `${service(name, name, undefined, port)}---\n${deployment(name, name, undefined, port)}`;
}

function configMap(name: string, value: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  key: ${value}\n`;
}

function policy(name: string, pods: string, from: string): string {
  return `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  podSelector:\n    matchLabels: {app: ${pods}}\n  ingress:\n    - from:\n        - podSelector: {matchLabels: {app: ${from}}}\n`;
}

function ingress(name: string, host: string, backend: string, tls = ''): string {
  return `apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: ${name}\nspec:\n${tls}  rules:\n    - host: ${host}\n      http:\n        paths:\n          - path: /\n            pathType: Prefix\n            backend:\n              service:\n                name: ${backend}\n                port: {number: 80}\n`;
}

function httpRoute(path: string, backend: string): string {
  return `apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata:\n  name: web\nspec:\n  parentRefs: [{name: gateway}]\n  rules:\n    - matches: [{path: {value: ${path}}}]\n      backendRefs: [{name: ${backend}, port: 80}]\n`;
}

describe('a tree of directories', () => {
  test('is one unit, called after the directory that holds it all', () => {
    expect(
      unitsOf({ 'k8s/01-web.yaml': app('web'), 'k8s/db/db.yaml': app('db'), 'k8s/mq/mq.yaml': app('mq') }),
    ).toEqual(['k8s: k8s/01-web.yaml k8s/db/db.yaml k8s/mq/mq.yaml']);
  });

  test('no files, no units', () => expect(unitsOf({})).toEqual([]));

  test('environments are apart, each with what they share', () => {
    expect(
      unitsOf({
        'k8s/base/services.yaml': service('web', 'web'),
        'k8s/dev/web.yaml': deployment('web', 'web', undefined, 1),
        'k8s/prod/web.yaml': deployment('web', 'web', undefined, 2),
        'k8s/ingress.yaml': ingress('web', 'a.example', 'web'),
      }),
    ).toEqual([
      'k8s/dev: k8s/base/services.yaml k8s/dev/web.yaml k8s/ingress.yaml',
      'k8s/prod: k8s/base/services.yaml k8s/ingress.yaml k8s/prod/web.yaml',
    ]);
  });

  test('a directory takes the place of the files that it contradicts, and those are a unit without it', () => {
    expect(
      unitsOf({
        'deployment.yaml': deployment('web', 'web', undefined, 1),
        'service.yaml': service('web', 'web'),
        'debug/deployment.yaml': deployment('web', 'web', undefined, 2),
      }),
    ).toEqual(['.: deployment.yaml service.yaml', 'debug: debug/deployment.yaml service.yaml']);
  });

  test('a directory stands alone where something would get lost', () => {
    expect(
      unitsOf({
        'all.yaml': `${app('web')}---\n${app('db')}`,
        'route.yaml': ingress('web', 'a', 'db'),
        'debug/web.yaml': app('web', 2),
      }),
    ).toEqual(['.: all.yaml route.yaml', 'debug: debug/web.yaml']);
  });

  test('a release bundle is apart from its sources, however little it differs, and a true copy is not', () => {
    const sources = { 'manifests/web.yaml': app('web'), 'manifests/db.yaml': app('db') };
    expect(unitsOf({ ...sources, 'release/all.yaml': `${app('web', 2)}---\n${app('db')}` })).toEqual([
      'manifests: manifests/db.yaml manifests/web.yaml',
      'release: release/all.yaml',
    ]);
    expect(unitsOf({ ...sources, 'release/all.yaml': `${app('web')}---\n${app('db')}` })).toEqual([
      '.: manifests/db.yaml manifests/web.yaml release/all.yaml',
    ]);
  });

  test('of many directories with one thing, those go that contradict most others', () => {
    const files = {
      'a/a.yaml': `${app('a')}---\n${configMap('shared', 'same')}`,
      'b/b.yaml': `${app('b')}---\n${configMap('shared', 'same')}`,
      'c/c.yaml': `${app('c')}---\n${configMap('shared', 'same')}`,
      'd/d.yaml': `${app('d')}---\n${configMap('shared', 'other')}`,
    };
    expect(unitsOf(files)).toEqual(['.: a/a.yaml b/b.yaml c/c.yaml', 'd: d/d.yaml']);
  });

  test('more than eight forms of one thing share nothing', () => {
    const tenants = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`tenants/t${index}/web.yaml`, app('web', index + 1)]),
    );
    const units = unitsOf({ ...tenants, 'tenants/common.yaml': app('db') });
    expect(units).toContain('tenants: tenants/common.yaml');
    expect(units).toContain('tenants/t3: tenants/t3/web.yaml');
    expect(units).toHaveLength(10);
  });

  test('what contradicts further down is apart there, and does not join again further up', () => {
    expect(
      unitsOf({
        'x/dev/a.yaml': app('a', 1),
        'x/prod/a.yaml': app('a', 2),
        'x/b.yaml': app('b'),
        'y/c.yaml': app('c'),
      }),
    ).toEqual(['x/dev: x/b.yaml x/dev/a.yaml', 'x/prod: x/b.yaml x/prod/a.yaml', 'y: y/c.yaml']);
  });

  test('namespaces and unnamed resources contradict nobody', () => {
    const namespace = (label: string): string =>
      `apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {a: ${label}}}\n`;
    const job = (image: string): string =>
      `apiVersion: batch/v1\nkind: Job\nmetadata: {generateName: job-}\nspec: {template: {spec: {containers: [{name: a, image: ${image}}]}}}\n`;
    expect(
      unitsOf({ 'a/x.yaml': `${namespace('1')}---\n${job('a')}`, 'b/x.yaml': `${namespace('2')}---\n${job('b')}` }),
    ).toHaveLength(1);
  });
});

describe('examples', () => {
  test('have nothing to do with each other, nor with what lies beside them', () => {
    expect(
      unitsOf({
        'examples/a/a.yaml': app('a'),
        'examples/b/b.yaml': app('b'),
        'examples/c.yaml': app('c'),
        'd.yaml': app('d'),
      }),
    ).toEqual(['.: d.yaml examples/c.yaml', 'examples/a: examples/a/a.yaml', 'examples/b: examples/b/b.yaml']);
  });

  test('one dispute makes alternatives of their files', () => {
    const files = { 'one.yaml': `${app('a', 1)}---\n${app('b')}`, 'two.yaml': `${service('a', 'z')}---\n${app('c')}` };
    expect(unitsOf(files)).toEqual(['.: one.yaml two.yaml']);
    expect(unitsOf(Object.fromEntries(Object.entries(files).map(([name, text]) => [`demo/x/${name}`, text])))).toEqual([
      'demo/x/two.yaml: demo/x/two.yaml',
      'demo/x: demo/x/one.yaml',
    ]);
  });

  test('a folder of a repository is read as it is when the repository is', () => {
    const files = { 'one.yaml': `${app('a', 1)}---\n${app('b')}`, 'two.yaml': `${service('a', 'z')}---\n${app('c')}` };
    expect(unitsOf(files, ['samples', 'auth'])).toEqual(['.: one.yaml', 'two.yaml: two.yaml']);
  });
});

describe('files of one directory that disagree about one resource', () => {
  const others = Object.fromEntries(['b', 'c', 'd', 'e'].map((name) => [`${name}.yaml`, app(name)]));
  const beside = 'b.yaml c.yaml d.yaml e.yaml';

  test.each([
    ['a Service for the same pods', service('a', 'a', undefined, 1), service('a', 'a', undefined, 2)],
    ['a workload of the same pods', deployment('a', 'a', undefined, 1), deployment('a', 'a', undefined, 2)],
    [
      'an Ingress to the same Service',
      ingress('a', 'x.example', 'b'),
      ingress('a', 'x.example', 'b', '  tls: [{hosts: [x.example]}]\n'),
    ],
    ['a route for the same requests', httpRoute('/', 'b'), httpRoute('/', 'b-canary')],
    ['a ConfigMap', configMap('a', 'one'), configMap('a', 'two')],
    [
      'a whole application, of which one part differs',
      app('a'),
      `${service('a', 'a')}---\n${deployment('a', 'a', undefined, 2)}`,
    ],
  ])('are alternatives where one only holds another form of it, and is called so: %s', (_, first, second) => {
    expect(unitsOf({ ...others, 'a.yaml': first, 'a-tls.yaml': second })).toEqual([
      `.: a.yaml ${beside}`,
      `a-tls.yaml: a-tls.yaml ${beside}`,
    ]);
  });

  test.each([
    ['ingress-with-tls', 'ingress-without-tls'],
    ['should-allow', 'should-deny'],
    ['web', 'web-nodeport'],
    ['nodeport', 'web'],
    ['web', 'web-dual-stack'],
    ['web', 'web_v2'],
    ['web-v1', 'web-v2'],
    ['web1', 'web2'],
    ['traffic-split-1', 'traffic-split-2'],
    ['01-web-eu', '02-web-us'],
    ['webLocal', 'webProd'],
    ['dev', 'prod'],
    ['all-in-one', 'web'],
    ['web', 'web-client-response'],
  ])('are told to be alternatives by their names: %s, %s', (first, second) => {
    const files = {
      [`${first}.yaml`]: service('web', 'web', undefined, 1),
      [`${second}.yaml`]: service('web', 'web', undefined, 2),
    };
    expect(unitsOf({ ...others, ...files })).toHaveLength(2);
  });

  test.each([
    ['api', 'service'],
    ['a', 'b'],
    ['api', 'z-api'],
    ['service', 'service-api'],
    ['service-api', 'service-web'],
    ['api-service', 'api-deployment'],
    ['01-api', '02-api'],
    ['01-api', '02-service'],
    ['ingress', 'ingress2'],
    ['api', 'api-copy'],
    ['api-old', 'api-new'],
    ['service', 'service-headless'],
    ['service-internal', 'service-external'],
  ])('are a mistake where their names tell nothing: %s, %s', (first, second) => {
    const files = {
      [`${first}.yaml`]: service('api', 'api', undefined, 1),
      [`${second}.yaml`]: service('api', 'api', undefined, 2),
      'rest.yaml': `${deployment('api', 'api')}---\n${app('web')}`,
    };
    expect(unitsOf(files)).toHaveLength(1);
  });

  test('called after environments, each may hold something of its own', () => {
    const files = {
      'web-dev.yaml': `${app('web', 1)}---\n${configMap('dev', 'x')}`,
      'web-prod.yaml': `${service('web', 'web', undefined, 1)}---\n${deployment('web', 'web', undefined, 2)}---\n${ingress('web', 'x', 'web')}`,
    };
    expect(unitsOf(files)).toEqual(['.: web-dev.yaml', 'web-prod.yaml: web-prod.yaml']);
  });

  test('in a directory called alternatives, are that', () => {
    const files = { 'a.yaml': service('api', 'x'), 'b.yaml': service('api', 'y') };
    expect(unitsOf({ 'k8s/variants/a.yaml': files['a.yaml'], 'k8s/variants/b.yaml': files['b.yaml'] })).toHaveLength(2);
    expect(unitsOf({ 'k8s/shop/a.yaml': files['a.yaml'], 'k8s/shop/b.yaml': files['b.yaml'] })).toHaveLength(1);
  });

  test('are a mistake where several share something beside what is their own', () => {
    const files = ['a', 'b', 'c'].map((name) => [`${name}.yaml`, `${app(name)}---\n${configMap('settings', name)}`]);
    expect(unitsOf(Object.fromEntries(files) as Record<string, string>)).toHaveLength(1);
  });

  test('are a mistake where two disputes are little of what they hold', () => {
    const shared = (value: string): string => `${configMap('x', value)}---\n${configMap('y', value)}`;
    const files = { 'a.yaml': `${app('a')}---\n${shared('1')}`, 'b.yaml': `${app('b')}---\n${shared('2')}` };
    expect(unitsOf(files)).toHaveLength(1);
  });

  test('a resource of files that tell nothing is a mistake beside alternatives', () => {
    const files = {
      'ingress.yaml': ingress('web', 'x', 'b'),
      'ingress-tls.yaml': ingress('web', 'y', 'b'),
      'api.yaml': app('api'),
      'service.yaml': service('api', 'api', undefined, 2),
    };
    expect(unitsOf(files)).toEqual([
      '.: api.yaml ingress.yaml service.yaml',
      'ingress-tls.yaml: api.yaml ingress-tls.yaml service.yaml',
    ]);
  });

  test.each([
    ['a Service for other pods', service('a', 'b'), service('a', 'c')],
    ['a workload of other pods', deployment('a', 'b'), deployment('a', 'c')],
    ['an Ingress for other hosts and Services', ingress('a', 'b.example', 'b'), ingress('a', 'c.example', 'c')],
    ['a route for other requests and Services', httpRoute('/b', 'b'), httpRoute('/c', 'c')],
    ['a policy, since policies add up', policy('a', 'b', 'c'), policy('a', 'b', 'd')],
    ['a copy with something of its own', app('a'), `${service('a', 'a', undefined, 2)}---\n${deployment('a2', 'a2')}`],
  ])('are a mistake otherwise, and stay together: %s', (_, first, second) => {
    expect(unitsOf({ ...others, 'a.yaml': first, 'a-other.yaml': second })).toEqual([
      `.: a-other.yaml a.yaml ${beside}`,
    ]);
  });

  test('are alternatives where they disagree about several', () => {
    expect(
      unitsOf({ 'full.yaml': `${app('a')}---\n${app('c')}`, 'slim.yaml': app('a', 2), 'other.yaml': app('d') }),
    ).toEqual(['.: full.yaml other.yaml', 'slim.yaml: slim.yaml']);
  });

  test('are alternatives where it is in three of them', () => {
    const files = ['x', 'y', 'z'].map(
      (pods, index) => [`${pods}.yaml`, service('a', pods, undefined, index + 1)] as const,
    );
    expect(unitsOf({ ...others, ...Object.fromEntries(files) })).toEqual([
      `.: ${beside} x.yaml`,
      `y.yaml: ${beside} y.yaml`,
      `z.yaml: ${beside} z.yaml`,
    ]);
  });

  test('the plainest name stays among equals', () => {
    expect(unitsOf({ 'a-copy.yaml': app('web', 1), 'web.yaml': app('web', 2) })).toEqual([
      '.: web.yaml',
      'a-copy.yaml: a-copy.yaml',
    ]);
  });

  test('in one file it is a mistake', () => {
    expect(unitsOf({ 'a.yaml': `${app('a', 1)}---\n${app('a', 2)}` })).toEqual(['.: a.yaml']);
  });
});

test('every file is in a unit, and where no directory contradicts itself, no unit does', () => {
  const path = fc.constantFrom(
    'a.yaml',
    'x/a.yaml',
    'x/y/a.yaml',
    'x/z/a.yaml',
    'u/a.yaml',
    'v/a.yaml',
    'examples/q/a.yaml',
  );
  const content = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(1, 2, 3)), {
    minLength: 1,
    selector: ([app]) => app,
  });
  fc.assert(
    fc.property(fc.dictionary(path, content), (workspace) => {
      const write = (apps: readonly (readonly [string, number])[]): string =>
        apps.map(([app, port]) => service(app, app, undefined, port)).join('---\n');
      const files = Object.entries(workspace).map(([name, apps]) => [name, write(apps)] as const);
      const units = unitsOf(Object.fromEntries(files)).map((unit) => unit.slice(unit.indexOf(': ') + 2).split(' '));
      expect([...new Set(units.flat())].sort()).toEqual(Object.keys(workspace).sort());
      for (const unit of units) {
        expect(new Set(unit).size).toBe(unit.length);
        const forms = new Set(unit.flatMap((name) => workspace[name] ?? []).map(([app, port]) => `${app}:${port}`));
        expect(new Set([...forms].map((form) => form[0])).size).toBe(forms.size);
      }
    }),
  );
});
