import { defineRule } from './rule';

export const gatewayListenerConflict = defineRule({
  id: 'gateway-listener-conflict',
  title: 'Two listeners of a Gateway with the same port, protocol and hostname',
  severity: 'error',
  check: () => undefined,
});
