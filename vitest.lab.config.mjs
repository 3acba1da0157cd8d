import { defineConfig } from 'vitest/config'
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
  },
})
