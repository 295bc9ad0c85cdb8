import { describe, expect, it } from 'vitest';
import { applyGenerators } from '../../server/core/kustomize/generators';
import type { Item } from '../../server/core/kustomize/item';
import { entriesAt, nodeAt, type SourceNode } from '../../server/core/manifest/node';
import { uriOf, type Files } from './fake-source';
import { contextOf, itemsOf, manifestUri, plain, textAtNode } from './transformers';

const kustomizationUri = uriOf('kustomization.yaml');

/** What the generators of a kustomization make of a manifest's resources. */
function generate(kustomization: string, files: Files = {}, manifest = ''): ReturnType<typeof run> {
  return run(kustomization, files, itemsOf(manifest));
}

function run(
  kustomization: string,
  files: Files,
  items: readonly Item[],
): { readonly items: readonly Item[]; readonly problems: readonly string[]; readonly files: Files } {
  const { context, problems } = contextOf(kustomization, files);
  return {
    items: applyGenerators(items, context),
    problems,
    files: { 'kustomization.yaml': kustomization, ...files },
  };
}

/** The data of the first item, with the texts that its keys and values stand for in their files. */
function dataOf({ items, files }: ReturnType<typeof generate>): readonly (readonly unknown[])[] {
  return entriesAt(items[0]?.root, 'data').map(({ key, keyStart, keyEnd, value }) => [
    key,
    value.type === 'scalar' ? value.value : undefined,
    textAtNode({ ...value, start: keyStart, end: keyEnd }, files),
    textAtNode(value, files),
  ]);
}

const literal = (text: string): string => `configMapGenerator:\n- name: c\n  literals:\n  - ${text}\n`;

describe('literals', () => {
  it.each([
    ['plain', 'HOST=web.shop', 'HOST', 'web.shop', 'HOST', 'web.shop'],
    ['single quoted', "'HOST=web'", 'HOST', 'web', 'HOST', 'web'],
    ['double quoted', '"HOST=web"', 'HOST', 'web', 'HOST', 'web'],
    ['with quotes of its own', `'HOST="web"'`, 'HOST', 'web', 'HOST', 'web'],
    ['with quotes in plain', 'HOST="web"', 'HOST', 'web', 'HOST', 'web'],
    ['with one quote', `'HOST="'`, 'HOST', '"', 'HOST', '"'],
    ['with unlike quotes', `HOST='web"`, 'HOST', `'web"`, 'HOST', `'web"`],
    ['with quotes inside', `HOST="a"b"`, 'HOST', 'a"b', 'HOST', 'a"b'],
    ['empty', 'HOST=', 'HOST', '', 'HOST', ''],
    ['with two equals signs', 'HOST==a=', 'HOST', '=a=', 'HOST', '=a='],
    ['with an escape, whose place is all of it', '"HOST=a\\tb"', 'HOST', 'a\tb', '"HOST=a\\tb"', '"HOST=a\\tb"'],
    ['with a doubled quote', "'HOST=it''s'", 'HOST', "it's", "'HOST=it''s'", "'HOST=it''s'"],
    ['over two lines', 'HOST=a\n    b', 'HOST', 'a b', 'HOST=a\n    b', 'HOST=a\n    b'],
    ['in a block', '|-\n    HOST=a', 'HOST', 'a', '|-\n    HOST=a\n', '|-\n    HOST=a\n'],
  ])('%s', (_, text, key, value, keyText, valueText) => {
    const result = generate(literal(text));
    expect(dataOf(result)).toEqual([[key, value, keyText, valueText]]);
    expect(result.problems).toEqual([]);
  });

  it.each([
    ['HOST', 'invalid [HOST] The literal "HOST" must have the form key=value.'],
    ['=web', 'invalid [=web] The literal "=web" must have the form key=value.'],
    ['5', 'invalid [5] Every entry of `literals` must be a text'],
  ])('%s is refused, and the rest is made', (text, problem) => {
    const result = generate(`${literal(text)}  - GOOD=1\n`);
    expect(dataOf(result).map(([key]) => key)).toEqual(['GOOD']);
    expect(result.problems).toEqual([expect.stringContaining(problem)]);
  });

  it('cannot give a key twice', () => {
    const result = generate('configMapGenerator:\n- name: c\n  literals: [a=1, b=2, a=3]\n');
    expect(dataOf(result).map(([key, value]) => [key, value])).toEqual([
      ['a', '1'],
      ['b', '2'],
    ]);
    expect(result.problems).toEqual([
      'invalid [a=3] The key a comes twice, which kustomize refuses: keep one of them.',
    ]);
  });
});

