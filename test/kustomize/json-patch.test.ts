import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyJsonPatch, jsonPatchProblem } from '../../server/core/kustomize/json-patch';
import { fromFile } from '../../server/core/manifest/edit-tree';
import { nodeAt, toPlain, type MapNode, type SourceNode } from '../../server/core/manifest/node';
import { readTree } from '../../server/core/manifest/read-manifest';

// What is expected here is what `kubectl kustomize` 5.5 makes of the same texts.

const service =
  'apiVersion: v1\nkind: Service\nmetadata: { name: s }\nspec: { n: null, ports: [{ port: 1 }, { port: 2 }] }\n';

function treeOf(text: string): SourceNode {
  const tree = readTree(text);
  if (!tree) throw new Error('no tree');
  return tree;
}

function patch(...operations: readonly string[]): unknown {
  const patchTree = fromFile(treeOf(operations.map((operation) => `- ${operation}`).join('\n')), 'patch');
  const { root, problem } = applyJsonPatch(treeOf(service) as MapNode, patchTree);
  return problem ? `refused: ${problem.message}` : root && toPlain(root);
}

function specAfter(...operations: readonly string[]): unknown {
  const result = patch(...operations);
  return typeof result === 'object' && result !== null && 'spec' in result ? result.spec : result;
}

const [first, second] = [{ port: 1 }, { port: 2 }];

describe('operations', () => {
  test.each([
    ['{ op: add, path: /spec/x, value: { y: 1 } }', { n: null, ports: [first, second], x: { y: 1 } }],
    ['{ op: add, path: /spec/ports, value: [] }', { n: null, ports: [] }],
    ['{ op: add, path: /spec/ports/1, value: 9 }', { n: null, ports: [first, 9, second] }],
    ['{ op: add, path: /spec/ports/2, value: 9 }', { n: null, ports: [first, second, 9] }],
    ['{ op: add, path: /spec/ports/-, value: 9 }', { n: null, ports: [first, second, 9] }],
    ['{ op: add, path: /spec/ports/-1, value: 9 }', { n: null, ports: [first, second, 9] }],
    ['{ op: add, path: /spec/x }', { n: null, ports: [first, second], x: null }],
    ['{ op: add, path: /spec/a~1b~0c, value: 1 }', { n: null, ports: [first, second], 'a/b~c': 1 }],
    ['{ op: replace, path: /spec/ports/0/port, value: 9 }', { n: null, ports: [{ port: 9 }, second] }],
    ['{ op: replace, path: /spec/ports/-1, value: 9 }', { n: null, ports: [first, 9] }],
    ['{ op: replace, path: /spec/n, value: 9 }', { n: 9, ports: [first, second] }],
    ['{ op: replace, path: /spec/missing, value: 9 }', { n: null, ports: [first, second], missing: 9 }],
    ['{ op: remove, path: /spec/n }', { ports: [first, second] }],
    ['{ op: remove, path: /spec/ports/0 }', { n: null, ports: [second] }],
    ['{ op: test, path: /spec/ports/0, value: { port: 1 } }', { n: null, ports: [first, second] }],
    ['{ op: test, path: /spec/missing, value: null }', { n: null, ports: [first, second] }],
    ['{ op: move, from: /spec/ports/0, path: /spec/ports/- }', { n: null, ports: [second, first] }],
    ['{ op: copy, from: /spec/ports/0, path: /spec/x }', { n: null, ports: [first, second], x: first }],
    ['{ op: copy, from: /spec/missing, path: /spec/x }', { n: null, ports: [first, second], x: null }],
  ])('%s', (operation, expected) => expect(specAfter(operation)).toEqual(expected));

  test.each([
    [
      '{ op: add, path: /spec/ports/3, value: 9 }',
      '"3" is no place in the list at /spec/ports, which has the items 0 to 1',
    ],
    ['{ op: add, path: /spec/ports/x, value: 9 }', '"x" is no place'],
    ['{ op: replace, path: /spec/ports/-, value: 9 }', '"-" is no place'],
    ['{ op: remove, path: /spec/ports/- }', '"-" is no place'],
    ['{ op: add, path: /spec/missing/x, value: 9 }', 'nothing at /spec/missing that could hold /spec/missing/x'],
    ['{ op: add, path: /spec/n/x, value: 9 }', 'nothing at /spec/n that could hold'],
    ['{ op: add, path: /metadata/name/x, value: 9 }', 'nothing at /metadata/name that could hold'],
    ['{ op: remove, path: /spec/missing }', 'no `missing` to remove at /spec/missing'],
    ['{ op: test, path: /spec/ports/0, value: { port: 2 } }', 'What stands at /spec/ports/0 is not this value'],
    ['{ op: test, path: /spec/ports/0/port, value: "1" }', 'What stands at /spec/ports/0/port is not this value'],
    ['{ op: test, path: /spec/ports, value: [{ port: 1 }] }', 'is not this value'],
    ['{ op: test, path: /spec/missing }', 'has no `value`'],
    ['{ op: move, from: /spec/missing, path: /spec/x }', 'no `missing` to remove'],
    ['{ op: move, from: /spec, path: /spec/x }', 'nothing at /spec that could hold /spec/x'],
    ['{ op: move, path: /spec/x }', 'has no `from`'],
    ['{ op: merge, path: /spec/x, value: 1 }', 'no operation "merge"'],
    ['{ path: /spec/x, value: 1 }', 'no operation without `op`'],
    ['{ op: add, value: 1 }', 'has no `path`'],
    ['{ op: add, path: "", value: 1 }', 'nothing at the root that could hold'],
    ['{ op: remove, path: /metadata/name }', 'leaves no `kind` and `metadata.name`'],
    ['{ op: replace, path: "", value: 1 }', 'leaves no `kind` and `metadata.name`'],
  ])('%s is refused', (operation, message) => expect(patch(operation)).toContain(message));

  test('follow each other, and one that fails refuses all', () => {
    expect(specAfter('{ op: add, path: /spec/x, value: {} }', '{ op: add, path: /spec/x/y, value: 1 }')).toMatchObject({
      x: { y: 1 },
    });
    expect(patch('{ op: add, path: /spec/x, value: {} }', '{ op: remove, path: /spec/y }')).toContain('refused');
  });

  test('can change the name, or everything', () => {
    expect(patch('{ op: replace, path: /metadata/name, value: t }')).toMatchObject({ metadata: { name: 't' } });
    const other = { apiVersion: 'v1', kind: 'Service', metadata: { name: 't' } };
    expect(patch(`{ op: replace, path: "", value: ${JSON.stringify(other)} }`)).toEqual(other);
  });
});

