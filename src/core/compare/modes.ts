import type { Mode } from '../topology/types.js'
import type { Severity } from '../topology/problem.js'
import type { ModeTraffic } from './traffic.js'

/** The three forwarding methods for one service on this very drawing. */
export interface ModeComparison {
  readonly service: string
  readonly modes: readonly ModeVerdict[]
}

export interface ModeVerdict {
  readonly mode: Mode
  /** It is the one the file says. */
  readonly current: boolean
  /** What this mode asks of any drawing, a sentence each. */
  readonly needs: readonly string[]
  /** Findings this service would have in this mode, errors first; the first hundred. */
  readonly lacks: readonly ModeLack[]
  /** How many there are of severity error, listed or not. */
  readonly errors: number
  /** How many there are beyond those listed. */
  readonly unlisted: number
  /** No lack of severity error. */
  readonly feasible: boolean
  /** Also of a mode that is not feasible: as it would be with its lacks mended. */
  readonly traffic: ModeTraffic
}

export interface ModeLack {
  readonly code: string
  readonly severity: Severity
  readonly message: string
}
