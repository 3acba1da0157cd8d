import { defineConfig } from 'vitest/config'
import { longestFirst } from './scripts/longest-first.mjs'
import { shellText } from './scripts/shell-text.mjs'

// Virtual machines, two at a time: while one waits, for a deployment's timer or for an answer that does not come, the
// other works. With the patience that an emulated processor needs.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['test/lab/**/*.test.ts'],
    // By `npm run faults` alone: it takes hours.
    exclude: process.env.LVS_FAULTS_SAMPLE || process.env.LVS_FAULTS ? [] : ['test/lab/crash-points.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 900_000,
    maxWorkers: 2,
    sequence: {
      sequencer: longestFirst(
        'test/lab/transactions.test.ts',
        'test/lab/ansible.test.ts',
        'test/lab/compare.test.ts',
        'test/lab/modes.test.ts',
        'test/lab/engine.test.ts',
        'test/lab/failures.test.ts',
        'test/lab/keepalived.test.ts',
        'test/lab/differential.test.ts',
      ),
    },
  },
})
