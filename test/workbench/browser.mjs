// The browser that drives the workbench: the one out of the npm package on Linux x64, an installed Chrome or Edge elsewhere.
import { chromium } from 'playwright-core';
import { workbenchSupported } from './setup.mjs';

// Our own flags: those that come with the package switch web security off.
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export async function openBrowser() {
  if (!workbenchSupported) return openInstalledBrowser();
  const packaged = (await import('@sparticuz/chromium')).default;
  return chromium.launch({ executablePath: await packaged.executablePath(), args: FLAGS });
}

async function openInstalledBrowser() {
  for (const channel of ['chrome', 'msedge']) {
    const browser = await chromium.launch({ channel }).catch(() => undefined);
    if (browser) return browser;
  }
  throw new Error('no browser: install Google Chrome or Microsoft Edge');
}
