import { describe, expect, it } from 'vitest';
import { base64, utf8 } from '../../server/core/kustomize/bytes';
import { currentIdentity, type Item } from '../../server/core/kustomize/item';
import { addHashes, contentHash } from '../../server/core/kustomize/name-hash';
import { nodeAt } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';
import { itemsOf } from './transformers';

const hashOf = (manifest: string): string | undefined => {
  const root = readTree(manifest);
  return root?.type === 'map' ? contentHash(root) : undefined;
};

const configMap = (data: string): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n${data}`;

// The hashes are those of kubectl kustomize (Kustomize v5.5.0).
describe('the hash of a generated name', () => {
  it.each([
    ['nothing', '', '6ct58987ht'],
    ['a text', 'data: {a: "1"}', 'h29d89cmmt'],
    ['keys in any order', 'data: {z: "1", b: "2", a: "1"}', '654kmbhmg9'],
    ['bytes beside text', 'data: {nul.txt: "a\\0b"}\nbinaryData: {b.bin: /wABYmluYXJ5}', '496bf8hdg6'],
    [
      'what Go escapes',
      'data: {a: b, c: quoted, d: "\'x\\"", e: "", f: "\\"", l: "a<b>&c", n: "x\\ny\\tz\\b\\f\\u2028", q: "\\"x\'", u: "ä€😀"}',
      'k7mm6db884',
    ],
  ])('of %s in a ConfigMap', (_, data, expected) => {
    expect(hashOf(configMap(data))).toBe(expected);
  });

  it('counts the type of a Secret', () => {
    const secret = (type: string): string =>
      `kind: Secret\nmetadata: {name: s}\ntype: ${type}\ndata: {a: OQ==, z: OA==}\n`;
    expect(hashOf(secret('Opaque'))).toBe('kt99f2m64h');
    expect(hashOf(secret('kubernetes.io/tls'))).toBe('6hdm4dgctg');
  });

  it('does not count the name', () => {
    expect(hashOf(configMap('data: {a: b}'))).toBe(hashOf('kind: ConfigMap\nmetadata: {name: other}\ndata: {a: b}\n'));
  });

  it('is none for what no generator makes', () => {
    expect(hashOf('kind: Service\nmetadata: {name: a}\n')).toBeUndefined();
  });
});

describe('addHashes', () => {
  const generated = (item: Item, needsHash: boolean): Item => ({
    ...item,
    generated: { behavior: 'create', needsHash },
  });

  it('renames what asks for it, at the place of its name', () => {
    const [item] = itemsOf(configMap('data: {a: "1"}\n'));
    if (!item) throw new Error('no item');
    const [hashed] = addHashes([generated(item, true)]);
    const before = nodeAt(item.root, 'metadata', 'name');
    expect(nodeAt(hashed?.root, 'metadata', 'name')).toMatchObject({
      value: 'c-h29d89cmmt',
      start: before?.start,
      end: before?.end,
      shared: true,
    });
    expect(hashed && currentIdentity(hashed).name).toBe('c-h29d89cmmt');
    expect(hashed?.identities[0].name).toBe('c');
  });

  it('leaves all else alone', () => {
    const [item] = itemsOf(configMap('data: {a: "1"}\n'));
    if (!item) throw new Error('no item');
    const items = [item, generated(item, false)];
    expect(addHashes(items)).toEqual(items);
    expect(addHashes(items)[0]).toBe(item);
  });
});

describe('bytes', () => {
  it.each(['', 'a', 'ab', 'abc', 'ä€', '😀x', 'a\0b', '\uFEFFx', '<&>\n'])('are those of Node: %j', (text) => {
    expect([...utf8(text)]).toEqual([...Buffer.from(text, 'utf8')]);
    expect(base64(utf8(text))).toBe(Buffer.from(text, 'utf8').toString('base64'));
  });

  it('replace half a surrogate pair', () => {
    expect([...utf8('a\uD83Db')]).toEqual([...Buffer.from('a\uFFFDb')]);
  });
});
