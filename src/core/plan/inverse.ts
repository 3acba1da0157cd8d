import type { PlanStep } from './step.js'

/**
 * The steps that undo these, in the order to run them. Also right for steps that were never run: every step brings
 * a setting into a state from whatever state it is in.
 */
export function inverseSteps(steps: readonly PlanStep[]): PlanStep[] {
  return [...steps].reverse().map((step) => ({
    ...step,
    id: `undo-${step.id}`,
    before: step.after,
    after: step.before,
    record: INVERSE_RECORD[step.record],
  }))
}

const INVERSE_RECORD = { own: 'release', release: 'own', keep: 'keep' } as const
