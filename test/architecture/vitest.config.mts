import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: it compiles and bundles the core, which would make the unit tests slow.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: { include: ['test/architecture/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
