import { defineConfig } from 'vitest/config'
import { shellText } from './scripts/shell-text.mjs'

// The designer's page in Chromium: one browser, one test after the other.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['webview/**/*.test.ts', 'test/designer/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    fileParallelism: false,
  },
})
