import { defineConfig } from 'vitest/config'
import { shellText } from './scripts/shell-text.mjs'

// Virtual machines: one after the other, with the patience that an emulated processor needs.
export default defineConfig({
  plugins: [shellText()],
  test: {
    include: ['test/lab/**/*.test.ts'],
    // By `npm run faults` alone: it takes hours.
    exclude: process.env.LVS_FAULTS_SAMPLE || process.env.LVS_FAULTS ? [] : ['test/lab/crash-points.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 900_000,
    fileParallelism: false,
  },
})
