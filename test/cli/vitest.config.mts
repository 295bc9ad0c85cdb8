import { dirname } from 'node:path';
import { defineConfig } from 'vitest/config';

// A suite of its own: every test starts a process or more, which would make the unit tests slow.
export default defineConfig({
  root: dirname(dirname(import.meta.dirname)),
  test: { include: ['test/cli/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
});
