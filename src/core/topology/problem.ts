import { toSay } from '../speech/say.js'
import type { TopologyEdit } from './edit.js'
import type { Path } from './path.js'
import type { Span } from './position.js'
import type { Part } from './source-map.js'

export const SEVERITIES = ['error', 'warning', 'information', 'hint'] as const
export type Severity = (typeof SEVERITIES)[number]

/** For people. */
export const SEVERITY_WORDS: Readonly<Record<Severity, string>> = {
  error: toSay`Error`,
  warning: toSay`Warning`,
  information: toSay`Information`,
  hint: toSay`Hint`,
}

/** A way to mend something: what a person reads, and the edits that do it. */
export interface Fix {
  readonly title: string
  readonly edits: readonly TopologyEdit[]
}

/** The problems reading a file can have. Each is explained in checks/language.ts. */
export type ProblemCode =
  | 'FILE-SYNTAX'
  | 'FILE-LIMIT'
  | 'FILE-EMPTY'
  | 'FILE-VERSION'
  | 'KEY-UNKNOWN'
  | 'KEY-MISSING'
  | 'KEY-DUPLICATE'
  | 'NAME-SYNTAX'
  | 'VALUE-TYPE'
  | 'VALUE-RANGE'
  | 'VALUE-UNKNOWN'
  | 'ADDR-SYNTAX'
  | 'SCHED-UNKNOWN'

/** Something the reader of a file could not take as it stands. The rest of the file is read all the same. */
export interface Problem {
  readonly code: ProblemCode
  readonly message: string
  readonly path: Path
  readonly part: Part
  /** Where it stands when `path` does not tell: syntax errors. */
  readonly span?: Span
  readonly fixes: readonly Fix[]
}
