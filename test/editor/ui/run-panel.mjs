// Runs the diagram panel's page by itself in a browser: the bundled one on Linux x64, an installed Chrome or Edge elsewhere. No VS Code is
// needed, so this part of the UI runs on every platform. Core and host are real as far as they are no part of VS Code (panel-host.mjs).
//   node test/editor/ui/run-panel.mjs
import { join } from 'node:path';
import { openBrowser } from '../../workbench/browser.mjs';
import { printOutcome, saveOutcomes } from '../outcomes.mjs';
import { analyzerOf, answerTo } from './panel-host.mjs';
import { openPanelPage } from './panel-page.mjs';
import { steps } from './panel-steps.mjs';

const SHOP = join(import.meta.dirname, '..', '..', '..', 'examples', 'shop');

saveOutcomes('panel', await runPanel());

async function runPanel() {
  const browser = await openBrowser().catch(() => undefined);
  if (!browser)
    return [
      report({ name: 'the panel in a browser', state: 'skipped', error: 'install Google Chrome or Microsoft Edge' }),
    ];
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
    const { analyzer, edit } = await analyzerOf(SHOP);
    const panel = await openPanelPage(page, { answer: (message) => answerTo(analyzer, message) });
    const world = { page, analyzer, edit, reader: await browser.newPage(), ...panel };
    const results = [];
    for (const [name, step] of steps) results.push(report(await outcomeOf(name, () => step(world))));
    process.exitCode = results.some(({ state }) => state === 'failed') ? 1 : 0;
    return results;
  } finally {
    await browser.close();
  }
}

function report(outcome) {
  printOutcome(outcome);
  return outcome;
}

async function outcomeOf(name, step) {
  try {
    await step();
    return { name, state: 'passed' };
  } catch (error) {
    return { name, state: 'failed', error: error.stack };
  }
}
