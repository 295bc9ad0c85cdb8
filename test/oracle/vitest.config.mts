import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: it needs a real kubectl (test/tools), and starts a process for every kustomization.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: {
    include: ['test/oracle/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    globalSetup: ['test/oracle/setup.mts'],
    testTimeout: 600_000,
    hookTimeout: 300_000,
  },
});
