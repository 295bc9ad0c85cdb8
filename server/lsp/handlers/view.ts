import type { DiagramView, ViewParams } from '../protocol';
import type { Session } from '../session';
import { normaliseUri } from '../uris';

/** kubepath/view: the diagram around a place, or of the scope with most Services. */
export function view(session: Session, params: ViewParams): DiagramView | null {
  session.settle();
  const uri = normaliseUri(params.uri);
  const at = uri === undefined ? undefined : { uri, ...(params.line === undefined ? {} : { line: params.line }) };
  return session.analyzer.serviceRouting(at) ?? null;
}
