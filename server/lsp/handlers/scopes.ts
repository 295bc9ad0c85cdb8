import type { ScopeDefinition } from '../../core/index';
import type { ScopesParams, ScopesResult, ScopeSummary, SelectScopeParams } from '../protocol';
import type { Session } from '../session';
import { normaliseUri } from '../uris';

/** kubepath/scopes: what a file is analysed as a part of. A document that is no file is part of nothing. */
export function scopes(session: Session, params: ScopesParams | null): ScopesResult {
  session.settle();
  const { analyzer } = session;
  const uri = normaliseUri(params?.uri);
  const found = params?.uri === undefined ? analyzer.scopes() : uri === undefined ? [] : analyzer.scopesOf(uri);
  return { scopes: found.map((scope) => summary(session, scope)) };
}

/** kubepath/selectScope */
export function selectScope(session: Session, params: SelectScopeParams): null {
  session.prefer(params.scope ?? undefined);
  return null;
}

function summary({ analyzer }: Session, { name, kind, root, complete }: ScopeDefinition): ScopeSummary {
  return { name, kind, root, complete, resources: analyzer.resourcesIn(name).length };
}
