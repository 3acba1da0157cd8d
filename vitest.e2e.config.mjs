import { defineConfig } from 'vitest/config'
import { longestFirst } from './scripts/longest-first.mjs'
import { shellText } from './scripts/shell-text.mjs'

// A real VS Code in a real browser, two at a time: most of a test is waiting for what is drawn or for a virtual host.
// They are installed by `npm test`, not by the tests.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['test/e2e/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    sequence: { sequencer: longestFirst('test/e2e/whole-way.test.ts', 'test/e2e/in-step.test.ts') },
    expect: { poll: { timeout: 30_000, interval: 100 } },
  },
})
