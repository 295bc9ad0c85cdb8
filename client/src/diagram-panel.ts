import * as vscode from 'vscode';
import type { PanelPlace, ToHost, ToPanel } from '../../diagram/messages';
import { VIEW_TITLES } from '../../diagram/view-names';
import type { DiagramView, PathHop, ViewName, ViewParams } from '../../server/lsp/protocol';
import { exportDiagram } from './diagram-export';
import { applyFix, fixesOf } from './diagram-fixes';
import { firstFocus, isInView, isManifest, nodeAtEditor } from './diagram-focus';
import { isToHost, pageHtml, pageOptions, savedPlace } from './diagram-page';
import { askAloneOf, askPath, type DiagramConnection } from './diagram-questions';
import { createRevealer } from './diagram-reveal';

/** The panel's type; `activationEvents` needs `onWebviewPanel:kubepath.diagram` for it to come back after a reload. */
const DIAGRAM_PANEL_TYPE = 'kubepath.diagram';

/** The server checks later than this; a picture must not wait for that. */
const EDIT_DEBOUNCE_MS = 80;
const CURSOR_DEBOUNCE_MS = 120;

export interface DiagramPanels {
  /** Opens the panel beside the editor, or brings it to the front, with the view of the scope that holds the place. */
  show(view: ViewName, at?: PanelPlace): void;
  /** From the next answer on an open panel shows the scope that holds the place, or without one the scope that the server thinks best. */
  goTo(at: PanelPlace | undefined): void;
  dispose(): void;
}

/** One panel per window, which comes back after a reload. */
export function registerDiagramPanel(extensionUri: vscode.Uri, connection: DiagramConnection): DiagramPanels {
  let current: DiagramPanel | undefined;
  const adopt = (panel: vscode.WebviewPanel, first: Pick<PanelParts, 'view' | 'at' | 'isRestored'>): void => {
    const created = runPanel({ panel, extensionUri, connection, ...first });
    current = created;
    panel.onDidDispose(() => {
      created.dispose();
      if (current === created) current = undefined;
    });
  };
  const serializer = vscode.window.registerWebviewPanelSerializer(DIAGRAM_PANEL_TYPE, {
    deserializeWebviewPanel: (panel, state: unknown) => {
      const { view = 'services', at } = savedPlace(state);
      if (current === undefined) adopt(panel, { view, at, isRestored: true });
      else panel.dispose();
      return Promise.resolve();
    },
  });
  return {
    show(view, at) {
      if (current !== undefined) {
        current.show(view, at);
        return;
      }
      const column = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
      const title = titleOf(view);
      const panel = vscode.window.createWebviewPanel(DIAGRAM_PANEL_TYPE, title, column, pageOptions(extensionUri));
      adopt(panel, { view, at, isRestored: false });
    },
    goTo: (at) => current?.goTo(at),
    dispose() {
      serializer.dispose();
      current?.close();
    },
  };
}

type Node = DiagramView['nodes'][number];

interface PanelParts {
  readonly panel: vscode.WebviewPanel;
  readonly extensionUri: vscode.Uri;
  readonly connection: DiagramConnection;
  readonly view: ViewName;
  readonly at: PanelPlace | undefined;
  /** It comes back after a reload: the page knows what was selected. */
  readonly isRestored: boolean;
}

type DiagramPanel = ReturnType<typeof runPanel>;

