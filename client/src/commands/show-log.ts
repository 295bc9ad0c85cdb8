import type * as vscode from 'vscode';

/** Kubepath: Show Log */
export function showLog(log: vscode.LogOutputChannel): void {
  log.show(true);
}
