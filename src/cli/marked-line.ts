import type { Range, TextLines } from '../core/topology/position.js'
import { columnsOf, firstColumns, lastColumns } from './columns.js'
import { visibleText } from './visible-text.js'

/** The part of a line that is kept before the place that is marked, where the whole is too long. */
const KEPT_BEFORE = 3 / 8
const CUT = '…'

export interface MarkedLine {
  readonly line: string
  /** Carets below what is marked. */
  readonly caret: string
}

/** The line a range begins on, cut around that to so many columns, and carets below the range. */
export function markedLine(lines: TextLines, { start, end }: Range, columns: number): MarkedLine {
  const whole = lines.line(start.line)
  const goesOn = end.line > start.line
  const last = Math.max(start.character, goesOn ? whole.length : Math.min(end.character, whole.length))
  // A line can be megabytes. What is too far away to be shown need not be looked at: a letter with all of its marks
  // is no more than a few characters.
  const reach = columns * 8
  const all = {
    before: visibleText(whole.slice(Math.max(0, start.character - reach), start.character)),
    marked: visibleText(whole.slice(start.character, Math.min(last, start.character + reach))),
    after: visibleText(whole.slice(last, last + reach)),
  }
  const { before, marked, after } = fitting(all, columns)
  const carets = '^'.repeat(Math.max(1, columnsOf(marked)))
  const until = goesOn ? ` to line ${end.line + 1}` : ''
  return { line: `${before}${marked}${after}`, caret: `${' '.repeat(columnsOf(before))}${carets}${until}` }
}

interface Parts {
  readonly before: string
  readonly marked: string
  readonly after: string
}

function fitting({ before, marked, after }: Parts, columns: number): Parts {
  const wanted = columnsOf(before) + columnsOf(marked) + columnsOf(after)
  if (wanted <= columns) return { before, marked, after }
  // What is not needed behind is for what stands before.
  const behind = columnsOf(marked) + columnsOf(after)
  const room = Math.max(Math.floor(columns * KEPT_BEFORE), columns - behind)
  const cutBefore = columnsOf(before) <= room ? before : `${CUT}${lastColumns(before, room - 1)}`
  const left = columns - columnsOf(cutBefore)
  if (columnsOf(marked) > left) {
    return { before: cutBefore, marked: `${firstColumns(marked, left - 1)}${CUT}`, after: '' }
  }
  const rest = left - columnsOf(marked)
  const cutAfter = columnsOf(after) <= rest ? after : `${firstColumns(after, rest - 1)}${CUT}`
  return { before: cutBefore, marked, after: rest > 0 ? cutAfter : '' }
}
