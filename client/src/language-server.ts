import * as vscode from 'vscode';
import type { LanguageClient, LanguageClientOptions, ServerOptions, TransportKind } from 'vscode-languageclient/node';
import type { InitializationOptions, KubepathMethods, StatusParams } from '../../server/lsp/protocol';

/**
 * What the server hears of. The extension runs where the workspace is, so that files of a remote workspace are `file:` here too; whatever else
 * has a language (Git's left-hand sides, untitled documents) is left alone.
 */
export const documentSelector: { readonly language: string; readonly scheme: string }[] = [
  { language: 'yaml', scheme: 'file' },
  { language: 'json', scheme: 'file' },
  { language: 'jsonc', scheme: 'file' },
  // What other extensions make of a chart's templates.
  { language: 'helm', scheme: 'file' },
];

/** How the server fares. */
export interface ServerChange {
  readonly server: 'off' | 'starting' | 'running' | 'failed';
  /** What the server told last; undefined until it did. */
  readonly status: StatusParams | undefined;
}

type Answer<M extends keyof KubepathMethods> = KubepathMethods[M] extends { result: infer R } ? R : never;

/** The language server, over restarts. */
export interface LanguageServer {
  /** Starts the server if it does not run. Rejects when it cannot. */
  start(): Promise<void>;
  stop(): Promise<void>;
  restart(): Promise<void>;
  /** Asks the server, starting it first if need be. */
  request<M extends keyof KubepathMethods>(
    method: M,
    params: KubepathMethods[M]['params'],
    token?: vscode.CancellationToken,
  ): Promise<Answer<M>>;
  /** Asks the server if it runs. Undefined when it does not, or failed: for questions that nobody waits for. */
  ask<M extends keyof KubepathMethods>(method: M, params: KubepathMethods[M]['params']): Promise<Answer<M> | undefined>;
  /** Findings or models changed. Survives restarts. */
  readonly onModelChanged: vscode.Event<void>;
  readonly onChange: vscode.Event<ServerChange>;
  /** What `onChange` told last. */
  current(): ServerChange;
  dispose(): void;
}

/** Makes the server's handle. Nothing runs before `start`. */
export function createLanguageServer(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): LanguageServer {
  const modelChanged = new vscode.EventEmitter<void>();
  const change = new vscode.EventEmitter<ServerChange>();
  let starting: Promise<LanguageClient> | undefined;
  /** The client that is meant to run; none while it is being stopped on purpose. */
  let current: LanguageClient | undefined;
  let status: StatusParams | undefined;
  let told: ServerChange = { server: 'off', status };

  const tell = (server: ServerChange['server']): void => {
    told = { server, status };
    change.fire(told);
  };

  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    // A server that starts later learns of it as it starts.
    current?.sendNotification('kubepath/trusted' satisfies keyof KubepathMethods).catch((error: unknown) => {
      log.warn(`The server does not know yet that the workspace is trusted: ${String(error)}`);
    });
  });

  /** Until somebody restarts it, every question meets the same refusal: a server that fails is not started over and over. */
  function fail(reason: unknown): void {
    status = undefined;
    starting = Promise.reject(reason instanceof Error ? reason : new Error(String(reason)));
    starting.catch(() => undefined);
    tell('failed');
  }

  async function launch(): Promise<LanguageClient> {
    tell('starting');
    try {
      // Loaded here, so that a workspace without manifests does not pay for it.
      const { LanguageClient, State, TransportKind } = await import('vscode-languageclient/node');
      const options = serverOptions(context, TransportKind.ipc);
      const client = new LanguageClient('kubepath', 'Kubepath', options, clientOptions(context, log));
      current = client;
      client.onNotification('kubepath/status' satisfies keyof KubepathMethods, (params: StatusParams) => {
        status = params;
        tell('running');
      });
      client.onNotification('kubepath/modelChanged' satisfies keyof KubepathMethods, () => modelChanged.fire());
      let started = false;
      client.onDidChangeState(({ newState }) => {
        if (!started || newState === State.Running || newState === State.Starting) return;
        // A server that crashed is started again by the client, at once, until it gives up.
        setTimeout(() => {
          if (current !== client) return;
          if (client.state === State.Starting || client.state === State.Running) tell('starting');
          else fail(new Error('The server stopped. "Kubepath: Restart Server" starts it again.'));
        });
      });
      await client.start();
      started = true;
      return client;
    } catch (error) {
      log.error(`The server did not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      fail(error);
      throw error;
    }
  }

  function running(): Promise<LanguageClient> {
    starting ??= launch();
    return starting;
  }

  async function stop(): Promise<void> {
    const pending = starting;
    // A client can only be stopped once it has started.
    await pending?.catch(() => undefined);
    const client = current;
    current = undefined;
    starting = undefined;
    status = undefined;
    await client?.dispose().catch((error: unknown) => log.warn(`The server did not stop cleanly: ${String(error)}`));
    if (client) tell('off');
  }

  return {
    async start() {
      await running();
    },
    stop,
    async restart() {
      await stop();
      await running();
    },
    async request(method, params, token) {
      const client = await running();
      // An absent token must not become a second parameter: it would arrive as null.
      return token ? client.sendRequest(method, params, token) : client.sendRequest(method, params);
    },
    async ask<M extends keyof KubepathMethods>(method: M, params: KubepathMethods[M]['params']) {
      if (told.server !== 'running' || current === undefined) return undefined;
      // Failures are in the log: the server wrote them, or the client did when it stopped.
      return current.sendRequest<Answer<M>>(method, params).catch(() => undefined);
    },
    onModelChanged: modelChanged.event,
    onChange: change.event,
    current: () => told,
    dispose() {
      trust.dispose();
      modelChanged.dispose();
      change.dispose();
    },
  };
}

function serverOptions(context: vscode.ExtensionContext, transport: TransportKind): ServerOptions {
  const module = context.asAbsolutePath('dist/server.js');
  return {
    run: { module, transport },
    debug: { module, transport, options: { execArgv: ['--nolazy', '--inspect=6009'] } },
  };
}

function clientOptions(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): LanguageClientOptions {
  // Asked for at every start: the client starts a server that crashed by itself.
  const initializationOptions = (): InitializationOptions => ({
    docsBase: vscode.Uri.joinPath(context.extensionUri, 'docs', 'rules').toString(),
    trusted: vscode.workspace.isTrusted,
  });
  return { documentSelector, outputChannel: log, diagnosticCollectionName: 'kubepath', initializationOptions };
}
