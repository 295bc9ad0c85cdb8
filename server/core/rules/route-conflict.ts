import { defineRule } from './rule';

export const routeConflict = defineRule({
  id: 'route-conflict',
  title: 'Two routes for the same host and path',
  severity: 'warning',
  check: () => undefined,
});
