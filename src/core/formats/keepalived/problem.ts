import type { Span } from '../../topology/position.js'
import type { Severity } from '../../topology/problem.js'
import type { FileFix } from '../text-problem.js'
import type { SourceText } from '../source-text.js'

/** What reading a configuration can find wrong, each explained in checks/keepalived. */
export type KeepalivedProblemCode =
  | 'KA-QUOTE'
  | 'KA-BRACE'
  | 'KA-UNCLOSED'
  | 'KA-KEYWORD'
  | 'KA-OBSOLETE'
  | 'KA-VERSION'
  | 'KA-VALUE'
  | 'KA-MISSING'
  | 'KA-EXTRA'
  | 'KA-TWICE'
  | 'KA-INCLUDE'
  | 'KA-INCLUDE-NONE'
  | 'KA-INCLUDE-LOOP'
  | 'KA-CONDITION'
  | 'KA-DEFINITION'
  | 'KA-SEQUENCE'
  | 'KA-LINE'
  | 'KA-LIMIT'
  | 'METHOD-NAT'
  | 'SCHED-DFLT'
  | 'PROTO-UDP'

export interface KeepalivedProblem {
  readonly code: KeepalivedProblemCode
  readonly message: string
  readonly source: SourceText
  readonly span: Span
  readonly fixes: readonly FileFix[]
  /** Where it weighs less, or more, than its code says. */
  readonly severity: Severity | undefined
}

export type Tell = (
  code: KeepalivedProblemCode,
  source: SourceText,
  span: Span,
  message: string,
  fixes?: readonly FileFix[],
  severity?: Severity,
) => void
