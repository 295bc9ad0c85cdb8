import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/architecture/**', 'test/editor/**', 'test/workbench/**', '**/node_modules/**'],
  },
});