test.each([
  ['kind: Service', 'is a list of operations'],
  ['[]', 'is a list of operations'],
  ['[a]', 'is a mapping with `op` and `path`'],
])('%s is no JSON patch', (text, message) => expect(jsonPatchProblem(treeOf(text))?.message).toContain(message));

describe('places', () => {
  const text = '- op: add\n  path: /spec/x\n  value:\n    y: 1\n- op: copy\n  from: /spec/ports\n  path: /spec/z\n';
  const { root } = applyJsonPatch(treeOf(service) as MapNode, fromFile(treeOf(text), 'patch'));

  test('what the patch brings is in the patch, keyed by the end of its path', () => {
    const value = nodeAt(root, 'spec', 'x', 'y');
    expect(value?.file).toBe('patch');
    expect(text.slice(value?.start, value?.end)).toBe('1');
    const spec = nodeAt(root, 'spec') as MapNode;
    const { keyStart, keyEnd } = spec.entries.find(({ key }) => key === 'x') ?? { keyStart: 0, keyEnd: 0 };
    expect(text.slice(keyStart, keyEnd)).toBe('x');
  });

  test('a copy is no place of its own', () => {
    const port = nodeAt(root, 'spec', 'z', 0, 'port');
    expect(service.slice(port?.start, port?.end)).toBe('1');
    expect(port?.shared).toBe(true);
  });
});

test('what is added can be removed again', () => {
  const key = fc.string({ unit: fc.constantFrom('a', '/', '~', '1', '.'), minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(key, fc.jsonValue({ maxDepth: 2 }), (name, value) => {
      const path = `/spec/new-${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      const operations = [
        { op: 'add', path, value },
        { op: 'test', path, value },
        { op: 'remove', path },
      ];
      const { root, problem } = applyJsonPatch(treeOf(service) as MapNode, treeOf(JSON.stringify(operations)));
      expect(problem).toBeUndefined();
      expect(root && toPlain(root)).toEqual(toPlain(treeOf(service)));
    }),
  );
});
