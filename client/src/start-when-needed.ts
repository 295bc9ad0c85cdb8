import * as vscode from 'vscode';
import { documentSelector, type LanguageServer } from './language-server';
import { findManifest, isManifest } from './manifest-search';
import { looksLikeManifest, manifestGlob } from './manifest-text';

/** Starts the server once the workspace holds a manifest: found in a folder, opened, or written. Costs nothing afterwards. */
export function startWhenNeeded(server: LanguageServer, log: vscode.LogOutputChannel): vscode.Disposable {
  const cancellation = new vscode.CancellationTokenSource();
  const watcher = vscode.workspace.createFileSystemWatcher(manifestGlob, false, false, true);
  const listeners: { dispose(): unknown }[] = [cancellation, watcher];
  const stop = (): void => {
    cancellation.cancel();
    for (const listener of listeners.splice(0)) listener.dispose();
  };
  const start = (why: string): void => {
    if (cancellation.token.isCancellationRequested) return;
    stop();
    log.info(`Starting the server: ${why}.`);
    // A failure is told by the status item and the log.
    server.start().catch(() => undefined);
  };
  const onDocument = (document: vscode.TextDocument): void => {
    if (isManifestDocument(document)) start(`${nameOf(document.uri)} is open`);
  };
  const onFile = async (uri: vscode.Uri): Promise<void> => {
    if (await isManifest(uri)) start(`${nameOf(uri)} was written`);
  };
  const search = async (): Promise<void> => {
    const { found, looked, milliseconds, complete } = await findManifest(cancellation.token);
    if (cancellation.token.isCancellationRequested) return;
    log.info(`Looked for manifests: ${looked} files in ${milliseconds} ms${complete ? '' : ', not all'}.`);
    if (found) start(`${nameOf(found)} is a manifest`);
    else
      log.info(
        'No manifest found. Kubepath starts when one is opened or written, or with "Kubepath: Check Workspace".',
      );
  };
  listeners.push(
    watcher.onDidCreate((uri) => void onFile(uri)),
    watcher.onDidChange((uri) => void onFile(uri)),
    vscode.workspace.onDidOpenTextDocument(onDocument),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void search()),
    // A command may start it as well.
    server.onChange(({ server: state }) => {
      if (state !== 'off') stop();
    }),
  );
  vscode.workspace.textDocuments.forEach(onDocument);
  if (!cancellation.token.isCancellationRequested) void search();
  return new vscode.Disposable(stop);
}

/** Documents outside of the folders are left alone by the server too: what they belong to cannot be read. */
function isManifestDocument(document: vscode.TextDocument): boolean {
  if (!vscode.workspace.getWorkspaceFolder(document.uri)) return false;
  return vscode.languages.match(documentSelector, document) > 0 && looksLikeManifest(document.getText());
}

function nameOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}
