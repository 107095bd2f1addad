import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // Sensors see the whole machine: one test file at a time keeps their subjects apart.
    fileParallelism: false,
    pool: 'forks',
    testTimeout: 20_000,
  },
});
