import { describe, expect, it } from 'vitest';
import { analyze, textAt, uriOf } from '../support/analyze';
import { hostileTexts, manifestOf } from '../support/hostile';
import { shop } from '../support/shop';

interface Found {
  readonly markdown: string;
  readonly thing: string;
  /** The range holds the place that was asked for. */
  readonly isHere: boolean;
}

/** Hovers at every character of every file. */
function hoverEverywhere(files: Readonly<Record<string, string>>): readonly Found[] {
  const { analyzer, texts } = analyze(files);
  const found: Found[] = [];
  for (const [file, text] of Object.entries(texts)) {
    text.split('\n').forEach((content, line) => {
      for (let character = 0; character <= content.length; character++) {
        const hover = analyzer.hover(uriOf(file), { line, character });
        if (!hover) continue;
        const { start, end } = hover.range;
        const isAfter = start.line < line || (start.line === line && start.character <= character);
        const isBefore = end.line > line || (end.line === line && end.character >= character);
        found.push({ markdown: hover.markdown, thing: textAt(text, hover.range), isHere: isAfter && isBefore });
      }
    });
  }
  return found;
}

/** Markdown without its code spans, in which nothing is markup, and without our own links. */
function withoutCode(markdown: string): string {
  return markdown
    .replace(/(?<!`)(`+)(?!`)[\s\S]*?(?<!`)\1(?!`)/g, '')
    .replace(/\]\(file:\/\/\/project\/my%20dir\/a%28b%29\.yaml#L\d+,\d+\)/g, ']')
    .replace(/\\./g, '');
}

describe('hover', () => {
  it('never fails, and speaks of the place that was asked for', () => {
    const found = hoverEverywhere(shop);
    expect(found.length).toBeGreaterThan(1000);
    expect(found.filter(({ isHere, thing }) => !isHere || thing.trim() === '')).toEqual([]);
    expect(found.filter(({ markdown }) => /undefined|null|\[object/.test(markdown))).toEqual([]);
  });

  it.each(hostileTexts)('shows %j as text', (text) => {
    const found = new Set(hoverEverywhere({ 'my dir/a(b).yaml': manifestOf(text) }).map(({ markdown }) => markdown));
    expect(found.size).toBeGreaterThan(10);
    for (const markdown of found) {
      const rest = withoutCode(markdown);
      expect(rest).not.toMatch(/<|\]\(|!\[|https?:|command:|www\.|\u202e/);
      for (const line of rest.split('\n')) expect(line).not.toMatch(/^(#|\d+\.|```)/);
    }
  });

  it.each([
    ['broken', 'apiVersion: v1\nkind: Service\nmetadata: {name: a\nspec:\n  ports: [\n'],
    ['of wrong types', 'apiVersion: v1\nkind: Service\nmetadata: []\nspec: {ports: {}, selector: [a], type: 3}\n'],
    ['empty', 'apiVersion: v1\nkind: Service\nmetadata:\nspec:\n'],
    [
      'policies of wrong types',
      'apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nspec: {podSelector: 3, ingress: [3, {from: [3, {}], ports: [{}, 4]}]}\n',
    ],
    [
      'Ingresses of wrong types',
      'apiVersion: networking.k8s.io/v1\nkind: Ingress\nspec: {rules: [3, {http: {paths: [{}, 3]}}], tls: 3}\n',
    ],
    [
      'with aliases',
      'apiVersion: v1\nkind: Service\nmetadata: {name: &n a, labels: &l {app: *n}}\nspec: {selector: *l, ports: &p [{port: 80}]}\n',
    ],
    [
      'with merge keys',
      'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: &l {app: a}}\nspec: {selector: {<<: *l, x: y}}\n',
    ],
    [
      'JSON',
      '{"apiVersion": "v1", "kind": "List", "items": [{"apiVersion": "v1", "kind": "Service", "metadata": {"name": "a"}, "spec": {"selector": {"app": "a"}}}]}',
    ],
  ])('does not fail on manifests that are %s', (_, text) => {
    expect(() => hoverEverywhere({ 'a.yaml': text })).not.toThrow();
  });

  it('points at the alias, not at what it stands for', () => {
    const text = 'apiVersion: v1\nkind: Service\nmetadata: {name: a, labels: &l {app: a}}\nspec:\n  selector: *l\n';
    const { hoverOn } = analyze({ 'a.yaml': text });
    expect(hoverOn('a.yaml', '*l')).toEqual({
      thing: '*l',
      markdown: 'No pod in namespace `default` matches `app=a`.',
    });
  });
});
