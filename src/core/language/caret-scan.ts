import { withLineFeeds } from '../topology/line-ends.js'
import type { Span } from '../topology/position.js'
import type { Quote } from '../topology/yaml-text.js'

/** A map or list that has begun. */
export interface Frame {
  readonly kind: 'root' | 'map' | 'list'
  /** The column of its keys or dashes; in brackets, that of what they are the value of. */
  readonly indent: number
  readonly parent: Frame | undefined
  /** The key or number it has in its parent. */
  readonly via: string
  /** Its keys, or its items as far as they are words. */
  readonly names: string[]
  /** The key or number that was read last. */
  current: string
  items: number
  /** What was read last has no value yet. */
  open: boolean
  /** Told which map or list becomes the value of what was read last. */
  watch: Below | undefined
}

/** What the lines below make the value of an entry. */
export interface Below {
  child: Frame | undefined
}

/** A slot while the text after it is still to be read. */
export interface Draft {
  readonly at: 'key' | 'item' | 'value'
  readonly frame: Frame
  /** The entry of the frame it is, or is in; undefined: the frame itself. */
  readonly via: string | undefined
  /** Of a place that lines below may already fill. */
  readonly below: Below | undefined
  /** Which of the frame's names stands there now. */
  readonly self: number | undefined
  readonly word: Span
  readonly quote: Quote | undefined
  readonly flow: boolean
  readonly column: number
  readonly named: boolean
  /** Nothing is written on the line yet. */
  readonly blank: boolean
  /** Where an indentation with tabs begins, which must become one of spaces. */
  readonly indented: number | undefined
}

/** A text while it is read. */
export interface Scan {
  /** With line feeds for carriage returns that stand alone. */
  readonly text: string
  readonly caret: number
  /** Columns a tab counts for. */
  readonly step: number
  /** From the root to the innermost map or list. */
  readonly frames: Frame[]
  /** What may stand at the caret; undefined until it is reached. */
  drafts: readonly Draft[] | undefined
  /** The column of the first line with words after the caret's. */
  nextColumn: number | undefined
}

export function startScan(text: string, caret: number, step: number): Scan {
  return {
    text: withLineFeeds(text),
    caret,
    step,
    frames: [newFrame('root', -1, undefined, '')],
    drafts: undefined,
    nextColumn: undefined,
  }
}

export function newFrame(kind: Frame['kind'], indent: number, parent: Frame | undefined, via: string): Frame {
  return { kind, indent, parent, via, names: [], current: '', items: 0, open: true, watch: undefined }
}

export function innermost({ frames }: Scan): Frame {
  const last = frames.at(-1)
  if (last === undefined) throw new RangeError('a scan begins with its root')
  return last
}

/** Begins the map or list that is the value of what the innermost one read last. */
export function push(scan: Scan, kind: 'map' | 'list', indent: number): Frame {
  const parent = innermost(scan)
  const frame = newFrame(kind, indent, parent, parent.current)
  parent.open = false
  if (parent.watch !== undefined) parent.watch.child ??= frame
  scan.frames.push(frame)
  return frame
}

/** Notes a key of a map and waits for its value. */
export function beginEntry(frame: Frame, key: string): void {
  frame.names.push(key)
  frame.current = key
  frame.open = true
  frame.watch = undefined
}

/** Notes an item of a list and waits for its value. */
export function beginItem(frame: Frame): void {
  frame.current = String(frame.items)
  frame.items += 1
  frame.open = true
  frame.watch = undefined
}

export function watch(frame: Frame): Below {
  frame.watch ??= { child: undefined }
  return frame.watch
}

/** Notes that a word is the value of what was read last: no map or list can be any more. */
export function fill(frame: Frame, column: number): void {
  if (frame.watch !== undefined) frame.watch.child ??= newFrame('root', column, undefined, '')
}

/** What may stand at the caret is known; the first answer counts. */
export function decide(scan: Scan, drafts: readonly Draft[]): void {
  scan.drafts ??= drafts
}

/** The end of the words of the line `at` is on. */
export function lineEnd({ text }: Scan, at: number): number {
  const feed = text.indexOf('\n', at)
  const end = feed < 0 ? text.length : feed
  return end > at && text[end - 1] === '\r' ? end - 1 : end
}

/** The start of the next line, or the end of the text. */
export function lineAfter({ text }: Scan, at: number): number {
  const feed = text.indexOf('\n', at)
  return feed < 0 ? text.length : feed + 1
}

