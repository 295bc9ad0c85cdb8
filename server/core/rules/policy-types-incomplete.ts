import { defineRule } from './rule';

export const policyTypesIncomplete = defineRule({
  id: 'policy-types-incomplete',
  title: 'Rules for a direction that policyTypes leaves out',
  severity: 'warning',
  check: () => undefined,
});
