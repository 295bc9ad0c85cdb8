// What a user does with Kubepath, from the first squiggle to the diagram that follows the edits. One step is one test.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diagramStory } from './diagram-story.mjs';
import { until } from './editor-page.mjs';

const NODE = '[data-node-id="Service/shop/frontend"]';
const DEAD_END = '[data-node-id="missing/pods/shop/frontend"]';
/** The line of the selector, before and after its correction. */
const WRONG = 'app: fronted';
const RIGHT = 'app: frontend';
const THEMES = [
  { name: 'dark', theme: 'Dark Modern', kind: 'vs-dark', panel: 'vscode-dark' },
  { name: 'light', theme: 'Light Modern', kind: 'vs', panel: 'vscode-light' },
  { name: 'high-contrast', theme: 'Dark High Contrast', kind: 'hc-black', panel: 'vscode-high-contrast' },
  { name: 'high-contrast-light', theme: 'Light High Contrast', kind: 'hc-light', panel: 'vscode-high-contrast-light' },
];

/**
 * @typedef {object} World
 * @property {import('./editor-page.mjs').EditorPage} vscode
 * @property {string} folder a copy of examples/shop, with one of examples/overlays in parcels/
 * @property {(name: string, target?: import('playwright-core').Locator) => Promise<void>} screenshot
 * @property {string[]} complaints what the panel's page complained about
 */

/** @type {[string, (world: World) => Promise<void>][]} */
export const story = [
  [
    'a misspelt selector has a squiggle',
    async ({ vscode, screenshot }) => {
      await vscode.openFile('services.yaml');
      await vscode.waitForSquiggle('fronted', WRONG);
      await screenshot('squiggle-dark');
    },
  ],
  [
    'the hover says what is wrong, and what was meant',
    async ({ vscode, screenshot }) => {
      await vscode.hoverOver('fronted', WRONG);
      const contents = vscode.hover.filter({ hasText: /service-selector-unmatched/ }).first();
      await contents.waitFor();
      assert.match(await contents.innerText(), /app=frontend/);
      await screenshot('hover-dark');
    },
  ],
  [
    'the light bulb offers the correction, and applies it',
    async ({ vscode, screenshot }) => {
      await vscode.page.keyboard.press('Escape');
      await vscode.clickOn('fronted', WRONG);
      await vscode.lightBulb.click();
      const fix = vscode.action(/fronted.*frontend/);
      await fix.waitFor();
      await screenshot('quick-fix-dark');
      await fix.click();
      await vscode.boxOf('frontend', RIGHT);
    },
  ],
  ['the squiggle is gone', ({ vscode }) => vscode.waitForSquiggle('frontend', RIGHT, { gone: true })],
  [
    'the correction can be saved',
    async ({ vscode, folder }) => {
      await vscode.page.keyboard.press('Control+S');
      await until('the file on the disk', async () => {
        const text = readFileSync(join(folder, 'services.yaml'), 'utf8');
        return /app: frontend$/m.test(text) && !text.includes('fronted\n');
      });
    },
  ],
  [
    'the Problems panel lists the other mistakes, of files that are not open too',
    async ({ vscode, screenshot }) => {
      await vscode.page.keyboard.press('Control+Shift+M');
      await vscode.problems
        .filter({ hasText: /kubepath/ })
        .first()
        .waitFor();
      await vscode.problems.filter({ hasText: 'fronted' }).first().waitFor({ state: 'detached' });
      await screenshot('problems-dark');
      await vscode.page.keyboard.press('Control+Shift+M');
    },
  ],
  [
    'the palette opens the diagram, and the Service is in it',
    async ({ vscode, screenshot }) => {
      await vscode.page.keyboard.press('Control+B'); // The explorer makes room.
      await vscode.runCommand('Kubepath: Show Service Routing');
      await vscode.panel.locator(`svg ${NODE}`).waitFor();
      await screenshot('service-routing-dark');
    },
  ],
  [
    'the whole picture fits',
    async ({ vscode, screenshot }) => {
      await vscode.panel.getByRole('button', { name: 'Fit everything' }).click();
      await vscode.waitForInside(vscode.panel.locator('svg [data-node-id]'), vscode.panel.locator('body'));
      await screenshot('diagram-whole-dark');
    },
  ],
  [
    'a click on the Service goes to its lines',
    async ({ vscode, folder }) => {
      await vscode.clickOn('apiVersion');
      await vscode.panel.locator(NODE).click();
      await vscode.waitForCursor('services.yaml', linesOfService(folder, 'frontend'));
    },
  ],
  [
    'the diagram follows an edit',
    async ({ vscode, folder }) => {
      const port = portOfService(folder, 'frontend');
      await vscode.replaceWord(port, `port: ${port}`, '8099');
      await vscode.panel.locator(NODE, { hasText: '8099' }).waitFor();
      await vscode.page.keyboard.press('Control+Z');
      await vscode.panel.locator(NODE, { hasText: port }).waitFor();
    },
  ],
  [
    'the diagram shows a dead end where the selector is wrong again',
    async ({ vscode, screenshot }) => {
      await vscode.replaceWord('frontend', RIGHT, 'fronted');
      await vscode.panel.locator(DEAD_END).waitFor();
      await vscode.waitForSquiggle('fronted', WRONG);
      await vscode.closeSuggestions();
      await vscode.panel.getByRole('button', { name: 'Fit everything' }).click();
      await vscode.hoverOver('fronted', WRONG);
      await vscode.hover.first().waitFor();
      await screenshot('editor-and-diagram-dark');
      await vscode.page.keyboard.press('Escape');
    },
  ],
  [
    'the language status says which scope a file is in',
    async ({ vscode, screenshot }) => {
      await vscode.page.keyboard.press('Control+1'); // There is none while the diagram has the focus.
      await waitForLanguageStatus(vscode, /the whole folder.*directory/);
      await screenshot('language-status-dark');
    },
  ],
  [
    'for a base of two overlays, Select Scope switches the diagram and the language status',
    async ({ vscode, screenshot }) => {
      await vscode.openFile('web.yaml');
      for (const overlay of ['prod', 'dev']) {
        await vscode.runCommand('Kubepath: Select Scope');
        await vscode.pick(overlay, `parcels/overlays/${overlay}`);
        await vscode.panel.locator(`[data-node-id="Service/parcels-${overlay}/web"]`).waitFor();
        await waitForLanguageStatus(vscode, new RegExp(`parcels/overlays/${overlay}.*1 of 2 scopes`));
        await screenshot(`scope-${overlay}-dark`);
      }
      await vscode.openFile('services.yaml');
      await vscode.panel.locator(NODE).waitFor();
    },
  ],
  ...diagramStory,
  ...THEMES.map(({ name, theme, kind, panel }) => [
    `editor and diagram follow the theme ${theme}, and axe finds nothing wrong in the panel`,
    async ({ vscode, screenshot }) => {
      await vscode.chooseTheme(theme, kind);
      await vscode.panel.locator(`body.${panel}`).waitFor();
      await vscode.panel.locator(NODE).waitFor();
      await screenshot(`editor-${name}`);
      await screenshot(`diagram-${name}`, vscode.page.locator('iframe.webview.ready'));
      assert.deepEqual(await vscode.accessibilityProblems(), []);
    },
  ]),
  [
    "the panel's page broke no rule of its content security policy, and threw nothing",
    async ({ complaints }) => assert.deepEqual(complaints, []),
  ],
];

