import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { annotate, applyFix, findingsOf, fixAll, loadFixture } from '../support/fixture-run';

const root = new URL('../fixtures/rules/', import.meta.url);

/** `KUBEPATH_UPDATE_FIXTURES=1` writes what is found into the fixtures. Read every line of the difference before you keep it. */
const update = process.env['KUBEPATH_UPDATE_FIXTURES'] === '1';

for (const rule of readdirSync(root)) {
  const folder = new URL(`${rule}/`, root);
  describe(rule, () => {
    for (const name of readdirSync(folder)) {
      const match = /^(.*?)(\.fixed(?:-(\d))?)?\.yaml$/.exec(name);
      if (!match) continue;
      const [, base = '', fixed, choice] = match;
      if (fixed === undefined) checkCase(new URL(name, folder), base);
      else
        checkFixed(
          new URL(`${base}.yaml`, folder),
          new URL(name, folder),
          Number(choice ?? 1),
          `${base}: fix ${choice ?? '1'}`,
        );
    }
  });
}

function checkCase(file: URL, name: string): void {
  const source = readFileSync(file, 'utf8');
  it(name, () => {
    const loaded = loadFixture(source);
    const annotated = annotate(loaded);
    expect(loaded.warnings).toEqual([]);
    if (update) writeFileSync(file, annotated);
    else expect(annotated).toBe(source);
  });
  it(`${name}: every fix removes its finding`, () => {
    const before = loadFixture(source);
    const findings = findingsOf(before);
    for (const finding of findings) {
      for (const fix of before.analyzer.fixesOf(finding)) {
        const loaded = loadFixture(source);
        applyFix(loaded, fix);
        const after = findingsOf(loaded).map(({ rule, message }) => `${rule}: ${message}`);
        expect(after, fix.title).not.toContain(`${finding.rule}: ${finding.message}`);
        expect(after.length, `${fix.title} brings new findings: ${after.join('\n')}`).toBeLessThan(findings.length);
      }
    }
  });
}

function checkFixed(file: URL, fixed: URL, choice: number, name: string): void {
  it(name, () => {
    expect(existsSync(file), `${fixed.pathname} belongs to no fixture`).toBe(true);
    const { text, left } = fixAll(readFileSync(file, 'utf8'), choice);
    if (update) writeFileSync(fixed, text);
    else expect(text).toBe(readFileSync(fixed, 'utf8'));
    expect(left.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([]);
  });
}
