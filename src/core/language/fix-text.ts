import { editTopology } from '../topology/edits.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { TextEdit } from '../topology/position.js'
import type { Fix } from '../topology/problem.js'

/** A fix as changes of the text, which is how every program outside takes it. */
export interface TextFix {
  readonly title: string
  readonly edits: readonly TextEdit[]
}

/** Undefined for a fix that cannot be made in this text: it hangs on an alias, or the text cannot be read. */
export function fixAsText(parsed: ParsedTopology, { title, edits }: Fix): TextFix | undefined {
  const result = editTopology(parsed, edits)
  return result.ok ? { title, edits: result.edits } : undefined
}
