import { defineRule } from './rule';

export const serviceNodePortConflict = defineRule({
  id: 'service-node-port-conflict',
  title: 'A nodePort that is taken, or outside of the range',
  severity: 'error',
  check: () => undefined,
});
