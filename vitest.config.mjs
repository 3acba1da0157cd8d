import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { shellText } from './scripts/shell-text.mjs'

export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    // One fewer than there are processors is one on a machine with two.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // These have configurations of their own: virtual machines and browsers take minutes rather than milliseconds.
    exclude: ['test/lab/**', 'test/designer/**', 'test/e2e/**', '**/node_modules/**'],
  },
})
