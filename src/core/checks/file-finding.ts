import type { SourceText } from '../formats/source-text.js'
import type { FileFix } from '../formats/text-problem.js'
import type { Span } from '../topology/position.js'
import type { Severity } from '../topology/problem.js'

/** Something to be said of a file that is no topology: keepalived.conf, rules of ipvsadm, ldirectord.cf. */
export interface FileFinding {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly source: SourceText
  readonly span: Span
  /** What it is about, as steps of a path. */
  readonly path: readonly string[]
  readonly fixes: readonly FileFix[]
}
