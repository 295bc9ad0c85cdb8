import { defineRule } from './rule';

export const policyRedundant = defineRule({
  id: 'policy-redundant',
  title: 'A policy whose removal changes no connection',
  severity: 'warning',
  check: () => undefined,
});
