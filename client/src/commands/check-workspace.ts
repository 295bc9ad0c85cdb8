import * as vscode from 'vscode';
import type { StatusParams } from '../../../server/lsp/protocol';
import type { LanguageServer } from '../language-server';
import { findingsOf, plural } from '../status-text';

/** Kubepath: Check Workspace. Reads and checks every manifest again and says what came of it. */
export async function checkWorkspace(server: LanguageServer): Promise<void> {
  const status = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'Kubepath', cancellable: true },
    async (progress, token) => {
      let told = 0;
      const listener = server.onChange(({ status: current }) => {
        if (current?.state !== 'scanning' || current.total === 0) return;
        const percent = (100 * current.done) / current.total;
        progress.report({
          message: `${current.done} of ${current.total} files`,
          increment: Math.max(0, percent - told),
        });
        told = Math.max(told, percent);
      });
      try {
        return await server.request('kubepath/checkWorkspace', null, token);
      } catch (error) {
        if (token.isCancellationRequested) return null;
        throw error;
      } finally {
        listener.dispose();
      }
    },
  );
  if (status) void tell(status);
}

async function tell(status: StatusParams): Promise<void> {
  if (status.state === 'failed') {
    const choice = await vscode.window.showErrorMessage('Kubepath: the check failed.', 'Show Log');
    if (choice) await vscode.commands.executeCommand('kubepath.showLog');
    return;
  }
  const summary = `Kubepath: ${findingsOf(status)} in ${plural(status.resources, 'resource')} of ${plural(status.files, 'file')}.`;
  const choice = await vscode.window.showInformationMessage(
    summary,
    ...(status.errors + status.warnings > 0 ? ['Show Problems'] : []),
  );
  if (choice) await vscode.commands.executeCommand('workbench.actions.view.problems');
}
