import { defineRule } from './rule';

export const serviceTypeFieldIgnored = defineRule({
  id: 'service-type-field-ignored',
  title: 'A field that Services of this type ignore',
  severity: 'warning',
  check: () => undefined,
});
