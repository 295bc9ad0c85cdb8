import * as vscode from 'vscode';
import type { ViewName } from '../../../server/lsp/protocol';
import type { DiagramPanels } from '../diagram-panel';
import { documentSelector } from '../language-server';

/** The command of each view. */
export const DIAGRAM_COMMANDS: Readonly<Record<string, ViewName>> = {
  'kubepath.showPodNetworking': 'pods',
  'kubepath.showServiceRouting': 'services',
  'kubepath.showNetworkPolicy': 'policies',
  'kubepath.showIngressFlow': 'ingress',
};

/**
 * Kubepath: Show Pod Networking, Show Service Routing, Show Network Policy, Show Ingress Flow
 *
 * @param uri the document whose menu was used; the active editor's otherwise
 */
export function showDiagram(panel: DiagramPanels, view: ViewName, uri?: unknown): void {
  panel.show(view, placeOf(uri instanceof vscode.Uri ? uri : undefined));
}

function placeOf(uri: vscode.Uri | undefined): Parameters<DiagramPanels['show']>[1] {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const editor = editors.find((candidate) => !uri || candidate?.document.uri.toString() === uri.toString());
  if (!editor || vscode.languages.match(documentSelector, editor.document) === 0) {
    return uri && { uri: uri.toString(), line: 0 };
  }
  return { uri: editor.document.uri.toString(), line: editor.selection.active.line };
}
