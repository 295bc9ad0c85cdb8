import { describe, expect, it } from 'vitest';
import { bulletList, code, escapeMarkdown, link, table } from '../../server/core/features/markdown';
import { hostileTexts } from '../support/hostile';

describe('escapeMarkdown', () => {
  it.each([
    ['<img src=x onerror=alert(1)>', '&lt;img src=x onerror=alert\\(1\\)&gt;'],
    ['[x](command:evil)', '\\[x\\]\\(command\\:evil\\)'],
    ['https://evil.example', 'https\\://evil.example'],
    ['www.evil.example', 'www\\.evil.example'],
    ['a@evil.example', 'a\\@evil.example'],
    ['&lt;', '&amp;lt;'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['$(rocket)', '\\$\\(rocket\\)'],
    ['a\n\nb', 'a b'],
    ['\u202egnp.exe', '\ufffdgnp.exe'],
    ['Deployment front-end.v2', 'Deployment front-end.v2'],
  ])('%j stays text', (text, escaped) => {
    expect(escapeMarkdown(text)).toBe(escaped);
  });

  it('cuts texts that no name can be', () => {
    expect(escapeMarkdown('x'.repeat(10_000)).length).toBeLessThan(400);
  });
});

describe('code', () => {
  it.each([
    ['app=web', '`app=web`'],
    ['a`b', '`` a`b ``'],
    ['```', '```` ``` ````'],
    ['', '*empty*'],
    ['a\nb', '`a b`'],
  ])('%j', (text, span) => {
    expect(code(text)).toBe(span);
  });

  it.each(hostileTexts)('%j does not end its own span', (text) => {
    const [, fence = '', inside = ''] = /^(`+)([\s\S]*?)\1$/.exec(code(text)) ?? [];
    expect(fence).not.toBe('');
    for (const [run] of inside.matchAll(/`+/g)) expect(run.length).not.toBe(fence.length);
  });
});

describe('link', () => {
  const range = { start: { line: 11, character: 2 }, end: { line: 11, character: 5 } };

  it('leads to the line and character, counted from 1', () => {
    expect(link('Deployment web', { file: 'file:///project/a.yaml', range })).toBe(
      '[Deployment web](file:///project/a.yaml#L12,3)',
    );
  });

  it('encodes what would end the destination', () => {
    expect(link('x', { file: 'file:///my dir/a(b)#<c>.yaml', range })).toBe(
      '[x](file:///my%20dir/a%28b%29%23%3Cc%3E.yaml#L12,3)',
    );
  });
});

describe('table', () => {
  it('keeps pipes inside their cell', () => {
    expect(table(['a|b'], [['c\\|d'], ['e\\\\|f']])).toBe('| a\\|b |\n| --- |\n| c\\|d |\n| e\\\\\\|f |');
  });
});

describe('bulletList', () => {
  it('says how many it leaves out', () => {
    expect(bulletList(['a', 'b', 'c'], 2)).toBe('- a\n- b\n- and 1 more');
  });
});
