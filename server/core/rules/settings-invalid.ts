import { plannedFixes } from './planned-fixes';
import { defineRule } from './rule';

/** Found while reading settings (see `check-settings.ts`, `workspace/project-file.ts`): the analyzer reports it. */
export const settingsInvalid = defineRule({
  id: 'settings-invalid',
  title: 'A setting of Kubepath that cannot be',
  severity: 'warning',
  check: () => undefined,
  fixes: plannedFixes,
});
