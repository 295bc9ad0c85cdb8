import { defineRule } from './rule';

export const dnsNameBlocked = defineRule({
  id: 'dns-name-blocked',
  title: 'A workload is configured to call a Service that policies deny it',
  severity: 'warning',
  check: () => undefined,
});
