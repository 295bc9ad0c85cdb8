// What a user sees and does in VS Code, in the words of a user. Everything waits for elements, never for time.
import axe from 'axe-core';
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';

const LIMIT = 30_000;

export class EditorPage {
  /** @param {import('playwright-core').Page} page */
  constructor(page) {
    this.page = page;
    page.setDefaultTimeout(LIMIT);
  }

  async openFile(name) {
    await this.page.keyboard.press('Control+P');
    await this.pick(name, name);
    await this.page.locator('.tab.active', { hasText: name }).waitFor();
    await this.editor.waitFor();
  }

  /** Puts the cursor into a line, counted from 1, of the editor in the first group, and waits until the line stays in sight. */
  async goToLine(line) {
    const number = this.editor.locator('.line-numbers', { hasText: new RegExp(`^${line}$`) });
    let seen = 0;
    await until(`line ${line} in sight`, async () => {
      if ((await number.count()) > 0) return ++seen > 6;
      // An earlier click may scroll the editor a moment later.
      seen = 0;
      await this.jumpTo(line);
      return false;
    });
    await this.jumpTo(line);
  }

  async jumpTo(line) {
    await this.page.keyboard.press('Control+1');
    await this.page.keyboard.press('Control+G');
    const input = this.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor();
    await input.fill(`:${line}`);
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden' });
  }

  async runCommand(title) {
    await this.page.keyboard.press('F1');
    await this.pick(`>${title}`, title);
  }

  /** Types into the quick input, and takes the entry that shows up. */
  async pick(typed, entry) {
    const input = this.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor();
    await input.fill(typed);
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: entry }).first().click();
  }

  /** The editor with the text files. */
  get editor() {
    return this.page.locator('.editor-instance .monaco-editor').first();
  }

  /** Where a text stands on the screen, in the first line that holds `line`. */
  async boxOf(text, line = text) {
    const place = this.editor.locator('.view-line', { hasText: asRegExp(line) }).first();
    // A function in the page: the text's own box, for it may be a part of a token.
    const box = await place.evaluate((element, wanted) => {
      const document = element.ownerDocument;
      const nodes = document.createTreeWalker(element, 4 /* texts */);
      while (nodes.nextNode()) {
        const start = nodes.currentNode.data.replaceAll('\u00a0', ' ').indexOf(wanted);
        if (start < 0) continue;
        const range = document.createRange();
        range.setStart(nodes.currentNode, start);
        range.setEnd(nodes.currentNode, start + wanted.length);
        const { x, y, width, height } = range.getBoundingClientRect();
        return { x, y, width, height };
      }
      return undefined;
    }, text);
    assert.ok(box, `${text} is in no single token`);
    return box;
  }

  async clickOn(text, line) {
    await this.page.mouse.click(...middleOf(await this.boxOf(text, line)));
  }

  /** Types over a word. */
  async replaceWord(word, line, typed) {
    await this.page.mouse.dblclick(...middleOf(await this.boxOf(word, line)));
    await this.page.keyboard.type(typed);
  }

  /** Words of the file are offered while one types. */
  async closeSuggestions() {
    await this.page.keyboard.press('Escape');
    await this.page.locator('.suggest-widget.visible').waitFor({ state: 'hidden' });
  }

  async hoverOver(text, line) {
    await this.page.mouse.move(...middleOf(await this.boxOf(text, line)), { steps: 4 });
  }

  /** Waits until there is a squiggle under the text, or none. */
  async waitForSquiggle(text, line, { gone = false } = {}) {
    await until(`${gone ? 'no' : 'a'} squiggle under ${text}`, async () => {
      const box = await this.boxOf(text, line);
      const squiggles = await this.editor.locator('.cdr[class*="squiggly-"]').all();
      const boxes = await Promise.all(squiggles.map((one) => one.boundingBox().catch(() => null)));
      return boxes.some((one) => one !== null && overlap(one, box)) !== gone;
    });
  }

  get hover() {
    return this.page.locator('.monaco-hover:not(.hidden) .hover-contents');
  }

  /** The light bulb beside the line with the cursor, or in its margin. */
  get lightBulb() {
    return this.page.locator('.lightBulbWidget:visible, [class*="codicon-gutter-lightbulb"]:visible').first();
  }

  action(title) {
    return this.page.locator('.action-widget .monaco-list-row', { hasText: title }).first();
  }

  get problems() {
    return this.page.locator('.markers-panel .monaco-list-row');
  }

  /** Waits until the cursor is in one of the lines (counted from 1) of the file. */
  async waitForCursor(file, [first, last]) {
    await this.page.locator('.tab.active', { hasText: file }).waitFor();
    await until(`the cursor in lines ${first} to ${last} of ${file}`, async () => {
      const status = await this.page
        .locator('#status\\.editor\\.selection')
        .innerText()
        .catch(() => '');
      const line = Number(/Ln (\d+)/.exec(status)?.[1]);
      return line >= first && line <= last;
    });
  }

  /** The document inside a webview: VS Code nests two frames. */
  get panel() {
    return this.page.frameLocator('iframe.webview.ready').frameLocator('#active-frame');
  }

  /** What axe finds wrong in the panel for people who use a keyboard or a screen reader. */
  async accessibilityProblems() {
    const body = this.panel.locator('body');
    await body.evaluate(axe.source);
    const run = (element) => element.ownerDocument.defaultView.axe.run(element);
    const { passes, violations } = await body.evaluate(run);
    assert.ok(passes.length > 10, 'axe found next to nothing to check');
    return violations.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.target).join(', ')})`);
  }

  /** Waits until all that the one locator finds lies within the other. */
  async waitForInside(inner, outer) {
    await until('everything in sight', async () => {
      const frame = await outer.boundingBox();
      const boxes = await Promise.all((await inner.all()).map((one) => one.boundingBox()));
      return boxes.length > 0 && boxes.every((box) => box !== null && frame !== null && within(box, frame));
    });
  }

  /** @param {string} label as the picker shows it @param {string} kind the class that the workbench then has */
  async chooseTheme(label, kind) {
    await this.runCommand('Preferences: Color Theme');
    await this.page.getByPlaceholder(/select color theme/i).waitFor();
    await this.pick(label, label);
    await this.page.locator(`.monaco-workbench.${kind}`).first().waitFor();
  }
}

/** @param {string} what @param {() => Promise<boolean>} holds */
export async function until(what, holds) {
  for (const end = Date.now() + LIMIT; Date.now() < end; await sleep(50)) {
    if (await holds()) return;
  }
  throw new Error(`waited ${LIMIT / 1000} s for ${what}`);
}

function middleOf({ x, y, width, height }) {
  return [x + width / 2, y + height / 2];
}

function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height + 2 && b.y < a.y + a.height;
}

function within(inner, outer) {
  const [right, bottom] = [inner.x + inner.width, inner.y + inner.height];
  return inner.x >= outer.x && inner.y >= outer.y && right <= outer.x + outer.width && bottom <= outer.y + outer.height;
}

/** The editor draws spaces as no-break spaces. */
function asRegExp(text) {
  return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s'));
}
