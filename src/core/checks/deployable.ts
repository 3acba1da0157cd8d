import { say } from '../speech/say.js'
import type { Finding } from './check.js'

/** What is to know of a finding, however it travelled. */
type Said = Pick<Finding, 'severity'>

/** Why a file may not be planned, deployed, generated or verified. */
export interface Hindrance<F extends Said = Finding> {
  /** Those that stand in the way, not empty, in the order of the text. */
  readonly findings: readonly F[]
  /** The rest of a sentence that begins with the file's name: `has 2 errors`. */
  readonly what: string
}

/** What stands in the way of acting on a file: its errors; undefined where there is none. */
export function hindrance<F extends Said>(findings: readonly F[]): Hindrance<F> | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return undefined
  return {
    findings: errors,
    what: errors.length === 1 ? say`has an error` : say`has ${errors.length} errors`,
  }
}
