import { defineRule } from './rule';

export const clusterCidrOverlap = defineRule({
  id: 'cluster-cidr-overlap',
  title: 'Address ranges of the cluster that overlap',
  severity: 'error',
  check: () => undefined,
});
