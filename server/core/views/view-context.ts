import type { FeatureContext } from '../features/feature-context';
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
}
