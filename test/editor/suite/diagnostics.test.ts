import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { codeOf, fileUri, locate, none, some, waitForFindings } from './workspace.js';

const RULE = 'service-selector-unmatched';
const LONELY_SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: lonely
  namespace: shop
spec:
  selector:
    app: frontent
  ports:
    - port: 80
`;

describe('diagnostics', () => {
  it('arrive for a manifest that is not open', async () => {
    const uri = fileUri('services.yaml');
    const [finding] = await waitForFindings(uri, RULE, some);
    const open = vscode.workspace.textDocuments.map((document) => document.uri.path);
    assert.ok(!open.includes(uri.path), 'services.yaml was opened');
    assert.match(finding?.message ?? '', /fronted/);
    const { document } = await locate('services.yaml', 'fronted');
    assert.match(document.getText(finding?.range), /fronted/);
  });

  it('link the place that was meant, and the page of the rule', async () => {
    const [finding] = await waitForFindings(fileUri('services.yaml'), RULE, some);
    const places = finding?.relatedInformation?.map((related) => related.location.uri.path) ?? [];
    assert.ok(places.includes(fileUri('deployments.yaml').path), `related: ${places.join(', ')}`);
    assert.ok(finding && typeof finding.code === 'object', 'the code carries no link');
    assert.equal(codeOf(finding), RULE);
    assert.match(finding.code.target.toString(), /service-selector-unmatched/);
  });

  it('come and go with a file that somebody else writes and deletes', async () => {
    const uri = fileUri('lonely.yaml');
    await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(LONELY_SERVICE));
    await waitForFindings(uri, RULE, some);
    await vscode.workspace.fs.delete(uri);
    await waitForFindings(uri, RULE, none);
  });

  it('follow the settings, without a restart', async () => {
    const uri = fileUri('services.yaml');
    await waitForFindings(uri, RULE, some);
    const settings = vscode.workspace.getConfiguration('kubepath');
    await settings.update('rules', { [RULE]: 'off' }, vscode.ConfigurationTarget.Workspace);
    await waitForFindings(uri, RULE, none);
    await settings.update('rules', undefined, vscode.ConfigurationTarget.Workspace);
    await waitForFindings(uri, RULE, some);
  });

  it('follow what is typed, and what is saved nowhere yet', async () => {
    const { document, range } = await locate('services.yaml', 'app: fronted');
    await vscode.window.showTextDocument(document);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, 'app: frontend');
    assert.ok(await vscode.workspace.applyEdit(edit));
    await waitForFindings(document.uri, RULE, none);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    await waitForFindings(document.uri, RULE, some);
  });
});
