import type { SettingKind } from './setting.js'

/**
 * When a step runs, across all hosts. Every host finishes a stage before any host starts the next:
 * `quiesce` takes away on directors what must not receive requests any longer; `real-servers` does everything on
 * real servers; `directors` brings the services up.
 */
export const STAGES = ['quiesce', 'real-servers', 'directors'] as const
export type Stage = (typeof STAGES)[number]

/** One change on one host, with the way back. */
export interface PlanStep {
  /** Unique within a host, in the order of execution: `s1`, `s2` … */
  readonly id: string
  readonly kind: SettingKind
  readonly key: string
  readonly before: string
  readonly after: string
  /** What a person reads: "load the kernel module ip_vs". */
  readonly summary: string
  /** Why, from the service that needs it; for what is put back, that nothing needs it any longer. */
  readonly why: string
  readonly revertible: boolean
  readonly stage: Stage
  /**
   * own: recorded with `before` so that it can be put back; release: put back, and taken out of the record;
   * keep: the record already has it, or this is a stop on the way.
   */
  readonly record: 'own' | 'release' | 'keep'
}

/** A step before it has a place in the order. */
export type DraftStep = Pick<PlanStep, 'kind' | 'key' | 'before' | 'after' | 'why' | 'record'>

/** A step with its place among those of all hosts. */
export interface StagedStep extends DraftStep {
  readonly stage: Stage
}
