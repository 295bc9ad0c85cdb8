import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSuppressions } from '../../server/core/suppressions';
import { hostileTexts } from '../support/hostile';

/** `first-last: id id`, lines one-based, of every comment. */
function read(text: string): readonly string[] {
  return readSuppressions(text).suppressions.map(
    ({ rules, firstLine, lastLine }) => `${firstLine + 1}-${lastLine + 1}: ${rules.map(({ id }) => id).join(' ')}`,
  );
}

/** `the text it stands at: the sentence`. */
function problems(text: string): readonly string[] {
  return readSuppressions(text).problems.map(({ start, end, message }) => `${text.slice(start, end)}: ${message}`);
}

const line = '# kubepath-disable-next-line policy-overlap';
const rest = '# kubepath-disable policy-overlap';

describe('a comment for the next line', () => {
  test.each([
    ['the next one', `a: 1\n${line}\nb: 2\nc: 3\n`, '2-3'],
    ['however it is indented', `a:\n      ${line}\n  b: 2\n`, '2-3'],
    ['after a tab', `a:\n\t${line}\n  b: 2\n`, '2-3'],
    ['blank lines and comments between', `${line}\n\n# why\n  \nb: 2\nc: 3\n`, '1-5'],
    ['stacked', `${line}\n# kubepath-disable-next-line\nb: 2\n`, '1-3'],
    ['nothing follows', `a: 1\n${line}\n# the end`, '2-3'],
    ['no line break at all', line, '1-1'],
    ['CRLF', `a: 1\r\n${line}\r\nb: 2\r\n`, '2-3'],
    ['a byte order mark', `\uFEFF${line}\nb: 2\n`, '1-2'],
    ['two signs, no space', `##kubepath-disable-next-line policy-overlap\nb: 2\n`, '1-2'],
    ['a colon', `# kubepath-disable-next-line: policy-overlap\nb: 2\n`, '1-2'],
    ['in a list', `a:\n  - b: 1\n    ${line}\n    c: 2\n  - d: 3\n`, '3-4'],
    ['in flow style', `{ a: 1,\n  ${line}\n  b: 2 }\n`, '2-3'],
    ['after a block scalar', `a: |\n  text\n${line}\nb: 2\n`, '3-4'],
    ['after a broken document', `a: [\n---\n${line}\nb: 2\n`, '3-4'],
  ])('%s', (_, text, lines) => expect(read(text)).toEqual([`${lines}: policy-overlap`]));
});

describe('a comment for the rest of the document', () => {
  test.each([
    ['to the end', `a: 1\n${rest}\nb: 2\n`, '2-4'],
    ['to the next document', `a: 1\n${rest}\nb: 2\n---\nc: 3\n`, '2-3'],
    ['CRLF', `a: 1\r\n${rest}\r\nb: 2\r\n--- # next\r\nc: 3\r\n`, '2-3'],
    ['before the first document', `${rest}\n---\nb: 2\n---\nc: 3\n`, '1-3'],
    ['a line of dashes is no end', `${rest}\na: |\n  ---\nb: --- c\n`, '1-5'],
  ])('%s', (_, text, lines) => expect(read(text)).toEqual([`${lines}: policy-overlap`]));
});

describe('rules', () => {
  test.each([
    ['policy-overlap, yaml-syntax', 'policy-overlap yaml-syntax'],
    ['policy-overlap yaml-syntax', 'policy-overlap yaml-syntax'],
    ['policy-overlap ,yaml-syntax,', 'policy-overlap yaml-syntax'],
    ['policy-overlap -- because they do', 'policy-overlap'],
    ['policy-overlap--because they do', 'policy-overlap'],
    ['policy-overlap -- yaml-syntax -- both', 'policy-overlap'],
  ])('%j', (words, ids) => {
    expect(read(`# kubepath-disable ${words}\n`)).toEqual([`1-2: ${ids}`]);
    expect(problems(`# kubepath-disable ${words}\n`)).toEqual([]);
  });

  test.each([
    ['# kubepath-disable', '# kubepath-disable: Name the rules'],
    ['# kubepath-disable-next-line -- for a reason', '# kubepath-disable-next-line -- for a reason: Name the rules'],
    ['# kubepath-disable all', 'all: Nothing switches off all rules at once'],
    [
      '# kubepath-disable policy-overlaps',
      'policy-overlaps: There is no rule "policy-overlaps". Did you mean "policy-overlap"?',
    ],
    ['# kubepath-disable nonsense', 'nonsense: There is no rule "nonsense". The README lists them all.'],
    ['# kubepath-disable yaml-syntax it is fine', 'it is fine: There is no rule "it". A reason is written after "--".'],
    ['# kubepath-disable yaml-syntax, no-rule-at-all', 'no-rule-at-all: There is no rule "no-rule-at-all". The README'],
    ['# kubepath-disable-line yaml-syntax', 'kubepath-disable-line: There is no "kubepath-disable-line"'],
    ['# kubepath-disable-next yaml-syntax', 'kubepath-disable-next: There is no "kubepath-disable-next"'],
    ['a: b # kubepath-disable yaml-syntax', '# kubepath-disable yaml-syntax: This is read on a line of its own only'],
    ['--- # kubepath-disable yaml-syntax', '# kubepath-disable yaml-syntax: This is read on a line of its own only'],
    ['# kubepath-disable/yaml-syntax', '# kubepath-disable/yaml-syntax: Write a space before the rule.'],
  ])('%j is told', (text, problem) => expect(problems(`${text}\nb: 1\n`)).toEqual([expect.stringContaining(problem)]));
});