/** Waits until an entry behind `{}` in the status bar says what is expected. What is on the screen does not change while it is there. */
async function waitForLanguageStatus({ page }, expected) {
  await until(`the language status ${expected}`, async () => {
    await page.mouse.move(0, 0);
    await page.locator('.hover-language-status').first().waitFor({ state: 'detached' });
    await page.locator('[id="status.languageStatus"]').hover();
    await page.locator('.hover-language-status').first().waitFor();
    return (await page.locator('.hover-language-status', { hasText: expected }).count()) > 0;
  });
}

/** The first and last line, counted from 1, of a Service's document. */
function linesOfService(folder, name) {
  const lines = readFileSync(join(folder, 'services.yaml'), 'utf8').split('\n');
  const named = lines.findIndex((line) => line.trim() === `name: ${name}`);
  assert.ok(named >= 0, `services.yaml has no Service ${name}`);
  const start = lines.lastIndexOf('---', named) + 1;
  const next = lines.indexOf('---', named);
  return [start + 1, next < 0 ? lines.length : next];
}

function portOfService(folder, name) {
  const [first, last] = linesOfService(folder, name);
  const lines = readFileSync(join(folder, 'services.yaml'), 'utf8')
    .split('\n')
    .slice(first - 1, last);
  const port = lines.map((line) => /\bport: (\d+)/.exec(line)?.[1]).find(Boolean);
  assert.ok(port, `Service ${name} has no port`);
  return port;
}
