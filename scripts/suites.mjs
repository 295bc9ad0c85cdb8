// The suites of `npm test`, in the order in which they run: the quick ones first.
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { npmCommand } from './install.mjs';
import { ROOT, run } from './process.mjs';

const RESULTS = join(ROOT, 'test-results');
const SECOND = 1000;
const MINUTE = 60 * SECOND;

/**
 * @typedef {{ passed: number, failed: number, skipped: number, notes?: string[] }} Counts `notes`: how to get what was skipped
 * @typedef {{ name: string, title: string, run: () => Promise<Counts> }} Suite
 */

/** @type {Suite[]} */
export const SUITES = [
  { name: 'types', title: 'Types', run: () => check('types', [], 5 * MINUTE) },
  { name: 'lint', title: 'Lint, format and unused code', run: () => check('lint', [], 5 * MINUTE) },
  { name: 'generated', title: 'Generated files are fresh', run: () => check('generate', ['--check'], MINUTE) },
  { name: 'architecture', title: 'Architecture', run: () => vitest('architecture', 3 * MINUTE) },
  { name: 'unit', title: 'Units, fixtures, language server over streams', run: () => vitest('unit', 5 * MINUTE) },
  { name: 'hostile', title: 'Hostile and random texts', run: () => vitest('hostile', 5 * MINUTE) },
  { name: 'mistakes', title: 'Mistakes made in real workspaces', run: () => vitest('mistakes', 10 * MINUTE) },
  { name: 'commands', title: 'The command line, as processes', run: () => vitest('commands', 5 * MINUTE) },
  { name: 'oracle', title: 'Kustomizations against kubectl', run: () => vitest('oracle', 5 * MINUTE) },
  { name: 'helm', title: 'Charts, with a real helm', run: () => vitest('helm', 5 * MINUTE) },
  {
    name: 'agreement',
    title: 'Reachability against the naive evaluator, on random clusters',
    run: () => vitest('agreement', 10 * MINUTE),
  },
  { name: 'grammar', title: 'Grammar snapshots', run: () => closingLine('grammar', MINUTE) },
  {
    name: 'editor',
    title: 'Inside the extension host',
    run: () => outcomes('editor', 'test/editor/run-tests.mjs', 6 * MINUTE),
  },
  { name: 'start', title: 'npm start comes up', run: () => command('scripts/start.mjs', ['--smoke'], 2 * MINUTE) },
  { name: 'package', title: 'npm run package', run: () => check('package', [], 2 * MINUTE) },
  {
    name: 'panel',
    title: 'The panel by itself in a browser',
    run: () => outcomes('panel', 'test/editor/ui/run-panel.mjs', 2 * MINUTE),
  },
  { name: 'ui', title: 'A user in VS Code', run: () => outcomes('ui', 'test/editor/ui/run-story.mjs', 5 * MINUTE) },
];

/** An npm script that passes or fails as a whole. */
async function check(script, args, limit) {
  return oneFor(await runScript(script, args, { limit }));
}

async function command(file, args, limit) {
  return oneFor(await run(process.execPath, [join(ROOT, file), ...args], { limit }));
}

async function vitest(script, limit) {
  const report = freshReport(script);
  const ended = await runScript(script, ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`], {
    limit,
  });
  const { numPassedTests = 0, numFailedTests = 0, numPendingTests = 0, numTodoTests = 0 } = readReport(report) ?? {};
  const counts = { passed: numPassedTests, failed: numFailedTests, skipped: numPendingTests + numTodoTests };
  return withCrash(ended, { ...counts, notes: ['remove its .skip or .todo'] });
}

/** A script that closes with a line like ours. */
async function closingLine(script, limit) {
  let output = '';
  const ended = await runScript(script, [], { limit, onOutput: (text) => (output += text) });
  const [, passed = '0', failed = '0'] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  return withCrash(ended, { passed: Number(passed), failed: Number(failed), skipped: 0 });
}

/** A runner of ours, which leaves its outcomes in a file (test/editor/outcomes.mjs). */
async function outcomes(name, file, limit) {
  const report = freshReport(name);
  const ended = await run(process.execPath, [join(ROOT, file)], { limit });
  const all = readReport(report) ?? [];
  const inState = (state) => all.filter((outcome) => outcome.state === state);
  return withCrash(ended, {
    passed: inState('passed').length,
    failed: inState('failed').length,
    skipped: inState('skipped').length,
    notes: inState('skipped').map((outcome) => `${outcome.name} ${outcome.error ?? ''}`),
  });
}

function oneFor({ code, timedOut }) {
  if (timedOut) console.log('Ended: it took too long.');
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/** A runner that crashed, hung or ran nothing has failed, whatever it counted. */
function withCrash({ code, timedOut }, counts) {
  const ranNothing = counts.passed + counts.failed + counts.skipped === 0;
  if (timedOut) console.log('Ended: it took too long.');
  else if (ranNothing) console.log('It ran no test.');
  else if (code !== 0 && counts.failed === 0) console.log(`It ended with exit code ${code}, though no test failed.`);
  else return counts;
  return { ...counts, failed: counts.failed + 1 };
}

function runScript(script, args, options) {
  return run(...npmCommand(['run', '--silent', script, '--', ...args]), options);
}

/** The file for a runner's report, with no earlier report in it. */
function freshReport(name) {
  const file = join(RESULTS, `${name}.json`);
  rmSync(file, { force: true });
  return file;
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
