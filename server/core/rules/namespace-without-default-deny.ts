import { defineRule } from './rule';

export const namespaceWithoutDefaultDeny = defineRule({
  id: 'namespace-without-default-deny',
  title: 'A namespace without a policy that isolates all of its pods',
  severity: 'warning',
  optIn: true,
  check: () => undefined,
});
