import { defineRule } from './rule';

export const policyHostNetwork = defineRule({
  id: 'policy-host-network',
  title: 'A policy selects pods on the host network, where most plugins do not hold it',
  severity: 'information',
  check: () => undefined,
});
