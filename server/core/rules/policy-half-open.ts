import { defineRule } from './rule';

export const policyHalfOpen = defineRule({
  id: 'policy-half-open',
  title: "A rule admits a peer whose own policies, or the target's, deny the connection",
  severity: 'warning',
  check: () => undefined,
});
