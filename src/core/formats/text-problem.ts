import type { Span, TextEdit } from '../topology/position.js'

/** Something a reader could not take as it stands, in a file of one text; the rest is read all the same. */
export interface TextProblem<Code extends string> {
  readonly code: Code
  readonly message: string
  readonly span: Span
  readonly fixes: readonly { readonly title: string; readonly edits: readonly TextEdit[] }[]
}
