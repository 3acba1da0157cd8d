import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runDifferential } from '../differential/differential.js'
import { fixtures } from '../differential/fixtures.js'
import { generateWiderCase } from '../differential/generate-wider.js'
import { disagreementText, rateText } from '../differential/report.js'
import { labDown } from '../../src/lab/index.js'
import { kernelUp } from '../../src/lab/kernel-run/run.js'

const LAB = 'test-differential'
/** Fixed, so that what fails here fails again; `npm run differential` takes others, and thousands. */
const FIRST_SEED = 1
const CASES = 150
/** What a longer search has found once. */
const ONCE_DISAGREED = [
  417, 20055, 21018, 21038, 21129, 21137, 21207, 22539, 22759, 22886, 23322, 23531, 23595,
]
/** A minute and a half where nothing else runs; a machine shared by others takes its time. */
const PATIENCE_MS = 1_200_000

describe('the packet walk, held against the kernel', () => {
  const log = (message: string) => {
    process.stderr.write(`  lab ${LAB}: ${message}\n`)
  }

  beforeAll(async () => {
    await labDown(LAB)
    await kernelUp(LAB, { onProgress: log })
  })
  afterAll(async () => {
    await labDown(LAB)
  })

  it.each([
    ['clusters whose outcome is known', fixtures()],
    [
      'generated clusters',
      [...Array.from({ length: CASES }, (_, index) => FIRST_SEED + index), ...ONCE_DISAGREED].map((seed) =>
        generateWiderCase(seed),
      ),
    ],
  ])('agrees on %s', { timeout: PATIENCE_MS }, async (_, cases) => {
    const outcomes = await runDifferential(LAB, cases, { onProgress: log })
    log(rateText(outcomes))
    const differences = outcomes.filter(({ agreement }) => !agreement.agrees).map(disagreementText)
    expect(differences.join('\n'), rateText(outcomes)).toBe('')
    expect(outcomes).toHaveLength(cases.length)
  })
})
