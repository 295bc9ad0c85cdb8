import { defineRule } from './rule';

export const statefulsetServiceMissing = defineRule({
  id: 'statefulset-service-missing',
  title: "A StatefulSet's serviceName names no headless Service of its pods",
  severity: 'warning',
  check: () => undefined,
});
