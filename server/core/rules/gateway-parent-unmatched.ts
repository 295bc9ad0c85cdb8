import { defineRule } from './rule';

export const gatewayParentUnmatched = defineRule({
  id: 'gateway-parent-unmatched',
  title: 'A parent of a route that is not there, or does not take it',
  severity: 'error',
  check: () => undefined,
});
