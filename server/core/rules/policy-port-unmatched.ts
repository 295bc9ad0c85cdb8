import { defineRule } from './rule';

export const policyPortUnmatched = defineRule({
  id: 'policy-port-unmatched',
  title: 'A port of a policy that the pods do not listen on',
  severity: 'warning',
  check: () => undefined,
});
