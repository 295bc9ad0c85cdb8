import { describe, expect, test } from 'vitest';
import { disableFixes } from '../../server/core/disable-fixes';
import type { Finding } from '../../server/core/index';
import { lineStartsOf, offsetAt } from '../../server/core/position';
import { readSuppressions } from '../../server/core/suppressions';

/** The text after each fix for a finding at the `$`. */
function fixed(marked: string): readonly string[] {
  const at = marked.indexOf('$');
  const text = marked.replace('$', '');
  const line = (marked.slice(0, at).match(/\n/g) ?? []).length;
  const range = { start: { line, character: 2 }, end: { line, character: 3 } };
  const finding: Finding = {
    file: 'a.yaml',
    rule: 'policy-overlap',
    severity: 'warning',
    message: 'It overlaps.',
    range,
    scope: '',
    related: [],
    tags: [],
  };
  return disableFixes(finding, text).map(({ edits: [edit] }) => {
    const offset = edit ? offsetAt(lineStartsOf(text), edit.range.start) : 0;
    return text.slice(0, offset) + (edit?.newText ?? '') + text.slice(offset);
  });
}

const line = '# kubepath-disable-next-line policy-overlap';
const rest = '# kubepath-disable policy-overlap';

describe('a comment above', () => {
  test.each([
    [
      'with the indentation of the line',
      'a:\n  - b: 1\n    $c: 2\n',
      (it: string) => `a:\n  - b: 1\n    ${it}\n    c: 2\n`,
    ],
    ['above an item', 'a:\n  - $b: 1\n    c: 2\n', (it: string) => `a:\n  ${it}\n  - b: 1\n    c: 2\n`],
    ['at the top', '$a: 1\n', (it: string) => `${it}\na: 1\n`],
    ['after a byte order mark', '\uFEFF$a: 1\n', (it: string) => `\uFEFF${it}\na: 1\n`],
    ['CRLF', 'a: 1\r\n$b: 2\r\n', (it: string) => `a: 1\r\n${it}\r\nb: 2\r\n`],
    ['the last line, open, of CRLF', 'a: 1\r\n$b: 2', (it: string) => `a: 1\r\n${it}\r\nb: 2`],
    ['the only line', '$a: 1', (it: string) => `${it}\na: 1`],
    ['after a block scalar', 'a: |\n  b\n$c: 1\n', (it: string) => `a: |\n  b\n${it}\nc: 1\n`],
    ['between the items of a flow sequence', 'a: [\n  b,\n  $c ]\n', (it: string) => `a: [\n  b,\n  ${it}\n  c ]\n`],
    [
      'in the second document',
      'a: "b\n---\n$c: 1\n---\nd: [\n',
      (it: string) => `a: "b\n---\n${it}\nc: 1\n---\nd: [\n`,
    ],
    ['below another comment', '# b\n$a: 1\n', (it: string) => `# b\n${it}\na: 1\n`],
    ['in a template', 'a: {{ .a }}\n$b: {{ .b }}\n', (it: string) => `a: {{ .a }}\n${it}\nb: {{ .b }}\n`],
  ])('%s', (_, text, expected) => expect(fixed(text)).toEqual([expected(line), expected(rest)]));

  test('a comment that is for the line takes the rule in', () => {
    const [own, document] = fixed('# kubepath-disable-next-line yaml-syntax -- why\n$a: 1\n');
    expect(own).toBe('# kubepath-disable-next-line yaml-syntax, policy-overlap -- why\na: 1\n');
    expect(document).toBe(`# kubepath-disable-next-line yaml-syntax -- why\n${rest}\na: 1\n`);
  });
});

describe('none', () => {
  test.each([
    ['in JSON', '{\n  $"a": 1\n}\n'],
    ['in a block scalar', 'a: |\n  b\n  $c\n'],
    ['in the first line of one', 'a: |\n  $b\n'],
    ['in quotes over several lines', 'a: "b\n  $c"\n'],
    ['in a plain text over several lines', 'a: b\n  $c\n'],
    ['at the separator', 'a: 1\n--- $\nb: 1\n'],
    ['in the block scalar of a template', 'a: |\n  {{ .a }}\n  $b\n'],
    ['within an action', 'a: {{ list\n  $1\n  2 }}\n'],
    ['behind an action that eats the line break', 'a: {{ .a -}}\n$b: 1\n'],
    ['at one that does', 'a:\n  $b: {{ .a }}\n'.replace('$b: {{ .a }}', '${{- .a }}')],
    ['in an empty text', '$'],
  ])('%s', (_, text) => expect(fixed(text)).toEqual([]));
});

test('what is written is read as it is meant', () => {
  for (const text of fixed('a: 1\n$b: 2\n---\nc: 3\n')) expect(readSuppressions(text).suppressions).toHaveLength(1);
});
