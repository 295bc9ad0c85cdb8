// Runs the story in the bundled workbench with the packaged extension, on a copy of examples/shop and examples/overlays, in a browser.
//   node test/editor/ui/run-story.mjs [file.vsix] [folder]
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBrowser } from '../../workbench/browser.mjs';
import { startWorkbench } from '../../workbench/server.mjs';
import { workbenchSupported } from '../../workbench/setup.mjs';
import { printOutcome, RESULTS, saveOutcomes } from '../outcomes.mjs';
import { EditorPage } from './editor-page.mjs';
import { story } from './story.mjs';

const SCREENSHOTS = join(RESULTS, 'screenshots');
const SCREEN = { width: 1440, height: 860 };

const ROOT = join(import.meta.dirname, '..', '..', '..');
const [vsix = packaged(), shop = join(ROOT, 'examples', 'shop')] = process.argv.slice(2);
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const outcomes = workbenchSupported ? await runStory() : [skippedHere()];
saveOutcomes('ui', outcomes);
process.exitCode = hasFailed(outcomes) ? 1 : 0;

function hasFailed(outcomes) {
  return outcomes.some(({ state }) => state === 'failed');
}

function skippedHere() {
  const error =
    'needs Linux x64; elsewhere in a container: docker run --rm -v "$PWD:/kubepath" -w /kubepath node:22 npm test -- ui';
  return { name: 'the UI test', state: 'skipped', error };
}

async function runStory() {
  const temporary = mkdtempSync(join(tmpdir(), 'kubepath-ui-'));
  const folder = join(temporary, 'shop');
  const remove = () => rmSync(temporary, { recursive: true, force: true });
  process.once('exit', remove);
  cpSync(shop, folder, { recursive: true });
  cpSync(join(ROOT, 'examples', 'overlays'), join(folder, 'parcels'), { recursive: true });
  rmSync(SCREENSHOTS, { recursive: true, force: true });
  mkdirSync(SCREENSHOTS, { recursive: true });
  const workbench = await startWorkbench({ vsix: [resolve(vsix)] });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: SCREEN });
    const complaints = collectComplaints(page);
    await page.goto(workbench.url(folder), { waitUntil: 'domcontentloaded' });
    await page.locator('.explorer-viewlet .monaco-list-row').first().waitFor();
    const screenshot = (name, target = page) => target.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    const outcomes = await runSteps({ vscode: new EditorPage(page), folder, screenshot, complaints });
    if (hasFailed(outcomes)) console.log(`Kubepath's log:\n${workbench.logOf('Kubepath')}`);
    return outcomes;
  } finally {
    await browser.close();
    await workbench.stop();
    remove();
  }
}

/** What `npm run package` made. */
function packaged() {
  const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return join(ROOT, `${name}-${version}.vsix`);
}

/** Each step stands on those before it, so the first failure is the last step; those not reached have failed too. */
async function runSteps(world) {
  const outcomes = [];
  let failed = false;
  for (const [name, step] of story) {
    const outcome = failed ? { name, state: 'failed', error: 'not reached' } : await runStep(name, () => step(world));
    if (outcome.state === 'failed' && !failed) await world.screenshot('failed');
    failed ||= outcome.state === 'failed';
    printOutcome(outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function runStep(name, step) {
  const began = Date.now();
  try {
    await step();
    return { name: `${name} (${Date.now() - began} ms)`, state: 'passed' };
  } catch (error) {
    return { name, state: 'failed', error: error.stack };
  }
}

/** Errors of the webview's page; the workbench around it has its own, which are not ours. */
function collectComplaints(page) {
  const complaints = [];
  page.on('console', (message) => {
    if (process.env.KUBEPATH_VERBOSE === '1') console.log(message.type(), message.location().url, message.text());
    if (message.type() === 'error' && message.location().url.includes('webview')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.stack ?? error.message));
  return complaints;
}
