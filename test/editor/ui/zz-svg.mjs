import { openBrowser } from '/work/main/test/workbench/browser.mjs';
import { readFileSync } from 'node:fs';
const b = await openBrowser();
for (const f of process.argv.slice(2)) {
  const s = readFileSync(f, 'utf8');
  const [, w, h] = /width="(\d+)" height="(\d+)"/.exec(s);
  const page = await b.newPage({ viewport: { width: Math.min(2400, +w), height: Math.min(2400, +h) } });
  await page.setContent(`<body style="margin:0">${s}</body>`);
  await page.screenshot({ path: f.replace('.svg', '.png') });
  await page.close();
}
await b.close();
