import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: hundreds of mistakes, each with a check of a whole workspace.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: { include: ['test/mistakes/*.test.ts'], testTimeout: 600_000, hookTimeout: 120_000 },
});
