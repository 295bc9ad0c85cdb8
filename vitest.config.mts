import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/editor/**',
      'test/workbench/**',
      'test/architecture/**',
      'test/agreement/**',
      'test/cli/**',
      'test/oracle/**',
      'test/helm-real/**',
      'test/hostile/**',
      'test/mistakes/**',
      'test/tools/**',
      '**/node_modules/**',
    ],
    setupFiles: ['test/support/seed.ts'],
    // Tests share nothing that they change, so files need no process of their own: a third of the time.
    isolate: false,
    maxWorkers: '100%',
  },
});
