import { defineRule } from './rule';

export const policyEgressBlocksDns = defineRule({
  id: 'policy-egress-blocks-dns',
  title: 'Pods that use names, with egress isolated and no way to DNS',
  severity: 'warning',
  check: () => undefined,
});
