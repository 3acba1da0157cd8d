import { Range } from 'vscode'
import type { Range as CoreRange } from '../../core/topology/position.js'

/** A range of the core as VS Code's: both count lines and UTF-16 units from 0. */
export function rangeOf({ start, end }: CoreRange): Range {
  return new Range(start.line, start.character, end.line, end.character)
}
