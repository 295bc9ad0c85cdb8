import type { DocumentSymbol, DocumentSymbolParams, SymbolInformation } from 'vscode-languageserver/node';
import type { Session } from '../session';
import { toSymbolList, toSymbolTree } from '../to-lsp';
import { normaliseUri } from '../uris';

/** textDocument/documentSymbol */
export function documentSymbols(
  session: Session,
  params: DocumentSymbolParams,
): DocumentSymbol[] | SymbolInformation[] | null {
  const uri = normaliseUri(params.textDocument.uri);
  if (uri === undefined) return null;
  session.settle();
  const symbols = session.analyzer.symbols(uri);
  return session.features.symbolTrees
    ? symbols.map(toSymbolTree)
    : symbols.flatMap((symbol) => toSymbolList(params.textDocument.uri, symbol));
}
