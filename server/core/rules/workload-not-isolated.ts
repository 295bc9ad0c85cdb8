import { defineRule } from './rule';

export const workloadNotIsolated = defineRule({
  id: 'workload-not-isolated',
  title: 'A workload that no policy selects in a direction',
  severity: 'warning',
  optIn: true,
  check: () => undefined,
});
