import { defineConfig } from 'vitest/config'
import { shellText } from './scripts/shell-text.mjs'

// A real VS Code in a real browser, one after the other. They are installed by `npm test`, not by the tests.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['test/e2e/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    fileParallelism: false,
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
})
