import { defineRule } from './rule';

/** Found while rendering, before there is a model (see `core/kustomize/`): the analyzer reports it, once for each kustomization. */
export const kustomizationIncomplete = defineRule({
  id: 'kustomization-incomplete',
  title: 'A kustomization that names what cannot be had here',
  severity: 'information',
  check: () => undefined,
});
