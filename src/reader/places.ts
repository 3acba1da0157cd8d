import type { Position, Range, Span, TextEdit } from '../core/topology/position.js'
import type { EditResult } from '../core/topology/edits.js'
import type { EditAnswer, TextChange } from '../protocol/reader.js'
import type { ReadDocument } from './document.js'

export function rangeIn(document: ReadDocument, span: Span): Range {
  return document.lines().range(span)
}

export function offsetIn(document: ReadDocument, position: Position): number {
  return document.lines().offset(position)
}

export function changesIn(document: ReadDocument, edits: readonly TextEdit[]): TextChange[] {
  return edits.map(({ span, newText }) => ({
    range: rangeIn(document, span),
    oldText: document.text.slice(span.start, span.end),
    newText,
  }))
}

export function editAnswer(document: ReadDocument, result: EditResult): EditAnswer {
  return result.ok ? { ok: true, changes: changesIn(document, result.edits) } : result
}

/** Also where only an end of one lies at an end of the other, as carets do. */
export function touch(one: Range, other: Range): boolean {
  return !before(one.end, other.start) && !before(other.end, one.start)
}

function before(one: Position, other: Position): boolean {
  return one.line < other.line || (one.line === other.line && one.character < other.character)
}
