import type { Span, TextEdit } from '../topology/position.js'
import type { Lexeme } from './format-spacing.js'

/** One line of a text, without and with what ends it. */
export interface Line {
  readonly start: number
  readonly end: number
  readonly next: number
}

export function linesOf(text: string): Line[] {
  const result: Line[] = []
  const ends = /\r\n|\r|\n/g
  let start = text.startsWith('\ufeff') ? 1 : 0
  for (const { index, 0: mark } of text.matchAll(ends)) {
    result.push({ start, end: index, next: index + mark.length })
    start = index + mark.length
  }
  result.push({ start, end: text.length, next: text.length })
  return result
}

/** Words over several lines: what stands at the beginning of a line in them may be part of them. */
export function wordsOverLines(lexemes: readonly Lexeme[]): Span[] {
  return lexemes.flatMap(({ type, source, start }) =>
    source.includes('\n') && type !== 'newline' ? [{ start, end: start + source.length }] : [],
  )
}

/** Which lines begin inside of a word. */
export function linesInWords(lines: readonly Line[], words: readonly Span[]): boolean[] {
  let at = 0
  return lines.map(({ start }) => {
    while (at < words.length && (words[at]?.end ?? 0) <= start) at += 1
    return (words[at]?.start ?? Infinity) <= start
  })
}

/** One blank line at most, none at the end, one way to end a line, and an end for the last one. */
export function lineEdits(
  text: string,
  lines: readonly Line[],
  inWords: readonly boolean[],
  endsInLiteral: boolean,
): TextEdit[] {
  const edits: TextEdit[] = []
  const lineEnd = prevailingEnd(text, lines)
  const blank = lines.map(
    ({ start, end }, at) => inWords[at] !== true && /^[ \t]*$/.test(text.slice(start, end)),
  )
  const content = blank.lastIndexOf(false)
  if (content < 0) return []
  for (const [at, { start, end, next }] of lines.entries()) {
    if (at > content) break
    if (blank[at] === true && blank[at - 1] === true) {
      edits.push({ span: { start, end: next }, newText: '' })
      continue
    }
    if (blank[at] === true && end > start) edits.push({ span: { start, end }, newText: '' })
    if (next > end) edits.push(...lineEndEdit(text, end, next, lineEnd))
  }
  const last = lines[content]
  // What comes below a literal may be part of it.
  if (last === undefined || endsInLiteral) return edits
  if (last.next === last.end) edits.push({ span: { start: last.end, end: last.end }, newText: lineEnd })
  else if (last.next < text.length) edits.push({ span: { start: last.next, end: text.length }, newText: '' })
  return edits
}

/** The way most lines end; of several, the first line's. */
function prevailingEnd(text: string, lines: readonly Line[]): string {
  const counts = new Map<string, number>()
  for (const { end, next } of lines) {
    const mark = text.slice(end, next)
    if (mark !== '') counts.set(mark, (counts.get(mark) ?? 0) + 1)
  }
  const [most] = [...counts].sort(([, a], [, b]) => b - a)
  return most?.[0] ?? '\n'
}

function lineEndEdit(text: string, end: number, next: number, wanted: string): TextEdit[] {
  const written = text.slice(end, next)
  if (written === wanted) return []
  if (written === '\r\n' && wanted === '\n') return [{ span: { start: end, end: end + 1 }, newText: '' }]
  if (written === '\n' && wanted === '\r\n') return [{ span: { start: end, end }, newText: '\r' }]
  return [{ span: { start: end, end: next }, newText: wanted }]
}
