import { CST, Lexer } from 'yaml'
import type { TextEdit } from '../topology/position.js'

/** What the lexer tells apart in a text, in order and without gaps. */
export interface Lexeme {
  readonly type: CST.TokenType | 'text'
  readonly source: string
  readonly start: number
}

/** The lexemes of a text whose lines end in LF or CRLF. */
export function lexemesOf(text: string): Lexeme[] {
  const result: Lexeme[] = []
  let at = 0
  let words = false
  for (const source of new Lexer().lex(text)) {
    const type = words ? 'text' : (CST.tokenType(source) ?? 'text')
    words = false
    // Marks the lexer makes itself, and values of no characters: they stand for nothing in the text.
    if (type === 'scalar') words = true
    else if (type !== 'doc-mode' && type !== 'flow-error-end' && source !== '') {
      result.push({ type, source, start: at })
      at += source.length
    }
  }
  return result
}

/**
 * Changes between the words of a line: what stands in braces and brackets, one space after a colon and a comma,
 * nothing at the end of a line. Never a line's indentation, and nothing inside of a word.
 */
export function spacingEdits(text: string, lexemes: readonly Lexeme[]): TextEdit[] {
  const edits: TextEdit[] = []
  const replace = (start: number, end: number, newText: string): void => {
    edits.push({ span: { start, end }, newText })
  }
  const words = lexemes.filter(({ type }) => type !== 'space')
  for (const [index, left] of words.entries()) {
    const end = left.start + left.source.length
    const right = words[index + 1]
    if (left.type === 'comment') {
      const kept = left.source.trimEnd().length
      if (kept < left.source.length) replace(left.start + kept, end, '')
    }
    const before = words[index - 1]
    if (startsLine(left)) continue
    const next = right?.start ?? text.length
    const wanted =
      right === undefined || right.type === 'newline'
        ? ''
        : // Of a key written with "?", what follows the colon may be indented by it.
          left.type === 'map-value-ind' && (before === undefined || startsLine(before))
          ? undefined
          : gapBetween(left, right)
    const written = text.slice(end, next)
    if (wanted === undefined || written === wanted) continue
    // No more is taken out than is too much.
    if (wanted === ' ' && written.startsWith(' ')) replace(end + 1, next, '')
    else replace(end, next, wanted)
  }
  return edits
}

function startsLine({ type, source }: Lexeme): boolean {
  // A text in literal style ends with its line.
  return type === 'newline' || type === 'byte-order-mark' || (type === 'text' && source.endsWith('\n'))
}

/** What is to stand between two lexemes of one line; undefined: whatever does. */
function gapBetween({ type: left }: Lexeme, { type: right }: Lexeme): string | undefined {
  // People line comments up in columns.
  if (right === 'comment') return undefined
  // Neither can be told from what follows without a blank.
  if (left === 'anchor' || left === 'tag') return undefined
  if (right === 'flow-map-end') return left === 'flow-map-start' ? '' : ' '
  if (right === 'flow-seq-end' || right === 'comma') return left === 'map-value-ind' ? undefined : ''
  if (left === 'flow-map-start' || left === 'comma' || left === 'map-value-ind') return ' '
  return left === 'flow-seq-start' ? '' : undefined
}
