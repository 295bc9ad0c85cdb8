import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compileGlob } from '../../server/core/glob';
import { settingSentences } from '../../server/core/check-settings';
import { readSettings } from '../../server/core/settings';
import { assignScopes, compileScopes } from '../../server/workspace/scope-globs';

describe('patterns', () => {
  test.each([
    // pattern, fits, does not fit
    [
      'deploy/prod/**',
      'deploy/prod/a.yaml deploy/prod/x/.b.yaml deploy/prod',
      'deploy/production/a.yaml x/deploy/prod/a.yaml',
    ],
    ['*.yaml', 'a.yaml .a.yaml .yaml', 'x/a.yaml a.yml'],
    ['**/*.yaml', 'a.yaml x/a.yaml x/.y/a.yaml', 'a.yml'],
    ['**/.git', '.git a/.git', '.github a.git'],
    ['a/**/b', 'a/b a/x/b a/x/y/b', 'a/xb ab'],
    ['a?c', 'abc a.c a🙂c', 'ac a/c abbc'],
    ['{dev,prod}/*', 'dev/a prod/a', 'stage/a dev'],
    ['a{,-b{1,2}}c', 'ac a-b1c a-b2c', 'a-bc'],
    ['{a}', 'a', '{a}'],
    ['{a,b', '{a,b', 'a b'],
    ['{1..3}', '1..3', '1 2 3'],
    ['[a-c]x', 'ax cx', 'dx [a-c]x'],
    ['[!a-c]x', 'dx !x', 'ax'],
    ['[^a]x', 'bx', 'ax'],
    ['[a', '[a', 'a'],
    ['a(b|c)+$.@(x)', 'a(b|c)+$.@(x)', 'abx acx'],
    ['a**b', 'ab axxb', 'a/b'],
    ['*a*b', 'ab xaab aab', 'ba a/b'],
  ])('%j', (pattern, fitting, others) => {
    const glob = compileGlob(pattern, false);
    expect(fitting.split(' ').filter((path) => glob?.(path) !== true)).toEqual([]);
    expect(others.split(' ').filter((path) => glob?.(path) === true)).toEqual([]);
  });

  test('a pattern for a directory is one for all below it, when asked', () => {
    expect(compileGlob('deploy/*', true)?.('deploy/a/b/c.yaml')).toBe(true);
    expect(compileGlob('deploy/*', false)?.('deploy/a/b/c.yaml')).toBe(false);
  });

  test('what is out of all bounds is refused', () => {
    expect(compileGlob('', true)).toBeUndefined();
    expect(compileGlob('a'.repeat(1_001), true)).toBeUndefined();
    expect(compileGlob('{a,b}'.repeat(20), true)).toBeUndefined();
    expect(compileGlob('{'.repeat(1_000), true)?.('{')).toBe(false);
  });

  test('no pattern takes long', () => {
    const start = performance.now();
    compileGlob(`${'*a'.repeat(20)}b`, true)?.('a'.repeat(250));
    compileGlob(`${'**/a/'.repeat(20)}b`, true)?.('a/'.repeat(1_000));
    expect(performance.now() - start).toBeLessThan(500);
  });

  test('agrees with the plain definition of a wildcard', () => {
    const slow = (pattern: string, name: string): boolean => {
      if (pattern === '') return name === '';
      if (pattern.startsWith('*')) return slow(pattern.slice(1), name) || (name !== '' && slow(pattern, name.slice(1)));
      return pattern[0] === name[0] && slow(pattern.slice(1), name.slice(1));
    };
    const text = (letters: string): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...letters.split(',')), { minLength: 1, maxLength: 8 }).map((list) => list.join(''));
    fc.assert(
      fc.property(text('a,b,*'), text('a,b'), (pattern, name) => {
        // Between slashes, two stars are another thing.
        const within = `x${pattern}`;
        expect(compileGlob(within, false)?.(`x${name}`)).toBe(slow(pattern, name));
      }),
    );
  });
});

describe('scopes of a file', () => {
  const globs = compileScopes([
    { pattern: 'deploy/prod/', scopes: ['prod'] },
    { pattern: './deploy/common/**', scopes: ['prod', 'staging'] },
    { pattern: 'deploy/common/web.yaml', scopes: ['prod', 'dev'] },
    { pattern: 'scratch', scopes: [] },
  ]);

  test.each([
    ['deploy/prod/a.yaml', ['prod']],
    ['deploy/common/db.yaml', ['prod', 'staging']],
    ['deploy/common/web.yaml', ['prod', 'staging', 'dev']],
    ['scratch/a.yaml', []],
    ['other/a.yaml', undefined],
  ])('%s', (path, scopes) => expect(globs.scopesOf(path)).toEqual(scopes));

  test('"." is everything', () => {
    expect(compileScopes([{ pattern: '.', scopes: ['all'] }]).scopesOf('a/b.yaml')).toEqual(['all']);
  });
});

