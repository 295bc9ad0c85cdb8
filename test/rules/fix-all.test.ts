import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { rules } from '../../server/core/rules/index';
import { applyFix, findingsOf, loadFixture } from '../support/fixture-run';

const root = new URL('../fixtures/rules/', import.meta.url);

/**
 * Every fixture of a rule whose fixes may be done at once: each file's fixes are, again and again, and no more of its kind comes of it. Of
 * other kinds it may: what is mended is understood, and may turn out to be redundant.
 */
describe.each(rules.filter(({ fixAll }) => fixAll).map(({ id }) => id))('all fixes of %s at once', (rule) => {
  const folder = new URL(`${rule}/`, root);
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml') && !name.includes('.fixed'));
  it.each(names)('%s', (name) => {
    const loaded = loadFixture(readFileSync(new URL(name, folder), 'utf8'));
    const { analyzer, fixture } = loaded;
    const own = () => findingsOf(loaded).filter((finding) => finding.rule === rule);
    for (const { uri } of fixture.files) {
      for (let { count, edits } = analyzer.fixAllOf(uri, rule); count > 0;) {
        const before = own().length;
        applyFix(loaded, { title: rule, preferred: false, edits });
        expect(own().length).toBeLessThanOrEqual(before - count);
        ({ count, edits } = analyzer.fixAllOf(uri, rule));
      }
      const left = analyzer.findingsOf(uri).filter((finding) => finding.rule === rule);
      expect(left.flatMap((finding) => analyzer.fixesOf(finding))).toEqual([]);
    }
  });
});
