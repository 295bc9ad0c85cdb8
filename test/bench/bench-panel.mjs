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
  const browser = await openBrowser();
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
    const { send } = await openPanelPage(page);
    const show = (next) => send({ type: 'view', name, view: next, at: null, focus: null });
    const paint = await timeOf(page, () => show(view));
    const nodes = view.nodes.map((node, index) => (index === 0 ? { ...node, lines: ['http 8099/TCP'] } : node));
    const edit = await timeOf(page, () => show({ ...view, nodes }));
    return { nodes: view.nodes.length, paint, edit, pan: await panCost(page) };
  } finally {
    await page.close();
  }
}

/** From the message to the frame after the next one: then it is on the screen. */
async function timeOf(page, work) {
  const start = await page.evaluate(() => globalThis.performance.now());
  await work();
  const end = await page.evaluate(
    () =>
      new Promise((done) =>
        globalThis.requestAnimationFrame(() =>
          globalThis.requestAnimationFrame(() => done(globalThis.performance.now())),
        ),
      ),
  );
  return Math.round(end - start);
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
