import { defineRule } from './rule';

export const ingressClassUnknown = defineRule({
  id: 'ingress-class-unknown',
  title: 'A class that no IngressClass of the scope declares',
  severity: 'information',
  check: () => undefined,
});
