import { defineRule } from './rule';

export const adminPolicyShadowed = defineRule({
  id: 'admin-policy-shadowed',
  title: 'A rule of a cluster-wide policy without effect, since earlier ones decide',
  severity: 'warning',
  check: () => undefined,
});
