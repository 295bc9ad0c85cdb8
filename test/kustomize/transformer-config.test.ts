import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../../server/core/kustomize/default-config';
import { changeFields, parseFieldPath } from '../../server/core/kustomize/field-paths';
import type { FieldSpec } from '../../server/core/kustomize/field-specs';
import { configOf, mergeConfigs, mergeFieldSpecs } from '../../server/core/kustomize/transformer-config';
import { computed } from '../../server/core/manifest/edit-tree';
import { toPlain } from '../../server/core/manifest/node';
import { contextOf, itemsOf } from './transformers';

describe('paths of fields', () => {
  it.each([
    ['metadata/name', ['metadata', 'name']],
    ['spec/volumes[]/name', ['spec', 'volumes[]', 'name']],
    ['metadata/annotations/a.io\\/b', ['metadata', 'annotations', 'a.io/b']],
    ['a\\/b\\/c/d', ['a/b/c', 'd']],
    ['a', ['a']],
  ])('%s', (path, keys) => {
    expect(parseFieldPath(path)).toEqual(keys);
  });

  it.each([
    ['walk through lists, said or not', 'a/b', '{a: [{b: x}, {b: y}, {c: z}, ]}', '{a: [{b: X}, {b: Y}, {c: z}]}'],
    ['walk through lists that are said', 'a[]/b', '{a: [{b: x}]}', '{a: [{b: X}]}'],
    ['end at null', 'a/b', '{a: }', '{a: }'],
    ['end where nothing is', 'a/b/c', '{a: {d: x}}', '{a: {d: x}}'],
  ])('%s', (_, path, before, after) => {
    const read = (text: string): ReturnType<typeof itemsOf> => itemsOf(`apiVersion: v1\nkind: Pod\nspec: ${text}\n`);
    const root = read(before)[0]?.root;
    const change = (node: Parameters<typeof toPlain>[0]): typeof node =>
      computed(node, String(toPlain(node)).toUpperCase());
    const changed = root && changeFields(root, [{ path: parseFieldPath(`spec/${path}`), create: false }], { change });
    expect(changed && toPlain(changed)).toEqual(toPlain(read(after)[0]?.root ?? computed({} as never, null)));
    if (before === after) expect(changed).toBe(root);
  });
});

describe('lists of field specs', () => {
  const spec = (kind: string | undefined, create = false): FieldSpec => ({
    ...(kind === undefined ? {} : { kind }),
    path: ['a'],
    create,
  });

  it.each([
    ['keeps what is there', [spec('Pod')], [spec('Pod')], [spec('Pod')]],
    ['adds another kind', [spec('Pod')], [spec('Service')], [spec('Pod'), spec('Service')]],
    ['adds a narrower one', [spec(undefined)], [spec('Pod')], [spec(undefined), spec('Pod')]],
    ['drops a wider one, as kustomize does', [spec('Pod')], [spec(undefined)], [spec('Pod')]],
  ])('%s', (_, a, b, expected) => {
    const merged = mergeFieldSpecs(a, b);
    expect(merged).toEqual(expected);
    if (expected.length === a.length) expect(merged).toBe(a);
  });

  it('tells of a spec that is there with another `create`', () => {
    const conflicts: FieldSpec[] = [];
    expect(mergeFieldSpecs([spec('Pod', true)], [spec('Pod')], (conflict) => conflicts.push(conflict))).toHaveLength(1);
    expect(conflicts).toEqual([spec('Pod')]);
  });
});

describe('configurations', () => {
  const route =
    'nameReference: [{kind: Service, version: v1, fieldSpecs: [{kind: HTTPRoute, path: spec/rules/backendRefs/name}]}]\n';
  const kustomization = 'configurations: [c.yaml]\n';

  it('add field specs and name references to the defaults', () => {
    const { context, problems } = contextOf(kustomization, {
      'c.yaml': `${route}commonLabels:\n- path: spec/pods\\/labels\n  create: true\n  group: x.io\n`,
    });
    const config = mergeConfigs(defaultConfig, configOf(context));
    expect(problems).toEqual([]);
    expect(config.commonLabels.slice(defaultConfig.commonLabels.length)).toEqual([
      { group: 'x.io', path: ['spec', 'pods/labels'], create: true },
    ]);
    const services = config.nameReference.filter(({ kind }) => kind === 'Service');
    expect(services).toHaveLength(1);
    expect(services[0]?.fields.at(-1)).toEqual({
      kind: 'HTTPRoute',
      path: ['spec', 'rules', 'backendRefs', 'name'],
      create: false,
    });
    expect(config.images).toBe(defaultConfig.images);
  });

  it('change nothing when there are none, or when they say what is known', () => {
    expect(mergeConfigs(defaultConfig, configOf(contextOf('resources: []\n').context))).toBe(defaultConfig);
    const { context } = contextOf(kustomization, {
      'c.yaml':
        'namePrefix: [{path: metadata/name}]\nnameReference: [{kind: Service, version: v1, fieldSpecs: [{kind: Ingress, path: spec/backend/serviceName}]}]\n',
    });
    expect(mergeConfigs(defaultConfig, configOf(context))).toBe(defaultConfig);
    const added = mergeConfigs(defaultConfig, configOf(contextOf(kustomization, { 'c.yaml': route }).context));
    expect(mergeConfigs(added, added)).toBe(added);
  });

  it('are read from the first document of a file', () => {
    const { context } = contextOf(kustomization, {
      'c.yaml': 'images: [{path: a}]\n---\nimages: [{path: b}]\n',
    });
    expect(configOf(context).images).toEqual([{ path: ['a'], create: false }]);
  });

  it.each([
    ['foo: bar', 'invalid [foo] kustomize knows no `foo`'],
    ['commonLabels: [{path: a, skip: true}]', 'invalid [skip] kustomize knows no `skip`'],
    [
      'commonLabels: [{path: metadata/labels}]',
      'invalid [[{path: metadata/labels}]] `commonLabels` says of metadata/labels',
    ],
    ['nameReference: foo', 'invalid [foo] `nameReference` must be a list'],
    [
      'nameReference: [{kind: Service, fieldSpecs: [{path: a, create: 5}]}]',
      'invalid [5] `create` must be true or false',
    ],
    ['[a]', 'invalid [[a]] An entry of `configurations` must be a mapping'],
  ])('are refused: %s', (text, problem) => {
    const { context, problems } = contextOf(kustomization, { 'c.yaml': `${text}\n` });
    configOf(context);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });

  it.each([
    ['configurations: [none.yaml]', 'incomplete [none.yaml] none.yaml does not exist'],
    ['configurations: [{a: b}]', 'invalid [{a: b}] An entry of `configurations` must be the path'],
  ])('may be missing: %s', (text, problem) => {
    const { context, problems } = contextOf(`${text}\n`);
    expect(mergeConfigs(defaultConfig, configOf(context))).toBe(defaultConfig);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});
