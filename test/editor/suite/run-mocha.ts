// Runs mocha inside the extension host. The host's output is lost in some VS Codes, so the outcome goes to a file.
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

const LIMIT = 30_000;

/** What becomes of one test; `../run-tests.mjs` and `scripts/test.mjs` read it. */
interface Outcome {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly error?: string | undefined;
}

/** @param load imports the test files: mocha's globals exist only once it runs */
export async function runMocha(load: () => Promise<unknown>): Promise<void> {
  const mocha = new Mocha({ timeout: LIMIT, reporter: Mocha.reporters.Base, forbidOnly: process.env['CI'] === 'true' });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  await load();
  const outcomes: Outcome[] = [];
  const record = (test: Mocha.Test, state: Outcome['state'], error?: Error): void => {
    outcomes.push({ name: test.fullTitle(), state, error: error?.stack });
    save(outcomes);
  };
  const failures = await new Promise<number>((resolve) => {
    mocha
      .run(resolve)
      .on('pass', (test: Mocha.Test) => record(test, 'passed'))
      .on('pending', (test: Mocha.Test) => record(test, 'skipped'))
      .on('fail', (test: Mocha.Test, error: Error) => record(test, 'failed', error));
  });
  if (failures > 0) throw new Error(`${failures} failed`);
}

function save(outcomes: readonly Outcome[]): void {
  const file = process.env['KUBEPATH_OUTCOMES'];
  if (file === undefined) throw new Error('KUBEPATH_OUTCOMES names no file');
  writeFileSync(file, JSON.stringify(outcomes));
}
