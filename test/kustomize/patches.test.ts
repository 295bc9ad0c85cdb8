import { describe, expect, test } from 'vitest';
import { applyNamePrefix } from '../../server/core/kustomize/name-affixes';
import { applyNamespace } from '../../server/core/kustomize/namespace';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { currentIdentity, type Item } from '../../server/core/kustomize/item';
import { applyJson6902Patches, applyPatches, applyStrategicMergePatches } from '../../server/core/kustomize/patches';
import { nodeAt } from '../../server/core/manifest/node';
import type { Files } from './fake-source';
import { contextOf, itemsOf, plain, textAtNode } from './transformers';

// What is expected here is what `kubectl kustomize` 5.5 makes of the same texts.

const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n';
const service = 'apiVersion: v1\nkind: Service\nmetadata: { name: web }\n';
const manifest = `${deployment}---\n${service}`;

function patched(
  kustomization: string,
  files: Files = {},
  items: readonly Item[] = itemsOf(manifest),
): { readonly items: readonly Item[]; readonly problems: readonly string[] } {
  const { context, problems } = contextOf(kustomization, files);
  const apply = [applyStrategicMergePatches, applyPatches, applyJson6902Patches];
  return { items: apply.reduce((current, each) => each(current, context), items), problems };
}

/** Items of a base that gave them a namespace and a prefix. */
function fromBase(text: string, base: string): readonly Item[] {
  const { context } = contextOf(base);
  return applyNamePrefix(applyNamespace(itemsOf(text), context, defaultConfig), context, defaultConfig);
}

function replicas(items: readonly Item[]): readonly unknown[] {
  return items.map(({ root }) => nodeAt(root, 'spec', 'replicas')).map((node) => node?.type === 'scalar' && node.value);
}

const five = `${deployment}spec: { replicas: 5 }\n`;
const indented = (text: string): string => text.replace(/^/gm, '      ');
const operations = '- op: add\n  path: /spec\n  value: { replicas: 5 }\n';

describe('ways to write a patch', () => {
  test.each([
    ['a path', 'patches: [{ path: p.yaml }]\n', five],
    ['text', `patches:\n  - patch: |\n${indented(five)}`, ''],
    ['quoted text', `patches: [{ patch: ${JSON.stringify(five)} }]\n`, ''],
    ['two documents', 'patches: [{ path: p.yaml }]\n', `${deployment}metadata2: x\n---\n${five}`],
    ['a path, the old way', 'patchesStrategicMerge: [p.yaml]\n', five],
    ['text, the old way', `patchesStrategicMerge:\n  - |\n${indented(five)}`, ''],
    [
      'a list',
      'patches: [{ path: p.yaml }]\n',
      `kind: List\nitems: [{ apiVersion: apps/v1, kind: Deployment, metadata: { name: web }, spec: { replicas: 5 } }]`,
    ],
    ['a target', 'patches: [{ path: p.yaml, target: { kind: Deployment } }]\n', five.replace('web', 'any')],
    ['operations', 'patches: [{ path: p.yaml, target: { kind: Deployment } }]\n', operations],
    [
      'operations as JSON',
      'patches: [{ path: p.yaml, target: { kind: Deployment } }]\n',
      '[{"op": "add", "path": "/spec", "value": {"replicas": 5}}]',
    ],
    ['operations as text', `patches:\n  - target: { kind: Deployment }\n    patch: |-\n${indented(operations)}`, ''],
    [
      'operations, the old way',
      'patchesJson6902: [{ path: p.yaml, target: { kind: Deployment, name: web } }]\n',
      operations,
    ],
    [
      'operations as text, the old way',
      `patchesJson6902: [{ patch: ${JSON.stringify(operations)}, target: { kind: Deployment, name: web } }]\n`,
      '',
    ],
  ])('%s', (_, kustomization, patch) => {
    const { items, problems } = patched(kustomization, { 'p.yaml': patch });
    expect(problems).toEqual([]);
    expect(replicas(items)).toEqual([5, false]);
  });

  test('one after the other', () => {
    const { items } = patched('patches: [{ path: a.yaml }, { path: b.yaml }]\n', {
      'a.yaml': five,
      'b.yaml': `${deployment}spec: { replicas: 6 }\n`,
    });
    expect(replicas(items)).toEqual([6, false]);
  });

  test('an untouched item is the same object', () => {
    const before = itemsOf(manifest);
    const { items } = patched('patches: [{ path: p.yaml }]\n', { 'p.yaml': five }, before);
    expect(items[1]).toBe(before[1]);
    expect(items[0]?.written).toBeUndefined();
  });
});

