import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProjectFile } from '../../server/workspace/project-file';
import { hostileTexts } from '../support/hostile';

/** Problems as `the text they stand at: the sentence`. */
function problemsOf(text: string): readonly string[] {
  return readProjectFile(text).problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`);
}

describe('scopes', () => {
  test('a pattern has one scope, a list, or none, in the order they are written', () => {
    const text = `# who is applied with whom
scopes:
  "deploy/prod/**": prod
  deploy/common: [prod, "staging"]
  deploy/scratch: []
`;
    expect(readProjectFile(text)).toEqual({
      exclude: [],
      settings: {},
      scopes: [
        { pattern: 'deploy/prod/**', scopes: ['prod'] },
        { pattern: 'deploy/common', scopes: ['prod', 'staging'] },
        { pattern: 'deploy/scratch', scopes: [] },
      ],
      problems: [],
    });
  });

  test.each(['', '# nothing yet\n', '---\n', 'scopes:\n', 'scopes: {}\n', 'rules:\nexclude:\n'])(
    'a file that says nothing is no problem: %j',
    (text) => expect(readProjectFile(text)).toMatchObject({ scopes: [], exclude: [], problems: [] }),
  );

  test.each([
    ['scopes: prod\n', 'prod: "scopes" is of another form'],
    ['scopes:\n  - a/**\n', '- a/**: "scopes" is of another form'],
    ['scopes:\n  /a: prod\n', '/a: "/a" begins with "/"'],
    ['scopes:\n  ../a: prod\n', '../a: "../a" leads out of its directory'],
    ["scopes:\n  'a\\b': prod\n", '\'a\\b\': "a\\b" holds a backslash'],
    ['scopes:\n  "!a": prod\n', '"!a": "!a" begins with "!"'],
    ['scopes:\n  a:\n', 'a: "a" names no scope'],
    ['scopes:\n  a: [prod, 1]\n', '1: 1 is no name of a scope'],
    ['scopes:\n  a: {b: c}\n', '{b: c}: {"b":"c"} is no name of a scope'],
    ['scopes:\n  a: ""\n', '"": The name of a scope is empty.'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test('what is right beside a mistake stays', () => {
    const { scopes, problems } = readProjectFile('scopes:\n  /a: prod\n  b: [dev, 7]\n  c: dev\n');
    expect(scopes).toEqual([
      { pattern: 'b', scopes: ['dev'] },
      { pattern: 'c', scopes: ['dev'] },
    ]);
    expect(problems).toHaveLength(2);
  });
});

describe('other keys', () => {
  test('settings of the editor are taken, nested where they have a dot', () => {
    const text = `rules:
  service-selector-unmatched: error
  policy-overlap: off
unmatched:
  outside: hint
maxFileSize: 2048
exclude: ["vendor/"]
cluster:
  podCidrs: [10.1.0.0/16]
renderTimeout: 5
`;
    expect(readProjectFile(text)).toEqual({
      scopes: [],
      exclude: ['vendor/'],
      settings: {
        rules: { 'service-selector-unmatched': 'error', 'policy-overlap': 'off' },
        unmatchedOutside: 'hint',
        maxFileSize: 2048,
        cluster: { podCidrs: ['10.1.0.0/16'] },
        renderTimeout: 5000,
      },
      problems: [],
    });
  });

  test('what cannot be has no effect, and what is right beside it has', () => {
    const { settings, problems } = readProjectFile(
      'rules: { yaml-syntax: loud, policy-overlap: hint }\nmaxFileSize: 3\nhelm: { path: /tmp/evil, valuesFiles: [a.yaml] }\npodTemplates: { Widget: spec }\n',
    );
    expect(settings).toEqual({ rules: { 'policy-overlap': 'hint' }, helmValuesFiles: ['a.yaml'], podTemplates: {} });
    expect(problems).toHaveLength(4);
  });

  test.each([
    ['rules:\n  service-selector-unmached: off\n', 'rules:\n  service-selector-unmatched: off\n'],
    ['rules:\n  "policy-overlaps": off\n', 'rules:\n  "policy-overlap": off\n'],
    ['rules:\n  yaml-syntax: warn # loud enough\n', 'rules:\n  yaml-syntax: warning # loud enough\n'],
    ["rules: {yaml-syntax: 'info'}\n", "rules: {yaml-syntax: 'information'}\n"],
    ['rules:\n  yaml-syntax: false\n', 'rules:\n  yaml-syntax: off\n'],
    ['rules:\n  yaml-syntax: none\n', 'rules:\n  yaml-syntax: off\n'],
    ['excludes: []\n', 'exclude: []\n'],
    ['cluster:\n  networkPlugin: Calico\n', 'cluster:\n  networkPlugin: calico\n'],
  ])('the nearest is offered: %j', (text, fixed) => {
    const [{ fix } = { fix: undefined }] = readProjectFile(text).problems;
    expect(fix && text.slice(0, fix.start) + fix.newText + text.slice(fix.end)).toBe(fixed);
  });

  test.each(['rules:\n  yaml-syntax: loud\n', 'rules:\n  "policy\\x2doverlaps": off\n', 'rules:\n  quiet: off\n'])(
    'nothing is offered where nothing is near, or an edit would not be one: %j',
    (text) => expect(readProjectFile(text).problems.map(({ fix }) => fix)).toEqual([undefined]),
  );

  test.each([
    ['scope:\n  a: b\n', 'scope: There is no setting "scope". Did you mean "scopes"?'],
    ['excludes: []\n', 'excludes: There is no setting "excludes". Did you mean "exclude"?'],
    ['maxfilesize: 2048\n', 'maxfilesize: There is no setting "maxfilesize". Did you mean "maxFileSize"?'],
    ['unmatched:\n  outsid: hint\n', 'outsid: There is no setting "unmatched.outsid". Did you mean "outside"?'],
    ['kubepath:\n  scopes: {}\n', 'kubepath: Leave "kubepath" off: the settings stand at the top of this file.'],
    ['kubepath.scopes: {}\n', 'kubepath.scopes: Leave "kubepath." off: the key is "scopes".'],
    ['unmatched.outside: hint\n', 'unmatched.outside: Write "unmatched.outside" as two keys'],
    ['rules:\n  service-selector-unmached: error\n', 'Did you mean "service-selector-unmatched"?'],
    ['rules:\n  yaml-syntax: loud\n', 'loud: "rules.yaml-syntax" is "loud": write "off", "hint"'],
    ['rules: error\n', 'error: Write rules and how loudly they report'],
    ['maxFileSize: 12\n', '12: "maxFileSize" is 12: write a whole number of at least 1024.'],
    ['maxFileSize: "4096"\n', '"4096": "maxFileSize" is "4096": write a whole number'],
    ['exclude: vendor/\n', 'vendor/: "exclude" is "vendor/": write a list.'],
    ['exclude: [a, [b]]\n', '[b]: "exclude" is a list: write text'],
    ['unmatched: hint\n', 'hint: "unmatched" holds other settings'],
    ['- scopes\n', '- scopes: Write settings here'],
    ['scopes: {}\n---\nscopes: {}\n', 'Only the first document'],
  ])('%j', (text, problem) => {
    expect(problemsOf(text)).toEqual([expect.stringContaining(problem)]);
  });

  test('an unknown key that resembles none is told which there are', () => {
    expect(problemsOf('colour: red\n')).toEqual([
      expect.stringMatching(
        /^colour: There is no setting "colour"\. Those that can stand here are "rules".*"scopes".*\.$/,
      ),
    ]);
  });

  test.each(['helm:\n  path: ./evil\n', 'kustomize:\n  command: [sh, -c, evil]\n', 'helm.path: ./evil\n'])(
    'a repository cannot say which program runs: %j',
    (text) => expect(problemsOf(text)).toEqual([expect.stringContaining("in the editor's user settings")]),
  );
});

describe('broken text', () => {
  test('a key that stands twice is told at its place, and the last one holds', () => {
    const text = 'scopes:\n  a: one\n  a: two\n';
    expect(readProjectFile(text)).toMatchObject({
      scopes: [{ pattern: 'a', scopes: ['two'] }],
      problems: [{ start: 19, end: 20, message: 'The key "a" stands twice in this mapping: keep one.' }],
    });
  });

  test('what stands before a slip is read', () => {
    const { scopes, problems } = readProjectFile('scopes:\n  a: one\nexclude: [b\n');
    expect(scopes).toEqual([{ pattern: 'a', scopes: ['one'] }]);
    expect(problems).toEqual([expect.objectContaining({ message: expect.stringContaining('"]"') as string })]);
  });

  test('nothing throws, and every place lies within the text', () => {
    const check = (text: string): void => {
      for (const { start, end } of readProjectFile(text).problems) {
        expect(start).toBeGreaterThanOrEqual(0);
        expect(end).toBeGreaterThanOrEqual(start);
        expect(end).toBeLessThanOrEqual(text.length);
      }
    };
    for (const text of hostileTexts) check(text);
    const piece = fc.constantFrom(
      'scopes',
      'rules',
      ':',
      ' ',
      '\n',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '"',
      '&a',
      '*a',
      '<<',
      'a/**',
      '#',
      '\t',
      '---\n',
      '1',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => check(pieces.join(''))));
  });
});
