import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['tests/**/*.test.ts'],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ['default', './tests/support/skip_reporter.ts'],
    expect: { poll: { timeout: 60_000 } },
    fileParallelism: false, // the browser is given both cores
  },
});
