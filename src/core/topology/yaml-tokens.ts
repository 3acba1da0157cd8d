import { Lexer, Parser } from 'yaml'
import type { CST } from 'yaml'

/** Why a text is not read any further, and the offset where that shows. */
export interface Beyond {
  readonly limit: 'depth' | 'words' | 'entries'
  readonly at: number
}

/** Levels of nesting; the language itself needs eight. */
export const MAX_DEPTH = 64
/**
 * Words, separators and line ends: what reading a text costs. A file of 5,000 real servers has about 320,000, and 450,000
 * with a few settings in each; one of 5,000 services with two real servers each, as a node of Kubernetes has, 515,000.
 */
export const MAX_LEXEMES = 600_000
/** Of one map or list: more than the 5,000 real servers that the product is made for, and read and checked in a second. */
export const MAX_ENTRIES = 6_000
/** What stands where nothing can stand makes an error each time; no more than the first few are told. */
const MAX_ERROR_TOKENS = 10

/**
 * The tokens of a text, or where it goes beyond what is read. What comes after costs time and stack by the level,
 * by the word and by the entry, so they are counted while the text is taken apart, not afterwards. Of a second document it
 * is enough to know that there is one.
 */
export function tokensOf(text: string): readonly CST.Token[] | Beyond {
  const many = wordsBeyond(text, MAX_LEXEMES)
  if (many !== undefined) return { limit: 'words', at: many }
  const parser = new Parser()
  const tokens: CST.Token[] = []
  let lexemes = 0
  let errors = 0
  let documents = 0
  const keep = (made: Iterable<CST.Token>): void => {
    for (const token of made) {
      if (token.type === 'error') errors += 1
      if (token.type === 'document') documents += 1
      if (token.type !== 'error' || errors <= MAX_ERROR_TOKENS) tokens.push(token)
    }
  }
  for (const lexeme of new Lexer().lex(text)) {
    keep(parser.next(lexeme))
    lexemes += 1
    // The stack holds the document and the scalar being read besides the collections around it.
    if (parser.stack.length > MAX_DEPTH + 2) return { limit: 'depth', at: placeIn(text, parser.offset) }
    if (lexemes > MAX_LEXEMES) return { limit: 'words', at: placeIn(text, parser.offset) }
    const inner = parser.stack.at(-1)
    if (inner !== undefined && 'items' in inner && inner.items.length > MAX_ENTRIES) {
      return { limit: 'entries', at: placeIn(text, parser.offset) }
    }
    if (documents > 1) return tokens
  }
  keep(parser.end())
  return tokens
}

/** The parser counts a lexeme when it is done with it. */
function placeIn(text: string, offset: number): number {
  return Math.max(0, Math.min(offset, text.length - 1))
}

const CHAR = {
  tab: 9,
  break: 10,
  blank: 32,
  hash: 35,
  comma: 44,
  dash: 45,
  colon: 58,
} as const

/**
 * Where a text has more than `most` words and separators, told from its characters alone, at a fiftieth of what it costs to
 * take them apart. It sees fewer than there are; those that it does not see are counted on the way.
 */
function wordsBeyond(text: string, most: number): number | undefined {
  let words = 0
  let before: number = CHAR.break
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at)
    if (char === CHAR.hash && isBlank(before)) {
      // A comment is one word, whatever is in it.
      const end = text.indexOf('\n', at)
      if (end < 0) return undefined
      at = end
      words += 2
    } else words += wordsWith(text, at, char)
    if (words > most) return at
    before = text.charCodeAt(at)
  }
  return undefined
}

/** What begins or ends with a character: with `: ` its key, itself, the blank and the value. */
function wordsWith(text: string, at: number, char: number): number {
  switch (char) {
    case CHAR.break:
      return 1
    case CHAR.comma:
      return 2
    case CHAR.dash:
      return isBlank(text.charCodeAt(at + 1)) ? 2 : 0
    case CHAR.colon:
      return isBlank(text.charCodeAt(at + 1)) ? 3 : 0
    default:
      return 0
  }
}

function isBlank(char: number): boolean {
  return char === CHAR.blank || char === CHAR.break || char === CHAR.tab
}
