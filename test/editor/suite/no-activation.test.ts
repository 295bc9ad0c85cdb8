import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { extension, fileUri } from './workspace.js';

describe('a folder without manifests', () => {
  it('does not activate Kubepath', () => {
    assert.equal(extension().isActive, false);
  });

  it('does not activate Kubepath when a text file is opened', async () => {
    await vscode.window.showTextDocument(fileUri('notes.txt'));
    assert.equal(extension().isActive, false);
  });
});
