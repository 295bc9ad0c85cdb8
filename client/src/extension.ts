import * as vscode from 'vscode';
import { keepChosenScope } from './chosen-scope';
import { checkWorkspace } from './commands/check-workspace';
import { restartServer } from './commands/restart-server';
import { selectScope } from './commands/select-scope';
import { DIAGRAM_COMMANDS, showDiagram } from './commands/show-diagram';
import { showLog } from './commands/show-log';
import { registerDiagramPanel } from './diagram-panel';
import { createLanguageServer, type LanguageServer } from './language-server';
import { createScopeItem } from './scope-item';
import { startWhenNeeded } from './start-when-needed';
import { createStatusItem } from './status-item';

let running: LanguageServer | undefined;

/** Registers what the manifest contributes. The server starts once there is a manifest. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('Kubepath', { log: true });
  const server = createLanguageServer(context, log);
  running = server;
  const panel = registerDiagramPanel(context.extensionUri, server);
  const chosen = keepChosenScope(context.workspaceState, server);
  context.subscriptions.push(
    log,
    server,
    panel,
    chosen,
    createStatusItem(server),
    createScopeItem(server),
    ...Object.entries(DIAGRAM_COMMANDS).map(([command, view]) =>
      register(log, command, (uri) => showDiagram(panel, view, uri)),
    ),
    register(log, 'kubepath.checkWorkspace', () => checkWorkspace(server)),
    register(log, 'kubepath.selectScope', (name) => selectScope({ server, chosen, panel }, name)),
    register(log, 'kubepath.showLog', () => showLog(log)),
    register(log, 'kubepath.restartServer', () => restartServer(server)),
    offerInMenus(server),
    startWhenNeeded(server, log),
  );
}

/** Stops the server. */
export async function deactivate(): Promise<void> {
  await running?.stop();
}

/** The menus of an editor offer the diagrams only where there are some to show. */
function offerInMenus(server: LanguageServer): vscode.Disposable {
  let offered = false;
  return server.onChange(({ server: state }) => {
    const offer = state === 'running' || state === 'starting';
    if (offer === offered) return;
    offered = offer;
    void vscode.commands.executeCommand('setContext', 'kubepath.active', offer);
  });
}

/** A command whose failure is told in words, with the log at hand. */
function register(
  log: vscode.LogOutputChannel,
  command: string,
  run: (argument: unknown) => void | Promise<void>,
): vscode.Disposable {
  return vscode.commands.registerCommand(command, async (argument: unknown) => {
    try {
      await run(argument);
    } catch (error) {
      log.error(`${command}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      const reason = error instanceof Error ? error.message : String(error);
      const choice = await vscode.window.showErrorMessage(`Kubepath: ${reason}`, 'Show Log');
      if (choice) showLog(log);
    }
  });
}