export function lineStartOf({ text }: Scan, at: number): number {
  const start = at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1
  return start === 0 && text.startsWith('\ufeff') ? 1 : start
}

export function columnAt(scan: Scan, at: number): number {
  return columnFrom(scan, lineStartOf(scan, at), at)
}

/** The column of `at` on the line that begins at `start`. */
export function columnFrom({ text, step }: Scan, start: number, at: number): number {
  let column = 0
  for (let index = start; index < at; index++) column += text.charCodeAt(index) === TAB ? step : 1
  return column
}

const TAB = 9
const SPACE = 32

/** A space or a tab; beyond the text there is none. Thousands of lines are read while a person types. */
export function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at)
  return code === SPACE || code === TAB
}

/** Where the comment of a line begins, with a blank before it; `end` where it has none. */
export function commentAt(text: string, from: number, end: number): number {
  let at = text.indexOf('#', from)
  while (at >= 0 && at < end) {
    if (at > from && isBlank(text, at - 1)) return at
    at = text.indexOf('#', at + 1)
  }
  return end
}

/** The end of the words between two places. */
export function trimmed(text: string, from: number, end: number): number {
  let at = end
  while (at > from && isBlank(text, at - 1)) at -= 1
  return at
}

/** The first character from `at` on that is no blank, or `end`. */
export function skipBlanks({ text }: Scan, at: number, end: number): number {
  let index = at
  while (index < end && isBlank(text, index)) index += 1
  return index
}

/** Skips anchors and tags. */
export function skipProperties(scan: Scan, at: number, end: number): number {
  let index = at
  while (index < end && (scan.text[index] === '&' || scan.text[index] === '!')) {
    while (index < end && !/[ \t,[\]{}]/.test(scan.text[index] ?? '')) index += 1
    index = skipBlanks(scan, index, end)
  }
  return index
}

export function touches({ caret }: Scan, start: number, end: number): boolean {
  return start <= caret && caret <= end
}

/** The end of a quoted text that ends before `end`, after its closing quote; undefined: it does not. */
export function quotedEnd({ text }: Scan, at: number, end: number): number | undefined {
  const quote = text[at]
  for (let index = at + 1; index < end; index++) {
    if (quote === '"' && text[index] === '\\') index += 1
    else if (text[index] === quote) {
      if (quote === "'" && text[index + 1] === quote) index += 1
      else return index + 1
    }
  }
  return undefined
}

/**
 * Whether a line ends whatever brackets or quotes are open above it: it begins no deeper than what they are the value
 * of, which nothing of a value may.
 */
export function breaksOff(scan: Scan, start: number, indent: number): boolean {
  const end = lineEnd(scan, start)
  const words = skipBlanks(scan, start, end)
  if (words === end) {
    // An empty line that the caret is on is about to become one.
    return touches(scan, start, end) && columnAt(scan, scan.caret) <= indent
  }
  return columnAt(scan, words) <= indent && !/[}\]]/.test(scan.text[words] ?? '')
}

/**
 * Reads a quoted text to where the next thing begins. One that is not closed ends with its line, or around the caret
 * with the word it is on.
 */
export function readQuoted(
  scan: Scan,
  at: number,
  indent: number,
  wordEnd: (from: number, end: number) => number,
): Span & { readonly whole: boolean } {
  const end = lineEnd(scan, at)
  const closed = quotedEnd(scan, at, end)
  if (closed !== undefined) return { start: at, end: closed, whole: true }
  if (touches(scan, at, end)) return { start: at, end: wordEnd(scan.caret, end), whole: true }
  let line = lineAfter(scan, end)
  while (line < scan.text.length && !breaksOff(scan, line, indent)) {
    const over = quotedEnd(scan, at, lineEnd(scan, line))
    if (over !== undefined) return { start: at, end: over, whole: false }
    line = lineAfter(scan, line)
  }
  return { start: at, end, whole: false }
}

export function quoteAt({ text }: Scan, at: number): Quote | undefined {
  const char = text[at]
  return char === '"' || char === "'" ? char : undefined
}

/** A word without its quotes. */
export function wordText({ text }: Scan, { start, end }: Span): string {
  const word = text.slice(start, end)
  const quoted = /^(["'])(.*?)\1?$/s.exec(word)
  return quoted?.[2] ?? word
}
