import { labDown } from '../../src/lab/index.js'
import { kernelUp } from '../../src/lab/kernel-run/run.js'
import type { DifferentialCase } from './case.js'
import { runDifferential, shrink } from './differential.js'
import type { Outcome, RunOptions } from './differential.js'
import { fixtures } from './fixtures.js'
import { generateWiderCase } from './generate-wider.js'
import { disagreementText, rateText } from './report.js'

/** `npm run differential`: as many generated clusters as are wanted, by walk and by kernel. */

const LAB = 'differential'
/** Every one is shrunk, which takes as long as some dozen cases. */
const MOST_SHRUNK = 5

/**
 * Now and then 6.1 does not let go of a device whose namespace is gone ("unregister_netdevice: waiting for eth0 to become
 * free"), and then of no later namespace either: so many cases are within the machine's memory all the same.
 */
const CASES_A_BOOT = 240

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

const known: Outcome[] = []

main(wishesOf(process.argv.slice(2))).catch((error: unknown) => {
  process.stderr.write(
    interrupted.signal.aborted
      ? 'interrupted\n'
      : `${error instanceof Error ? error.message : String(error)}\n`,
  )
  if (known.length > 0) write(`${rateText(known)}; the last was ${known.at(-1)?.which.name ?? ''}`)
  process.exitCode = 2
})

async function main(wishes: Wishes): Promise<void> {
  const options: RunOptions = {
    signal: interrupted.signal,
    onProgress: (message) => {
      process.stderr.write(`  ${message}\n`)
    },
  }
  const generated = Array.from({ length: wishes.count }, (_, index) => generateWiderCase(wishes.seed + index))
  const cases: DifferentialCase[] = [...(wishes.fixtures ? fixtures() : []), ...generated]
  const different: Outcome[] = []
  // At once: a run of thousands may be ended before it is through, and a kernel may hang.
  const onOutcomes = (outcomes: readonly Outcome[]) => {
    known.push(...outcomes)
    const differing = outcomes.filter(({ agreement }) => !agreement.agrees)
    different.push(...differing)
    for (const outcome of differing) write(disagreementText(outcome))
  }
  let shrunk = 0
  for (let from = 0; from < cases.length; from += CASES_A_BOOT) {
    const some = cases.slice(from, from + CASES_A_BOOT)
    await onFreshKernel(options, () => runDifferential(LAB, some, { ...options, onOutcomes }))
    options.onProgress?.(rateText(known))
    for (const outcome of wishes.shrink ? different.slice(shrunk, MOST_SHRUNK) : []) {
      shrunk += 1
      options.onProgress?.(`${outcome.which.name}: looking for a smaller case in which they differ`)
      const smallest = await onFreshKernel(options, () => shrink(LAB, outcome, options))
      if (smallest !== outcome) write(disagreementText(smallest))
    }
  }
  if (known.length !== cases.length)
    throw new Error(`${known.length} of ${cases.length} clusters were compared`)
  write(rateText(known))
  if (different.length > 0) process.exitCode = 1
}

async function onFreshKernel<T>(options: RunOptions, run: () => Promise<T>): Promise<T> {
  await labDown(LAB)
  try {
    await kernelUp(LAB, options)
    return await run()
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
