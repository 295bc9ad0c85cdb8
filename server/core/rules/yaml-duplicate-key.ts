import { defineRule } from './rule';

/** Found while reading the text, before there is a model: the analyzer reports it (see `manifest/read-manifest.ts`). */
export const yamlDuplicateKey = defineRule({
  id: 'yaml-duplicate-key',
  title: 'A key twice in one mapping',
  severity: 'error',
  check: () => undefined,
});
