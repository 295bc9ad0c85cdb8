import { defineRule } from './rule';

export const routeTlsMismatch = defineRule({
  id: 'route-tls-mismatch',
  title: 'TLS of a route that does not fit its hosts, or a Secret that is missing',
  severity: 'warning',
  check: () => undefined,
});
