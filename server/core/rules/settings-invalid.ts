import { defineRule } from './rule';

/** Found while reading a `.kubepath.yaml` (see `workspace/project-file.ts`): the analyzer reports it. */
export const settingsInvalid = defineRule({
  id: 'settings-invalid',
  title: 'A setting in .kubepath.yaml that cannot be',
  severity: 'warning',
  check: () => undefined,
});
