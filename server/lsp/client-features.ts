import { ResourceOperationKind, type InitializeParams } from 'vscode-languageserver/node';
import type { InitializationOptions } from './protocol';
import { normaliseUri } from './uris';

/** What this server asks of a client's capabilities. */
export interface ClientFeatures {
  /** Rules' pages, without a trailing slash. */
  readonly docsBase: string | undefined;
  /** Whether programs may run on the workspace's files. */
  readonly trusted: boolean;
  readonly configuration: boolean;
  readonly registersConfiguration: boolean;
  readonly registersWatchers: boolean;
  readonly workspaceFolders: boolean;
  readonly versionedEdits: boolean;
  /** Whether an edit may make a file. */
  readonly createsFiles: boolean;
  readonly symbolTrees: boolean;
}

/** Reads the capabilities. Clients leave out what they do not know, and whole objects with it. */
export function clientFeatures(params: InitializeParams): ClientFeatures {
  const { workspace, textDocument } = params.capabilities;
  const options = params.initializationOptions as InitializationOptions | null | undefined;
  const docsBase = options?.docsBase;
  return {
    docsBase: typeof docsBase === 'string' ? docsBase.replace(/\/+$/, '') : undefined,
    trusted: options?.trusted === true,
    configuration: workspace?.configuration === true,
    registersConfiguration: workspace?.didChangeConfiguration?.dynamicRegistration === true,
    registersWatchers: workspace?.didChangeWatchedFiles?.dynamicRegistration === true,
    workspaceFolders: workspace?.workspaceFolders === true,
    versionedEdits: workspace?.workspaceEdit?.documentChanges === true,
    createsFiles:
      workspace?.workspaceEdit?.documentChanges === true &&
      workspace.workspaceEdit.resourceOperations?.includes(ResourceOperationKind.Create) === true,
    symbolTrees: textDocument?.documentSymbol?.hierarchicalDocumentSymbolSupport === true,
  };
}

/** The folders a client opens with, in the server's form. Older clients name a single root only. */
export function rootsOf(params: InitializeParams): readonly string[] {
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- what clients without workspace folders send
  const folders = params.workspaceFolders?.map((folder) => folder.uri) ?? [params.rootUri];
  return folders.map((uri) => normaliseUri(uri)).filter((uri) => uri !== undefined);
}
