// Runs the diagram panel's page by itself in a browser: the bundled one on Linux x64, an installed Chrome or Edge elsewhere. No VS Code is
// needed, so this part of the UI runs on every platform. The data comes from the core, the host is a stand-in that writes down what it is told.
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { build } from 'esbuild';
import { openBrowser } from '../../workbench/browser.mjs';
import { printOutcome, saveOutcomes } from '../outcomes.mjs';
import { until } from './editor-page.mjs';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ORIGIN = 'http://panel.test';
const NONCE = 'abc123';
const HOSTILE = '<img src=x onerror="document.title=1">';
const FRONTEND = '[data-node-id="Service/shop/frontend"]';
const CATALOG = '[data-node-id="Service/shop/catalog"]';

/** As client/src/diagram-panel.ts writes it, with this origin in place of the webview's. */
const PAGE = `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Panel</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${ORIGIN}; img-src data: blob:; font-src ${ORIGIN}">
<link rel="stylesheet" href="${ORIGIN}/panel.css"></head>
<body class="vscode-light"><div id="root"></div><script nonce="${NONCE}" src="${ORIGIN}/panel.js"></script></body></html>`;

const steps = [
  [
    'every Service and workload of the shop is drawn',
    async ({ page, view }) => {
      assert.ok(view.nodes.length > 5, 'the view of the shop is empty');
      for (const { id } of view.nodes) await page.locator(`svg [data-node-id="${id}"]`).waitFor();
    },
  ],
  [
    'a click asks the host for the YAML of that Service',
    async ({ page, told }) => {
      await page.locator(FRONTEND).click();
      await until('the request', async () =>
        (await told()).some(({ type, node }) => type === 'reveal' && node === 'Service/shop/frontend'),
      );
    },
  ],
  [
    'an edit changes the picture and leaves the others where they were',
    async ({ page, view, send }) => {
      const before = await page.locator(CATALOG).boundingBox();
      const edited = view.nodes.map((node) =>
        node.id === 'Service/shop/frontend' ? { ...node, lines: ['http 8099/TCP'] } : node,
      );
      await send({ ...view, nodes: edited });
      await page.locator(FRONTEND, { hasText: '8099' }).waitFor();
      assert.deepEqual(await page.locator(CATALOG).boundingBox(), before);
    },
  ],
  [
    'hostile names are shown as text',
    async ({ page, view, send }) => {
      await send({ ...view, nodes: view.nodes.map((node) => ({ ...node, title: HOSTILE })) });
      await page.locator(FRONTEND, { hasText: '<img' }).waitFor();
      assert.equal(await page.locator('img').count(), 0);
      await send(view);
    },
  ],
  [
    'axe finds nothing wrong',
    async ({ page }) => {
      // Through the debugger, which the policy of the page does not concern.
      await page.evaluate(axe.source);
      const { passes, violations } = await page.evaluate(() => globalThis.axe.run());
      assert.ok(passes.length > 10, 'axe found next to nothing to check');
      assert.deepEqual(
        violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`),
        [],
      );
    },
  ],
  [
    'the page broke no rule of its policy, and threw nothing',
    async ({ complaints }) => assert.deepEqual(complaints, []),
  ],
];

saveOutcomes('panel', await runPanel());

async function runPanel() {
  const browser = await openBrowser().catch(() => undefined);
  if (!browser)
    return [
      report({ name: 'the panel in a browser', state: 'skipped', error: 'install Google Chrome or Microsoft Edge' }),
    ];
  try {
    const world = await openPanel(
      await browser.newPage({ viewport: { width: 1280, height: 860 } }),
      await viewOfShop(),
    );
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
    return { name, state: 'failed', error: error.stack ?? String(error) };
  }
}

async function openPanel(page, view) {
  page.setDefaultTimeout(15_000);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  // Nothing leaves the machine: every request is answered from here.
  await page.route('**/*', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: PAGE });
    if (!/^panel\.(js|css)$/.test(name)) return route.fulfill({ status: 404, body: '' });
    const contentType = name.endsWith('.js') ? 'text/javascript' : 'text/css';
    return route.fulfill({ contentType, body: readFileSync(join(ROOT, 'dist', name)) });
  });
  await page.addInitScript(() => {
    globalThis.told = [];
    globalThis.acquireVsCodeApi = () => ({
      postMessage: (message) => globalThis.told.push(message),
      getState: () => undefined,
      setState: () => undefined,
    });
  });
  const told = () => page.evaluate(() => globalThis.told);
  const send = (next) =>
    page.evaluate((message) => globalThis.postMessage(message), { type: 'view', view: next, at: null, focus: null });
  await page.goto(`${ORIGIN}/`);
  await until('the panel to be ready', async () => (await told()).some(({ type }) => type === 'ready'));
  await send(view);
  return { page, view, told, send, complaints };
}

/** The view of examples/shop, from the core itself. */
async function viewOfShop() {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-core-'));
  try {
    const outfile = join(folder, 'core.cjs');
    await build({
      entryPoints: [join(ROOT, 'server/core/index.ts')],
      bundle: true,
      format: 'cjs',
      platform: 'node',
      outfile,
    });
    const { createAnalyzer } = (await import(pathToFileURL(outfile).href)).default;
    const analyzer = createAnalyzer({ logger: { info: () => undefined, warn: () => undefined } });
    const shop = join(ROOT, 'examples/shop');
    const files = readdirSync(shop).map((name) => ({ uri: `file:///shop/${name}`, path: join(shop, name) }));
    for (const { uri, path } of files) analyzer.setFile(uri, readFileSync(path, 'utf8'));
    const scope = {
      name: 'shop',
      kind: 'directory',
      root: 'file:///shop',
      complete: true,
      files: files.map(({ uri }) => uri),
    };
    analyzer.setScopes([scope]);
    return analyzer.view({ view: 'services' });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
