import { defineRule } from './rule';

/** Found while rendering, before there is a model (see `core/kustomize/`): the analyzer reports it. */
export const kustomizationInvalid = defineRule({
  id: 'kustomization-invalid',
  title: 'A kustomization that kustomize refuses to build',
  severity: 'error',
  check: () => undefined,
});
