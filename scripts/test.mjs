// npm test: installs what is missing, builds, runs every suite, and closes with one line over all of them.
//   npm test                    everything
//   npm test -- unit ui         these suites
// Node's own modules only up to the installation: on a fresh machine nothing else is there.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { installMissing } from './install.mjs';
import { endWithUs, ROOT, run } from './process.mjs';
import { SUITES } from './suites.mjs';

/** What has to be there before a suite can run. */
const NEEDS = { ui: ['package'] };
const USES_WORKBENCH = ['editor', 'start', 'ui'];

endWithUs();
const suites = selected(process.argv.slice(2));
await prepare();
const counts = [];
for (const suite of suites) counts.push(await runSuite(suite));
process.exitCode = summarize(counts);

/** @param {string[]} names @returns {import('./suites.mjs').Suite[]} */
function selected(names) {
  const unknown = names.filter((name) => !SUITES.some((suite) => suite.name === name));
  if (unknown.length > 0) {
    console.error(`No such suite: ${unknown.join(', ')}. There are: ${SUITES.map(({ name }) => name).join(', ')}.`);
    process.exit(2);
  }
  const wanted = new Set(names.flatMap((name) => [...(NEEDS[name] ?? []), name]));
  return wanted.size === 0 ? SUITES : SUITES.filter(({ name }) => wanted.has(name));
}

async function prepare() {
  const began = Date.now();
  heading('Install and build');
  await installMissing({ log: console.log });
  const { setupWorkbench, workbenchSupported } = await import('../test/workbench/setup.mjs');
  if (workbenchSupported && suites.some(({ name }) => USES_WORKBENCH.includes(name)))
    await setupWorkbench({ log: console.log });
  mkdirSync(join(ROOT, 'test-results'), { recursive: true });
  const { code } = await run(process.execPath, [join(ROOT, 'scripts', 'build.mjs'), '--tests']);
  if (code !== 0) {
    console.log('0 passed, 1 failed');
    process.exit(1);
  }
  console.log(`Ready after ${seconds(began)}.`);
}

async function runSuite({ name, title, run }) {
  const began = Date.now();
  heading(`${name}: ${title}`);
  const result = await run().catch((error) => {
    console.error(error);
    return { passed: 0, failed: 1, skipped: 0 };
  });
  console.log(`${name}: ${inWords(result)} in ${seconds(began)}`);
  return { name, ...result };
}

/** Prints what failed and what was skipped, then the one line that counts. Returns the exit code. */
function summarize(counts) {
  heading('Summary');
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const { name, notes = [], ...result } of counts) {
    for (const state of Object.keys(total)) total[state] += result[state];
    if (result.failed > 0) console.log(`failed: ${name}`);
    if (result.skipped > 0) console.log(`skipped in ${name}: ${notes.join('; ')}`);
  }
  console.log(inWords(total));
  return total.failed === 0 && total.passed > 0 ? 0 : 1;
}

function inWords({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function heading(text) {
  console.log(`\n━━ ${text} ${'━'.repeat(Math.max(3, 90 - text.length))}`);
}

function seconds(began) {
  return `${((Date.now() - began) / 1000).toFixed(1)} s`;
}