describe('env files', () => {
  const env = (text: string): ReturnType<typeof generate> =>
    generate('configMapGenerator:\n- name: c\n  envs: [sub/app.env]\n', { 'sub/app.env': text });

  it.each([
    ['a line', 'A=1\n', [['A', '1', 'A', '1']]],
    ['no line end', 'A=1', [['A', '1', 'A', '1']]],
    [
      'comments and empty lines',
      '# x\n\n  # y=z\nA=1 # no comment\n',
      [['A', '1 # no comment', 'A', '1 # no comment']],
    ],
    ['spaces before the key alone', '  A = 1 \n', [['A ', ' 1 ', 'A ', ' 1 ']]],
    ['quotes', 'A="1"\n', [['A', '"1"', 'A', '"1"']]],
    ['a key alone', 'A\n', [['A', '', 'A', '']]],
    ['no key', '=1\n', []],
    [
      'Windows',
      '\uFEFFA=1\r\nB=2\r\n',
      [
        ['A', '1', 'A', '1'],
        ['B', '2', 'B', '2'],
      ],
    ],
  ])('%s', (_, text, expected) => {
    const result = env(text);
    expect(dataOf(result)).toEqual(expected);
    expect(entriesAt(result.items[0]?.root, 'data').every(({ value }) => value.file === uriOf('sub/app.env'))).toBe(
      true,
    );
    expect(result.problems).toEqual([]);
  });

  it('may be one, the old way', () => {
    const result = generate('configMapGenerator:\n- name: c\n  env: app.env\n', { 'app.env': 'A=1\n' });
    expect(dataOf(result)).toEqual([['A', '1', 'A', '1']]);
  });
});

describe('files', () => {
  it('are one value each, under their own name or another', () => {
    const result = generate('configMapGenerator:\n- name: c\n  files: [sub/a.conf, other=sub/a.conf]\n', {
      'sub/a.conf': 'listen 80\n',
    });
    expect(dataOf(result).map(([key, value]) => [key, value])).toEqual([
      ['a.conf', 'listen 80\n'],
      ['other', 'listen 80\n'],
    ]);
    expect(nodeAt(result.items[0]?.root, 'data', 'other')).toMatchObject({
      file: uriOf('sub/a.conf'),
      start: 0,
      end: 10,
      style: 'block',
      shared: true,
    });
  });

  it.each([
    ['nope', 'incomplete [nope] nope does not exist, so this data is missing here.'],
    ['sub', 'incomplete [sub] sub is a directory, so this data is missing here.'],
    [
      'https://x.org/a',
      'incomplete [https://x.org/a] https://x.org/a is remote: Kubepath fetches nothing, so this data is missing here.',
    ],
    ['a=b=c', 'invalid [a=b=c] The entry "a=b=c" must have the form path or key=path, with one "=" at most.'],
    ['=b', 'invalid [=b] The entry "=b" must have the form path or key=path, with one "=" at most.'],
    ['a=', 'invalid [a=] The entry "a=" must have the form path or key=path, with one "=" at most.'],
  ])('%s is missed, and the rest is made', (entry, problem) => {
    const result = generate(`configMapGenerator:\n- name: c\n  files: ['${entry}', sub/a]\n`, { 'sub/a': 'x' });
    expect(dataOf(result).map(([key]) => key)).toEqual(['a']);
    expect(result.problems).toEqual([problem.replace(`[${entry}]`, `['${entry}']`)]);
  });
});

