import { performance } from 'node:perf_hooks'
import { setImmediate } from 'node:timers/promises'

/** What repeated runs of one thing took; times in milliseconds, memory in bytes. */
export interface Figure {
  readonly min: number
  readonly median: number
  readonly max: number
  readonly runs: number
}

export function figureOf(samples: readonly number[]): Figure {
  const sorted = [...samples].sort((a, b) => a - b)
  const [min = Number.NaN] = sorted
  return { min, median: median(sorted), max: sorted.at(-1) ?? Number.NaN, runs: sorted.length }
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2
}

/** How often a round is run: at least `least` times, then until `patienceMs` is over, at most `most` times. */
export interface Effort {
  /** Rounds before the first that counts. */
  readonly warmUp: number
  readonly least: number
  readonly most: number
  readonly patienceMs: number
}

/** Gathers samples under names, in the order the names first came. */
export interface Samples {
  readonly add: (name: string, sample: number) => void
  readonly figures: () => Map<string, Figure>
}

export function gatherSamples(): Samples {
  const byName = new Map<string, number[]>()
  return {
    add: (name, sample) => {
      const known = byName.get(name)
      if (known === undefined) byName.set(name, [sample])
      else known.push(sample)
    },
    figures: () => new Map([...byName].map(([name, samples]) => [name, figureOf(samples)])),
  }
}

/**
 * Does something and says how long it took, collections of garbage that fall into it included, as they do for people.
 * Without collecting before: a forced collection also throws away optimised code, and all times double.
 */
export function timed<Result>(work: () => Result): { readonly ms: number; readonly result: Result } {
  const begun = performance.now()
  const result = work()
  return { ms: performance.now() - begun, result }
}

/**
 * Runs rounds; a round does each thing that is compared once, so that whatever else the machine does falls on all of
 * them alike. What the rounds before the first that counts took is forgotten.
 */
export async function runRounds(
  effort: Effort,
  signal: AbortSignal,
  round: (samples: Samples) => void | Promise<void>,
): Promise<Map<string, Figure>> {
  for (let run = 0; run < effort.warmUp; run += 1) await round(gatherSamples())
  const samples = gatherSamples()
  const begun = performance.now()
  for (let run = 0; run < effort.most; run += 1) {
    if (run >= effort.least && performance.now() - begun > effort.patienceMs) break
    // A round may be one long computation; an interruption is heard between two.
    await setImmediate()
    signal.throwIfAborted()
    await round(samples)
  }
  return samples.figures()
}

/** Bytes of heap that the result of some work keeps alive. */
export function heapKept(work: () => unknown): number {
  collectGarbage()
  const before = process.memoryUsage().heapUsed
  const kept: unknown[] = [work()]
  collectGarbage()
  const after = process.memoryUsage().heapUsed
  // Used after the measurement, so that it cannot be collected before.
  kept.length = 0
  return after - before
}

export function collectGarbage(): void {
  if (globalThis.gc === undefined)
    throw new Error('the bench runs under node --expose-gc; see scripts/bench.mjs')
  globalThis.gc()
}
