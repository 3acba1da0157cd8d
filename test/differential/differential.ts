import type { Cluster } from '../../src/core/hosts/cluster.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { runCases } from '../../src/lab/kernel-run/run.js'
import type { KernelResult } from '../../src/lab/kernel-run/results.js'
import { compare } from '../../src/lab/kernel-run/agreement.js'
import type { Agreement } from '../../src/lab/kernel-run/agreement.js'
import { kernelCaseOf, walkedCase } from './case.js'
import type { DifferentialCase } from './case.js'
import { sequenceDifferences } from './sequence.js'
import { smaller } from './shrink.js'

/** A case as walk and kernel took it. */
export interface Outcome {
  readonly which: DifferentialCase
  readonly walks: readonly Walk[]
  readonly result: KernelResult
  readonly agreement: Agreement
}

export interface RunOptions {
  readonly onProgress?: (message: string) => void
  /** What is known already, while the others still run. */
  readonly onOutcomes?: (outcomes: readonly Outcome[]) => void
  readonly signal?: AbortSignal
}

/** Walks every case and has a lab's kernel do the same. */
export async function runDifferential(
  lab: string,
  cases: readonly DifferentialCase[],
  options: RunOptions = {},
): Promise<Outcome[]> {
  const outcomes: Outcome[] = []
  for (let from = 0; from < cases.length; from += BATCH) {
    const batch = cases.slice(from, from + BATCH).map((which, index) => {
      const { cluster, walks } = walkedCase(which)
      return { which, walks, cluster, asked: kernelCaseOf(`c${index}`, which, cluster, walks) }
    })
    const results = await runCases(
      lab,
      batch.map(({ asked }) => asked),
      options,
    )
    const compared = batch.map(({ which, walks, cluster, asked }) => {
      const result = results.get(asked.id)
      if (result === undefined) throw new Error(`${which.name}: the kernel says nothing of it`)
      return { which, walks, result, agreement: agreementOf(which, cluster, walks, result) }
    })
    outcomes.push(...compared)
    options.onOutcomes?.(compared)
    options.onProgress?.(`${outcomes.length} of ${cases.length} cases`)
  }
  return outcomes
}

/** The first request frame by frame, and of more whom each of them came to. */
function agreementOf(
  { service: name, client }: DifferentialCase,
  cluster: Cluster,
  walks: readonly Walk[],
  result: KernelResult,
): Agreement {
  const first = compare(walks, result)
  const service = cluster.services.find((each) => each.name === name)
  const differences =
    service === undefined ? [] : sequenceDifferences(cluster, service, client, walks, result)
  if (!first.agrees || differences.length === 0) return first
  return { agrees: false, walk: undefined, differences: walks.map(() => differences) }
}

/** Cases at a time in the lab's kernel: as many as its memory holds with room to spare. */
const BATCH = 60

/**
 * The smallest case found in which walk and kernel still differ: parts are taken away as long as they do, and as long as
 * it is a walk that ends in the same way that differs.
 */
export async function shrink(lab: string, outcome: Outcome, options: RunOptions = {}): Promise<Outcome> {
  const verdicts = new Set(outcome.walks.map(({ verdict }) => verdict))
  let best = outcome
  for (let round = 0; round < MOST_ROUNDS; round += 1) {
    const candidates = smaller(best.which).filter(isWholeDrawing)
    const outcomes = await runDifferential(lab, candidates, options)
    const found = outcomes.find(
      ({ agreement, walks }) => !agreement.agrees && walks.some(({ verdict }) => verdicts.has(verdict)),
    )
    if (found === undefined) return best
    best = found
  }
  return best
}

const MOST_ROUNDS = 12

/** It reads as a drawing, and nothing in it leads to a host that is not drawn: the kernel has no such host. */
function isWholeDrawing(which: DifferentialCase): boolean {
  try {
    const { cluster, walks } = walkedCase(which)
    return walks.every(({ hops }) => hops.every(({ host }) => cluster.hosts.has(host)))
  } catch {
    return false
  }
}