describe('a generated resource', () => {
  it('stands where the kustomization asks for it', () => {
    const kustomization = `resources: []\nconfigMapGenerator:\n- name: c\n  namespace: shop\n  literals: [a=1]\n`;
    const { items, files } = generate(kustomization);
    const [item] = items;
    expect(plain(items)).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c', namespace: 'shop' }, data: { a: '1' } },
    ]);
    expect(item).toMatchObject({
      file: kustomizationUri,
      identities: [{ group: '', kind: 'ConfigMap', name: 'c', namespace: 'shop' }],
      generated: { behavior: 'create', needsHash: true },
      written: undefined,
    });
    expect(textAtNode(item?.root, files)).toMatch(/^name: c\n.*literals: \[a=1\]$/s);
    expect(textAtNode(nodeAt(item?.root, 'metadata', 'name'), files)).toBe('c');
    expect(textAtNode(nodeAt(item?.root, 'metadata', 'namespace'), files)).toBe('shop');
  });

  it('has the options of its own before those of all', () => {
    const result = generate(
      'generatorOptions: {labels: {a: all, b: all}, annotations: {x: "1"}, immutable: true}\n' +
        'configMapGenerator:\n- name: c\n  options: {labels: {a: own}, immutable: false}\n- name: d\n',
    );
    expect(plain(result.items)).toEqual([
      expect.objectContaining({
        metadata: { name: 'c', labels: { a: 'own', b: 'all' }, annotations: { x: '1' } },
        immutable: true,
      }),
      expect.objectContaining({ metadata: { name: 'd', labels: { a: 'all', b: 'all' }, annotations: { x: '1' } } }),
    ]);
    expect(textAtNode(nodeAt(result.items[0]?.root, 'metadata', 'labels', 'b'), result.files)).toBe('all');
    expect(result.problems).toEqual([]);
  });

  it.each([
    ['', '', true],
    ['disableNameSuffixHash: true', '', false],
    ['', 'disableNameSuffixHash: true', false],
    ['disableNameSuffixHash: true', 'disableNameSuffixHash: false', false],
  ])('asks for a hash unless told otherwise: all {%s}, own {%s}', (all, own, needsHash) => {
    const { items } = generate(`generatorOptions: {${all}}\nconfigMapGenerator:\n- name: c\n  options: {${own}}\n`);
    expect(items[0]?.generated?.needsHash).toBe(needsHash);
  });

  it('is a Secret with its data encoded, after the ConfigMaps', () => {
    const result = generate(
      'secretGenerator:\n- name: s\n  literals: [a=ä]\n- name: t\n  type: kubernetes.io/tls\nconfigMapGenerator:\n- name: c\n',
    );
    expect(plain(result.items)).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, type: 'Opaque', data: { a: 'w6Q=' } },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 't' }, type: 'kubernetes.io/tls', data: {} },
    ]);
    const value = nodeAt(result.items[1]?.root, 'data', 'a');
    expect(textAtNode(value, result.files)).toBe('ä');
    expect(value?.shared).toBe(true);
  });

  it.each([
    ['- literals: [a=1]', 'This generator needs a `name`'],
    ['- {name: ""}', 'This generator needs a `name`'],
    ['{name: c}', '`configMapGenerator` must be a list'],
  ])('is not made without a name or a list: %s', (generators, problem) => {
    const { items, problems } = generate(`configMapGenerator:\n  ${generators}\n`);
    expect(items).toEqual([]);
    expect(problems).toEqual([expect.stringContaining(problem)]);
  });
});

const written = `apiVersion: v1
kind: ConfigMap
metadata: {name: c, labels: {l: old, k: old}, finalizers: [x]}
immutable: true
data: {a: old, b: 2, c: true}
binaryData: {z: eA==}
`;

