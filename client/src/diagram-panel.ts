import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { cursorIn, nodeAtCursor } from '../../diagram/cursor';
import type { PanelPlace, ToHost, ToPanel } from '../../diagram/messages';
import type { DiagramView, Location, ViewParams } from '../../server/lsp/protocol';

/** The panel's type; `activationEvents` needs `onWebviewPanel:kubepath.services` for it to come back after a reload. */
const DIAGRAM_PANEL_TYPE = 'kubepath.services';

const TITLE = 'Kubepath: Service Routing';
const MODEL_DEBOUNCE_MS = 150;
const CURSOR_DEBOUNCE_MS = 120;
const HIGHLIGHT_MS = 1500;

/** The part of the language client that the panel needs. */
export interface DiagramConnection {
  request(method: string, params: unknown): Promise<unknown>;
  readonly onModelChanged: vscode.Event<void>;
}

export type DiagramPanels = vscode.Disposable & {
  /** Opens the panel beside the editor, or brings it to the front, with the view that holds the place. */
  show(at?: PanelPlace): Promise<void>;
  /** From the next answer on an open panel shows the view that holds the place, or without one the view that the server thinks best. */
  goTo(at: PanelPlace | undefined): void;
};

/** One Service Routing panel per window, which comes back after a reload. */
export function registerDiagramPanel(context: vscode.ExtensionContext, connection: DiagramConnection): DiagramPanels {
  let current: DiagramPanel | undefined;
  const adopt = (panel: vscode.WebviewPanel, at: PanelPlace | undefined): DiagramPanel => {
    const created = new DiagramPanel(panel, context.extensionUri, connection, at);
    current = created;
    panel.onDidDispose(() => {
      created.dispose();
      if (current === created) current = undefined;
    });
    return created;
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(DIAGRAM_PANEL_TYPE, {
    deserializeWebviewPanel: (panel, state: unknown) => {
      if (current === undefined) adopt(panel, placeOf(state));
      else panel.dispose();
      return Promise.resolve();
    },
  });
  const disposable = new vscode.Disposable(() => {
    serializer.dispose();
    current?.close();
  });
  return Object.assign(disposable, {
    show: (at?: PanelPlace): Promise<void> => {
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      if (current !== undefined) current.reveal(at);
      else
        adopt(vscode.window.createWebviewPanel(DIAGRAM_PANEL_TYPE, TITLE, column, optionsOf(context.extensionUri)), at);
      return Promise.resolve();
    },
    goTo: (at: PanelPlace | undefined): void => current?.goTo(at),
  });
}

/** The host's side of one panel: asks the server, feeds the webview, follows the cursor. */
class DiagramPanel {
  private readonly subscriptions: { dispose(): unknown }[] = [];
  private readonly highlight = vscode.window.createTextEditorDecorationType({
    isWholeLine: true,
    backgroundColor: new vscode.ThemeColor('editor.rangeHighlightBackground'),
  });
  private view: DiagramView | undefined;
  private follows = true;
  /** The next view that arrives brings the place it was asked for into sight. */
  private isAsked = true;
  private isReady = false;
  /** Counts requests, so that only the newest answer is shown. */
  private asked = 0;
  private modelTimer: NodeJS.Timeout | undefined;
  private cursorTimer: NodeJS.Timeout | undefined;
  private highlightTimer: NodeJS.Timeout | undefined;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    extensionUri: vscode.Uri,
    private readonly connection: DiagramConnection,
    private at: PanelPlace | undefined,
  ) {
    panel.webview.options = optionsOf(extensionUri);
    this.subscriptions.push(
      this.highlight,
      panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)),
      panel.onDidChangeViewState(() => {
        // A hidden webview gets no messages; what it missed is sent when it is back.
        if (panel.visible) this.refreshSoon();
      }),
      connection.onModelChanged(() => this.refreshSoon()),
      vscode.window.onDidChangeActiveTextEditor(() => this.followSoon()),
      vscode.window.onDidChangeTextEditorSelection((event) => {
        if (event.textEditor === vscode.window.activeTextEditor) this.followSoon();
      }),
    );
    panel.webview.html = htmlOf(panel.webview, extensionUri);
  }

  reveal(at: PanelPlace | undefined): void {
    if (at !== undefined) this.at = at;
    this.isAsked = true;
    this.panel.reveal(undefined, true);
    void this.refresh();
  }

  goTo(at: PanelPlace | undefined): void {
    this.at = at;
    this.isAsked = true;
  }

  close(): void {
    this.panel.dispose();
  }

  dispose(): void {
    for (const timer of [this.modelTimer, this.cursorTimer, this.highlightTimer]) clearTimeout(timer);
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private receive(message: unknown): void {
    if (!isToHost(message)) return;
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        this.follows = message.follow;
        void this.refresh();
        return;
      case 'follow':
        this.follows = message.follow;
        this.followSoon();
        return;
      case 'reveal':
        void this.revealYaml(message.node, message.go);
    }
  }

  private refreshSoon(): void {
    clearTimeout(this.modelTimer);
    this.modelTimer = setTimeout(() => void this.refresh(), MODEL_DEBOUNCE_MS);
  }

  /** Asks for the view again and shows it. While the server has none, because the YAML is broken just now, the last one stays. */
  private async refresh(): Promise<void> {
    if (!this.isReady || !this.panel.visible) return;
    this.asked += 1;
    const asked = this.asked;
    const answer = await this.request(this.at);
    if (asked !== this.asked) return;
    if (typeof answer === 'string') this.post({ type: 'failed', message: answer });
    else if (answer === undefined && this.view !== undefined) this.post({ type: 'stale' });
    else this.show(answer);
  }

  private show(view: DiagramView | undefined): void {
    const focus = this.isAsked && view !== undefined ? this.focusOf(view) : undefined;
    if (view !== undefined) this.isAsked = false;
    this.view = view;
    this.post({ type: 'view', name: 'services', view: view ?? null, at: this.at ?? null, focus: focus ?? null });
  }

  /** The view, nothing when there is none, or the reason why the server did not answer. */
  private async request(at: PanelPlace | undefined): Promise<DiagramView | string | undefined> {
    const params: ViewParams =
      at === undefined ? { view: 'services' } : { view: 'services', uri: at.uri, line: at.line };
    try {
      const answer = await this.connection.request('kubepath/view', params);
      return isView(answer) ? answer : undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  private followSoon(): void {
    if (!this.follows) return;
    clearTimeout(this.cursorTimer);
    this.cursorTimer = setTimeout(() => void this.follow(), CURSOR_DEBOUNCE_MS);
  }

  /** Puts the node at the cursor in focus; a manifest of another scope brings the view of that scope. */
  private async follow(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!this.follows || editor === undefined || !isManifest(editor.document) || !this.panel.visible) return;
    const node = this.view === undefined ? undefined : nodeAtEditor(this.view, editor);
    if (node !== undefined) {
      this.post({ type: 'focus', node });
      return;
    }
    const uri = editor.document.uri.toString();
    if (this.view?.nodes.some((each) => each.location !== undefined && sameUri(each.location.file, uri)) === true)
      return;
    const place = { uri, line: editor.selection.active.line };
    this.asked += 1;
    const asked = this.asked;
    const view = await this.request(place);
    if (
      asked !== this.asked ||
      view === undefined ||
      typeof view === 'string' ||
      view.scope === this.view?.scope ||
      view.nodes.length === 0
    )
      return;
    this.at = place;
    this.isAsked = true;
    this.show(view);
  }

  /** What is in focus at first: what the editor shows, else the place that was asked for. */
  private focusOf(view: DiagramView): string | undefined {
    const { at } = this;
    const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
    const editor = editors.find(
      (each) => each !== undefined && (at === undefined || sameUri(each.document.uri.toString(), at.uri)),
    );
    if (editor !== undefined) return nodeAtEditor(view, editor);
    return at === undefined
      ? undefined
      : nodeAtCursor(view, (file) => sameUri(file, at.uri), { line: at.line, start: 0, end: Infinity });
  }

  /** Only places that the server named are opened: the webview names a node, never a file. */
  private async revealYaml(id: string, go: boolean): Promise<void> {
    const location = this.view?.nodes.find((node) => node.id === id)?.location;
    if (location === undefined) return;
    const uri = vscode.Uri.parse(location.file, true);
    const range = rangeOf(location);
    try {
      const document = await vscode.workspace.openTextDocument(uri);
      const selection = new vscode.Range(range.start, range.start);
      const editor = await vscode.window.showTextDocument(document, {
        viewColumn: this.columnFor(uri),
        preserveFocus: !go,
        selection,
      });
      editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
      this.flash(editor, range);
    } catch {
      void vscode.window.showWarningMessage(
        `Kubepath: ${vscode.workspace.asRelativePath(uri)} cannot be opened; it may have been moved or deleted.`,
      );
    }
  }

  /** The column that shows the file already, else one with an editor, never the panel's own. */
  private columnFor(uri: vscode.Uri): vscode.ViewColumn {
    const editors = vscode.window.visibleTextEditors.filter((editor) => editor.viewColumn !== undefined);
    const showing = editors.find((editor) => sameUri(editor.document.uri.toString(), uri.toString()));
    const column = (showing ?? editors.find((editor) => editor.viewColumn !== this.panel.viewColumn))?.viewColumn;
    if (column !== undefined) return column;
    const other = vscode.window.tabGroups.all.find((group) => group.viewColumn !== this.panel.viewColumn);
    return other?.viewColumn ?? vscode.ViewColumn.Beside;
  }

  /** The focus stays in the panel, so the line shows itself for a moment. */
  private flash(editor: vscode.TextEditor, range: vscode.Range): void {
    clearTimeout(this.highlightTimer);
    editor.setDecorations(this.highlight, [range]);
    this.highlightTimer = setTimeout(() => editor.setDecorations(this.highlight, []), HIGHLIGHT_MS);
  }

  private post(message: ToPanel): void {
    if (this.isReady && this.panel.visible) void this.panel.webview.postMessage(message);
  }
}

