import { defineRule } from './rule';

export const policyNotEnforced = defineRule({
  id: 'policy-not-enforced',
  title: "A policy that the cluster's network plugin does not enforce",
  severity: 'warning',
  check: () => undefined,
});