describe('a generator that meets a resource', () => {
  const meet = (behavior: string, manifest = written, more = ''): ReturnType<typeof generate> =>
    generate(
      `configMapGenerator:\n- name: c\n  behavior: ${behavior}\n  literals: [a=new, d=new]\n  options: {labels: {l: new}}\n${more}`,
      {},
      manifest,
    );

  it('merges data and labels, and keeps the name', () => {
    const result = meet('merge');
    expect(plain(result.items)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c', labels: { k: 'old', l: 'new' } },
        data: { a: 'new', b: '2', c: 'true', d: 'new' },
        binaryData: { z: 'eA==' },
      },
    ]);
    expect(result.items[0]).toMatchObject({ file: manifestUri, generated: undefined, written: undefined });
    const files = { ...result.files, 'r.yaml': written };
    const at = (...path: readonly string[]): SourceNode | undefined => nodeAt(result.items[0]?.root, ...path);
    expect(textAtNode(at('data', 'a'), files)).toBe('new');
    expect(at('data', 'a')?.file).toBe(kustomizationUri);
    expect(at('data', 'b')?.file).toBeUndefined();
    expect(at('metadata', 'labels', 'l')?.file).toBe(kustomizationUri);
    expect(result.problems).toEqual([]);
  });

  it('replaces data, and merges labels all the same', () => {
    const result = meet('replace');
    expect(plain(result.items)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata: { name: 'c', labels: { k: 'old', l: 'new' } },
        data: { a: 'new', d: 'new' },
      },
    ]);
  });

  it('does not change what was there', () => {
    const items = itemsOf(written);
    const before = structuredClone(items);
    run('configMapGenerator: [{name: c, behavior: merge, literals: [a=new]}]\n', {}, items);
    expect(items).toEqual(before);
  });

  it.each([
    [true, true, true],
    [true, false, false],
    [false, true, false],
    [false, false, false],
  ])('needs a hash when both ask for one: %s and %s', (first, second, needsHash) => {
    const one = (hash: boolean): string => `options: {disableNameSuffixHash: ${String(!hash)}}`;
    const { items } = generate(
      `configMapGenerator:\n- {name: c, ${one(first)}}\n- {name: c, behavior: merge, ${one(second)}}\n`,
    );
    expect(items.map(({ generated }) => generated?.needsHash)).toEqual([needsHash]);
  });

  it.each([
    ['the name it had', 'name: c', true],
    ['the name it has', 'name: p-c, namespace: prod', true],
    ['a name it had on the way', 'name: c, namespace: prod', true],
    ['the namespace that is not written', 'name: c, namespace: default', true],
    ['its name in another namespace', 'name: p-c', false],
    ['another name', 'name: d', false],
  ])('finds it by %s', (_, names, found) => {
    const [item] = itemsOf(written);
    if (!item) throw new Error('no item');
    const identity = item.identities[0];
    const renamed: Item = {
      ...item,
      identities: [identity, { ...identity, namespace: 'prod' }, { ...identity, name: 'p-c', namespace: 'prod' }],
    };
    const result = run(`configMapGenerator: [{${names}, behavior: merge, literals: [a=new]}]\n`, {}, [renamed]);
    expect(result.items).toHaveLength(1);
    expect(result.problems).toEqual(
      found ? [] : [expect.stringMatching(/^(?:invalid|missing) \[merge\] There is no ConfigMap \S+ that/)],
    );
    expect(nodeAt(result.items[0]?.root, 'data', 'a')).toMatchObject({ value: found ? 'new' : 'old' });
  });

  it('cannot be two', () => {
    const result = run('configMapGenerator: [{name: c, behavior: merge}]\n', {}, [
      ...itemsOf(written),
      ...itemsOf(written),
    ]);
    expect(result.items).toHaveLength(2);
    expect(result.problems).toEqual([
      expect.stringContaining('invalid [c] More than one ConfigMap has or had the name c'),
    ]);
  });

  it.each(['create', 'unknown', '""'])('must say so: %s', (behavior) => {
    const result = meet(behavior);
    expect(result.items).toEqual(itemsOf(written));
    expect(result.problems).toEqual([expect.stringContaining('invalid [c] There is a ConfigMap c already')]);
  });
});
