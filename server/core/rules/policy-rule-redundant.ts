import { defineRule } from './rule';

export const policyRuleRedundant = defineRule({
  id: 'policy-rule-redundant',
  title: 'A rule or peer of a policy whose removal changes no connection',
  severity: 'warning',
  check: () => undefined,
});
