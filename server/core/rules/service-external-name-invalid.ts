import { defineRule } from './rule';

export const serviceExternalNameInvalid = defineRule({
  id: 'service-external-name-invalid',
  title: 'An externalName that is an address, or names a Service that is not there',
  severity: 'warning',
  check: () => undefined,
});
