import { defineRule } from './rule';

export const apiVersionRemoved = defineRule({
  id: 'api-version-removed',
  title: 'A version of a networking API that no supported Kubernetes serves',
  severity: 'warning',
  check: () => undefined,
});
