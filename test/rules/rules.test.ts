import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { staleFiles } from '../../scripts/generated-files';
import { rules } from '../../server/core/rules/index';
import type { Rule } from '../../server/core/rules/rule';
import { annotate, findingsOf, loadFixture } from '../support/fixture-run';

const root = join(__dirname, '../..');
const ids = rules.map(({ id }) => id).sort();
const read = (path: string): string | undefined =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : undefined;

describe('every rule', () => {
  it('has a fixture folder and a page, and there are no others', () => {
    expect(readdirSync(join(root, 'test/fixtures/rules')).sort()).toEqual(ids);
    expect(readdirSync(join(root, 'docs/rules')).sort()).toEqual(ids.map((id) => `${id}.md`));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it.each(ids)('%s has a file of its name', (id) => {
    const source = read(`server/core/rules/${id}.ts`);
    expect(source).toContain(`id: '${id}'`);
  });

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s has fixtures that report it, some that do not, several documents, several files, and fixes',
    (id, rule) => {
      const folder = join(root, 'test/fixtures/rules', id);
      const names = readdirSync(folder);
      const cases = names.filter((name) => !name.includes('.fixed'));
      const reports = cases.filter((name) =>
        new RegExp(`[\\^-].* ${id}: `).test(readFileSync(join(folder, name), 'utf8')),
      );
      expect(reports.length).toBeGreaterThan(0);
      expect(cases.length).toBeGreaterThan(reports.length);
      expect(cases.length).toBeGreaterThanOrEqual(5);
      const texts = cases.map((name) => readFileSync(join(folder, name), 'utf8'));
      expect(texts.some((text) => /^---$/m.test(text))).toBe(true);
      expect(texts.some((text) => (text.match(/^#- /gm) ?? []).length > 1)).toBe(true);
      expect(names.some((name) => name.endsWith('.fixed.yaml'))).toBe(rule.fixes !== undefined);
    },
  );

  it.each(rules.map((rule) => [rule.id, rule] as const))(
    '%s speaks in whole sentences of its own severities',
    (_, rule) => {
      expect(rule.title).toMatch(/^[A-Z].*[^.]$/);
      for (const variant of rule.variants ?? []) expect(variant).toMatch(/^(off|hint|information|warning|error): /);
    },
  );
});

describe('pages', () => {
  it.each(rules.map((rule) => [rule.id, rule] as const))('%s', (id, rule) => {
    const examples = examplesOf(rule);
    expect(examples.some(({ wrong }) => wrong)).toBe(true);
    expect(examples.some(({ wrong }) => !wrong)).toBe(true);
    for (const { source, wrong } of examples) {
      const loaded = loadFixture(source);
      expect(annotate(loaded)).toBe(source);
      expect(findingsOf(loaded).some((finding) => finding.rule === id)).toBe(wrong);
      if (!wrong) expect(findingsOf(loaded)).toEqual([]);
    }
  });
});

/** The blocks of a rule's page that begin with ```yaml wrong and ```yaml right: fixtures, as far as the test is concerned. */
function examplesOf({ id }: Rule): readonly { readonly source: string; readonly wrong: boolean }[] {
  const page = read(`docs/rules/${id}.md`) ?? '';
  return [...page.matchAll(/^```yaml (wrong|right)\n([^]*?)^```$/gm)].map(([, kind, source = '']) => ({
    source,
    wrong: kind === 'wrong',
  }));
}

describe('generated files', () => {
  it('are fresh: else run "npm run generate"', () => {
    expect(staleFiles(read)).toEqual([]);
  });
});
