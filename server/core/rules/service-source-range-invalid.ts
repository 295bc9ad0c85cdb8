import { defineRule } from './rule';

export const serviceSourceRangeInvalid = defineRule({
  id: 'service-source-range-invalid',
  title: 'loadBalancerSourceRanges that are no CIDR, or of a Service that has no load balancer',
  severity: 'error',
  check: () => undefined,
});
