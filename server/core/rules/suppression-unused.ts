import { plannedFixes } from './planned-fixes';
import { defineRule } from './rule';

/** Found once all other findings are known (see `apply-suppressions.ts`): the analyzer reports it. */
export const suppressionUnused = defineRule({
  id: 'suppression-unused',
  title: 'A comment that switches off what is not reported',
  severity: 'hint',
  check: () => undefined,
  fixes: plannedFixes,
  // Not all at once, and so not on saving: a label that is being renamed would take the comment and its reason with it.
});
