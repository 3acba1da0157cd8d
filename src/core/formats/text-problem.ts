import type { Span, TextEdit } from '../topology/position.js'

/** A change of one file that mends something. */
export interface FileFix {
  readonly title: string
  readonly edits: readonly TextEdit[]
}

/** Something a reader could not take as it stands, in a file of one text; the rest is read all the same. */
export interface TextProblem<Code extends string> {
  readonly code: Code
  readonly message: string
  readonly span: Span
  readonly fixes: readonly FileFix[]
}
