import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { strategicMerge, type PatchOptions } from '../../server/core/kustomize/strategic-merge';
import { fromFile } from '../../server/core/manifest/edit-tree';
import { nodeAt, toPlain, type MapNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';

// What is expected here is what `kubectl kustomize` 5.5 makes of the same texts.

function treeOf(text: string): MapNode {
  const tree = readTree(text);
  if (tree?.type !== 'map') throw new Error('no mapping');
  return tree;
}

function merge(base: string, patch: string, options?: PatchOptions): unknown {
  const result = strategicMerge(treeOf(base), fromFile(treeOf(patch), 'patch'), options);
  if (result.problem) return `refused: ${result.problem.message}`;
  return result.root && toPlain(result.root);
}

/** What becomes of the `spec` of a kind. */
function specOf(kind: string, base: string, patch: string): unknown {
  const text = (spec: string): string => `${kind}\nmetadata: { name: a }\nspec: ${spec}\n`;
  const result = merge(text(base), text(patch));
  return typeof result === 'object' && result !== null && 'spec' in result ? result.spec : result;
}

const pod = 'apiVersion: v1\nkind: Pod';
const service = 'apiVersion: v1\nkind: Service';
const route = 'apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute';
const ingress = 'apiVersion: networking.k8s.io/v1\nkind: Ingress';

describe('mappings', () => {
  test.each([
    ['joins', '{ a: 1, b: 2 }', '{ b: 3, c: 4 }', { a: 1, b: 3, c: 4 }],
    ['takes away by null', '{ a: 1, b: { c: 1 } }', '{ a: null, b: { c: null } }', { b: {} }],
    ['adds no null', '{}', '{ a: { b: null, c: 1 } }', { a: { c: 1 } }],
    ['takes away by directive', '{ a: { b: 1 }, c: 1 }', '{ a: { $patch: delete } }', { c: 1 }],
    ['replaces by directive', '{ a: { b: 1 } }', '{ a: { $patch: replace, c: 1 } }', { a: { c: 1 } }],
    ['merges by directive', '{ a: { b: 1 } }', '{ a: { $patch: merge, c: 1 } }', { a: { b: 1, c: 1 } }],
    [
      'settles directives in what it adds',
      '{}',
      '{ a: { b: { $patch: delete }, c: { $patch: replace, d: 1 } } }',
      { a: { c: { d: 1 } } },
    ],
    ['fills a null', '{ a: null }', '{ a: { b: 1 } }', { a: { b: 1 } }],
    [
      'keeps a written null and drops a bare one',
      '{ a: null, b: ~, c: , d: { e: } }',
      '{}',
      { a: null, b: null, d: {} },
    ],
    ['ignores what only kubectl honours', '{ a: 1 }', '{ $retainKeys: [b], b: 1 }', { a: 1, $retainKeys: ['b'], b: 1 }],
  ])('%s', (_, base, patch, expected) => expect(specOf(pod, base, patch)).toEqual(expected));

  test.each([
    ['{ a: { b: 1 } }', '{ a: x }', /has a plain value here, and what it patches has a mapping/],
    ['{ a: [1] }', '{ a: { b: 1 } }', /has a mapping here, and what it patches has a list/],
    ['{ a: { b: 1 } }', '{ a: { $patch: bogus } }', /no patch strategy "bogus"/],
  ])('refuses %s with %s', (base, patch, message) => expect(specOf(pod, base, patch)).toMatch(message));
});

describe('lists that are merged', () => {
  const containers = '{ containers: [{ name: a, image: a }, { name: b, image: b }] }';

  test.each([
    [
      'what is new comes first',
      '[{ name: c }, { name: b, image: x }]',
      [{ name: 'c' }, { name: 'b', image: 'x' }, { name: 'a', image: 'a' }],
    ],
    ['an item goes', '[{ name: a, $patch: delete }]', [{ name: 'b', image: 'b' }]],
    [
      'an item that is not there goes',
      '[{ name: z, $patch: delete }]',
      [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    ],
    [
      'kustomize makes nothing of replacing an item',
      '[{ name: a, $patch: replace, command: [x] }]',
      [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    ],
    ['the list is replaced', '[{ $patch: replace }, { name: z }]', [{ name: 'z' }]],
    [
      'an empty list changes nothing',
      '[]',
      [
        { name: 'a', image: 'a' },
        { name: 'b', image: 'b' },
      ],
    ],
    [
      'an item without a name displaces all others',
      '[{ image: x }, { name: b, image: z }]',
      [{ name: 'b', image: 'z' }],
    ],
  ])('%s', (_, patch, expected) =>
    expect(specOf(pod, containers, `{ containers: ${patch} }`)).toEqual({ containers: expected }),
  );

  test.each(['null', '[{ $patch: delete }]'])('the list goes with %s', (patch) =>
    expect(specOf(pod, containers, `{ containers: ${patch} }`)).toEqual({}),
  );

  test.each([
    ['containers', 'name'],
    ['initContainers', 'name'],
    ['ephemeralContainers', 'name'],
    ['volumes', 'name'],
    ['imagePullSecrets', 'name'],
    ['hostAliases', 'ip'],
    ['topologySpreadConstraints', 'topologyKey'],
  ])('of a pod: %s by %s', (field, key) =>
    expect(
      specOf(pod, `{ ${field}: [{ ${key}: a, x: 1 }, { ${key}: b }] }`, `{ ${field}: [{ ${key}: a, y: 2 }] }`),
    ).toEqual({
      [field]: [{ [key]: 'a', x: 1, y: 2 }, { [key]: 'b' }],
    }),
  );

  test.each([
    ['containers', 'env', 'name', true],
    ['containers', 'ports', 'containerPort', true],
    ['containers', 'volumeMounts', 'mountPath', true],
    ['containers', 'volumeDevices', 'devicePath', true],
    ['initContainers', 'ports', 'containerPort', true],
    ['containers', 'envFrom', 'prefix', false],
    ['containers', 'args', 'name', false],
    ['ephemeralContainers', 'env', 'name', true],
    ['ephemeralContainers', 'ports', 'containerPort', false],
  ])('of %s: %s by %s, %s', (list, field, key, isMerged) => {
    const text = (items: string): string => `{ ${list}: [{ name: x, ${field}: ${items} }] }`;
    const change = { [key]: 'b' };
    expect(specOf(pod, text(`[{ ${key}: a }]`), text(`[{ ${key}: b }]`))).toEqual({
      [list]: [{ name: 'x', [field]: isMerged ? [change, { [key]: 'a' }] : [change] }],
    });
  });

  test.each([
    ['apps/v1', 'Deployment', true],
    ['apps/v1', 'StatefulSet', true],
    ['apps/v1', 'DaemonSet', true],
    ['apps/v1', 'ReplicaSet', true],
    ['batch/v1', 'Job', true],
    ['v1', 'ReplicationController', true],
    ['extensions/v1beta1', 'Deployment', false],
    ['example.com/v1', 'Deployment', false],
  ])('in the template of %s %s: %s', (apiVersion, kind, isMerged) => {
    const template = (items: string): string => `{ template: { spec: { containers: ${items} } } }`;
    expect(
      specOf(`apiVersion: ${apiVersion}\nkind: ${kind}`, template('[{ name: a }]'), template('[{ name: b }]')),
    ).toEqual({
      template: { spec: { containers: isMerged ? [{ name: 'b' }, { name: 'a' }] : [{ name: 'b' }] } },
    });
  });

  test.each(['batch/v1', 'batch/v1beta1'])('in the template of %s CronJob', (apiVersion) => {
    const jobs = (items: string): string =>
      `{ jobTemplate: { spec: { template: { spec: { containers: ${items} } } } } }`;
    expect(specOf(`apiVersion: ${apiVersion}\nkind: CronJob`, jobs('[{ name: a }]'), jobs('[{ name: b }]'))).toEqual({
      jobTemplate: { spec: { template: { spec: { containers: [{ name: 'b' }, { name: 'a' }] } } } },
    });
  });

  test.each([
    [pod, 'tolerations', '[{ key: a }]', '[{ key: b }]'],
    [route, 'parentRefs', '[{ name: a }]', '[{ name: b }]'],
    [ingress, 'rules', '[{ host: a }]', '[{ host: b }]'],
    [ingress, 'tls', '[{ secretName: a }]', '[{ secretName: b }]'],
  ])('not in %s %s', (kind, field, base, patch) =>
    expect(specOf(kind, `{ ${field}: ${base} }`, `{ ${field}: ${patch} }`)).toEqual({
      [field]: toPlain(readTree(patch) ?? treeOf('{}')),
    }),
  );

  test('a list that is not merged takes what looks like a directive for an item', () =>
    expect(specOf(route, '{ rules: [{ a: 1 }] }', '{ rules: [{ $patch: replace }, { b: 1 }] }')).toEqual({
      rules: [{ $patch: 'replace' }, { b: 1 }],
    }));

  test('plain values: those of the patch first, each once', () =>
    expect(
      merge(`${pod}\nmetadata: { name: a, finalizers: [x, y] }`, `${pod}\nmetadata: { name: a, finalizers: [z, y] }`),
    ).toMatchObject({ metadata: { finalizers: ['z', 'y', 'x'] } }));
});

describe('ports, which have two keys', () => {
  test.each([
    [
      'both say the protocol',
      '[{ port: 1, protocol: TCP }, { port: 2, protocol: TCP }]',
      '[{ port: 2, protocol: TCP, name: x }, { port: 3, protocol: TCP }]',
      [
        { port: 3, protocol: 'TCP' },
        { port: 1, protocol: 'TCP' },
        { port: 2, protocol: 'TCP', name: 'x' },
      ],
    ],
    [
      'none does',
      '[{ port: 1 }, { port: 2 }]',
      '[{ port: 3 }, { port: 2, name: x }]',
      [{ port: 3 }, { port: 2, name: 'x' }, { port: 1 }],
    ],
    [
      'only the patch does: its change is lost',
      '[{ port: 1, name: a }]',
      '[{ port: 1, protocol: TCP, name: b }]',
      [{ port: 1, name: 'a' }],
    ],
    [
      'only the base does: the change is lost',
      '[{ port: 1, protocol: TCP }]',
      '[{ port: 1, name: b }]',
      [{ port: 1, protocol: 'TCP' }],
    ],
    [
      'one without a protocol displaces others of its number',
      '[{ port: 53, protocol: UDP }, { port: 53, name: t }]',
      '[{ port: 9 }]',
      [{ port: 9 }, { port: 53, name: 't' }],
    ],
    [
      'but not those behind it',
      '[{ port: 53, name: t }, { port: 53, protocol: UDP }]',
      '[{ port: 9 }]',
      [{ port: 9 }, { port: 53, name: 't' }, { port: 53, protocol: 'UDP' }],
    ],
    [
      'one goes',
      '[{ port: 1, protocol: TCP }, { port: 1, protocol: UDP }]',
      '[{ port: 1, protocol: UDP, $patch: delete }]',
      [{ port: 1, protocol: 'TCP' }],
    ],
    ['all go', '[{ port: 1 }]', '[{ port: 1, $patch: delete }]', []],
    [
      'a number as text is the same number',
      '[{ port: "80", name: a }]',
      '[{ port: "80", targetPort: 1 }]',
      [{ port: '80', name: 'a', targetPort: 1 }],
    ],
  ])('%s', (_, base, patch, expected) =>
    expect(specOf(service, `{ ports: ${base} }`, `{ ports: ${patch} }`)).toEqual({ ports: expected }),
  );

  test('kustomize displaces ports even when a patch touches something else', () =>
    expect(specOf(service, '{ ports: [{ port: 53, protocol: UDP }, { port: 53 }] }', '{ type: NodePort }')).toEqual({
      ports: [{ port: 53 }],
      type: 'NodePort',
    }));
});

describe('the resource itself', () => {
  const deployment =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: a, namespace: n }\nspec: { replicas: 1 }\n';

  test('is deleted', () => expect(merge(deployment, 'kind: x\nmetadata: { name: x }\n$patch: delete')).toBeUndefined());

  test('cannot be replaced: kustomize makes nothing of it', () =>
    expect(merge(deployment, '$patch: replace\nspec: { replicas: 5 }')).toMatchObject({ spec: { replicas: 1 } }));

  test.each([
    [{}, 'Deployment', 'a'],
    [{ allowNameChange: true }, 'Deployment', 'b'],
    [{ allowKindChange: true }, 'StatefulSet', 'a'],
    [{ allowNameChange: true, allowKindChange: true }, 'StatefulSet', 'b'],
  ])('keeps what it is called, with %j', (options, kind, name) =>
    expect(
      merge(
        deployment,
        'apiVersion: x/v1\nkind: StatefulSet\nmetadata: { name: b, namespace: z, labels: { l: x } }',
        options,
      ),
    ).toEqual({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name, namespace: 'n', labels: { l: 'x' } },
      spec: { replicas: 1 },
    }),
  );

  test('keeps its name when its metadata are taken away', () =>
    expect(merge(deployment, 'metadata: { $patch: delete }')).toMatchObject({
      metadata: { name: 'a', namespace: 'n' },
    }));
});

describe('places', () => {
  const baseText = `${pod}\nmetadata:\n  name: a\n  labels:\n    app: web\nspec:\n  containers:\n    - name: c\n      image: i\n`;
  const patchText = `${pod}\nmetadata:\n  name: a\n  labels:\n    app: shop\n    tier: x\nspec:\n  containers:\n    - name: c\n      ports:\n        - containerPort: 80\n`;

  function merged(): MapNode {
    const { root } = strategicMerge(treeOf(baseText), fromFile(treeOf(patchText), 'patch')) as { root: MapNode };
    return root;
  }

  test.each([
    [['metadata', 'labels', 'app'], 'patch', 'shop'],
    [['metadata', 'labels', 'tier'], 'patch', 'x'],
    [['metadata', 'name'], undefined, 'a'],
    [['spec', 'containers', 0, 'image'], undefined, 'i'],
    [['spec', 'containers', 0, 'ports', 0, 'containerPort'], 'patch', '80'],
  ])('%j is written in %s', (path, file, text) => {
    const node = nodeAt(merged(), ...path);
    expect(node?.file).toBe(file);
    expect((file ? patchText : baseText).slice(node?.start, node?.end)).toBe(text);
  });

  test('a replaced value has the key of the patch, a merged mapping that of the base', () => {
    const root = merged();
    const labels = nodeAt(root, 'metadata', 'labels') as MapNode;
    const app = labels.entries.find(({ key }) => key === 'app');
    expect(labels.file).toBeUndefined();
    expect(app?.keyStart).toBe(patchText.indexOf('app:'));
    const metadata = root.entries.find(({ key }) => key === 'metadata');
    expect(metadata?.keyStart).toBe(baseText.indexOf('metadata:'));
  });

  test('what does not change is the same tree', () => {
    const base = treeOf(baseText);
    const result = strategicMerge(base, fromFile(treeOf('metadata: { name: a, labels: { app: x } }'), 'patch')) as {
      root: MapNode;
    };
    expect(nodeAt(result.root, 'spec')).toBe(nodeAt(base, 'spec'));
    expect(strategicMerge(base, fromFile(treeOf('metadata: { name: a }'), 'patch'))).toEqual({ root: base });
  });
});

/** Specs whose lists hold each key once: what kustomize makes of doubles depends on their order. */
const specs = fc.dictionary(
  fc.constantFrom('a', 'b', 'containers', 'ports'),
  fc.uniqueArray(
    fc.record(
      { name: fc.constantFrom('a', 'b', 'c'), port: fc.constantFrom(1, 2), x: fc.constantFrom(1, 2) },
      { requiredKeys: ['name', 'port'] },
    ),
    { maxLength: 3, comparator: (a, b) => a.name === b.name || a.port === b.port },
  ),
);

test('a patch without directives that is merged a second time changes nothing more', () => {
  fc.assert(
    fc.property(fc.constantFrom(pod, service), specs, specs, (kind, base, patch) => {
      const [type, name] = kind.split('\n').map((line) => line.split(': ')[1]);
      const tree = (spec: unknown): MapNode =>
        treeOf(JSON.stringify({ apiVersion: type, kind: name, metadata: { name: 'a' }, spec }));
      const once = strategicMerge(tree(base), tree(patch));
      if (once.problem || !once.root) return;
      const twice = strategicMerge(once.root, tree(patch));
      expect(twice.problem).toBeUndefined();
      expect(twice.root && toPlain(twice.root)).toEqual(toPlain(once.root));
    }),
  );
});

test('long lists take no time', () => {
  const ports = (from: number, protocol: string): string =>
    Array.from({ length: 3000 }, (_, at) => `    - port: ${from + at}\n      name: p${at}\n${protocol}`).join('');
  const text = (from: number, protocol: string): string =>
    `${service}\nmetadata:\n  name: a\nspec:\n  ports:\n${ports(from, protocol)}`;
  for (const protocol of ['', '      protocol: TCP\n']) {
    const base = treeOf(text(1, ''));
    const patch = treeOf(text(1500, protocol));
    const start = performance.now();
    const result = strategicMerge(base, patch);
    // Some 30 ms; what is quadratic takes many seconds.
    expect(performance.now() - start).toBeLessThan(2000);
    expect(nodeAt(result.root, 'spec', 'ports')).toMatchObject({ items: { length: 4499 } });
  }
});
