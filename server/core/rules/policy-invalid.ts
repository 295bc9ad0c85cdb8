import { problemFixes, reportProblems } from './policy-problems';
import { defineRule } from './rule';

export const policyInvalid = defineRule({
  id: 'policy-invalid',
  title: 'A field of a NetworkPolicy that the API server refuses, or drops so that the policy means something else',
  severity: 'error',
  check(model, report) {
    reportProblems(model, 'policy-invalid', report);
  },
  fixes: problemFixes,
});
