// How the suites that are no vitest suites say what came out: one line a test, and a file that scripts/test.mjs counts.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const RESULTS = join(import.meta.dirname, '..', '..', 'test-results');

const SIGNS = { passed: '✓', failed: '✗', skipped: '-' };

/** @typedef {{ name: string, state: 'passed' | 'failed' | 'skipped', error?: string }} Outcome */

/** @param {Outcome} outcome */
export function printOutcome({ name, state, error }) {
  console.log(`  ${SIGNS[state]} ${name}`);
  if (error) console.log(error.replace(/^/gm, '      '));
}

/** @param {string} suite @param {Outcome[]} outcomes */
export function saveOutcomes(suite, outcomes) {
  mkdirSync(RESULTS, { recursive: true });
  writeFileSync(join(RESULTS, `${suite}.json`), JSON.stringify(outcomes, null, 2));
}
