import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    // The fuzz test has a time budget of its own, EYRIE_FUZZ_MS, on top of which this leaves room for a busy machine.
    testTimeout: 30_000,
  },
});
