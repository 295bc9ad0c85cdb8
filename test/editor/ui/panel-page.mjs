// The diagram panel's page by itself, with a stand-in for the extension's host that writes down what it is told.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './editor-page.mjs';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const ORIGIN = 'http://panel.test';
const NONCE = 'abc123';

/** As client/src/diagram-page.ts writes it, with this origin in place of the webview's. */
const pageIn = (theme) => `<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Panel</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${NONCE}'; style-src ${ORIGIN} 'nonce-${NONCE}'; img-src data: blob:; font-src ${ORIGIN}; worker-src blob:">
<link rel="stylesheet" href="${ORIGIN}/panel.css"></head>
<body class="${theme}"><div id="root"></div><script nonce="${NONCE}" src="${ORIGIN}/panel.js"></script></body></html>`;

/**
 * @param {import('playwright-core').Page} page
 * @param {{ theme?: string, answer?: (message: object) => object | undefined }} [options] the class that VS Code gives the body; what the
 * host answers at once
 */
export async function openPanelPage(page, { theme = 'vscode-light', answer = () => undefined } = {}) {
  page.setDefaultTimeout(15_000);
  await page.exposeFunction('answer', answer);
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  // Nothing leaves the machine: every request is answered from here.
  await page.route('**/*', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: pageIn(theme) });
    if (!/^[a-z]+\.(js|css)$/.test(name)) return route.fulfill({ status: 404, body: '' });
    const contentType = name.endsWith('.js') ? 'text/javascript' : 'text/css';
    return route.fulfill({ contentType, body: readFileSync(join(ROOT, 'dist', name)) });
  });
  await page.addInitScript(() => {
    globalThis.told = [];
    globalThis.acquireVsCodeApi = () => ({
      postMessage: async (message) => {
        globalThis.told.push(message);
        const reply = await globalThis.answer(message);
        if (reply) globalThis.postMessage(reply);
      },
      // As VS Code does: what a panel saved is there after a reload.
      getState: () => JSON.parse(globalThis.sessionStorage.getItem('state') ?? 'null') ?? undefined,
      setState: (state) => globalThis.sessionStorage.setItem('state', JSON.stringify(state)),
    });
  });
  const told = () => page.evaluate(() => globalThis.told);
  const send = (message) => page.evaluate((one) => globalThis.postMessage(one), message);
  const ready = () => until('the panel to be ready', async () => (await told()).some(({ type }) => type === 'ready'));
  await page.goto(`${ORIGIN}/`);
  await ready();
  const reload = async () => {
    await page.reload();
    await ready();
  };
  return { told, send, reload, complaints };
}
