import * as vscode from 'vscode';
import { documentSelector, type LanguageServer, type ServerChange } from './language-server';
import { looksLikeManifest } from './manifest-text';
import { lookOfScopes } from './scope-text';
import { showLook } from './status-item';

/** Switching through files, and typing, asks once when it pauses. In milliseconds. */
const debounce = 100;

/** The entry behind `{}` in the status bar that says which scope the active file is in. There is none while nothing is known. */
export function createScopeItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('kubepath.scope', []);
  item.name = 'Kubepath Scope';
  let timer: NodeJS.Timeout | undefined;
  /** Counts questions, so that only the newest answer is shown. */
  let asked = 0;

  async function ask(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    if (document === undefined || !isKnown(server.current())) return;
    asked += 1;
    const mine = asked;
    const answer = await server.ask('kubepath/scopes', { uri: document.uri.toString() });
    if (mine !== asked || !answer) return;
    showLook(item, lookOfScopes(answer.scopes, looksLikeManifest(document.getText())));
    item.selector = documentSelector;
  }

  function askSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void ask(), debounce);
  }

  function hide(): void {
    asked += 1;
    item.selector = [];
  }

  return vscode.Disposable.from(
    item,
    new vscode.Disposable(() => clearTimeout(timer)),
    vscode.window.onDidChangeActiveTextEditor(askSoon),
    server.onModelChanged(askSoon),
    server.onChange((change) => {
      if (isKnown(change)) askSoon();
      // What was known before a second scan holds until its end.
      else if (change.server !== 'running' || change.status?.state === 'cancelled') hide();
    }),
  );
}

/** Whether the server has worked out the scopes. */
function isKnown({ server, status }: ServerChange): boolean {
  return server === 'running' && (status?.state === 'ready' || status?.state === 'failed');
}
