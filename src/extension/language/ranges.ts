import { Range } from 'vscode'
import type { Position } from 'vscode'
import type { Position as CorePosition, Range as CoreRange } from '../../core/topology/position.js'

/** A range of the core as VS Code's: both count lines and UTF-16 units from 0. */
export function rangeOf({ start, end }: CoreRange): Range {
  return new Range(start.line, start.character, end.line, end.character)
}

/** Without what VS Code's own objects carry beside it: this one travels to another thread. */
export function plainPosition({ line, character }: Position): CorePosition {
  return { line, character }
}

export function plainRange({ start, end }: Range): CoreRange {
  return { start: plainPosition(start), end: plainPosition(end) }
}
