import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import * as vscode from 'vscode';
import { fileUri, hover, locate, some, waitForFindings } from './workspace.js';

const FILE = 'parcels/base/tracking.yaml';
const DEV = 'parcels/overlays/dev';
const PROD = 'parcels/overlays/prod';
const NAME = /tracking\.parcels-(\w+)/;
const LIMIT = 20_000;

describe('scopes', () => {
  before(async () => {
    await waitForFindings(fileUri(FILE), 'service-port-unmatched', some);
    const { document } = await locate(FILE, 'kind: Service');
    await vscode.window.showTextDocument(document);
  });

  it('a finding that holds in one overlay only names it', async () => {
    const [finding] = await waitForFindings(fileUri(FILE), 'service-port-unmatched', some);
    assert.match(finding?.message ?? '', /overlays\/prod/);
    assert.doesNotMatch(finding?.message ?? '', /overlays\/dev/);
  });

  it('hovers speak of the scope that was selected', async () => {
    for (const [scope, namespace] of Object.entries({ [PROD]: 'prod', [DEV]: 'dev' })) {
      await vscode.commands.executeCommand('kubepath.selectScope', scope);
      assert.equal(await namespaceInHover(), namespace);
    }
  });

  it('the list begins at the scope that holds', async () => {
    await vscode.commands.executeCommand('kubepath.selectScope', PROD);
    await takeFirst();
    assert.equal(await namespaceInHover(), 'prod');
  });

  it('the selection outlives the server', async () => {
    await vscode.commands.executeCommand('kubepath.selectScope', PROD);
    await vscode.commands.executeCommand('kubepath.restartServer');
    const end = Date.now() + LIMIT;
    while ((await namespaceInHover()) !== 'prod') {
      assert.ok(Date.now() < end, `hovers speak of ${await namespaceInHover()}`);
      await sleep(50);
    }
  });
});

/** The overlay whose namespace the hover over the Service's name tells. */
async function namespaceInHover(): Promise<string | undefined> {
  return NAME.exec(await hover(FILE, 'tracking\nspec:\n  selector:\n    app:'))?.[1];
}

/** Runs Select Scope and takes the entry that the list begins at, as soon as there is one. */
async function takeFirst(): Promise<void> {
  const list = { isOpen: true };
  const closed = vscode.commands.executeCommand('kubepath.selectScope').then(() => {
    list.isOpen = false;
  });
  while (list.isOpen) {
    await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
    await Promise.race([closed, sleep(50)]);
  }
}
