import { say } from '../speech/say.js'
import type { Finding } from './check.js'

/** The code of what this program understands and checks, but does not bring about. */
export const NOT_YET = 'NOT-YET'

/** What is to know of a finding, however it travelled. */
type Said = Pick<Finding, 'code' | 'severity'>

/** Why a file may not be planned, deployed, generated or verified. */
export interface Hindrance<F extends Said = Finding> {
  /** Those that stand in the way, not empty, in the order of the text. */
  readonly findings: readonly F[]
  /** The rest of a sentence that begins with the file's name: `has 2 errors`. */
  readonly what: string
}

/**
 * What stands in the way of acting on a file; undefined where nothing does. First its errors; then, in a file without,
 * what it asks for that this version does not bring about: leaving that out in silence would be a cluster other than
 * the drawn one.
 */
export function hindrance<F extends Said>(
  findings: readonly F[],
  /** Files can be written of more than can be deployed. */
  act: 'deploy' | 'generate' = 'deploy',
): Hindrance<F> | undefined {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0) {
    return {
      findings: errors,
      what: errors.length === 1 ? say`has an error` : say`has ${errors.length} errors`,
    }
  }
  const beyond = act === 'generate' ? [] : findings.filter(({ code }) => code === NOT_YET)
  return beyond.length === 0
    ? undefined
    : { findings: beyond, what: say`asks for what this version cannot deploy yet` }
}
