import { TextDocuments, type Connection } from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { guard, type Log } from '../guard';
import type { Session } from '../session';
import { normaliseUri } from '../uris';

/** textDocument/didOpen, didChange (incremental) and didClose. Documents that are no files are left alone. */
export function followDocuments(connection: Connection, log: Log, session: () => Session | undefined): void {
  const documents = new TextDocuments(TextDocument);
  documents.onDidChangeContent(({ document }) => {
    const uri = normaliseUri(document.uri);
    if (uri === undefined) return;
    // One malformed message would fail every scan for as long as the document is open.
    if (typeof document.getText() === 'string') session()?.documentChanged(uri, document);
    else log.warn(`${uri} was opened without a text.`);
  });
  const closed = guard(log, 'textDocument/didClose', async (closedUri: string) => {
    const uri = normaliseUri(closedUri);
    if (uri !== undefined) await session()?.documentClosed(uri);
  });
  documents.onDidClose(({ document }) => void closed(document.uri));
  documents.listen(connection);
}