describe('whom a patch names', () => {
  const base = 'namespace: shop\nnamePrefix: p-\n';
  const named = (name: string, namespace = ''): string => five.replace('name: web', `name: ${name}${namespace}`);

  test.each([
    [named('web'), [5]],
    [named('web', ', namespace: default'), [5]],
    [named('web', ', namespace: shop'), [5]],
    [named('p-web', ', namespace: shop'), [5]],
  ])('%j finds it by any name it ever had', (patch, expected) => {
    const { items, problems } = patched(
      'patches: [{ path: p.yaml }]\n',
      { 'p.yaml': patch },
      fromBase(deployment, base),
    );
    expect(problems).toEqual([]);
    expect(replicas(items)).toEqual(expected);
    expect(items.map(currentIdentity)).toMatchObject([{ name: 'p-web', namespace: 'shop' }]);
  });

  test.each([
    [named('p-web'), 'Deployment p-web is in namespace shop: say so'],
    [named('web', ', namespace: other'), 'no Deployment web in namespace other'],
    [named('nope'), 'This kustomization has no Deployment nope for this patch, so kustomize refuses to build.'],
    [five.replace('apps/v1', 'extensions/v1beta1'), 'Deployment p-web has apiVersion apps/v1: use that here'],
    [five.replace('apiVersion: apps/v1\n', ''), 'Deployment p-web has apiVersion apps/v1: use that here'],
  ])('%j finds nothing', (patch, message) => {
    for (const field of ['patches: [{ path: p.yaml }]\n', 'patchesStrategicMerge: [p.yaml]\n']) {
      const { items, problems } = patched(field, { 'p.yaml': patch }, fromBase(deployment, base));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain(message);
      expect(problems[0]).toMatch(/^invalid \[(p-web|web|nope)\]/);
      expect(replicas(items)).toEqual([false]);
    }
  });

  test('of a kind that is not read here may well be there', () => {
    const patch = 'apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: web }\n';
    expect(patched('patches: [{ path: p.yaml }]\n', { 'p.yaml': patch }).problems).toEqual([]);
  });

  test('a namespace that comes later is no help', () => {
    const { problems } = patched('namespace: shop\npatches: [{ path: p.yaml }]\n', {
      'p.yaml': named('web', ', namespace: shop'),
    });
    expect(problems.join()).toContain(
      'Deployment web has no namespace yet when patches are applied: leave it out here.',
    );
  });

  test('two of them', () => {
    const both = [...fromBase(deployment, 'namePrefix: a-\n'), ...fromBase(deployment, 'namePrefix: b-\n')];
    const { items, problems } = patched('patches: [{ path: p.yaml }]\n', { 'p.yaml': five }, both);
    expect(problems).toEqual([
      'invalid [web] Deployment web could be any of a-web, b-web: kustomize refuses to build. Use a name that only one of them has.',
    ]);
    expect(items).toEqual(both);
  });
});

describe('what a patch does to a resource', () => {
  test.each(['{ path: p.yaml }', '{ path: p.yaml, target: { kind: Deployment } }'])('deletes it, with %s', (entry) => {
    const { items, problems } = patched(`patches: [${entry}]\n`, { 'p.yaml': `${deployment}$patch: delete\n` });
    expect(problems).toEqual([]);
    expect(items.map(currentIdentity)).toMatchObject([{ kind: 'Service' }]);
  });

  const renamed = service.replace('web', 'shop');
  const rename = '- { op: replace, path: /metadata/name, value: shop }\n';

  test.each([
    ['nothing without an option', 'patches: [{ path: p.yaml, target: { kind: Service } }]', renamed, ['web']],
    [
      'with an option',
      'patches: [{ path: p.yaml, target: { kind: Service }, options: { allowNameChange: true } }]',
      renamed,
      ['web', 'shop'],
    ],
    ['with operations', 'patches: [{ path: p.yaml, target: { kind: Service } }]', rename, ['web', 'shop']],
    // Then kustomize does not know the old name any more, and references stay as they are.
    [
      'with operations, the old way',
      'patchesJson6902: [{ path: p.yaml, target: { kind: Service, name: web } }]',
      rename,
      ['shop'],
    ],
  ])('renames it: %s', (_, kustomization, patch, names) => {
    const { items, problems } = patched(`${kustomization}\n`, { 'p.yaml': patch });
    expect(problems).toEqual([]);
    expect(items[1]?.identities.map(({ name }) => name)).toEqual(names);
  });

  test('where the new values are written', () => {
    const files = {
      'kustomization.yaml': `patches:\n  - path: p.yaml\n  - target: { kind: Deployment }\n    patch: |-\n      - op: add\n        path: /spec/paused\n        value: true\n`,
      'p.yaml': five,
    };
    const { items } = patched(files['kustomization.yaml'], files);
    const at = (...path: readonly string[]): string | undefined => textAtNode(nodeAt(items[0]?.root, ...path), files);
    expect(at('spec', 'replicas')).toBe('5');
    expect(at('spec', 'paused')).toBe('true');
    expect(nodeAt(items[0]?.root, 'metadata', 'name')?.file).toBeUndefined();
  });
});

