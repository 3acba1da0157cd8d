import { isByOthers } from '../hosts/marks.js'
import { ABSENT } from './setting.js'
import type { PlanStep } from './step.js'

/**
 * The steps that undo these, in the order to run them. Also right for steps that were never run: every step brings
 * a setting into a state from whatever state it is in. Rules that somebody wrote into a chain of ours are not written
 * again: the chain stays as these steps leave it.
 */
export function inverseSteps(steps: readonly PlanStep[]): PlanStep[] {
  const undone = [...steps].reverse().map((step) => ({
    ...step,
    id: `undo-${step.id}`,
    before: step.after,
    after: step.before,
    record: INVERSE_RECORD[step.record],
  }))
  // What ends as absent is not stopped at on the way: a destination whose service was never made cannot be at weight 0.
  const goes = new Set(
    undone.filter(({ after }) => after === ABSENT).map(({ kind, key }) => `${kind} ${key}`),
  )
  return undone.filter(
    ({ kind, key, after, record }) =>
      !isByOthers(after) && (record !== 'keep' || !goes.has(`${kind} ${key}`)),
  )
}

const INVERSE_RECORD = { own: 'release', release: 'own', keep: 'keep' } as const
