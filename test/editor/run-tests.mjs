// Mocha inside the extension host of a real VS Code, through @vscode/test-electron: the bundled workbench on Linux x64, a desktop
// VS Code that it downloads elsewhere. Prints each test, and leaves the outcomes in test-results/editor.json.
import { runTests } from '@vscode/test-electron';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { workbenchSupported } from '../workbench/setup.mjs';
import { printOutcome, saveOutcomes } from './outcomes.mjs';

const HERE = import.meta.dirname;
const ROOT = dirname(dirname(HERE));
const DOWNLOADED_VERSION = 'stable';

const folders = {
  shop(folder) {
    cpSync(join(ROOT, 'examples', 'shop'), folder, { recursive: true });
    cpSync(join(ROOT, 'examples', 'overlays'), join(folder, 'parcels'), { recursive: true });
  },
  plain: (folder) => writeFileSync(join(folder, 'notes.txt'), 'No manifests here.\n'),
};

if (process.platform === 'linux' && !workbenchSupported && !process.env.DISPLAY) {
  saveOutcomes('editor', [
    {
      name: 'extension host',
      state: 'skipped',
      error: 'needs a display for the desktop VS Code: run it under xvfb-run',
    },
  ]);
  process.exit(0);
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const outcomes = [];
for (const [suite, fill] of Object.entries(folders)) outcomes.push(...(await runSuite(suite, fill)));
saveOutcomes('editor', outcomes);
process.exit(outcomes.some(({ state }) => state === 'failed') ? 1 : 0);

/** Runs test/editor/suite/<suite>.ts in a VS Code that has a temporary folder open. */
async function runSuite(suite, fill) {
  const temporary = mkdtempSync(join(tmpdir(), 'kubepath-editor-'));
  const folder = join(temporary, suite);
  const file = join(temporary, 'outcomes.json');
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', remove);
  mkdirSync(folder);
  fill(folder);
  console.log(`\nfolder: ${suite}`);
  const crash = await runTests({
    ...(workbenchSupported ? { vscodeExecutablePath: join(HERE, 'run-exthost.mjs') } : { version: DOWNLOADED_VERSION }),
    extensionDevelopmentPath: ROOT,
    extensionTestsPath: join(ROOT, 'dist', 'test', `${suite}.js`),
    extensionTestsEnv: { KUBEPATH_OUTCOMES: file },
    launchArgs: [folder, '--disable-extensions'],
  }).then(
    () => undefined,
    (error) => error,
  );
  const outcomes = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : [];
  remove();
  if (outcomes.length === 0 || (crash && !outcomes.some(({ state }) => state === 'failed'))) {
    outcomes.push({ name: `${suite}: the extension host`, state: 'failed', error: String(crash ?? 'ran no test') });
  }
  outcomes.forEach(printOutcome);
  return outcomes;
}
