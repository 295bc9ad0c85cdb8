import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readProjectFile } from '../../server/workspace/project-file';
import { newProjectFile, switchOff } from '../../server/workspace/project-file-edit';
import { hostileTexts } from '../support/hostile';

function switched(text: string): string | undefined {
  const edit = switchOff(text, 'policy-overlap');
  return edit && text.slice(0, edit.start) + edit.newText + text.slice(edit.end);
}

describe('a rule is switched off', () => {
  test.each([
    ['', 'rules:\n  policy-overlap: off\n'],
    ['# ours\n', '# ours\nrules:\n  policy-overlap: off\n'],
    ['scopes: {}', 'scopes: {}\nrules:\n  policy-overlap: off\n'],
    ['scopes:\r\n  a: b\r\n', 'scopes:\r\n  a: b\r\nrules:\r\n  policy-overlap: off\r\n'],
    ['rules:\nscopes: {}\n', 'rules:\n  policy-overlap: off\nscopes: {}\n'],
    ['rules: {}\n', 'rules: { policy-overlap: off }\n'],
    ['rules: { yaml-syntax: off }\n', 'rules: { yaml-syntax: off, policy-overlap: off }\n'],
    [
      'rules:\n    yaml-syntax: off # why\n# below\n',
      'rules:\n    yaml-syntax: off # why\n    policy-overlap: off\n# below\n',
    ],
    ['rules:\n  yaml-syntax: off', 'rules:\n  yaml-syntax: off\n  policy-overlap: off'],
    ['rules:\n  policy-overlap: "error" # why\n', 'rules:\n  policy-overlap: off # why\n'],
    ['rules:\r\n  yaml-syntax: off\r\n', 'rules:\r\n  yaml-syntax: off\r\n  policy-overlap: off\r\n'],
    ['---\nrules:\n  yaml-syntax: off\n', '---\nrules:\n  yaml-syntax: off\n  policy-overlap: off\n'],
  ])('%j', (text, expected) => expect(switched(text)).toBe(expected));

  test('in a new file', () =>
    expect(readProjectFile(newProjectFile('policy-overlap')).settings.rules).toEqual({ 'policy-overlap': 'off' }));
});

describe('nothing is changed', () => {
  test.each(['{ rules: {} }\n', 'rules: [a]\n', '- a\n', 'rules: &a\n  x: off\nb: *a\n', 'a: [\n', 'text\n'])(
    '%j',
    (text) => expect(switched(text)).toBeUndefined(),
  );

  test('whatever the text: it is right, or nothing', () => {
    const check = (text: string): void => {
      const after = switched(text);
      if (after === undefined) return;
      expect(readProjectFile(after).settings.rules?.['policy-overlap']).toBe('off');
      expect(readProjectFile(after).scopes).toEqual(readProjectFile(text).scopes);
    };
    for (const text of hostileTexts) check(text);
    const piece = fc.constantFrom(
      'rules:',
      'scopes:',
      ' a: b',
      '  yaml-syntax: off',
      '\n',
      '\n',
      ' ',
      '{',
      '}',
      '#',
      '---',
      '- ',
      '\r\n',
    );
    fc.assert(fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => check(pieces.join(''))));
  });
});
