import { defineRule } from './rule';

export const policyPeerAndOr = defineRule({
  id: 'policy-peer-and-or',
  title: 'A podSelector and a namespaceSelector as two peers where one was meant, or the reverse',
  severity: 'warning',
  check: () => undefined,
});
