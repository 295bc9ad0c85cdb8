import { defineRule } from './rule';

export const servicePortInvalid = defineRule({
  id: 'service-port-invalid',
  title: 'A port of a Service that cannot be',
  severity: 'error',
  check: () => undefined,
});