describe('text that is no comment', () => {
  test.each([
    ['a block scalar', `a: |\n  ${rest}\n  b\n`],
    ['a folded one, with signs and a comment', `a: >2- # text\n    ${rest}\nb: 1\n`],
    ['an item', `- |\n  ${rest}\n- b\n`],
    ['a key in an item', `- a: |+\n    ${rest}\n  b: 1\n`],
    ['double quotes', `a: "b\n  ${rest}\n  "\n`],
    ['single quotes', `a: 'b\n\n  ${rest}'\n`],
    ['a plain text', `a: b#kubepath-disable policy-overlap\n`],
    ['within another comment', `# see # kubepath-disable policy-overlap\n`],
    ['prose', `# what kubepath-disable policy-overlap does\n`],
  ])('%s', (_, text) => {
    expect(readSuppressions(text)).toEqual({ suppressions: [], problems: [] });
    // As lines of a template, where YAML does not help.
    if (!/"|'/.test(text)) expect(readSuppressions(`x: {{ .y }}\n${text}`)).toEqual({ suppressions: [], problems: [] });
  });
});

describe('templates', () => {
  test.each([
    ['actions between', `{{ if .a }}\n${line}\n{{- if .b }}\n{{/* c */}}\n{{ end -}}\nb: {{ .b }}\n{{ end }}\n`, '2-6'],
    ['an action that leaves text', `{{ if .a }}\n${line}\n{{ include "a" . }}\nb: 1\n`, '2-3'],
    [
      'a text with actions, then a comment',
      `a: |\n  {{ .a }}\n{{- if .b }}\n  # text\n{{- end }}\n${line}\nb: 1\n`,
      '6-7',
    ],
    ['an apostrophe in an action', `{{/* it's */}}\n${line}\nb: 1\n`, '2-3'],
  ])('%s', (_, text, lines) => expect(read(text)).toEqual([`${lines}: policy-overlap`]));
});

describe('whatever the text', () => {
  const check = (text: string): void => {
    const { suppressions, problems: wrong } = readSuppressions(text);
    const lines = text.split(/\r\n|\n|\r/).length;
    for (const { range, rules, firstLine, lastLine } of suppressions) {
      expect(text.slice(range.start, range.end)).toMatch(/^#+[ \t]*kubepath-disable/);
      expect(firstLine <= lastLine && lastLine < lines).toBe(true);
      for (const { id, start, end } of rules) expect(text.slice(start, end)).toBe(id);
    }
    for (const { start, end } of wrong) expect(0 <= start && start <= end && end <= text.length).toBe(true);
  };

  test('nothing throws, and every place is right', () => {
    for (const text of hostileTexts) check(`${rest}\n${text}\n${line}\n${text}`);
    const pieces = [
      '# kubepath-disable',
      '-next-line',
      ' policy-overlap',
      ' --',
      ',',
      ' x',
      '\n',
      '\r\n',
      '\r',
      '  ',
      '\t',
    ];
    const yaml = [
      'a: ',
      '- ',
      '|',
      '>-',
      '"',
      "'",
      '{',
      '}',
      '[',
      '---\n',
      '{{',
      '}}',
      '#',
      '&a ',
      '*a',
      '\uFEFF',
      '\x1f',
      '\x02',
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...yaml), { maxLength: 40 }), (some) => check(some.join(''))),
      { numRuns: 2000 },
    );
  });

  test('a text without the words costs nothing', () => {
    expect(readSuppressions('# kubepath\n'.repeat(3))).toEqual({ suppressions: [], problems: [] });
  });
});
