import type { PolicyAlone } from './view';
import type { ViewContext } from './view-context';

/** What a policy alone admits, by the id of its node in the view of policies; undefined when there is none of that id. */
export function aloneOf(_context: ViewContext, _policy: string): PolicyAlone | undefined {
  return undefined;
}
