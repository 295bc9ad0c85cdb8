// What a user does in the diagram panel: each of the four views, by mouse and by keyboard alone. One step is one test.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { setTimeout as sleep } from 'node:timers/promises';
import axe from 'axe-core';
import { until } from './editor-page.mjs';

const TABS = {
  pods: 'Pod Networking',
  services: 'Service Routing',
  policies: 'Network Policy',
  ingress: 'Ingress Flow',
};
const HOSTILE = [
  '<img src=x onerror="document.title=1">',
  `${'x'.repeat(10_000)}`,
  '\u202Egnp.exe',
  '"); alert(1); ("',
];

/**
 * @typedef {object} World
 * @property {import('playwright-core').Page} page
 * @property {import('../../../server/core/index').Analyzer} analyzer
 * @property {(name: string, change: (text: string) => string) => void} edit a manifest of the shop
 * @property {() => Promise<object[]>} told what the page told the host
 * @property {(message: object) => Promise<void>} send
 * @property {() => Promise<void>} reload
 * @property {import('playwright-core').Page} reader another page, which no policy holds: it reads what was exported
 * @property {string[]} complaints
 */

/** @type {[string, (world: World) => Promise<void>][]} */
export const steps = [
  ...Object.keys(TABS).map((name) => [
    `${TABS[name]}: every card is drawn, in the picture and in the tree`,
    async (world) => {
      await showView(world, name);
      const { nodes } = viewOf(world, name);
      assert.ok(nodes.length > 5, 'the view of the shop is next to empty');
      for (const { id } of nodes) await card(world, id).waitFor();
      assert.deepEqual((await treeItems(world)).filter((id) => !id.startsWith('namespace/')).sort(), idsOf(nodes));
    },
  ]),
  [
    'a click asks the host for the YAML',
    async (world) => {
      await showView(world, 'services');
      await card(world, 'Service/shop/frontend').click();
      await waitForTold(world, { type: 'reveal', node: 'Service/shop/frontend', go: true });
    },
  ],
  [
    'the selected resource stays selected in another view',
    async (world) => {
      await card(world, 'Deployment/shop/catalog').click();
      await showView(world, 'policies');
      await world.page.locator('.node.selected[data-node-id="Deployment/shop/catalog"]').waitFor();
    },
  ],
  [
    'an edit changes the picture and leaves the others where they were',
    async (world) => {
      await showView(world, 'services');
      const before = await card(world, 'Service/shop/catalog').boundingBox();
      world.edit('services.yaml', (text) => text.replace('port: 80\n', 'port: 8099\n'));
      await world.send(shown(world, 'services'));
      await world.page.locator('svg [data-node-id="Service/shop/frontend"]', { hasText: '8099' }).waitFor();
      assert.deepEqual(await card(world, 'Service/shop/catalog').boundingBox(), before);
      world.edit('services.yaml', (text) => text.replace('port: 8099\n', 'port: 80\n'));
      await world.send(shown(world, 'services'));
    },
  ],
  [
    'a filter hides kinds, and the bar says what is hidden',
    async (world) => {
      const { page } = world;
      await page.getByRole('button', { name: 'Filter' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('checkbox', { name: /^Deployment/ }).uncheck();
      await page.keyboard.press('Escape');
      await card(world, 'Deployment/shop/catalog').waitFor({ state: 'detached' });
      await card(world, 'Service/shop/catalog').waitFor();
      assert.match(await page.locator('footer').innerText(), /Hidden/);
      await page.getByRole('button', { name: 'Show all' }).click();
      await card(world, 'Deployment/shop/catalog').waitFor();
    },
  ],
  [
    'the keyboard keeps a place when its button goes, and a click on nothing selects nothing',
    async (world) => {
      const { page } = world;
      await showView(world, 'services');
      await page.getByRole('button', { name: 'Problems only' }).click();
      await page.getByRole('button', { name: 'Show all' }).focus();
      await page.keyboard.press('Enter');
      await page.locator('[role=tabpanel]:focus').waitFor();
      await page.getByRole('button', { name: 'Fold all namespaces', exact: true }).focus();
      await page.keyboard.press('Enter');
      await page.locator('[role=tabpanel]:focus').waitFor();
      await page.getByRole('button', { name: 'Unfold all namespaces' }).click();
      await page.locator('.tree [tabindex="0"]').focus();
      const { x, y, height } = await page.locator('svg.diagram').boundingBox();
      await page.mouse.click(x + 4, y + height - 4);
      await page.locator('.node.selected').waitFor({ state: 'detached' });
      await page.getByRole('tab', { selected: true }).focus();
      await page.keyboard.press('3');
      await page.locator('[role=tab]:focus', { hasText: TABS.policies }).waitFor();
      await showView(world, 'services');
    },
  ],
  [
    'a filter takes labels, and says when it cannot read them',
    async (world) => {
      const { page } = world;
      await page.getByRole('button', { name: 'Filter' }).click();
      const field = page.getByRole('dialog').getByRole('textbox', { name: /label/i });
      await field.fill('app in');
      await page.locator('.field-problem').waitFor();
      await field.fill('app=catalog');
      await card(world, 'Deployment/shop/cart').waitFor({ state: 'detached' });
      await card(world, 'Deployment/shop/catalog').waitFor();
      await field.fill('');
      await page.keyboard.press('Escape');
      await card(world, 'Deployment/shop/cart').waitFor();
    },
  ],
  [
    'problems only',
    async (world) => {
      await world.page.getByRole('button', { name: /Problems only/ }).click();
      await card(world, 'StatefulSet/shop/redis-cart').waitFor({ state: 'detached' });
      await card(world, 'Service/shop/frontend').waitFor();
      await world.page.getByRole('button', { name: 'Show all' }).click();
    },
  ],
  [
    'the search steps through its matches, and back',
    async (world) => {
      const { page } = world;
      await page.keyboard.press('/');
      await page.keyboard.type('cart');
      const count = page.locator('.search .count');
      const matches = Number(/(\d+) found/.exec(await settled(count, /found/))[1]);
      assert.ok(matches > 2);
      await page.keyboard.press('Enter');
      await page.keyboard.press('Enter');
      assert.equal(await settled(count, /of/), `2 of ${matches}`);
      await page.keyboard.press('Shift+Enter');
      assert.equal(await settled(count, /^1 of/), `1 of ${matches}`);
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
    },
  ],
  [
    'focus shows the selected card and its neighbours',
    async (world) => {
      const { page } = world;
      await select(world, 'Service/shop/redis-cart');
      await page.keyboard.press('f');
      await card(world, 'Service/shop/catalog').waitFor({ state: 'detached' });
      await card(world, 'StatefulSet/shop/redis-cart').waitFor();
      await page.keyboard.press('f');
      await page.keyboard.press('f');
      await card(world, 'Service/shop/catalog').waitFor();
    },
  ],
  [
    'a workload expands to its pods',
    async (world) => {
      await showView(world, 'pods');
      const { id, parts } = viewOf(world, 'pods').nodes.find((node) => (node.parts?.length ?? 0) > 1);
      const before = await heightOf(world, id);
      await world.page.locator(`[data-expand-id="${id}"]`).first().click();
      await until('the pods', async () => (await heightOf(world, id)) > before);
      await card(world, id).locator('text', { hasText: parts[0].text }).first().waitFor();
      await select(world, id);
      await world.page.keyboard.press('Space');
      await until('the card as it was', async () => (await heightOf(world, id)) === before);
    },
  ],
  [
    'a path between two cards is told hop by hop, and a hop leads to its line',
    async (world) => {
      const { page } = world;
      await showView(world, 'policies');
      await select(world, 'Deployment/shop/frontend');
      await page.keyboard.press('p');
      await select(world, 'Deployment/shop/cart');
      await page.keyboard.press('p');
      const hops = page.locator('.path ol li');
      await hops.first().waitFor();
      assert.match((await hops.allInnerTexts()).join('\n'), /default-deny/);
      await hops
        .getByRole('button', { name: /default-deny/ })
        .first()
        .click();
      await until('the request', async () => (await world.told()).some(({ type }) => type === 'revealHop'));
      await page.keyboard.press('Escape');
    },
  ],
  [
    'a policy says whom it governs and what it alone admits, and can be left out to see',
    async (world) => {
      const { page } = world;
      await select(world, 'NetworkPolicy/shop/catalog');
      await page.locator('.info', { hasText: 'Governs' }).getByRole('button', { name: 'catalog' }).first().waitFor();
      await page.locator('.info', { hasText: /alone admits.*frontend → catalog/s }).waitFor();
      await page
        .getByRole('button', { name: /without/i })
        .first()
        .click();
      assert.match(await settled(page.locator('.banner'), /without/), /clos|open/);
      await page.getByRole('button', { name: 'End preview' }).click();
      await page.locator('.banner').waitFor({ state: 'detached' });
    },
  ],
  [
    'the matrix is walked with the keyboard, and Enter explains a pair',
    async (world) => {
      const { page } = world;
      await page.keyboard.press('m');
      const grid = page.getByRole('grid');
      await grid.waitFor();
      const size = viewOf(world, 'policies').matrix.peers.length;
      assert.ok(Number(await grid.getAttribute('aria-rowcount')) >= size);
      await grid.locator('[tabindex="0"]').first().focus();
      for (const key of ['ArrowDown', 'ArrowRight', 'ArrowRight', 'Control+End', 'Control+Home', 'ArrowDown'])
        await page.keyboard.press(key);
      const asked = (await world.told()).filter(({ type }) => type === 'path').length;
      await page.keyboard.press('ArrowRight');
      await page.keyboard.press('Enter');
      await until(
        'the question',
        async () => (await world.told()).filter(({ type }) => type === 'path').length > asked,
      );
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await page.locator('svg.diagram').waitFor();
    },
  ],
  [
    'the table says the same',
    async (world) => {
      const { page } = world;
      await showView(world, 'ingress');
      await page.keyboard.press('t');
      for (const { title } of viewOf(world, 'ingress').nodes)
        await page.getByRole('rowheader', { name: title }).first().waitFor();
      await page.keyboard.press('t');
    },
  ],
  ...Object.keys(TABS).map((name) => [
    `${TABS[name]}: what is exported can be read`,
    async (world) => {
      await showView(world, name);
      const { nodes } = viewOf(world, name);
      const svg = await exported(world, /^SVG\b(?!.*print)/, 'svg');
      const found = await world.reader.evaluate((text) => {
        const parsed = new globalThis.DOMParser().parseFromString(text, 'image/svg+xml');
        return {
          root: parsed.documentElement.nodeName,
          forbidden: parsed.querySelectorAll('script, foreignObject, image, a').length,
          text: parsed.documentElement.textContent,
        };
      }, svg);
      assert.equal(found.root, 'svg');
      assert.equal(found.forbidden, 0);
      const { nodes: data, view } = JSON.parse(await exported(world, /^JSON/, 'json'));
      assert.equal(view, name);
      assert.equal(data.length, nodes.length);
      for (const { title } of nodes) assert.ok(found.text.includes(title.slice(0, 12)), `${title} is not in the SVG`);
      assert.match(await exported(world, /^Mermaid/, 'mermaid'), /^flowchart LR/m);
      assert.match(await exported(world, /^DOT/, 'dot'), /^digraph /m);
      const png = Buffer.from(await exported(world, /^PNG/, 'png'), 'base64');
      assert.equal(png.subarray(1, 4).toString(), 'PNG');
      assert.ok(png.length > 10_000, 'the PNG is next to empty');
    },
  ]),
  [
    'after a reload all is as it was',
    async (world) => {
      const { page } = world;
      await showView(world, 'policies');
      await select(world, 'Deployment/shop/cart');
      await page.getByRole('button', { name: 'Zoom in (+)' }).click();
      await page.keyboard.press('/');
      await page.keyboard.type('redis');
      const before = await settledValue(() => viewport(page));
      await page.waitForFunction(() => globalThis.sessionStorage.getItem('state')?.includes('redis'));
      await world.reload();
      await page.locator('.node.selected[data-node-id="Deployment/shop/cart"]').waitFor();
      assert.equal(await page.getByRole('tab', { selected: true }).innerText(), TABS.policies);
      assert.equal(await page.getByRole('textbox', { name: 'Search the diagram' }).inputValue(), 'redis');
      assert.equal(await settledValue(() => viewport(page)), before);
      await page.getByRole('textbox', { name: 'Search the diagram' }).fill('');
      await page.keyboard.press('Escape');
    },
  ],
  [
    'a whole journey by keyboard alone: from the tabs to a denied path and its YAML',
    async (world) => {
      const { page } = world;
      await page.evaluate(() => globalThis.document.activeElement?.blur());
      await page.keyboard.press('1');
      await page.getByRole('tab', { name: TABS.pods, selected: true }).waitFor();
      await page.keyboard.press('3');
      await page.keyboard.press('/');
      await page.keyboard.type('app=frontend');
      await page.keyboard.press('Enter');
      await page.keyboard.press('Escape');
      await page.keyboard.press('Escape');
      await selectByKeys(world, 'Deployment/shop/frontend');
      await page.keyboard.press('p');
      await selectByKeys(world, 'StatefulSet/shop/redis-cart');
      await page.keyboard.press('p');
      await page.locator('.path ol li').first().waitFor();
      await page.keyboard.press('Escape');
      await page.keyboard.press('Enter');
      await until('the YAML', async () =>
        (await world.told()).some(({ type, node, go }) => type === 'reveal' && node.endsWith('redis-cart') && !go),
      );
      await page.keyboard.press('?');
      await page.getByRole('heading', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { name: 'Keys' }).waitFor({ state: 'detached' });
    },
  ],
  ...Object.keys(TABS).map((name) => [
    `${TABS[name]}: hostile names are shown as text`,
    async (world) => {
      const { page } = world;
      await showView(world, name);
      const view = viewOf(world, name);
      const hostile = (index) => HOSTILE[index % HOSTILE.length];
      const nodes = view.nodes.map((node, index) => ({
        ...node,
        title: hostile(index),
        subtitle: hostile(index + 1),
        lines: [hostile(index + 2), hostile(index + 3)],
      }));
      const edges = view.edges.map((edge, index) => ({ ...edge, label: hostile(index), note: hostile(index) }));
      const groups = view.groups.map((group) => ({ ...group, label: HOSTILE[0] }));
      await world.send({ type: 'view', name, view: { ...view, nodes, edges, groups }, at: null, focus: null });
      await page.locator('svg .node', { hasText: '<img' }).first().waitFor();
      await page.keyboard.press('t');
      await page.locator('table', { hasText: '<img' }).first().waitFor();
      await page.keyboard.press('t');
      assert.equal(await page.locator('img').count(), 0);
      const svg = await exported(world, /^SVG\b(?!.*print)/, 'svg');
      const root = await world.reader.evaluate(
        (text) => new globalThis.DOMParser().parseFromString(text, 'image/svg+xml').documentElement.nodeName,
        svg,
      );
      assert.equal(root, 'svg');
      assert.equal(await page.title(), 'Panel');
      await world.send(shown(world, name));
      await page.locator('svg .node', { hasText: '<img' }).first().waitFor({ state: 'detached' });
    },
  ]),
  ...Object.keys(TABS).map((name) => [
    `${TABS[name]}: axe finds nothing wrong in the picture, the table, the menus`,
    async (world) => {
      const { page } = world;
      await showView(world, name);
      await assertAccessible(page);
      await page.keyboard.press('t');
      await page.locator('table').first().waitFor();
      await assertAccessible(page);
      await page.keyboard.press('t');
      await page.getByRole('button', { name: 'Filter' }).click();
      await page.getByRole('dialog').waitFor();
      await assertAccessible(page);
      await page.keyboard.press('Escape');
      await page.getByRole('button', { name: 'Export' }).click();
      await page.getByRole('menu').waitFor();
      await assertAccessible(page);
      await page.keyboard.press('Escape');
      if (name !== 'policies') return;
      await page.keyboard.press('m');
      await page.getByRole('grid').waitFor();
      await assertAccessible(page);
      await page.keyboard.press('m');
    },
  ]),
  [
    'the page broke no rule of its policy, and threw nothing',
    async ({ complaints }) => assert.deepEqual(complaints, []),
  ],
];

async function showView({ page }, name) {
  await page.getByRole('tab', { name: TABS[name] }).click();
  await page.getByRole('tab', { name: TABS[name], selected: true }).waitFor();
  await page.getByRole('button', { name: 'Fit everything (0)' }).click();
  await page.locator('svg.diagram .node').first().waitFor();
  await settledValue(() => viewport(page));
}

/** Where the picture is on the screen: it glides there. */
function viewport(page) {
  return page.locator('svg.diagram > g').first().getAttribute('transform');
}

function viewOf({ analyzer }, name) {
  return analyzer.view({ view: name, matrix: true });
}

function shown(world, name) {
  return { type: 'view', name, view: viewOf(world, name), at: null, focus: null };
}

function card({ page }, id) {
  return page.locator(`svg [data-node-id="${id}"]`);
}

async function heightOf(world, id) {
  return (await card(world, id).locator('.card').last().boundingBox()).height;
}

function idsOf(nodes) {
  return nodes.map(({ id }) => id).sort();
}

function treeItems({ page }) {
  return page.locator('[role=tree] [data-item-id]').evaluateAll((items) => items.map((item) => item.dataset.itemId));
}

/** A click on the card, which also moves the keyboard's place there. */
async function select(world, id) {
  await card(world, id).click();
  await world.page.locator(`.node.selected[data-node-id="${id}"]`).waitFor();
}

/** To the first card, then through all of them as the arrows lead, by what the tree says is selected. */
async function selectByKeys(world, id) {
  const { page } = world;
  const target = await card(world, id).boundingBox();
  await page.keyboard.press('Home');
  for (let step = 0; step < 60; step++) {
    const selected = page.locator('.node.selected');
    if ((await selected.count()) === 0) {
      await page.keyboard.press('ArrowRight');
      continue;
    }
    if ((await selected.getAttribute('data-node-id')) === id) return;
    const here = await selected.boundingBox();
    const wanted = (await card(world, id).boundingBox()) ?? target;
    const dx = wanted.x - here.x;
    const dy = wanted.y + wanted.height / 2 - (here.y + here.height / 2);
    const sideways = Math.abs(dx) > here.width / 2 && (step % 3 !== 2 || Math.abs(dy) < 20);
    await page.keyboard.press(sideways ? (dx > 0 ? 'ArrowRight' : 'ArrowLeft') : dy > 0 ? 'ArrowDown' : 'ArrowUp');
    await page.waitForTimeout(220);
  }
  assert.fail(`the arrows do not lead to ${id}`);
}

async function exported(world, name, format) {
  const before = (await world.told()).length;
  await world.page.getByRole('button', { name: 'Export' }).click();
  await world.page.getByRole('group', { name: 'Save as' }).getByRole('menuitem', { name }).click();
  let message;
  await until(`the ${format}`, async () => {
    message = (await world.told()).slice(before).find(({ type }) => type === 'export');
    return message !== undefined;
  });
  assert.equal(message.format, format);
  return message.content;
}

function waitForTold(world, expected) {
  const holds = (message) => Object.entries(expected).every(([key, value]) => message[key] === value);
  return until(JSON.stringify(expected), async () => (await world.told()).some(holds));
}

async function settled(locator, expected) {
  let text = '';
  await until(`${expected}`, async () => {
    text = await locator.first().innerText();
    return expected.test(text);
  });
  return text;
}

/** A value once it has stopped changing. */
async function settledValue(read) {
  let before;
  await until('stillness', async () => {
    const value = await read();
    const isSame = value === before;
    before = value;
    if (!isSame) await sleep(60);
    return isSame;
  });
  return before;
}

async function assertAccessible(page) {
  // Through the debugger, which the policy of the page does not concern.
  await page.evaluate(axe.source);
  const { passes, violations } = await page.evaluate(() => globalThis.axe.run());
  assert.ok(passes.length > 10, 'axe found next to nothing to check');
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`),
    [],
  );
}
