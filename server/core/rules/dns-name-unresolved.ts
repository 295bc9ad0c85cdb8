import { defineRule } from './rule';

export const dnsNameUnresolved = defineRule({
  id: 'dns-name-unresolved',
  title: 'A name of a Service that no Service answers to',
  severity: 'warning',
  check: () => undefined,
});
