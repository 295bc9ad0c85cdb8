import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { URI } from 'vscode-uri';
import { baseName, normaliseUri } from '../../server/lsp/uris';

const paths = [
  '/shop/plain.yaml',
  '/shop/with space.yaml',
  '/shop/a@b+c.yaml',
  '/shop/größe/日本語.yaml',
  "/shop/it's (1) [2] {3}.yaml",
  '/shop/100%.yaml',
  '/shop/a#b?c.yaml',
  '/shop/semi;comma,colon:equals=and&.yaml',
];

describe('normaliseUri', () => {
  it.each(paths)('VS Code and a scanned folder agree on %s', (path) => {
    expect(normaliseUri(URI.file(path).toString())).toBe(pathToFileURL(path).toString());
  });

  it.each(paths)('is stable: %s', (path) => {
    const once = normaliseUri(pathToFileURL(path).toString());
    expect(normaliseUri(once)).toBe(once);
  });

  it('agrees on drive letters', () => {
    const forms = ['file:///c%3A/shop/a%20b.yaml', 'file:///C:/shop/a b.yaml', 'file:///c:/shop/a%20b.yaml'];
    expect(new Set(forms.map((form) => normaliseUri(form, true)))).toEqual(new Set(['file:///c:/shop/a%20b.yaml']));
  });

  it('leaves off the slash at the end of a folder', () => {
    expect(normaliseUri('file:///shop/')).toBe('file:///shop');
    expect(normaliseUri('file:///')).toBe('file:///');
    expect(normaliseUri('file:///c:/', true)).toBe('file:///c:/');
  });

  it.each([
    undefined,
    null,
    7,
    {},
    '',
    'untitled:Untitled-1',
    'git:/shop/a.yaml?x',
    'file://[',
    'file:///%E0%A4%A',
    'file:///a%2Fb',
  ])('is undefined for %s', (uri) => {
    expect(normaliseUri(uri)).toBeUndefined();
  });
});

describe('baseName', () => {
  it.each([
    ['file:///shop/.gitignore', '.gitignore'],
    ['file:///shop/a%20b.yaml', 'a b.yaml'],
    ['file:///shop/100%.yaml', '100%.yaml'],
  ])('of %s is %s', (uri, name) => {
    expect(baseName(uri)).toBe(name);
  });
});