describe('assignment', () => {
  const root = 'file:///w';
  const rules = (entries: Readonly<Record<string, readonly string[]>>): ReturnType<typeof compileScopes> =>
    compileScopes(Object.entries(entries).map(([pattern, scopes]) => ({ pattern, scopes })));
  const assign = (
    manifests: readonly string[],
    projectFiles: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>,
    setting: Readonly<Record<string, readonly string[]>> = {},
    folders: readonly string[] = [root],
  ): { readonly scopes: readonly string[]; readonly rest: readonly string[] } => {
    const { assigned, rest } = assignScopes({
      folders,
      projectFiles: new Map(Object.entries(projectFiles).map(([path, globs]) => [`${root}${path}`, rules(globs)])),
      setting: rules(setting),
      manifests: manifests.map((path) => `${root}/${path}`),
    });
    const short = (uri: string): string => uri.slice(root.length + 1);
    return {
      scopes: [...assigned.values()].map(
        ({ name, root: at, uris }) => `${name} (${short(at)}): ${uris.map(short).join(' ')}`,
      ),
      rest: rest.map(short),
    };
  };

  test('a file may be in several scopes, and what no pattern speaks of is the rest', () => {
    expect(
      assign(['common/a.yaml', 'prod/b.yaml', 'other/c.yaml'], { '': { prod: ['prod'], common: ['prod', 'staging'] } }),
    ).toEqual({
      scopes: ['prod (): common/a.yaml prod/b.yaml', 'staging (): common/a.yaml'],
      rest: ['other/c.yaml'],
    });
  });

  test('the nearest file with a pattern for it decides alone, then those above, then the setting', () => {
    expect(
      assign(
        ['team/near/a.yaml', 'team/b.yaml', 'c.yaml', 'd.yaml'],
        { '': { 'c.yaml': ['top'], team: ['top'] }, '/team': { near: ['near'] } },
        { '**': ['set'] },
      ),
    ).toEqual({
      scopes: ['near (team): team/near/a.yaml', 'top (): team/b.yaml c.yaml', 'set (): d.yaml'],
      rest: [],
    });
  });

  test('an empty list gives files back, past what stands above', () => {
    expect(assign(['a/x.yaml', 'b/x.yaml'], { '': { '*': ['all'] }, '/a': { '*': [] } })).toEqual({
      scopes: ['all (): b/x.yaml'],
      rest: ['a/x.yaml'],
    });
  });

  test('one name in two places is two scopes, told apart by where they are named', () => {
    expect(assign(['a/x.yaml', 'b/x.yaml'], { '/a': { '*': ['prod'] }, '/b': { '*': ['prod'] } }).scopes).toEqual([
      'a/prod (a): a/x.yaml',
      'b/prod (b): b/x.yaml',
    ]);
  });

  test('the setting counts from each folder, the innermost where they are nested', () => {
    const { scopes, rest } = assign(
      ['one/prod/x.yaml', 'one/in/prod/x.yaml', 'two/prod/x.yaml', 'two/x.yaml'],
      {},
      { prod: ['prod'] },
      [`${root}/one`, `${root}/one/in`, `${root}/two`],
    );
    expect(scopes).toEqual([
      'one/prod (one): one/prod/x.yaml',
      'in/prod (one/in): one/in/prod/x.yaml',
      'two/prod (two): two/prod/x.yaml',
    ]);
    expect(rest).toEqual(['two/x.yaml']);
  });

  test('a project file above the folder holds too, and paths are read decoded', () => {
    expect(assign(['f/a%20b/x.yaml'], { '': { 'f/a b': ['spaced'] } }, {}, [`${root}/f`])).toEqual({
      scopes: ['spaced (): f/a%20b/x.yaml'],
      rest: [],
    });
  });
});

describe('the setting', () => {
  test('is read into patterns', () => {
    const raw = { scopes: { a: 'prod', b: ['prod', 'dev'], c: [] } };
    expect(readSettings(raw).scopes).toEqual([
      { pattern: 'a', scopes: ['prod'] },
      { pattern: 'b', scopes: ['prod', 'dev'] },
      { pattern: 'c', scopes: [] },
    ]);
    expect(settingSentences(raw)).toEqual([]);
    expect(readSettings({}).scopes).toEqual([]);
  });

  test.each([
    [{ '/a': 'prod' }, 'kubepath.scopes: "/a" begins with "/"'],
    [{ a: 7 }, 'kubepath.scopes: 7 is no name of a scope'],
    [{ a: { b: 'c' } }, 'kubepath.scopes: {"b":"c"} is no name'],
    [{ a: '' }, 'kubepath.scopes: The name of a scope is empty.'],
    [{ a: 'two\nlines' }, 'kubepath.scopes: The name of a scope has at most'],
    [{ ['{a,b}'.repeat(20)]: 'prod' }, 'is too long, or its braces'],
    [['a'], 'kubepath.scopes: "scopes" is of another form: write a pattern'],
    ['prod', 'kubepath.scopes: "scopes" is of another form: write a pattern'],
  ])('%j is told', (scopes, problem) => {
    expect(settingSentences({ scopes })).toEqual([expect.stringContaining(problem)]);
    expect(readSettings({ scopes }).scopes).toEqual([]);
  });
});
