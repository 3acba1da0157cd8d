import type { Span } from '../topology/position.js'
import { readFlow } from './caret-flow.js'
import {
  beginEntry,
  beginItem,
  columnAt,
  columnFrom,
  commentAt,
  decide,
  fill,
  innermost,
  isBlank,
  lineAfter,
  lineEnd,
  lineStartOf,
  push,
  quoteAt,
  quotedEnd,
  readQuoted,
  skipBlanks,
  skipProperties,
  startScan,
  touches,
  trimmed,
  watch,
  wordText,
} from './caret-scan.js'
import type { Draft, Frame, Scan } from './caret-scan.js'

/** Reads a text by lines, past the caret to where the map or list it is in ends. */
export function scanTo(
  text: string,
  caret: number,
  step: number,
): { readonly drafts: readonly Draft[]; readonly nextColumn: number | undefined; readonly text: string } {
  const scan = startScan(text, caret, step)
  let at = lineStartOf(scan, text.startsWith('\ufeff') ? 1 : 0)
  for (;;) {
    at = readLine(scan, at)
    if (scan.drafts !== undefined && isOver(scan, scan.drafts)) break
    if (at >= scan.text.length) {
      // A last line of no characters is still one to write on.
      if (scan.drafts === undefined && caret >= scan.text.length) readLine(scan, scan.text.length)
      break
    }
  }
  return { drafts: scan.drafts ?? [], nextColumn: scan.nextColumn, text: scan.text }
}

function isOver({ frames }: Scan, drafts: readonly Draft[]): boolean {
  return drafts.every(({ frame }) => frame.kind !== 'root' && !frames.includes(frame))
}

/** Reads one line, and the further ones that brackets, quotes and block scalars go over; returns where to go on. */
function readLine(scan: Scan, start: number): number {
  const end = lineEnd(scan, start)
  const words = skipBlanks(scan, start, end)
  const column = columnFrom(scan, start, words)
  const empty = words === end || scan.text[words] === '#'
  if (touches(scan, start, end) && scan.drafts === undefined && (empty || scan.caret < words)) {
    decide(scan, empty && scan.caret <= words ? blankLine(scan, start, words) : [])
  }
  if (empty) return lineAfter(scan, end)
  if (column === 0 && /^(---|\.\.\.)\s?$/.test(scan.text.slice(words, words + 4))) {
    scan.frames.length = 1
    innermost(scan).open = true
    return lineAfter(scan, end)
  }
  if (scan.drafts !== undefined) scan.nextColumn ??= column
  leave(scan, column, isIndicator(scan, words, end, '-'))
  const next = readContent(scan, words, column, end)
  // Whatever of the line was not understood has nothing to offer.
  if (touches(scan, start, end)) decide(scan, [])
  return lineAfter(scan, Math.max(next - 1, end))
}

/** Ends the maps and lists a line at `column` is no part of. */
function leave(scan: Scan, column: number, dash: boolean): void {
  for (;;) {
    const { kind, indent } = innermost(scan)
    if (kind === 'root' || indent < column || (indent === column && (kind === 'map' || dash))) return
    scan.frames.pop()
  }
}

/** What a line may become that has no words yet: its indentation decides. */
function blankLine(scan: Scan, start: number, words: number): Draft[] {
  const column = columnAt(scan, scan.caret)
  const tabs = scan.text.slice(start, scan.caret).includes('\t')
  const word = { start: scan.caret, end: tabs ? Math.max(words, scan.caret) : scan.caret }
  const base = { word, column, blank: true, indented: tabs ? start : undefined }
  const inner = scan.frames.findLastIndex(({ indent }) => indent <= column)
  const frame = scan.frames[inner]
  if (frame === undefined) return []
  if (frame.indent < column) return frame.open ? firstOf(frame, base) : []
  const drafts: Draft[] = []
  for (const each of scan.frames.slice(0, inner + 1)) {
    if (each.indent !== column || each.kind === 'root') continue
    drafts.push({ ...BLANK, ...base, at: each.kind === 'list' ? 'item' : 'key', frame: each })
  }
  return drafts
}

