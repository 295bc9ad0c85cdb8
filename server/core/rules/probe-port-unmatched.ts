import { defineRule } from './rule';

export const probePortUnmatched = defineRule({
  id: 'probe-port-unmatched',
  title: 'A probe or hook on a port that the container does not declare',
  severity: 'error',
  check: () => undefined,
});
