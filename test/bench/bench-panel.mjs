// What the diagram panel's page costs in a headless browser: first paint, an edit, panning; and the sizes of the bundles.
//   node test/bench/bench-panel.mjs        after `npm run build -- --production`
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { openPanelPage } from '../editor/ui/panel-page.mjs';
import { openBrowser } from '../workbench/browser.mjs';

const ROOT = join(import.meta.dirname, '..', '..');
const SIZES = [100, 1000, 5000];
/** The longest that a frame may take while a picture of 1,000 nodes is dragged, in milliseconds: the median. */
const MAX_PAN = 20;
const FRAMES = 40;

process.exitCode = (await measure()) ? 0 : 1;

async function measure() {
  for (const name of ['panel.js', 'panel.css']) {
    const file = join(ROOT, 'dist', name);
    const packed = gzipSync(readFileSync(file)).length;
    row(`dist/${name}`, `${(statSync(file).size / 1000).toFixed(0)} kB, ${(packed / 1000).toFixed(0)} kB packed`);
  }
  const { viewNames, workspaceOfSize, viewOf } = await loadSamples();
  const browser = await openBrowser().catch(() => undefined);
  if (!browser) {
    console.log('The page is not measured: install Google Chrome or Microsoft Edge.');
    return true;
  }
  try {
    let holds = true;
    for (const name of viewNames) {
      for (const size of SIZES) {
        const cost = await costOf(browser, name, viewOf(workspaceOfSize(name, size), name));
        const parts = `first paint ${cost.paint} ms, an edit ${cost.edit} ms, a frame of panning ${cost.pan} ms`;
        row(`${name}: ${cost.nodes} nodes`, `${parts}${size === 1000 ? ` (at most ${MAX_PAN})` : ''}`);
        if (size === 1000 && cost.pan > MAX_PAN) holds = false;
      }
    }
    return holds;
  } finally {
    await browser.close();
  }
}

async function costOf(browser, name, view) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 860 } });
  try {
    await openPanelPage(page);
    const paint = await paintCost(page, view);
    const nodes = view.nodes.map((node, index) => (index === 0 ? { ...node, lines: ['http 8099/TCP'] } : node));
    const edit = await paintCost(page, { ...view, nodes });
    return { nodes: view.nodes.length, paint, edit, pan: await panCost(page) };
  } finally {
    await page.close();
  }
}

/** From the arrival of a view to the frame after the next one: then it is on the screen. The way to the browser is no part of it. */
async function paintCost(page, view) {
  await page.evaluate((text) => (globalThis.sample = text), JSON.stringify(view));
  return page.evaluate(async () => {
    const view = JSON.parse(globalThis.sample);
    const arrived = new Promise((done) => globalThis.addEventListener('message', done, { once: true }));
    const start = globalThis.performance.now();
    globalThis.postMessage({ type: 'view', name: view.view, view, at: null, focus: null });
    await arrived;
    for (let frame = 0; frame < 2; frame++) await new Promise((done) => globalThis.requestAnimationFrame(done));
    return Math.round(globalThis.performance.now() - start);
  });
}

/** The median frame while the picture is dragged. */
async function panCost(page) {
  const frames = page.evaluate(
    (count) =>
      new Promise((done) => {
        const times = [];
        let last = globalThis.performance.now();
        const next = (now) => {
          times.push(now - last);
          last = now;
          if (times.length < count) globalThis.requestAnimationFrame(next);
          else done(times);
        };
        globalThis.requestAnimationFrame(next);
      }),
    FRAMES,
  );
  await page.mouse.move(640, 500);
  await page.mouse.down();
  for (let step = 1; step <= FRAMES; step++) await page.mouse.move(640 + step * 4, 500 + step * 2);
  await page.mouse.up();
  const sorted = (await frames).sort((a, b) => a - b);
  return Math.round(sorted[Math.floor(sorted.length / 2)] * 10) / 10;
}

async function loadSamples() {
  const folder = mkdtempSync(join(tmpdir(), 'kubepath-samples-'));
  try {
    const outfile = join(folder, 'samples.cjs');
    const stdin = {
      contents: "export * from './sample-views'; export { viewNames } from '../../server/core/index';",
      resolveDir: import.meta.dirname,
      loader: 'ts',
    };
    await build({ stdin, bundle: true, format: 'cjs', platform: 'node', outfile });
    return (await import(pathToFileURL(outfile).href)).default;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function row(name, value) {
  console.log(`${name.padEnd(44)}${value}`);
}
