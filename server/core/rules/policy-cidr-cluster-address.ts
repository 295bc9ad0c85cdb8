import { defineRule } from './rule';

export const policyCidrClusterAddress = defineRule({
  id: 'policy-cidr-cluster-address',
  title: "An ipBlock within the cluster's own addresses",
  severity: 'warning',
  check: () => undefined,
});
