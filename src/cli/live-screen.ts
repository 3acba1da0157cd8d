import { firstColumns } from './columns.js'
import { painter } from './io.js'
import type { Io } from './io.js'
import type { StatusLine } from './status-text.js'

const HOME = '\u001b[H'
const CLEAR = '\u001b[2J'
const CLEAR_TO_END_OF_LINE = '\u001b[K'
const CLEAR_BELOW = '\u001b[J'

/** Lines in colour, one below the other. */
export function paintedLines(lines: readonly StatusLine[], { colour }: Pick<Io, 'colour'>): string {
  const paint = painter(colour)
  return lines.map(({ text, style }) => `${style === undefined ? text : paint(style, text)}\n`).join('')
}

/**
 * What takes the place of what was shown before, on a terminal; without flicker, since nothing is cleared that is written
 * over. What does not fit is cut off: what scrolled away could not be written over.
 */
export function redrawn(lines: readonly StatusLine[], io: Io, first: boolean): string {
  const rows = io.rows ?? 24
  const columns = io.columns ?? 80
  const left = lines.length - (rows - 1)
  const shown =
    left <= 0
      ? lines
      : [
          ...lines.slice(0, rows - 2),
          {
            text: `… ${left + 1} more lines; a larger window shows them, and so does a pipe`,
            style: 'dim',
          } as const,
        ]
  const cut = shown.map(({ text, style }) => ({ text: firstColumns(text, columns), style }))
  const painted = paintedLines(cut, io).replaceAll('\n', `${CLEAR_TO_END_OF_LINE}\n`)
  return `${first ? CLEAR : ''}${HOME}${painted}${CLEAR_BELOW}`
}
