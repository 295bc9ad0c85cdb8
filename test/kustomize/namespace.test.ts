import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { applyNamespace, effectiveNamespace } from '../../server/core/kustomize/namespace';
import { nodeAt } from '../../server/core/manifest/node';
import { contextOf, itemsOf, plain, textAtNode } from './transformers';

const resource = (apiVersion: string, kind: string, metadata: string): string =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {${metadata}}\n`;

describe('namespace', () => {
  it.each([
    ['what says none', 'v1', 'Service', 'name: a', { name: 'a', namespace: 'prod' }],
    ['what says another', 'v1', 'Service', 'name: a, namespace: dev', { name: 'a', namespace: 'prod' }],
    ['what says null', 'v1', 'Service', 'name: a, namespace: ', { name: 'a', namespace: 'prod' }],
    ['a Namespace, which gets the name', 'v1', 'Namespace', 'name: dev', { name: 'prod' }],
    ['a cluster-scoped kind, which gets none', 'networking.k8s.io/v1', 'IngressClass', 'name: a', { name: 'a' }],
    [
      'a cluster-scoped kind that kustomize does not know',
      'gateway.networking.k8s.io/v1',
      'GatewayClass',
      'name: a',
      { name: 'a', namespace: 'prod' },
    ],
  ])('is put on %s', (_, apiVersion, kind, metadata, expected) => {
    const { context, problems } = contextOf('namespace: prod\n');
    const items = applyNamespace(itemsOf(resource(apiVersion, kind, metadata)), context, defaultConfig);
    expect(items).toHaveLength(1);
    expect(plain(items)).toEqual([expect.objectContaining({ metadata: expected })]);
    expect(problems).toEqual([]);
  });

  it('stands where the kustomization says it', () => {
    const kustomization = 'resources: [r.yaml]\nnamespace: prod\n';
    const { context } = contextOf(kustomization);
    const [item] = applyNamespace(itemsOf(resource('v1', 'Service', 'name: a')), context, defaultConfig);
    const node = nodeAt(item?.root, 'metadata', 'namespace');
    expect(textAtNode(node, { 'kustomization.yaml': kustomization })).toBe('prod');
    expect(node?.shared).toBe(true);
  });

  it('leaves what is there already as it was read, and remembers that it was there', () => {
    const before = itemsOf(resource('v1', 'Service', 'name: a, namespace: prod'));
    const [item] = applyNamespace(before, contextOf('namespace: prod\n').context, defaultConfig);
    expect(item?.root).toBe(before[0]?.root);
    expect(item?.written).toBe(before[0]?.written);
    expect(item?.identities).toHaveLength(2);
  });

  it.each(['', 'namespace: ""\n', 'namespace:\n'])('is not touched where none is said: %j', (kustomization) => {
    const { context, problems } = contextOf(`resources: []\n${kustomization}`);
    const items = itemsOf(resource('v1', 'Service', 'name: a'));
    expect(applyNamespace(items, context, defaultConfig)).toBe(items);
    expect(problems).toEqual([]);
  });

  it.each([
    ['12', 'a number'],
    ['true', 'a boolean'],
    ['on', 'a boolean'],
    ['1_000', 'a number'],
  ])('is refused when it is no text: %s', (value, what) => {
    const { context, problems } = contextOf(`namespace: ${value}\n`);
    const items = itemsOf(resource('v1', 'Service', 'name: a'));
    expect(applyNamespace(items, context, defaultConfig)).toBe(items);
    expect(problems).toEqual([expect.stringContaining(`invalid [${value}] \`namespace\` is ${what}`)]);
  });

  it.each([
    ['Services', 'Service', 'name: a, namespace: x', 'name: a, namespace: y', 'y'],
    ['Namespaces', 'Namespace', 'name: x', 'name: y', undefined],
  ])('refuses two %s of one name and leaves the second where it was', (_, kind, first, second, namespace) => {
    const { context, problems } = contextOf('namespace: prod\n');
    const before = itemsOf(`${resource('v1', kind, first)}---\n${resource('v1', kind, second)}`);
    const after = applyNamespace(before, context, defaultConfig);
    expect(after[1]).toBe(before[1]);
    expect(after[1]?.identities[0].namespace).toBe(namespace);
    expect(problems).toEqual([expect.stringMatching(/^invalid \[prod\] .* is not the only one/)]);
  });

  it('goes into further fields that are configured, but not by a wider `metadata/namespace`', () => {
    const { context } = contextOf('namespace: prod\n');
    const config = {
      ...defaultConfig,
      namespace: [
        ...defaultConfig.namespace,
        { kind: 'IngressClass', path: ['spec', 'parameters', 'namespace'], create: true },
        { path: ['metadata', 'namespace'], create: true },
      ],
    };
    const items = applyNamespace(itemsOf(resource('networking.k8s.io/v1', 'IngressClass', 'name: a')), context, config);
    expect(plain(items)).toEqual([
      {
        apiVersion: 'networking.k8s.io/v1',
        kind: 'IngressClass',
        metadata: { name: 'a' },
        spec: { parameters: { namespace: 'prod' } },
      },
    ]);
  });
});

it('compares namespaces by what they come to', () => {
  const identity = { group: '', kind: 'Service', name: 'a', namespace: undefined };
  expect(effectiveNamespace(identity)).toBe('default');
  expect(effectiveNamespace({ ...identity, namespace: 'x' })).toBe('x');
  expect(effectiveNamespace({ ...identity, kind: 'Namespace', namespace: 'x' })).toBe('_non_namespaceable_');
});
