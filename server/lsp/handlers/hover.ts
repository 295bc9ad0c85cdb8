import type { Hover, HoverParams } from 'vscode-languageserver/node';
import type { Session } from '../session';
import { toHover } from '../to-lsp';
import { normaliseUri } from '../uris';

/** textDocument/hover */
export function hover(session: Session, params: HoverParams): Hover | null {
  const uri = normaliseUri(params.textDocument.uri);
  if (uri === undefined) return null;
  session.settle();
  const result = session.analyzer.hover(uri, params.position);
  return result ? toHover(result) : null;
}
