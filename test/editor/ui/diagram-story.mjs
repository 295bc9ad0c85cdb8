// What a user does with the four diagrams in VS Code. One step is one test; each stands on those before it.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { until } from './editor-page.mjs';

const VIEWS = [
  { name: 'pods', title: 'Pod Networking', node: 'Deployment/shop/catalog' },
  { name: 'services', title: 'Service Routing', node: 'Service/shop/catalog' },
  { name: 'policies', title: 'Network Policy', node: 'NetworkPolicy/shop/catalog' },
  { name: 'ingress', title: 'Ingress Flow', node: 'Ingress/shop/shop' },
];

/** The line of the selector after its fix. */
const RIGHT_SELECTOR = 'app: frontend';

/** @type {[string, (world: import('./story.mjs').World) => Promise<void>][]} */
export const diagramStory = [
  ...VIEWS.map(({ name, title, node }) => [
    `the palette opens ${title}, with the resources in it, and axe finds nothing wrong`,
    async ({ vscode, screenshot }) => {
      await vscode.runCommand(`Kubepath: Show ${title}`);
      await vscode.panel.getByRole('tab', { name: title, selected: true }).waitFor();
      await nodeOf(vscode, node).waitFor();
      await vscode.panel.getByRole('button', { name: 'Fit everything' }).click();
      await screenshot(`${name}-dark`);
      assert.deepEqual(await vscode.accessibilityProblems(), []);
    },
  ]),
  [
    'the diagram opens at the resource under the cursor',
    async ({ vscode, folder }) => {
      await openBeside(vscode, 'policies.yaml');
      await vscode.goToLine(lineOf(folder, 'policies.yaml', 'name: redis-cart'));
      await vscode.runCommand('Kubepath: Show Network Policy');
      await selectedNode(vscode, 'NetworkPolicy/shop/redis-cart').waitFor();
    },
  ],
  [
    'the diagram follows the cursor, and a click goes to the lines',
    async ({ vscode, folder }) => {
      await vscode.goToLine(lineOf(folder, 'policies.yaml', 'name: default-deny'));
      await selectedNode(vscode, 'NetworkPolicy/shop/default-deny').waitFor();
      await nodeOf(vscode, 'NetworkPolicy/shop/frontend').click();
      await vscode.waitForCursor('policies.yaml', linesOf(folder, 'policies.yaml', 'name: frontend'));
    },
  ],
  [
    'an edit of a policy changes the picture at once',
    async ({ vscode, folder, screenshot }) => {
      // Pods that no manifest of this namespace declares may ask for metrics: now others do.
      await vscode.goToLine(lineOf(folder, 'policies.yaml', 'app: prometheus'));
      await vscode.replaceWord('prometheus', 'app: prometheus', 'cart');
      await vscode.closeSuggestions();
      await vscode.panel.locator('svg .node.undeclared').first().waitFor({ state: 'detached' });
      await screenshot('policies-edited-dark');
      await vscode.page.keyboard.press('Control+Z');
      await vscode.panel.locator('svg .node.undeclared').first().waitFor();
    },
  ],
  [
    'a filter and a search',
    async ({ vscode }) => {
      const { panel, page } = vscode;
      await panel.getByRole('button', { name: 'Filter' }).click();
      await panel
        .getByRole('dialog')
        .getByRole('checkbox', { name: /^NetworkPolicy/ })
        .uncheck();
      await page.keyboard.press('Escape');
      await nodeOf(vscode, 'NetworkPolicy/shop/catalog').waitFor({ state: 'detached' });
      await panel.getByRole('button', { name: 'Show all' }).click();
      await nodeOf(vscode, 'NetworkPolicy/shop/catalog').waitFor();
      const search = panel.getByRole('textbox', { name: 'Search the diagram' });
      await search.fill('redis');
      await search.press('Enter');
      await panel.locator('.search .count', { hasText: /1 of \d/ }).waitFor();
      await search.fill('');
    },
  ],
  [
    'a workload expands to its pods, with their DNS names',
    async ({ vscode, screenshot }) => {
      await vscode.panel.getByRole('tab', { name: 'Pod Networking' }).click();
      await vscode.panel.locator('[data-expand-id="StatefulSet/shop/redis-cart"]').first().click();
      await nodeOf(vscode, 'StatefulSet/shop/redis-cart')
        .locator('text', { hasText: 'redis-cart-0' })
        .first()
        .waitFor();
      await screenshot('pods-expanded-dark');
      await vscode.panel.locator('[data-expand-id="StatefulSet/shop/redis-cart"]').first().click();
    },
  ],
  [
    'two peers: the explained path, whose steps lead to their lines',
    async ({ vscode, folder, screenshot }) => {
      const { panel, page } = vscode;
      await panel.getByRole('tab', { name: 'Network Policy' }).click();
      await nodeOf(vscode, 'Deployment/shop/frontend').click();
      await panel.getByRole('button', { name: 'Path from here' }).click();
      await panel.getByRole('button', { name: 'Fit everything' }).click();
      await nodeOf(vscode, 'Deployment/shop/cart').click();
      await panel.getByRole('button', { name: 'Path from frontend' }).click();
      const step = panel
        .locator('.path ol')
        .getByRole('button', { name: /default-deny/ })
        .first();
      await step.waitFor();
      await screenshot('path-dark');
      await step.click();
      await vscode.page.locator('.tab', { hasText: 'policies.yaml' }).and(page.locator('.active')).waitFor();
      await page.keyboard.press('Control+1'); // The keyboard stayed in the panel.
      await vscode.waitForCursor('policies.yaml', linesOf(folder, 'policies.yaml', 'name: default-deny'));
      await panel.locator('.path').getByRole('button', { name: /Close/ }).click();
    },
  ],
  [
    'the matrix of all pairs',
    async ({ vscode, screenshot }) => {
      await vscode.panel.getByRole('button', { name: /Matrix/ }).click();
      await vscode.panel.getByRole('grid').waitFor();
      await screenshot('matrix-dark');
      assert.deepEqual(await vscode.accessibilityProblems(), []);
      await vscode.panel.getByRole('button', { name: /Matrix/ }).click();
    },
  ],
  [
    'the problems of a resource are on its node, and a fix is applied from there',
    async ({ vscode, screenshot }) => {
      const { panel } = vscode;
      await panel.getByRole('tab', { name: 'Service Routing' }).click();
      await nodeOf(vscode, 'Service/shop/frontend').click();
      const fix = panel
        .locator('.info')
        .getByRole('button', { name: /fronted.*frontend/ })
        .first();
      await fix.waitFor();
      await screenshot('fix-in-diagram-dark');
      await fix.click();
      await nodeOf(vscode, 'missing/pods/shop/frontend').waitFor({ state: 'detached' });
      await openBeside(vscode, 'services.yaml');
      await vscode.clickOn('frontend', RIGHT_SELECTOR);
      await vscode.page.keyboard.press('Control+Z');
      await nodeOf(vscode, 'missing/pods/shop/frontend').waitFor();
    },
  ],
  [
    'an export is a file that can be read',
    async ({ vscode, folder }) => {
      const { panel, page } = vscode;
      for (const [entry, extension] of [
        [/^SVG(?!.*print)/, 'svg'],
        [/^JSON/, 'json'],
        [/^PNG/, 'png'],
      ]) {
        await panel.getByRole('button', { name: 'Export' }).click();
        await panel.getByRole('group', { name: 'Save as' }).getByRole('menuitem', { name: entry }).click();
        const input = page.locator('.quick-input-widget input[type=text]');
        await input.waitFor();
        const file = join(folder, `picture.${extension}`);
        // The dialog fills in a name of its own, a moment after it opened.
        await until('the name', async () => (await input.inputValue()).endsWith(`service-routing.${extension}`));
        await input.fill(file);
        await until('the other name', async () => (await input.inputValue()) === file);
        await page.keyboard.press('Enter');
        await input.waitFor({ state: 'hidden' });
        await until(`the file ${file}`, () => Promise.resolve(existsSync(file) && readFileSync(file).length > 100));
      }
      assert.match(readFileSync(join(folder, 'picture.svg'), 'utf8'), /^<svg [^>]*xmlns=.*frontend.*<\/svg>\s*$/s);
      assert.equal(JSON.parse(readFileSync(join(folder, 'picture.json'), 'utf8')).view, 'services');
      assert.equal(readFileSync(join(folder, 'picture.png')).subarray(1, 4).toString(), 'PNG');
    },
  ],
  [
    'by keyboard alone: from one view to another, to a card, to its YAML',
    async ({ vscode, folder }) => {
      const { panel, page } = vscode;
      await panel.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('3');
      await panel.getByRole('tab', { name: 'Network Policy', selected: true }).waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('redis-cart NetworkPolicy');
      await page.keyboard.press('Enter');
      await selectedNode(vscode, 'NetworkPolicy/shop/redis-cart').waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Enter');
      await vscode.waitForCursor('policies.yaml', linesOf(folder, 'policies.yaml', 'name: redis-cart'));
    },
  ],
  [
    'after a reload of the window the panel is as it was',
    async ({ vscode }) => {
      const { panel, page } = vscode;
      await panel.getByRole('tab', { name: 'Network Policy' }).click();
      await nodeOf(vscode, 'Deployment/shop/catalog').click();
      await panel.getByRole('textbox', { name: 'Search the diagram' }).fill('catalog');
      await page.waitForTimeout(600); // The panel saves a moment after the last change.
      const reloaded = page.waitForEvent('load');
      await vscode.runCommand('Developer: Reload Window');
      await reloaded;
      await panel.getByRole('tab', { name: 'Network Policy', selected: true }).waitFor();
      await selectedNode(vscode, 'Deployment/shop/catalog').waitFor();
      assert.equal(await panel.getByRole('textbox', { name: 'Search the diagram' }).inputValue(), 'catalog');
      await panel.getByRole('textbox', { name: 'Search the diagram' }).fill('');
      await panel.getByRole('tab', { name: 'Service Routing' }).click();
      await openBeside(vscode, 'services.yaml');
    },
  ],
];

/** Opens a file in the editors' group, not in the panel's. */
async function openBeside(vscode, file) {
  await vscode.page.locator('.tab.active').first().click();
  await vscode.openFile(file);
}

function nodeOf({ panel }, id) {
  return panel.locator(`svg [data-node-id="${id}"]`);
}

function selectedNode({ panel }, id) {
  return panel.locator(`svg .node.selected[data-node-id="${id}"]`);
}

/** The line, counted from 1, with a text and nothing else. */
function lineOf(folder, file, text) {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  const found = lines.findIndex((line) => line.trim() === text);
  assert.ok(found >= 0, `${file} has no line ${text}`);
  return found + 1;
}

/** The first and last line, counted from 1, of the document that holds a text. */
function linesOf(folder, file, text) {
  const lines = readFileSync(join(folder, file), 'utf8').split('\n');
  const named = lineOf(folder, file, text) - 1;
  const next = lines.indexOf('---', named);
  return [lines.lastIndexOf('---', named) + 2, next < 0 ? lines.length : next];
}
