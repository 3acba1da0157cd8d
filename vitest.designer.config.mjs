import { defineConfig } from 'vitest/config'
import { longestFirst } from './scripts/longest-first.mjs'
import { shellText } from './scripts/shell-text.mjs'

// The designer's page in Chromium, two at a time: a test waits for a page as often as a page for the processor.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['webview/**/*.test.ts', 'test/designer/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
    sequence: { sequencer: longestFirst('test/designer/drawing.test.ts', 'test/designer/walk.test.ts') },
  },
})
