import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    globals: false,
    // Most of a file's time is other programs' and waiting: one file at a time would leave two cores half idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    reporters: ['default', './test/ground/reporter.ts'],
    projects: [
      {
        test: {
          name: 'node',
          include: ['src/**/*.test.ts', 'receiver/src/**/*.test.ts', 'scripts/**/*.test.ts', 'test/**/*.test.ts'],
          globalSetup: ['./test/ground/global-setup.ts'],
          setupFiles: ['./test/ground/leaks.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      './examples/worker/vitest.config.ts',
    ],
  },
})
