import { viewNames } from '../../core/index';
import type {
  DiagramView,
  ExplainParams,
  PathAnswer,
  PolicyAlone,
  PolicyAloneParams,
  Unanswered,
  ViewParams,
} from '../protocol';
import type { Session } from '../session';
import { normaliseUri } from '../uris';

/** kubepath/view: the diagram around a place, of a scope by its name, or of the scope with most Services and workloads. */
export function view(session: Session, params: ViewParams): DiagramView | null {
  session.settle();
  const uri = normaliseUri(params.uri);
  const at = uri === undefined ? undefined : { uri, ...(params.line === undefined ? {} : { line: params.line }) };
  const name = viewNames.find((one) => one === params.view);
  if (name === undefined) return null;
  const { scope, without, matrix } = params;
  return session.analyzer.view({ view: name, at, scope, without, matrix }) ?? null;
}

/** kubepath/explain: one connection, hop by hop. */
export function explainPath(session: Session, { scope, ...question }: ExplainParams): PathAnswer | Unanswered | null {
  session.settle();
  if (typeof question.source !== 'string' || typeof question.destination !== 'string') return null;
  return session.analyzer.explain(scope, question) ?? null;
}

/** kubepath/policyAlone: what a policy alone admits. */
export function policyAlone(session: Session, { scope, policy }: PolicyAloneParams): PolicyAlone | null {
  session.settle();
  return session.analyzer.policyAlone({ view: 'policies', scope }, policy) ?? null;
}
