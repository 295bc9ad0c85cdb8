import { defineRule } from './rule';

export const policyCidrOverlap = defineRule({
  id: 'policy-cidr-overlap',
  title: 'A CIDR within another of the same rule, or an except that a sibling undoes',
  severity: 'warning',
  check: () => undefined,
});
