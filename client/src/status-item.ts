import * as vscode from 'vscode';
import { documentSelector, type LanguageServer, type ServerChange } from './language-server';
import { lookOfServer, notesOf, type Look } from './status-text';

/** The entries behind `{}` in the status bar: counts, progress, what to do about a failure, and what was left alone. */
export function createStatusItem(server: LanguageServer): vscode.Disposable {
  const item = vscode.languages.createLanguageStatusItem('kubepath.status', documentSelector);
  item.name = 'Kubepath';
  let notes: readonly vscode.LanguageStatusItem[] = [];
  const show = (change: ServerChange): void => {
    showLook(item, lookOfServer(change));
    notes = showNotes(notes, notesOf(change));
  };
  show(server.current());
  return vscode.Disposable.from(item, server.onChange(show), new vscode.Disposable(() => showNotes(notes, [])));
}

/** Puts a look into an item. */
export function showLook(item: vscode.LanguageStatusItem, look: Look): void {
  item.text = look.text;
  item.detail = look.detail;
  item.busy = look.busy ?? false;
  item.severity = look.failed ? vscode.LanguageStatusSeverity.Error : vscode.LanguageStatusSeverity.Information;
  item.command = look.command;
}

/** Entries for these texts, in place of those before; they stay as they are where the texts do. */
function showNotes(
  before: readonly vscode.LanguageStatusItem[],
  texts: readonly string[],
): readonly vscode.LanguageStatusItem[] {
  if (before.length === texts.length && before.every(({ text }, index) => text === texts[index])) return before;
  for (const item of before) item.dispose();
  return texts.map((text, index) => {
    const item = vscode.languages.createLanguageStatusItem(`kubepath.note.${index}`, documentSelector);
    item.name = 'Kubepath Note';
    item.text = text;
    return item;
  });
}
