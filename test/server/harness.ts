import { PassThrough } from 'node:stream';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  TextDocumentSyncKind,
  type ClientCapabilities,
  type Diagnostic,
  type InitializeResult,
  type ProtocolConnection,
  type Range,
  type Registration,
} from 'vscode-languageserver/node';
import type { StatusParams } from '../../server/lsp/protocol';
import { startServer, type ServerParts } from '../../server/lsp/server';

/** What a test may say of the editor it plays. */
export interface ClientOptions {
  readonly folders?: readonly string[];
  readonly settings?: unknown;
  readonly capabilities?: ClientCapabilities;
  readonly initializationOptions?: unknown;
}

/** An editor, as the server sees one. */
export interface TestClient {
  readonly connection: ProtocolConnection;
  readonly initialized: InitializeResult;
  /** Diagnostics as they stand, by URI as the server wrote it. */
  readonly diagnostics: ReadonlyMap<string, readonly Diagnostic[]>;
  /** URIs in the order in which diagnostics were published. */
  readonly publications: string[];
  readonly statuses: StatusParams[];
  readonly log: string[];
  /** What was shown to the user. */
  readonly messages: string[];
  readonly progress: { kind: string; percentage?: number; message?: string }[];
  readonly progressTokens: string[];
  readonly registrations: Registration[];
  readonly modelChanges: () => number;
  open(uri: string, text: string, languageId?: string): Promise<void>;
  /** One incremental change. */
  edit(uri: string, range: Range, text: string): Promise<void>;
  close(uri: string): Promise<void>;
  setSettings(settings: unknown): Promise<void>;
  /** The editor's own `files.exclude`. */
  hideFiles(patterns: unknown): Promise<void>;
  /** Resolves once the condition holds; asked again after each message from the server. */
  until(what: string, condition: () => boolean): Promise<void>;
  /** Resolves when the server is idle: a scan has ended. */
  scanned(): Promise<void>;
  stop(): Promise<void>;
}

const editor: ClientCapabilities = {
  window: { workDoneProgress: true },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeConfiguration: { dynamicRegistration: true },
    didChangeWatchedFiles: { dynamicRegistration: true },
    workspaceEdit: { documentChanges: true },
  },
  textDocument: { documentSymbol: { hierarchicalDocumentSymbolSupport: true } },
};

const stops: (() => Promise<void>)[] = [];

/** Stops every client of a test; for `afterEach`. */
export async function stopClients(): Promise<void> {
  await Promise.all(stops.splice(0).map((stop) => stop()));
}

/** Starts a server in this process and speaks LSP with it over a pair of streams. */
export async function startClient(parts: ServerParts, options: ClientOptions = {}): Promise<TestClient> {
  const toServer = new PassThrough();
  const toClient = new PassThrough();
  const server = createConnection(new StreamMessageReader(toServer), new StreamMessageWriter(toClient));
  startServer(server, { debounce: 20, ...parts });
  const client = await connect(toClient, toServer, options);
  stops.push(async () => {
    await client.stop();
    server.dispose();
  });
  return client;
}

/** Speaks LSP over streams with a server that runs already. */
export async function connect(
  input: NodeJS.ReadableStream,
  output: NodeJS.WritableStream,
  options: ClientOptions,
): Promise<TestClient> {
  const connection = createProtocolConnection(new StreamMessageReader(input), new StreamMessageWriter(output));
  const diagnostics = new Map<string, readonly Diagnostic[]>();
  const publications: string[] = [];
  const statuses: StatusParams[] = [];
  const log: string[] = [];
  const messages: string[] = [];
  const progress: TestClient['progress'] = [];
  const progressTokens: string[] = [];
  const registrations: Registration[] = [];
  const versions = new Map<string, number>();
  const waiting = new Set<() => void>();
  let modelChanges = 0;
  let settings = options.settings;
  let hidden: unknown = null;

  const heard = (): void => waiting.forEach((ask) => ask());
  const on = (method: string, act: (params: never) => unknown): void => {
    connection.onNotification(method, (params: unknown) => {
      act(params as never);
      heard();
    });
  };
  on('textDocument/publishDiagnostics', (params: { uri: string; diagnostics: Diagnostic[] }) => {
    publications.push(params.uri);
    if (params.diagnostics.length === 0) diagnostics.delete(params.uri);
    else diagnostics.set(params.uri, params.diagnostics);
  });
  on('kubepath/status', (params: StatusParams) => statuses.push(params));
  on('kubepath/modelChanged', () => modelChanges++);
  on('window/logMessage', (params: { message: string }) => log.push(params.message));
  on('window/showMessage', (params: { message: string }) => messages.push(params.message));
  on('$/progress', (params: { value: TestClient['progress'][number] }) => progress.push(params.value));
  connection.onRequest('workspace/configuration', (params: { items: { section?: string }[] }) =>
    params.items.map(({ section }) =>
      section === 'kubepath' ? settings : section === 'files.exclude' ? hidden : null,
    ),
  );
  connection.onRequest('window/workDoneProgress/create', (params: { token: string }) => {
    progressTokens.push(params.token);
    return null;
  });
  connection.onRequest('client/registerCapability', (params: { registrations: Registration[] }) => {
    registrations.push(...params.registrations);
    heard();
    return null;
  });
  connection.listen();

  const until = (what: string, condition: () => boolean): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(ask);
        reject(
          new Error(`Waited in vain: ${what}\nlog: ${log.join('\n')}\nstatus: ${JSON.stringify(statuses.at(-1))}`),
        );
      }, 4000);
      const ask = (): void => {
        if (!condition()) return;
        clearTimeout(timer);
        waiting.delete(ask);
        resolve();
      };
      waiting.add(ask);
      ask();
    });

  const initialized = await connection.sendRequest<InitializeResult>('initialize', {
    processId: null,
    rootUri: null,
    capabilities: options.capabilities ?? editor,
    workspaceFolders: (options.folders ?? []).map((uri) => ({ uri, name: uri })),
    initializationOptions: options.initializationOptions,
  });
  if (initialized.capabilities.textDocumentSync === TextDocumentSyncKind.None) throw new Error('No text sync');
  await connection.sendNotification('initialized', {});

  return {
    connection,
    initialized,
    diagnostics,
    publications,
    statuses,
    log,
    messages,
    progress,
    progressTokens,
    registrations,
    modelChanges: () => modelChanges,
    async open(uri, text, languageId = 'yaml') {
      versions.set(uri, 1);
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId, version: 1, text },
      });
    },
    async edit(uri, range, text) {
      const version = (versions.get(uri) ?? 0) + 1;
      versions.set(uri, version);
      const contentChanges = [{ range, text }];
      await connection.sendNotification('textDocument/didChange', { textDocument: { uri, version }, contentChanges });
    },
    close: (uri) => connection.sendNotification('textDocument/didClose', { textDocument: { uri } }),
    setSettings(next) {
      settings = next;
      return connection.sendNotification('workspace/didChangeConfiguration', { settings: { kubepath: next } });
    },
    hideFiles(patterns) {
      hidden = patterns;
      return connection.sendNotification('workspace/didChangeConfiguration', { settings: null });
    },
    until,
    scanned: () => until('the scan to end', () => !['scanning', undefined].includes(statuses.at(-1)?.state)),
    async stop() {
      await connection.sendRequest('shutdown');
      connection.dispose();
    },
  };
}
