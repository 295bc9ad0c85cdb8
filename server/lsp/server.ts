import {
  CodeActionKind,
  CodeActionRequest,
  DocumentSymbolRequest,
  HoverRequest,
  TextDocumentSyncKind,
  type CancellationToken,
  type Connection,
  type InitializeParams,
  type InitializeResult,
} from 'vscode-languageserver/node';
import type { Analyzer, AnalyzerOptions } from '../core/index';
import { defaultSettings } from '../core/settings';
import type { Workspace, WorkspaceOptions } from '../workspace/workspace';
import { clientFeatures, rootsOf } from './client-features';
import { guard, guardRequest, type Log } from './guard';
import { checkEditorSettings } from './editor-settings';
import { checkWorkspace } from './handlers/check-workspace';
import { codeActions, fixAllKind } from './handlers/code-action';
import { applyConfiguration, followConfiguration } from './handlers/configuration';
import { documentSymbols } from './handlers/document-symbol';
import { followDocuments } from './handlers/documents';
import { hover } from './handlers/hover';
import { scopes, selectScope } from './handlers/scopes';
import { explainPath, policyAlone, view } from './handlers/view';
import { watchedFilesChanged, watchFiles } from './handlers/watched-files';
import { changeFolders } from './handlers/workspace-folders';
import type { KubepathMethods } from './protocol';
import { createPublisher } from './publisher';
import { showProgress } from './scan-progress';
import { createSession, type Session } from './session';

/** What the server is made of; tests put their own in. */
export interface ServerParts {
  createAnalyzer(options: AnalyzerOptions): Analyzer;
  createWorkspace(options: WorkspaceOptions): Workspace;
  /** Milliseconds between the last keystroke and the check. */
  readonly debounce?: number;
}

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  hoverProvider: true,
  documentSymbolProvider: true,
  codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix, fixAllKind] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};

/** Serves one client until the connection ends. */
export function startServer(connection: Connection, parts: ServerParts): void {
  const log: Log = connection.console;
  let session: Session | undefined;

  connection.onInitialize((params) => {
    session = openSession(connection, parts, params);
    return { capabilities, serverInfo: { name: 'kubepath' } };
  });

  /** A notification's handler. Before `initialize` there is nobody to tell. */
  const on = <P>(name: string, act: (session: Session, params: P) => void | Promise<void>) =>
    guard(log, name, async (params: P) => {
      if (session) await act(session, params);
    });
  /** A request's handler. */
  const answer = <P, R>(
    name: string,
    handle: (session: Session, params: P, token: CancellationToken) => R | Promise<R>,
  ) => guardRequest<P, R | null>(log, name, null, (params, token) => (session ? handle(session, params, token) : null));

  connection.onInitialized(on('initialized', (opened) => begin(connection, opened, log)));
  connection.onDidChangeConfiguration(
    on('workspace/didChangeConfiguration', async (opened, { settings }) => {
      if (await applyConfiguration(connection, opened, log, settings)) await scan(connection, opened);
    }),
  );
  connection.onDidChangeWatchedFiles(on('workspace/didChangeWatchedFiles', watchedFilesChanged));
  followDocuments(connection, log, () => session);

  connection.onRequest(HoverRequest.type, answer('textDocument/hover', hover));
  connection.onRequest(CodeActionRequest.type, answer('textDocument/codeAction', codeActions));
  connection.onRequest(DocumentSymbolRequest.type, answer('textDocument/documentSymbol', documentSymbols));
  connection.onRequest('kubepath/view' satisfies Method, answer('kubepath/view', view));
  connection.onRequest('kubepath/explain' satisfies Method, answer('kubepath/explain', explainPath));
  connection.onRequest('kubepath/policyAlone' satisfies Method, answer('kubepath/policyAlone', policyAlone));
  connection.onRequest('kubepath/scopes' satisfies Method, answer('kubepath/scopes', scopes));
  connection.onRequest('kubepath/selectScope' satisfies Method, answer('kubepath/selectScope', selectScope));
  connection.onNotification(
    'kubepath/trusted' satisfies Method,
    on('kubepath/trusted', (opened) => opened.trust()),
  );
  const check = answer('kubepath/checkWorkspace', checkWorkspace);
  // A request without parameters hands over its token alone.
  connection.onRequest('kubepath/checkWorkspace' satisfies Method, (...args: readonly unknown[]) =>
    check(undefined, args.at(-1) as CancellationToken),
  );

  connection.onShutdown(() => session?.dispose());
  connection.listen();
}

type Method = keyof KubepathMethods;

function openSession(connection: Connection, parts: ServerParts, params: InitializeParams): Session {
  const log: Log = connection.console;
  const features = clientFeatures(params);
  const roots = rootsOf(params);
  const settings = defaultSettings;
  const analyzer = parts.createAnalyzer({ logger: log });
  const workspace = parts.createWorkspace({
    roots,
    analyzer,
    settings,
    logger: log,
    trusted: features.trusted,
    checkEditorSettings,
    onRendered: () => session.rendered(),
  });
  const session = createSession({
    analyzer,
    workspace,
    features,
    roots,
    settings,
    log,
    debounce: parts.debounce ?? 150,
    publish: createPublisher((uri, diagnostics) => {
      send(() => connection.sendDiagnostics({ uri, diagnostics }));
    }, features.docsBase),
    tellStatus: (status) => send(() => connection.sendNotification('kubepath/status' satisfies Method, status)),
    tellModelChanged: () => send(() => connection.sendNotification('kubepath/modelChanged' satisfies Method)),
  });
  return session;
}

/** All that waits for the client to be ready. The scan waits for the settings only: they say what to read. */
async function begin(connection: Connection, session: Session, log: Log): Promise<void> {
  void guard(log, 'Registering for settings', followConfiguration)(connection, session);
  void guard(log, 'Registering for files', watchFiles)(connection, session);
  if (session.features.workspaceFolders) {
    connection.workspace.onDidChangeWorkspaceFolders((event) => {
      void guard(log, 'workspace/didChangeWorkspaceFolders', () => {
        changeFolders(session, event);
        return scan(connection, session);
      })();
    });
  }
  await guard(log, 'Reading the settings', async () => {
    await applyConfiguration(connection, session, log);
  })();
  await scan(connection, session);
}

async function scan(connection: Connection, session: Session): Promise<void> {
  const progress = showProgress(connection);
  await session.scan({ onProgress: progress.report, signal: progress.signal });
  progress.end();
}

/** A client that is gone needs no answer. */
function send(act: () => Promise<void>): void {
  try {
    act().catch(() => undefined);
  } catch {
    // The connection is closed.
  }
}
