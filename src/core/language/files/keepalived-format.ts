import { scanLine } from '../../formats/keepalived/words.js'
import type { Span, TextEdit } from '../../topology/position.js'

/**
 * Indents each line by the blocks it stands in, and takes blanks from its end. Words, comments and empty lines stay as
 * they are; so does whatever indentation may mean something in: what goes on in the next line, conditions, and lines with
 * a quote that is not closed.
 */
export function formatKeepalived(text: string, tabSize: number): TextEdit[] {
  const edits: TextEdit[] = []
  let depth = 0
  let goesOn = false
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start)
    const next = newline < 0 ? text.length : newline + 1
    let end = newline < 0 ? text.length : newline
    if (end > start && text.charCodeAt(end - 1) === 13) end--
    const { words, continued, unclosed, comment } = scanLine(text, start, end)
    const ink = start + (/^[ \t]*/.exec(text.slice(start, end))?.[0].length ?? 0)
    const kept = goesOn || continued || unclosed !== undefined || text.charAt(ink) === '@'
    let closing = 0
    while (words[closing]?.kind === 'close') closing++
    if (!kept) {
      const indent = ink === end ? '' : ' '.repeat(Math.max(0, depth - closing) * tabSize)
      replace(text, { start, end: ink }, indent, edits)
      const last = comment < end ? comment : (words.at(-1)?.end ?? ink)
      const blanks = /[ \t]*$/.exec(text.slice(last, end))?.[0].length ?? 0
      if (ink < end) replace(text, { start: end - blanks, end }, '', edits)
    }
    for (const { kind } of words)
      depth = kind === 'open' ? depth + 1 : kind === 'close' ? Math.max(0, depth - 1) : depth
    goesOn = continued
    start = next
  }
  return edits
}

function replace(text: string, span: Span, newText: string, edits: TextEdit[]): void {
  if (text.slice(span.start, span.end) !== newText) edits.push({ span, newText })
}
