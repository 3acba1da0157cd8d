/**
 * One physical line of keepalived.conf as words, the way lib/parser.c takes it apart: `decomment` first, then
 * `read_line`, which cuts at every brace outside of double quotes, then `alloc_strvec`.
 */

/** A word of a line; `text` is what keepalived sees, `start` and `end` where it stands in the file. */
export interface Word {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly kind: WordKind
}

/** `quoted` stood in double quotes: its text is without them, and is never a brace. */
export type WordKind = 'plain' | 'quoted' | 'open' | 'close'

export interface ScannedLine {
  readonly words: readonly Word[]
  /** Where the comment begins, or the length of the text if there is none. */
  readonly comment: number
  /** It ends in a backslash: a definition goes on in the next line. */
  readonly continued: boolean
  /** Where a double quote opens that is not closed in this line. */
  readonly unclosed: number | undefined
  /** A word has a dollar sign, so that definitions may have to be put in. */
  readonly dollar: boolean
}

const TAB = 9
const CARRIAGE_RETURN = 13
const SPACE = 32
const BANG = 33
const QUOTE = 34
const HASH = 35
const DOLLAR = 36
const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125

/**
 * The line of `text` from `start` to `end`, without its line end. Words are put into `words`, which a caller that reads
 * many lines may use again: an array that grew has room for many more than most lines have.
 */
export function scanLine(text: string, start: number, end: number, words: Word[] = []): ScannedLine {
  words.length = 0
  let continued = false
  let unclosed: number | undefined
  let dollar = false
  let comment = end
  let at = start
  while (at < end) {
    const code = text.charCodeAt(at)
    if (isBlank(code)) {
      at++
      continue
    }
    if (code === BANG || code === HASH) {
      comment = at
      // What ends in a backslash goes on, in a comment too.
      continued = text.charCodeAt(lastInk(text, at, end)) === BACKSLASH && lastInk(text, at, end) === end - 1
      break
    }
    if (code === OPEN || code === CLOSE) {
      const kind = code === OPEN ? 'open' : 'close'
      words.push({ text: code === OPEN ? '{' : '}', start: at, end: at + 1, kind })
      at++
      continue
    }
    if (code === QUOTE) {
      const closing = closingQuote(text, at + 1, end)
      if (closing === end) unclosed = at
      const inside = text.slice(at + 1, closing)
      if (inside.includes('$')) dollar = true
      const after = Math.min(closing + 1, end)
      words.push({ text: inside, start: at, end: after, kind: 'quoted' })
      at = after
      continue
    }
    if (code === BACKSLASH && at === end - 1) {
      continued = true
      break
    }
    const from = at
    let escaped = false
    for (; at < end; at++) {
      const inside = text.charCodeAt(at)
      if (inside === BACKSLASH) {
        if (at === end - 1) break
        const next = text.charCodeAt(at + 1)
        if (next === BANG || next === HASH) escaped = true
        at++
        continue
      }
      if (inside === DOLLAR) {
        dollar = true
        const name = text.charCodeAt(at + 1) === OPEN ? bracedName(text, at + 2, end) : 0
        if (name > 0) at = name
        continue
      }
      if (
        isBlank(inside) ||
        inside === QUOTE ||
        inside === OPEN ||
        inside === CLOSE ||
        inside === BANG ||
        inside === HASH
      ) {
        break
      }
    }
    const written = text.slice(from, at)
    if (from < at) {
      const plain = escaped ? written.replace(/\\([!#])/g, '$1') : written
      words.push({ text: plain, start: from, end: at, kind: 'plain' })
    }
  }
  return { words, comment, continued, unclosed, dollar }
}

function isBlank(code: number): boolean {
  return code === SPACE || (code >= TAB && code <= CARRIAGE_RETURN)
}

function lastInk(text: string, start: number, end: number): number {
  let at = end - 1
  while (at > start && isBlank(text.charCodeAt(at))) at--
  return at
}

/** A backslash keeps the next character from closing; `end` where nothing closes. */
function closingQuote(text: string, start: number, end: number): number {
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at)
    if (code === BACKSLASH) at++
    else if (code === QUOTE) return at
  }
  return end
}

/** Where the brace stands that closes `${NAME` or `${_RANDOM 1 9`; 0 if that is no name in braces. */
function bracedName(text: string, start: number, end: number): number {
  let at = start
  while (at < end && /[A-Za-z0-9_ ]/.test(text.charAt(at))) at++
  return at > start && at < end && text.charCodeAt(at) === CLOSE ? at : 0
}
