import { defineRule } from './rule';

export const serviceUnreachable = defineRule({
  id: 'service-unreachable',
  title: 'A Service that policies close to every possible client',
  severity: 'warning',
  check: () => undefined,
});
