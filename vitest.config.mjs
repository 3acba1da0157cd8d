import { defineConfig } from 'vitest/config'
import { shellText } from './scripts/shell-text.mjs'

export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 30_000,
    // The lab tests have a configuration of their own: virtual machines take minutes rather than milliseconds.
    exclude: ['test/lab/**', 'node_modules/**'],
  },
})
