import { describe, expect, test } from 'vitest';
import { readFilesExclude } from '../../server/workspace/files-exclude';

function excludes(raw: unknown, path: string, ...siblings: readonly string[]): boolean {
  return readFilesExclude(raw).excludes(path, (name) => siblings.includes(name));
}

describe('files.exclude', () => {
  test.each([
    ['**/.git', '.git a/.git a/.git/config', '.gitignore a/x.git'],
    ['out/**', 'out out/a out/a/b.yaml', 'x/out/a output'],
    ['out', 'out/a/b.yaml', 'x/out/a'],
    ['**/build/', 'build a/build/x.yaml', 'builds'],
    ['*.js', 'a.js', 'a/b.js'],
    ['**/{node_modules,vendor}', 'node_modules/x a/vendor/x', 'a/b'],
    ['**/[!a]*.yaml', 'b.yaml x/b.yaml', 'a.yaml'],
  ])('%j', (pattern, hidden, shown) => {
    expect(hidden.split(' ').filter((path) => !excludes({ [pattern]: true }, path))).toEqual([]);
    expect(shown.split(' ').filter((path) => excludes({ [pattern]: true }, path))).toEqual([]);
  });

  test('false takes a pattern back, as a setting of the workspace does with one of the user', () => {
    expect(excludes({ 'out/**': false }, 'out/a')).toBe(false);
  });

  test('a condition asks for a sibling', () => {
    const raw = { '**/*.yaml': { when: '$(basename).jsonnet' } };
    expect(excludes(raw, 'a/b.c.yaml', 'b.c.jsonnet')).toBe(true);
    expect(excludes(raw, 'a/b.c.yaml', 'b.jsonnet')).toBe(false);
    expect(excludes(raw, 'a/b.c.yaml')).toBe(false);
  });

  test('a condition on a directory hides nothing below it: its siblings are not known', () => {
    expect(excludes({ '**/gen': { when: 'gen.yaml' } }, 'gen', 'gen.yaml')).toBe(true);
    expect(excludes({ '**/gen': { when: 'gen.yaml' } }, 'gen/a.yaml', 'gen.yaml')).toBe(false);
  });

  test('no sibling is asked for without need', () => {
    const never = (): boolean => {
      throw new Error('asked');
    };
    expect(readFilesExclude({ a: true, '*.x': { when: 'y' } }).excludes('a/b', never)).toBe(true);
    expect(readFilesExclude({ a: true, '*.x': { when: 'y' } }).excludes('b', never)).toBe(false);
  });

  test.each([undefined, null, 'x', ['a'], { a: 'true' }, { a: {} }, { a: { when: 1 } }, { a: null }, { '': true }])(
    '%j hides nothing',
    (raw) => expect(excludes(raw, 'a')).toBe(false),
  );
});
