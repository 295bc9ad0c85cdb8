import { defineRule } from './rule';

export const dnsPortUnmatched = defineRule({
  id: 'dns-port-unmatched',
  title: 'A Service is called on a port that it does not have',
  severity: 'warning',
  check: () => undefined,
});
