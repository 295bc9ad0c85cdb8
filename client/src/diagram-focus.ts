import * as vscode from 'vscode';
import { cursorIn, nodeAtCursor } from '../../diagram/cursor';
import type { PanelPlace } from '../../diagram/messages';
import type { DiagramView } from '../../server/lsp/protocol';
import { sameUri } from './diagram-reveal';

/** The node whose YAML the editor's cursor is in. */
export function nodeAtEditor(view: DiagramView, editor: vscode.TextEditor): string | undefined {
  const { document, selection } = editor;
  const uri = document.uri.toString();
  return nodeAtCursor(
    view,
    (file) => sameUri(file, uri),
    cursorIn((line) => document.lineAt(line).text, document.lineCount, selection.active.line),
  );
}

/** What is in focus at first: what the editor shows, else the place that was asked for. */
export function firstFocus(view: DiagramView, at: PanelPlace | undefined): string | undefined {
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const editor = editors.find(
    (each) => each !== undefined && (at === undefined || sameUri(each.document.uri.toString(), at.uri)),
  );
  if (editor !== undefined) return nodeAtEditor(view, editor);
  return at === undefined
    ? undefined
    : nodeAtCursor(view, (file) => sameUri(file, at.uri), { line: at.line, start: 0, end: Infinity });
}

export function isInView(view: DiagramView, uri: string): boolean {
  return view.nodes.some((each) => each.location !== undefined && sameUri(each.location.file, uri));
}

export function isManifest(document: vscode.TextDocument): boolean {
  return (
    /^(yaml|json|jsonc|dockercompose|helm)$/u.test(document.languageId) || /\.(ya?ml|json)$/u.test(document.uri.path)
  );
}
