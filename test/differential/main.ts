import { labDown } from '../../src/lab/index.js'
import { kernelUp } from '../../src/lab/kernel-run/run.js'
import type { DifferentialCase } from './case.js'
import { runDifferential, shrink } from './differential.js'
import { fixtures } from './fixtures.js'
import { generateCase } from './generate.js'
import { disagreementText, rateText } from './report.js'

/** `npm run differential`: as many generated clusters as are wanted, by walk and by kernel. */

const LAB = 'differential'
/** Every one is shrunk, which takes as long as some dozen cases. */
const MOST_SHRUNK = 5

interface Wishes {
  readonly count: number
  readonly seed: number
  readonly fixtures: boolean
  readonly shrink: boolean
}

const interrupted = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    interrupted.abort()
  })
}

main(wishesOf(process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(
    interrupted.signal.aborted
      ? 'interrupted\n'
      : `${error instanceof Error ? error.message : String(error)}\n`,
  )
  process.exitCode = 2
})

async function main(wishes: Wishes): Promise<void> {
  const options = {
    signal: interrupted.signal,
    onProgress: (message: string) => {
      process.stderr.write(`  ${message}\n`)
    },
  }
  const generated = Array.from({ length: wishes.count }, (_, index) => generateCase(wishes.seed + index))
  const cases: DifferentialCase[] = [...(wishes.fixtures ? fixtures() : []), ...generated]
  await labDown(LAB)
  try {
    await kernelUp(LAB, options)
    const outcomes = await runDifferential(LAB, cases, options)
    const different = outcomes.filter(({ agreement }) => !agreement.agrees)
    for (const [index, outcome] of different.entries()) {
      const shown = wishes.shrink && index < MOST_SHRUNK ? await shrink(LAB, outcome, options) : outcome
      write(disagreementText(shown))
    }
    write(rateText(outcomes))
    if (different.length > 0) process.exitCode = 1
  } finally {
    await labDown(LAB)
  }
}

function write(text: string): void {
  process.stdout.write(`${text}\n`)
}

function wishesOf(words: readonly string[]): Wishes {
  const after = (word: string, otherwise: number) =>
    words.includes(word) ? Number(words[words.indexOf(word) + 1]) : otherwise
  return {
    count: after('--count', 2000),
    seed: after('--seed', 1),
    fixtures: !words.includes('--no-fixtures'),
    shrink: !words.includes('--no-shrink'),
  }
}