function nodeAtEditor(view: DiagramView, editor: vscode.TextEditor): string | undefined {
  const { document, selection } = editor;
  const uri = document.uri.toString();
  return nodeAtCursor(
    view,
    (file) => sameUri(file, uri),
    cursorIn((line) => document.lineAt(line).text, document.lineCount, selection.active.line),
  );
}

function isManifest(document: vscode.TextDocument): boolean {
  return (
    /^(yaml|json|jsonc|dockercompose|helm)$/u.test(document.languageId) || /\.(ya?ml|json)$/u.test(document.uri.path)
  );
}

/** Servers and editors escape URIs differently (`file:///c%3A/`), so they are compared as parsed. */
function sameUri(a: string, b: string): boolean {
  return a === b || vscode.Uri.parse(a).toString() === vscode.Uri.parse(b).toString();
}

function rangeOf({ range }: Location): vscode.Range {
  return new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character);
}

function optionsOf(extensionUri: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist')] };
}

/** The page: two files of the extension, and no room for any other script, style or address. */
function htmlOf(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64url');
  const file = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, 'dist', name)).toString();
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `img-src data: blob:`,
    `font-src ${webview.cspSource}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>${TITLE}</title>
    <link rel="stylesheet" href="${file('panel.css')}">
  </head>
  <body>
    <div id="root"></div>
    <script nonce="${nonce}" src="${file('panel.js')}"></script>
  </body>
</html>`;
}

function isToHost(message: unknown): message is ToHost {
  if (!isRecord(message)) return false;
  if (message['type'] === 'reveal') return typeof message['node'] === 'string' && typeof message['go'] === 'boolean';
  return (message['type'] === 'ready' || message['type'] === 'follow') && typeof message['follow'] === 'boolean';
}

function isView(answer: unknown): answer is DiagramView {
  return (
    isRecord(answer) &&
    Array.isArray(answer['nodes']) &&
    Array.isArray(answer['edges']) &&
    Array.isArray(answer['groups'])
  );
}

/** What the panel asked for before the reload, from the state that its webview saved. */
function placeOf(state: unknown): PanelPlace | undefined {
  const at = isRecord(state) ? state['at'] : undefined;
  return isRecord(at) && typeof at['uri'] === 'string' && Number.isInteger(at['line'])
    ? { uri: at['uri'], line: Number(at['line']) }
    : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
