import { defineRule } from './rule';

export const serviceSelectsSeveralWorkloads = defineRule({
  id: 'service-selects-several-workloads',
  title: "A Service's selector catches workloads that do not all serve its ports",
  severity: 'warning',
  check: () => undefined,
});
