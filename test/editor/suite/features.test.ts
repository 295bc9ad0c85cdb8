import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { fileUri, hover, locate, none, some, waitForFindings } from './workspace.js';

const RULE = 'service-selector-unmatched';

describe('features', () => {
  before(() => waitForFindings(fileUri('services.yaml'), RULE, some));

  it('hover: a Service says its DNS name', async () => {
    assert.match(await hover('services.yaml', 'frontend'), /frontend\.shop/);
  });

  it('hover: a selector says which pods it catches', async () => {
    assert.match(await hover('services.yaml', 'fronted'), /pod/i);
  });

  it('code action: the quick fix corrects the selector', async () => {
    const { document, range } = await locate('services.yaml', 'fronted');
    await vscode.window.showTextDocument(document);
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      'vscode.executeCodeActionProvider',
      ...[document.uri, range, vscode.CodeActionKind.QuickFix.value, 10],
    );
    const fix = actions.find((action) => action.title.includes('frontend'));
    assert.ok(fix?.edit, `quick fixes: ${actions.map((action) => action.title).join(' | ')}`);
    assert.ok(await vscode.workspace.applyEdit(fix.edit));
    assert.match(document.getText(), /app: frontend$/m);
    await waitForFindings(document.uri, RULE, none);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitForFindings(document.uri, RULE, some);
  });

  it('document symbols: every resource of the file', async () => {
    const { document } = await locate('services.yaml', 'kind: Service');
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      'vscode.executeDocumentSymbolProvider',
      document.uri,
    );
    const resources = document.getText().match(/^kind:/gm)?.length;
    assert.equal(symbols.length, resources);
    assert.ok(symbols.some((symbol) => symbol.name.includes('frontend')));
  });
});
