import { canBegin } from '../../diagram/path-words';
import type { DiagramView, PathAnswer, PolicyAlone, Unanswered } from '../../server/lsp/protocol';
import type { LanguageServer } from './language-server';

/** The part of the language server that the panel needs. */
export type DiagramConnection = Pick<LanguageServer, 'request' | 'onModelChanged'>;

type Node = DiagramView['nodes'][number];

/** The path between two nodes, or why there is none to tell. */
export async function askPath(
  connection: DiagramConnection,
  scope: string,
  from: Node,
  to: Node,
): Promise<PathAnswer | Unanswered> {
  if (!canBegin(from)) return { problem: `No path begins at ${from.title}. Begin it at a workload or an address.` };
  if (from.ask === undefined || to.ask === undefined) {
    const { title } = from.ask === undefined ? from : to;
    return { problem: `No path can be explained for ${title}: it stands for no single peer.` };
  }
  const question = { scope, source: from.ask, destination: to.ask };
  const answer = await answered(connection.request('kubepath/explain', question));
  return answer ?? { problem: 'The server gave no answer. Try again when the manifests have been read.' };
}

/** What a policy alone admits; null when it is gone. */
export async function askAloneOf(
  connection: DiagramConnection,
  scope: string,
  policy: string,
): Promise<PolicyAlone | null> {
  return (await answered(connection.request('kubepath/policyAlone', { scope, policy }))) ?? null;
}

/** The answer, or undefined when the server failed: it has written why into the log. */
function answered<Answer>(request: Promise<Answer>): Promise<Answer | undefined> {
  return request.catch(() => undefined);
}
