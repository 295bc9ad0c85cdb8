import * as vscode from 'vscode';
import type { ScopeSummary } from '../../../server/lsp/protocol';
import type { ChosenScope } from '../chosen-scope';
import { documentSelector, type LanguageServer, type ServerChange } from '../language-server';
import { describeScope, scopeTitle } from '../scope-text';

interface Place {
  readonly uri: string;
  readonly line: number;
}

interface Parts {
  readonly server: LanguageServer;
  readonly chosen: ChosenScope;
  /** An open diagram goes to the view that holds the place, or without one to that of the chosen scope. */
  readonly panel: { goTo(at: Place | undefined): void };
}

/** Scopes to choose from. */
interface Offer {
  readonly scopes: readonly ScopeSummary[];
  /** Where they come from: the file that is in all of them; undefined for all that there are. */
  readonly editor: vscode.TextEditor | undefined;
  readonly current: string | undefined;
}

interface Item extends vscode.QuickPickItem {
  readonly scope: string;
}

/**
 * Kubepath: Select Scope. Which of several scopes hovers and diagrams speak of: those of the file at hand, or all where there is none.
 *
 * @param name for key bindings: the scope, without asking
 */
export async function selectScope(parts: Parts, name?: unknown): Promise<void> {
  if (typeof name === 'string') await selectByName(parts, name);
  else await selectFromList(parts);
}

async function selectByName(parts: Parts, name: string): Promise<void> {
  await settled(parts.server);
  const { scopes } = await parts.server.request('kubepath/scopes', {});
  if (!scopes.some((scope) => scope.name === name)) throw new Error(`There is no scope "${name}".`);
  const offer = await offerOf(parts);
  const inFile = offer?.scopes.some((scope) => scope.name === name) === true;
  await choose(parts, name, inFile ? offer.editor : undefined);
}

async function choose({ chosen, panel }: Parts, scope: string, editor: vscode.TextEditor | undefined): Promise<void> {
  panel.goTo(editor && { uri: editor.document.uri.toString(), line: editor.selection.active.line });
  await chosen.choose(scope);
}

/** The list follows what the server finds while it is open: at first it may still be reading. */
async function selectFromList(parts: Parts): Promise<void> {
  const { server } = parts;
  const pick = vscode.window.createQuickPick<Item>();
  let offer: Offer | undefined;
  let asked = 0;
  const fill = async (): Promise<void> => {
    pick.busy = !isSettled(server.current());
    asked += 1;
    const mine = asked;
    const next = pick.busy ? undefined : await offerOf(parts);
    if (mine !== asked) return;
    if (next === undefined || !same(next, offer)) show(pick, next);
    offer = next;
  };
  pick.matchOnDescription = true;
  show(pick, undefined);
  const listeners = [server.onModelChanged(() => void fill()), server.onChange(() => void fill())];
  pick.show();
  try {
    const hidden = new Promise<void>((resolve) => pick.onDidHide(() => resolve()));
    const accepted = new Promise<string>((resolve) => {
      pick.onDidAccept(() => {
        const [item] = pick.selectedItems;
        if (item) resolve(item.scope);
      });
    });
    await server.start();
    void fill();
    const scope = await Promise.race([accepted, hidden]);
    pick.hide();
    if (scope !== undefined) await choose(parts, scope, offer?.editor);
  } finally {
    asked += 1;
    for (const listener of listeners) listener.dispose();
    pick.dispose();
  }
}

async function offerOf({ server, chosen }: Parts): Promise<Offer | undefined> {
  const editor = editorAtHand();
  const ofFile = editor && (await server.ask('kubepath/scopes', { uri: editor.document.uri.toString() }));
  if (ofFile && ofFile.scopes.length > 0) return { scopes: ofFile.scopes, editor, current: ofFile.scopes[0]?.name };
  const all = await server.ask('kubepath/scopes', {});
  return all && { scopes: all.scopes, editor: undefined, current: chosen.current() };
}

/** The manifest that is being edited, or that lies beside a diagram with the focus. */
function editorAtHand(): vscode.TextEditor | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const candidates = activeTextEditor ? [activeTextEditor] : visibleTextEditors;
  return candidates.find(({ document }) => vscode.languages.match(documentSelector, document) > 0);
}

function show(pick: vscode.QuickPick<Item>, offer: Offer | undefined): void {
  pick.placeholder = placeholderOf(offer);
  pick.items = (offer?.scopes ?? []).map((scope) => itemOf(scope, scope.name === offer?.current));
  pick.activeItems = pick.items.filter(({ scope }) => scope === offer?.current);
}

function placeholderOf(offer: Offer | undefined): string {
  if (offer === undefined) return 'Reading manifests…';
  if (offer.scopes.length === 0) return 'Nothing is analysed in this workspace';
  if (offer.editor === undefined) return 'Scope for hovers and diagrams';
  const file = vscode.workspace.asRelativePath(offer.editor.document.uri);
  return offer.scopes.length === 1 ? `${file} is in this scope only` : `Scope of ${file} for hovers and diagrams`;
}

function itemOf(scope: ScopeSummary, isCurrent: boolean): Item {
  const description = `${describeScope(scope)}${isCurrent ? ' · current' : ''}`;
  return { scope: scope.name, label: scopeTitle(scope), description };
}

/** Starts the server if need be, and waits until it has read everything. */
async function settled(server: LanguageServer): Promise<void> {
  await server.start();
  if (isSettled(server.current())) return;
  await new Promise<void>((resolve) => {
    const listener = server.onChange((change) => {
      if (!isSettled(change) && change.server !== 'failed' && change.server !== 'off') return;
      listener.dispose();
      resolve();
    });
  });
}

function isSettled({ server, status }: ServerChange): boolean {
  return server === 'running' && status !== undefined && status.state !== 'scanning';
}

function same(a: Offer, b: Offer | undefined): boolean {
  return a.current === b?.current && JSON.stringify(a.scopes) === JSON.stringify(b?.scopes);
}
