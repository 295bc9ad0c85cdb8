import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: thousands of random clusters, packet by packet, take more than a minute.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: { include: ['test/agreement/*.test.ts'], setupFiles: ['test/support/seed.ts'], testTimeout: 600_000 },
});