/** The host's side of one panel: asks the server, feeds the page, follows the cursor. */
function runPanel({ panel, extensionUri, connection, ...first }: PanelParts) {
  const revealer = createRevealer(panel);
  let { view: name, at } = first;
  let without: string | undefined;
  /** The page shows the matrix of policies. */
  let matrix = false;
  /** What the page shows, of `name`. */
  let view: DiagramView | undefined;
  /** What it was sent, to send nothing twice. */
  let sent = '';
  let hops: readonly PathHop[] = [];
  let follows = true;
  /** The next view that arrives brings the place it was asked for into sight. */
  let isAsked = !first.isRestored;
  let isReady = false;
  /** Counts requests, so that only the newest answer is shown. */
  let asked = 0;
  let editTimer: NodeJS.Timeout | undefined;
  let cursorTimer: NodeJS.Timeout | undefined;

  function post(message: ToPanel): void {
    if (isReady && panel.visible) void panel.webview.postMessage(message);
  }

  /** Asks for the view again and shows it. While the server has none, because the YAML is broken just now, the last one stays. */
  async function refresh(): Promise<void> {
    clearTimeout(editTimer);
    if (!isReady || !panel.visible) return;
    asked += 1;
    const mine = asked;
    const answer = await request(at);
    if (mine !== asked) return;
    if (typeof answer === 'string') postAfresh({ type: 'failed', message: answer });
    else if (answer === undefined && view !== undefined) postAfresh({ type: 'stale' });
    else showView(answer);
  }

  /** What is sent after this differs from what the page shows. */
  function postAfresh(message: ToPanel): void {
    sent = '';
    post(message);
  }

  function showView(next: DiagramView | undefined): void {
    const focus = isAsked && next !== undefined ? firstFocus(next, at) : undefined;
    if (next !== undefined) isAsked = false;
    view = next;
    const message: ToPanel = { type: 'view', name, view: next ?? null, at: at ?? null, focus: focus ?? null };
    const text = JSON.stringify(message);
    if (text === sent) return;
    sent = text;
    post(message);
  }

  /** The view, nothing when there is none, or the reason why the server did not answer. */
  async function request(place: PanelPlace | undefined): Promise<DiagramView | string | undefined> {
    const params: ViewParams = { view: name, ...place, ...(without === undefined ? {} : { without }), matrix };
    try {
      return (await connection.request('kubepath/view', params)) ?? undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  function switchTo(next: ViewName, policy: string | undefined): void {
    if (next !== name) view = undefined;
    [name, without] = [next, policy];
    panel.title = titleOf(next);
  }

  function followSoon(): void {
    if (!follows) return;
    clearTimeout(cursorTimer);
    cursorTimer = setTimeout(() => void follow(), CURSOR_DEBOUNCE_MS);
  }

  /** Puts the node at the cursor in focus; a manifest of another scope brings the view of that scope. */
  async function follow(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    if (!follows || editor === undefined || !isManifest(editor.document) || !panel.visible) return;
    const node = view === undefined ? undefined : nodeAtEditor(view, editor);
    if (node !== undefined) {
      post({ type: 'focus', node });
      return;
    }
    const uri = editor.document.uri.toString();
    if (view !== undefined && isInView(view, uri)) return;
    const place = { uri, line: editor.selection.active.line };
    asked += 1;
    const mine = asked;
    const next = await request(place);
    if (mine !== asked || next === undefined || typeof next === 'string') return;
    if (next.scope === view?.scope || next.nodes.length === 0) return;
    at = place;
    isAsked = true;
    showView(next);
  }

  function nodeOf(id: string): Node | undefined {
    return view?.nodes.find((node) => node.id === id);
  }

  /** Only places that the server named are opened: the page names a node, never a file. */
  async function reveal(location: Parameters<typeof revealer.reveal>[0] | undefined, go: boolean): Promise<void> {
    if (location !== undefined) await revealer.reveal(location, go);
  }

  async function explain(source: string, target: string): Promise<void> {
    const [from, to] = [nodeOf(source), nodeOf(target)];
    if (view === undefined || from === undefined || to === undefined) return;
    const answer = await askPath(connection, view.scope, from, to);
    hops = 'hops' in answer ? answer.hops : [];
    post({ type: 'path', source, target, answer });
  }

  async function askAlone(policy: string): Promise<void> {
    if (view === undefined) return;
    post({ type: 'alone', policy, alone: await askAloneOf(connection, view.scope, policy) });
  }

  async function askFixes(id: string): Promise<void> {
    const node = nodeOf(id);
    if (node !== undefined) post({ type: 'fixes', node: id, fixes: await fixesOf(node) });
  }

  async function fix(id: string, index: number, title: string): Promise<void> {
    const problem = nodeOf(id)?.problems[index];
    if (problem === undefined) return;
    if (await applyFix(problem, title)) await reveal(problem.location, false);
    else
      void vscode.window.showWarningMessage(`Kubepath: "${title}" cannot be applied any more: the file has changed.`);
  }

  async function receive(message: ToHost): Promise<void> {
    switch (message.type) {
      case 'ready':
        isReady = true;
        sent = '';
        follows = message.follow;
        return refresh();
      case 'follow':
        follows = message.follow;
        followSoon();
        return;
      case 'show':
        switchTo(message.view, message.without ?? undefined);
        return refresh();
      case 'matrix':
        if (matrix === message.on) return;
        matrix = message.on;
        return matrix ? refresh() : undefined;
      case 'reveal':
        return reveal(nodeOf(message.node)?.location, message.go);
      case 'revealProblem':
        return reveal(nodeOf(message.node)?.problems[message.problem]?.location, true);
      case 'revealHop':
        return reveal(hops[message.hop]?.location, false);
      case 'revealRange':
        return reveal(view?.addresses?.ranges.find(({ id }) => id === message.range)?.location, false);
      case 'path':
        return explain(message.source, message.target);
      case 'alone':
        return askAlone(message.policy);
      case 'fixes':
        return askFixes(message.node);
      case 'fix':
        return fix(message.node, message.problem, message.title);
      case 'export': {
        const sentence = view === undefined ? undefined : await exportDiagram(view, message);
        if (sentence !== undefined) post({ type: 'exported', message: sentence });
      }
    }
  }

  panel.title = titleOf(name);
  panel.webview.options = pageOptions(extensionUri);
  const subscriptions = [
    revealer,
    panel.webview.onDidReceiveMessage((message: unknown) => {
      if (isToHost(message)) void receive(message);
    }),
    panel.onDidChangeViewState(() => {
      // A hidden webview gets no messages; what it missed is sent when it is back.
      if (panel.visible) void refresh();
      else sent = '';
    }),
    connection.onModelChanged(() => void refresh()),
    vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (contentChanges.length === 0 || view === undefined || !isManifest(document)) return;
      clearTimeout(editTimer);
      editTimer = setTimeout(() => void refresh(), EDIT_DEBOUNCE_MS);
    }),
    vscode.window.onDidChangeActiveTextEditor(followSoon),
    vscode.window.onDidChangeTextEditorSelection((event) => {
      if (event.textEditor === vscode.window.activeTextEditor) followSoon();
    }),
  ];
  panel.webview.html = pageHtml(panel.webview, extensionUri);

  return {
    show(next: ViewName, place: PanelPlace | undefined): void {
      if (place !== undefined) at = place;
      isAsked = true;
      switchTo(next, undefined);
      panel.reveal(undefined, true);
      void refresh();
    },
    goTo(place: PanelPlace | undefined): void {
      at = place;
      isAsked = true;
    },
    close(): void {
      panel.dispose();
    },
    dispose(): void {
      clearTimeout(editTimer);
      clearTimeout(cursorTimer);
      for (const subscription of subscriptions) subscription.dispose();
    },
  };
}

function titleOf(view: ViewName): string {
  return `Kubepath: ${VIEW_TITLES[view]}`;
}
