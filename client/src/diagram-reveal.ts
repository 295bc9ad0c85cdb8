import * as vscode from 'vscode';
import type { Location } from '../../server/lsp/protocol';

const HIGHLIGHT_MS = 1500;

/** Shows places in manifests beside the panel. */
export interface Revealer {
  /** `go` moves the keyboard there too; without it the line shows itself for a moment. */
  reveal(location: Location, go: boolean): Promise<void>;
  dispose(): void;
}

export function createRevealer(panel: vscode.WebviewPanel): Revealer {
  const highlight = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  let timer: NodeJS.Timeout | undefined;
  const flash = (editor: vscode.TextEditor, range: vscode.Range): void => {
    clearTimeout(timer);
    editor.setDecorations(highlight, [range]);
    timer = setTimeout(() => editor.setDecorations(highlight, []), HIGHLIGHT_MS);
  };
  return {
    async reveal(location, go) {
      const uri = vscode.Uri.parse(location.file, true);
      const range = rangeOf(location);
      try {
        const editor = await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
          viewColumn: columnFor(uri, panel),
          preserveFocus: !go,
          selection: new vscode.Range(range.start, range.start),
        });
        editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
        flash(editor, range);
      } catch {
        void vscode.window.showWarningMessage(
          `Kubepath: ${vscode.workspace.asRelativePath(uri)} cannot be opened; it may have been moved or deleted.`,
        );
      }
    },
    dispose() {
      clearTimeout(timer);
      highlight.dispose();
    },
  };
}

export function rangeOf({ range }: Location): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

/** Servers and editors escape URIs differently (`file:///c%3A/`), so they are compared as parsed. */
export function sameUri(a: string, b: string): boolean {
  return a === b || vscode.Uri.parse(a).toString() === vscode.Uri.parse(b).toString();
}

/** The column that shows the file already, else one with an editor, never the panel's own. */
function columnFor(uri: vscode.Uri, panel: vscode.WebviewPanel): vscode.ViewColumn {
  const editors = vscode.window.visibleTextEditors.filter((editor) => editor.viewColumn !== undefined);
  const showing = editors.find((editor) => sameUri(editor.document.uri.toString(), uri.toString()));
  const column = (showing ?? editors.find((editor) => editor.viewColumn !== panel.viewColumn))?.viewColumn;
  if (column !== undefined) return column;
  const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== panel.viewColumn);
  return other?.viewColumn ?? vscode.ViewColumn.Beside;
}
