import { defineRule } from './rule';

export const serviceScaledToZero = defineRule({
  id: 'service-scaled-to-zero',
  title: 'A Service whose workloads all have no replicas',
  severity: 'information',
  check: () => undefined,
});
