import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: hostile and random texts by the thousands, which would make the units slow.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: {
    include: ['test/hostile/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    isolate: false,
    maxWorkers: '100%',
    testTimeout: 60_000,
  },
});
