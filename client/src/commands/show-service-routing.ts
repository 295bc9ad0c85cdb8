import * as vscode from 'vscode';
import { documentSelector } from '../language-server';

/** Somewhere in a manifest; lines are zero-based. */
interface Place {
  readonly uri: string;
  readonly line: number;
}

/**
 * Kubepath: Show Service Routing
 *
 * @param uri the document whose menu was used; the active editor's otherwise
 */
export async function showServiceRouting(panel: { show(at?: Place): Promise<void> }, uri?: unknown): Promise<void> {
  await panel.show(placeOf(uri instanceof vscode.Uri ? uri : undefined));
}

function placeOf(uri: vscode.Uri | undefined): Place | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const editor = editors.find((candidate) => !uri || candidate?.document.uri.toString() === uri.toString());
  if (!editor || vscode.languages.match(documentSelector, editor.document) === 0) {
    return uri && { uri: uri.toString(), line: 0 };
  }
  return { uri: editor.document.uri.toString(), line: editor.selection.active.line };
}
