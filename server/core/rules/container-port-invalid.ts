import { defineRule } from './rule';

export const containerPortInvalid = defineRule({
  id: 'container-port-invalid',
  title: 'A port of a container that cannot be',
  severity: 'error',
  check: () => undefined,
});