const BLANK = {
  via: undefined,
  below: undefined,
  self: undefined,
  quote: undefined,
  flow: false,
  named: false,
} as const

type Base = Pick<Draft, 'word' | 'column' | 'blank' | 'indented'> & { readonly quote?: Draft['quote'] }

/** What the value of an entry may begin with on a line of its own. */
function firstOf(
  frame: Frame,
  base: Base,
  kinds: readonly Draft['at'][] = ['key', 'item', 'value'],
): Draft[] {
  const via = frame.kind === 'root' ? undefined : frame.current
  return kinds.map((at) => ({ ...BLANK, ...base, at, frame, via, below: watch(frame) }))
}

/** What stands on a line from `at` on: a dash and what follows it, a key and its value, or a word. */
function readContent(scan: Scan, at: number, column: number, end: number): number {
  if (isIndicator(scan, at, end, '-')) return readItem(scan, at, column, end)
  if (isIndicator(scan, at, end, '?')) return end
  const words = skipProperties(scan, at, end)
  if (scan.caret > at && scan.caret < words) decide(scan, [])
  const key = keyAt(scan, words, end)
  if (key === undefined) return readWord(scan, words, column, end)
  const map = mapAt(scan, column)
  const self = map.names.length
  beginEntry(map, wordText(scan, key.span))
  if (touches(scan, key.span.start, key.span.end)) {
    const quote = quoteAt(scan, key.span.start)
    const found = { ...BLANK, word: key.span, quote, column, blank: false, indented: undefined }
    decide(scan, [{ ...found, at: 'key', frame: map, self, named: true }])
  } else if (scan.caret > key.span.end && scan.caret <= key.colon) decide(scan, [])
  return readValue(scan, map, key.colon + 1, end)
}

/** Whether a dash or a question mark stands at `at` and alone. */
function isIndicator({ text }: Scan, at: number, end: number, char: '-' | '?'): boolean {
  return text[at] === char && (at + 1 >= end || isBlank(text, at + 1))
}

/** The map whose keys stand at `column`, begun here if it is not yet there. */
function mapAt(scan: Scan, column: number): Frame {
  const inner = innermost(scan)
  return inner.kind === 'map' && inner.indent === column ? inner : push(scan, 'map', column)
}

function readItem(scan: Scan, dash: number, column: number, end: number): number {
  const inner = innermost(scan)
  const list = inner.kind === 'list' && inner.indent === column ? inner : push(scan, 'list', column)
  beginItem(list)
  const words = skipBlanks(scan, dash + 1, end)
  const empty = words === end || scan.text[words] === '#'
  if (touches(scan, dash + 1, words) && (empty || scan.caret < words)) {
    const word = { start: scan.caret, end: scan.caret }
    const base = {
      word,
      column: Math.max(columnAt(scan, scan.caret), column + 2),
      blank: false,
      indented: undefined,
    }
    decide(scan, empty ? firstOf(list, base, ['key', 'value']) : [])
  }
  return empty ? end : readContent(scan, words, columnAt(scan, words), end)
}

/** A key and its colon at `at`; undefined where the line has none. */
function keyAt(
  scan: Scan,
  at: number,
  end: number,
): { readonly span: Span; readonly colon: number } | undefined {
  const { text } = scan
  const isColon = (index: number) => text[index] === ':' && (index + 1 >= end || isBlank(text, index + 1))
  if (quoteAt(scan, at) !== undefined) {
    const after = quotedEnd(scan, at, end)
    if (after === undefined) return undefined
    const colon = skipBlanks(scan, after, end)
    return isColon(colon) ? { span: { start: at, end: after }, colon } : undefined
  }
  if (NO_KEY.includes(text[at] ?? '')) return undefined
  const comment = commentAt(text, at, end)
  let colon = text.indexOf(':', at)
  while (colon >= 0 && colon < comment) {
    if (isColon(colon)) return { span: { start: at, end: trimmed(text, at, colon) }, colon }
    colon = text.indexOf(':', colon + 1)
  }
  return undefined
}

/** No key without quotes begins with these. */
const NO_KEY = ['[', '{', '|', '>', '*']

