// throwaway: node zz-shot.mjs OUT FOLDER FILE[:text] THEMES VIEWS [vsix]
import { cpSync, mkdirSync, mkdtempSync, writeFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { openBrowser } from '../../workbench/browser.mjs';
import { startWorkbench } from '../../workbench/server.mjs';
import { EditorPage } from './editor-page.mjs';
const [out, source, file, themes, views, vsix = '/tmp/shots/kubepath.vsix'] = process.argv.slice(2);
const THEMES = {
  dark: 'Default Dark Modern',
  light: 'Default Light Modern',
  hc: 'Default High Contrast',
  hcl: 'Default High Contrast Light',
};
const TITLES = {
  pods: 'Show Pod Networking',
  services: 'Show Service Routing',
  policies: 'Show Network Policy',
  ingress: 'Show Ingress Flow',
};
mkdirSync(out, { recursive: true });
for (const theme of themes.split(',')) {
  const temporary = mkdtempSync(join(tmpdir(), 'kubepath-shot-'));
  const folder = join(temporary, source.split('/').at(-1));
  cpSync(source, folder, { recursive: true });
  mkdirSync(join(folder, '.vscode'), { recursive: true });
  writeFileSync(
    join(folder, '.vscode/settings.json'),
    JSON.stringify({ 'workbench.colorTheme': THEMES[theme], 'window.autoDetectColorScheme': false }),
  );
  const workbench = await startWorkbench({ vsix: [resolve(vsix)] });
  const browser = await openBrowser();
  try {
    const page = await browser.newPage({ viewport: { width: 1600, height: 900 } });
    page.on(
      'console',
      (m) => m.type() === 'error' && m.location().url.includes('webview') && console.log('!', m.text()),
    );
    await page.goto(workbench.url(folder), { waitUntil: 'domcontentloaded' });
    await page.locator('.explorer-viewlet .monaco-list-row').first().waitFor();
    const vscode = new EditorPage(page);
    await vscode.openFile(file);
    await page.keyboard.press('Control+B');
    for (const view of views.split(',')) {
      await vscode.runCommand(`Kubepath: ${TITLES[view]}`);
      await vscode.panel
        .locator('svg [data-node-id]')
        .first()
        .waitFor()
        .catch(() => console.log('no nodes in', view));
      await page.waitForTimeout(900);
      await page.screenshot({ path: join(out, `${view}-${theme}-first.png`) });
      await vscode.panel
        .getByRole('button', { name: 'Fit everything' })
        .click()
        .catch(() => undefined);
      await page.waitForTimeout(500);
      await page.locator('iframe.webview.ready').screenshot({ path: join(out, `${view}-${theme}-panel.png`) });
    }
  } catch (e) {
    console.log(e);
    console.log(workbench.logOf('Kubepath'));
  } finally {
    await browser.close();
    await workbench.stop();
    rmSync(temporary, { recursive: true, force: true });
  }
}
