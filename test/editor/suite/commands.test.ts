import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, fileUri, some, waitForFindings } from './workspace.js';

interface Manifest {
  readonly contributes: { readonly commands: readonly { command: string; title: string; category: string }[] };
}

const contributed = (extension().packageJSON as Manifest).contributes.commands;

describe('commands', () => {
  const diagrams = ['Show Pod Networking', 'Show Service Routing', 'Show Network Policy', 'Show Ingress Flow'];
  for (const title of [...diagrams, 'Check Workspace', 'Show Log', 'Restart Server']) {
    it(`Kubepath: ${title} is in the palette and runs`, async () => {
      const command = contributed.find((one) => one.category === 'Kubepath' && one.title === title);
      assert.ok(command, `contributed: ${contributed.map((one) => one.title).join(', ')}`);
      await vscode.commands.executeCommand(command.command);
    });
  }

  it('every contributed command is registered', async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributed.map((one) => one.command).filter((id) => !registered.has(id));
    assert.deepEqual(missing, []);
  });

  it('findings are back after a restart of the server', async () => {
    await vscode.commands.executeCommand('kubepath.restartServer');
    await waitForFindings(fileUri('services.yaml'), 'service-selector-unmatched', some);
  });
});