describe('what is reported', () => {
  const target = 'target: { kind: Deployment }';
  test.each([
    [
      'patches: [{ path: gone.yaml }]',
      'incomplete [gone.yaml] gone.yaml does not exist, so what this patch changes is missing here.',
    ],
    ['patchesStrategicMerge: [gone.yaml]', 'incomplete [gone.yaml] gone.yaml does not exist'],
    [`patchesJson6902: [{ path: gone.yaml, ${target} }]`, 'incomplete [gone.yaml] gone.yaml does not exist'],
    [
      'patches: [{ path: "https://example.com/p.yaml" }]',
      'incomplete ["https://example.com/p.yaml"] https://example.com/p.yaml is remote',
    ],
    ['patches: [p.yaml]', 'has no patch'],
    ['patches: { path: p.yaml }', '`patches` must be a list'],
    ['patches: [{ path: 1 }]', '`path` is a number'],
    [`patches: [{ ${target} }]`, 'This entry has no patch'],
    ['patches: [{ path: p.yaml, patch: "a: b" }]', 'has both a `path` and a `patch`'],
    ['patches: [{ path: ops.yaml }]', 'give this entry a `target`'],
    ['patches: [{ path: empty.yaml }]', 'This patch is empty'],
    ['patchesStrategicMerge: [empty.yaml]', 'This patch is empty'],
    [`patchesJson6902: [{ path: empty.yaml, target: { name: web } }]`, 'This patch is empty'],
    [`patches: [{ path: none.yaml, ${target} }]`, 'is a list of operations'],
    [`patches: [{ path: word.yaml, ${target} }]`, 'This is no patch: it has no `kind` and `metadata.name`'],
    [`patches: [{ patch: "kind: Deployment\\nspec: {}", ${target} }]`, 'This is no patch: it has no `metadata.name`'],
    [`patches: [{ patch: "a: [", ${target} }]`, 'This patch cannot be read.'],
    [`patches: [{ path: two.yaml, ${target} }]`, 'takes one patch, and this one has several'],
    ['patches: [{ path: p.yaml, target: { name: "(" } }]', 'The regular expression "("'],
    [
      'patches: [{ path: clash.yaml }]',
      'invalid [x] This patch has a plain value here, and what it patches has a mapping',
    ],
    [
      'patches: [{ path: bad.yaml, target: { kind: Deployment } }]',
      'invalid [/spec/x/y] There is nothing at /spec/x that could hold',
    ],
    ['patchesJson6902: [{ path: ops.yaml }]', 'needs a `target` with a `name`'],
    [`patchesJson6902: [{ path: ops.yaml, ${target} }]`, 'needs a `target` with a `name`'],
    ['patchesJson6902: [{ path: p.yaml, target: { name: web } }]', 'is a list of operations'],
    ['patchesStrategicMerge: [[p.yaml]]', 'is the path of a patch, or a patch as text'],
    ['patchesStrategicMerge: [ops.yaml]', 'This is no patch'],
  ])('%s', (kustomization, message) => {
    const before = itemsOf(manifest);
    const { items, problems } = patched(
      `${kustomization}\n`,
      {
        'p.yaml': five,
        'ops.yaml': operations,
        'empty.yaml': '# nothing\n',
        'none.yaml': '[]\n',
        'word.yaml': 'hello\n',
        'two.yaml': `${five}---\n${five}`,
        'clash.yaml': deployment.replace('{ name: web }', '{ name: web, name2: a }').replace('name2: a', 'labels: x'),
        'bad.yaml': '- { op: add, path: /spec/x/y, value: 1 }\n',
      },
      kustomization.includes('clash') ? itemsOf(manifest.replace('name: web', 'name: web, labels: { a: b }')) : before,
    );
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(message);
    // What cannot be patched stays as it is.
    expect(plain(items)).toHaveLength(2);
    expect(replicas(items)).toEqual([false, false]);
  });

  test('a bad entry does not keep the others from being applied', () => {
    const { items, problems } = patched('patches: [{ path: gone.yaml }, { path: p.yaml }]\n', { 'p.yaml': five });
    expect(problems).toHaveLength(1);
    expect(replicas(items)).toEqual([5, false]);
  });

  test.each([
    'patches: [{ path: p.yaml, target: { name: nope } }]',
    'patches: [{ path: e.yaml, target: { kind: Service } }]',
    'patches:',
    '{}',
  ])('nothing, for %s', (kustomization) =>
    expect(patched(`${kustomization}\n`, { 'p.yaml': five, 'e.yaml': '' }).problems).toEqual([]),
  );
});

test('a patch of ten thousand lines takes no time', () => {
  const many = Array.from({ length: 2000 }, (_, at) => five.replaceAll('web', `web${at}`));
  const before = itemsOf(many.map((text) => text.replace('replicas: 5', 'replicas: 1')).join('---\n'));
  const { context, problems } = contextOf('patches: [{ path: p.yaml }]\n', { 'p.yaml': many.join('---\n') });
  const trees = context.source.treesIn('file:///repo/p.yaml');
  const start = performance.now();
  const items = applyPatches(before, { ...context, source: { ...context.source, treesIn: () => trees } });
  expect(performance.now() - start).toBeLessThan(3000);
  expect(problems).toEqual([]);
  expect(new Set(replicas(items))).toEqual(new Set([5]));
});
