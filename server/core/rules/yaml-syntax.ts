import { defineRule } from './rule';

/** Found while reading the text, before there is a model: the analyzer reports it (see `manifest/read-manifest.ts`). */
export const yamlSyntax = defineRule({
  id: 'yaml-syntax',
  title: 'Text that is not YAML',
  severity: 'error',
  variants: ['hint: kubectl accepts it'],
  check: () => undefined,
});