/** A word alone on its line: a key half typed, a value on its own line, or an item of a list. */
function readWord(scan: Scan, at: number, column: number, end: number): number {
  const frame = innermost(scan)
  const { start, end: wordEnd, whole, next } = readScalar(scan, at, end)
  if (at < end && touches(scan, start, wordEnd) && whole) {
    const quote = quoteAt(scan, start)
    const base = { word: { start, end: wordEnd }, quote, column, blank: false, indented: undefined }
    const isItem = frame.kind === 'list' && frame.indent < column
    if (frame.kind === 'map' && frame.indent === column) {
      decide(scan, [{ ...BLANK, ...base, at: 'key', frame }])
    } else if (frame.open && frame.indent < column) {
      const self = isItem ? frame.names.length : undefined
      decide(
        scan,
        firstOf(frame, base, ['key', 'value']).map((draft) => ({ ...draft, self })),
      )
    } else decide(scan, [])
  }
  if (frame.open && frame.indent < column && start < wordEnd) {
    // What is half typed may still become the first key of the map the lines below go on with.
    frame.open = touches(scan, start, wordEnd)
    if (!frame.open) fill(frame, column)
    if (frame.kind === 'list') frame.names.push(wordText(scan, { start, end: wordEnd }))
  }
  return next
}

/** The value of a key, on its line. */
function readValue(scan: Scan, map: Frame, from: number, end: number): number {
  const blanks = skipBlanks(scan, from, end)
  const at = skipProperties(scan, blanks, end)
  const empty = at === end || scan.text[at] === '#'
  const base = () => ({ column: columnAt(scan, at), blank: false, indented: undefined })
  if (scan.caret >= from && (scan.caret < at || empty) && scan.caret <= at) {
    const word = { start: scan.caret, end: scan.caret }
    const free = empty && (at === blanks || scan.caret === at)
    decide(scan, free ? firstOf(map, { ...base(), word }, ['value']) : [])
  }
  if (empty) return end
  const { start, end: wordEnd, whole, next } = readScalar(scan, at, end)
  if (touches(scan, start, wordEnd) && start < wordEnd) {
    const quote = quoteAt(scan, start)
    const found = { ...BLANK, ...base(), word: { start, end: wordEnd }, quote }
    decide(scan, whole ? [{ ...found, at: 'value', frame: map, via: map.current }] : [])
  }
  map.open = false
  return next
}

/** A value from its first character on. Of a map or list in brackets, and of a block scalar, no word is left. */
function readScalar(
  scan: Scan,
  at: number,
  end: number,
): Span & { readonly whole: boolean; readonly next: number } {
  const char = scan.text[at] ?? ''
  const nothing = { start: at, end: at, whole: false }
  if (char === '{' || char === '[') {
    if (scan.caret === at) decide(scan, [])
    return { ...nothing, next: readFlow(scan, at) }
  }
  if (char === '|' || char === '>') {
    if (touches(scan, at, end)) decide(scan, [])
    return { ...nothing, next: skipBlock(scan, end) }
  }
  if (quoteAt(scan, at) !== undefined) {
    const quoted = readQuoted(scan, at, innermost(scan).indent, (from, to) => trimmed(scan.text, from, to))
    if (!quoted.whole && touches(scan, quoted.start, quoted.end)) decide(scan, [])
    return { ...quoted, next: Math.max(quoted.end, end) }
  }
  const wordEnd = trimmed(scan.text, at, commentAt(scan.text, at, end))
  return { start: at, end: wordEnd, whole: char !== '*' && char !== '%' && char !== '@', next: end }
}

/** The lines of a block scalar: all that are deeper than what it is the value of. */
function skipBlock(scan: Scan, header: number): number {
  const { indent } = innermost(scan)
  let line = lineAfter(scan, header)
  while (line < scan.text.length) {
    const end = lineEnd(scan, line)
    const words = skipBlanks(scan, line, end)
    if (words < end && columnAt(scan, words) <= indent) break
    const inside = words < end || columnAt(scan, Math.min(scan.caret, end)) > indent
    if (touches(scan, line, end)) {
      if (!inside) break
      decide(scan, [])
    }
    line = lineAfter(scan, line)
  }
  return line
}
