import { defineRule } from './rule';

/** Found while rendering, before there is a model (see `workspace/helm/`): the analyzer reports it, once for each chart. */
export const chartNotRendered = defineRule({
  id: 'chart-not-rendered',
  title: 'A Helm chart that helm could not render',
  severity: 'information',
  check: () => undefined,
});
