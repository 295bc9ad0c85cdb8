import { defineRule } from './rule';

export const routeBlocked = defineRule({
  id: 'route-blocked',
  title: "Policies deny a route's controller the way to its backend",
  severity: 'warning',
  check: () => undefined,
});
