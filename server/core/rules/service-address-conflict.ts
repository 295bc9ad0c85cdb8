import { defineRule } from './rule';

export const serviceAddressConflict = defineRule({
  id: 'service-address-conflict',
  title: 'An address of a Service that is taken, or cannot be',
  severity: 'error',
  check: () => undefined,
});
