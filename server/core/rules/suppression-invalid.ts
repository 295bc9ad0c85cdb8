import { plannedFixes } from './planned-fixes';
import { defineRule } from './rule';

/** Found by reading the comments of a text (see `suppressions.ts`): the analyzer reports it. */
export const suppressionInvalid = defineRule({
  id: 'suppression-invalid',
  title: 'A comment that is meant to switch rules off and does not',
  severity: 'warning',
  check: () => undefined,
  fixes: plannedFixes,
});
