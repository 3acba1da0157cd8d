import type { Cluster } from '../hosts/cluster.js'
import type { Path } from '../topology/path.js'
import type { Fix, Severity } from '../topology/problem.js'
import type { Part } from '../topology/source-map.js'
import type { Verdict } from '../packet/verdict.js'
import type { Leg } from '../packet/walk.js'

/**
 * A rule is data: what it is called, what it says, how it looks, how it is explained. `explain`, hover texts and
 * docs/rules.md come from here and nowhere else.
 */
export interface Rule extends Explanation {
  /** Verdicts of a walk this rule is the cause of: it fires exactly when a walk ends in one of them through it. */
  readonly explains: readonly Verdict[]
  /**
   * Verdicts it can be the cause of, and fires also where no request comes by, or something else saves it: rules about
   * how the file is drawn, and about what works until it is tried.
   */
  readonly mayExplain?: readonly Verdict[]
  /** It is about a pair of directors as such, and looks at both at once. */
  readonly ofPairs?: true
  /** It is about requests alone, or about replies alone. */
  readonly leg?: Leg
  readonly check: (cluster: Cluster, report: Report) => void
}

export interface Explanation {
  readonly code: string
  readonly severity: Severity
  /** What is wrong, in a few words, as a heading. */
  readonly title: string
  /** Why it matters: what a person sees when it goes wrong. */
  readonly why: string
  /** What the kernel does, with the place in its source; undefined for rules about the file itself. */
  readonly kernel: string | undefined
  /** How to mend it. */
  readonly mend: string
  /** Where this is known from: kernel file, RFC, man page. */
  readonly source: string
  /** It cannot be told from the file: it takes what was found on the hosts. */
  readonly needs?: 'observed'
}

/** Where a finding is shown: an element of the file, and which half of it. */
export interface FindingPlace {
  readonly path: Path
  readonly part: Part
}

/** Reports a finding at a place of the file. The message names the hosts and values of this very file. */
export type Report = (place: FindingPlace, message: string, fixes?: readonly Fix[]) => void
