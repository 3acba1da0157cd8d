import { Lexer, Parser } from 'yaml'
import type { CST } from 'yaml'

/** Why a text is not read any further, and the offset where that shows. */
export interface Beyond {
  readonly limit: 'depth' | 'words'
  readonly at: number
}

/** Levels of nesting; the language itself needs eight. */
export const MAX_DEPTH = 64
/**
 * Words, separators and line ends: what reading a text costs. A file of 5,000 real servers has about 320,000, and 450,000
 * with a few settings in each.
 */
export const MAX_LEXEMES = 600_000
/** What stands where nothing can stand makes an error each time; no more than the first few are told. */
const MAX_ERROR_TOKENS = 10

/**
 * The tokens of a text, or where it goes beyond what is read. What comes after costs time and stack by the level
 * and by the word, so both are counted while the text is taken apart, not afterwards.
 */
export function tokensOf(text: string): readonly CST.Token[] | Beyond {
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let lexemes = 0
  let errors = 0
  const keep = (made: Iterable<CST.Token>): void => {
    for (const token of made) {
      if (token.type === 'error') errors += 1
      if (token.type !== 'error' || errors <= MAX_ERROR_TOKENS) tokens.push(token)
    }
  }
  for (const lexeme of new Lexer().lex(text)) {
    keep(parser.next(lexeme))
    lexemes += 1
    // The stack holds the document and the scalar being read besides the collections around it.
    if (parser.stack.length > MAX_DEPTH + 2) return { limit: 'depth', at: placeIn(text, parser.offset) }
    if (lexemes > MAX_LEXEMES) return { limit: 'words', at: placeIn(text, parser.offset) }
  }
  keep(parser.end())
  return tokens
}

/** The parser counts a lexeme when it is done with it. */
function placeIn(text: string, offset: number): number {
  return Math.max(0, Math.min(offset, text.length - 1))
}
