import { defineRule } from './rule';

export const referenceGrantMissing = defineRule({
  id: 'reference-grant-missing',
  title: 'A reference into another namespace that no ReferenceGrant admits',
  severity: 'error',
  check: () => undefined,
});
