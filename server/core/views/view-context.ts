import type { FeatureContext } from '../features/feature-context';
import type { SourceNode } from '../manifest/node';
import type { Resource } from '../manifest/resource';
import type { Settings } from '../settings';
import type { ViewProblem } from './view';

/** What a view may ask, beside the model. */
export interface ViewContext extends FeatureContext {
  /** Findings of a resource, as they are shown. */
  readonly problemsOf: (resource: Resource) => readonly ViewProblem[];
  /** What holds at the scope's root. */
  readonly settings: Settings;
  /** Id of a policy's node that the view of policies shall do without. */
  readonly without?: string | undefined;
  /** Whether the view of policies shall hold its matrix. */
  readonly matrix?: boolean | undefined;
}

/** What a rule warns of at a place. */
export function warningAt(
  context: ViewContext,
  wanted: string,
  resource: Resource,
  node: SourceNode,
): ViewProblem | undefined {
  const { file, range } = context.locate(resource, node);
  return context.problemsOf(resource).find((problem) => {
    const start = problem.location?.range.start;
    return (
      problem.rule === wanted &&
      isSevere(problem) &&
      problem.location?.file === file &&
      start?.line === range.start.line &&
      start.character === range.start.character
    );
  });
}

/** Whether a rule is sure of it: what it does not warn of may be meant so. */
export function isSevere({ severity }: ViewProblem): boolean {
  return severity === 'error' || severity === 'warning';
}
