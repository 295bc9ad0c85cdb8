import { defineRule } from './rule';

export const policyAllowsAll = defineRule({
  id: 'policy-allows-all',
  title: 'A rule that opens everything, written so that it looks narrow',
  severity: 'hint',
  check: () => undefined,
});
