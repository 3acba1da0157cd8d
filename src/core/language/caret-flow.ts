import type { Span } from '../topology/position.js'
import {
  beginEntry,
  beginItem,
  breaksOff,
  columnAt,
  decide,
  innermost,
  lineEnd,
  push,
  quoteAt,
  quotedEnd,
  readQuoted,
  touches,
  trimmed,
  wordText,
} from './caret-scan.js'
import type { Scan } from './caret-scan.js'

/** Where a map or list in brackets is being read. */
interface Flow {
  readonly scan: Scan
  /** How many frames stand around the outermost bracket. */
  readonly outer: number
  /** What the brackets are the value of is indented so far. */
  readonly indent: number
  /** The end of what was read last. */
  last: number
  /** A key was read and its colon, so that a value is to come. */
  value: boolean
  /** The entry has all it can have. */
  done: boolean
}

/** Reads what stands in brackets from the opening one on; returns where it ends. */
export function readFlow(scan: Scan, at: number): number {
  const end = lineEnd(scan, at)
  const closed = scan.caret >= at && scan.caret <= end ? undefined : closedOnLine(scan, at, end)
  if (closed !== undefined) {
    push(scan, scan.text[at] === '{' ? 'map' : 'list', innermost(scan).indent)
    scan.frames.pop()
    return closed
  }
  const flow: Flow = {
    scan,
    outer: scan.frames.length,
    indent: innermost(scan).indent,
    last: at,
    value: false,
    done: false,
  }
  let next = at
  while (next < scan.text.length) {
    const char = scan.text[next] ?? ''
    if (char === '\n') {
      const line = next + 1
      if (breaksOff(scan, line, flow.indent)) {
        gap(flow, next)
        scan.frames.length = flow.outer
        return line
      }
      next = line
    } else if (char === ' ' || char === '\t' || char === '\r') next += 1
    else if (char === '#' && /\s/.test(scan.text[next - 1] ?? ' ')) {
      const end = lineEnd(scan, next)
      if (scan.caret > next && scan.caret <= end) decide(scan, [])
      next = end
    } else {
      next = readPart(flow, next, char)
      flow.last = next
      if (scan.frames.length === flow.outer) return next
    }
  }
  gap(flow, next)
  scan.frames.length = flow.outer
  return next
}

/** The end of brackets that close on their line, where the caret is not: what is in them does not matter. */
function closedOnLine(scan: Scan, at: number, end: number): number | undefined {
  const { text } = scan
  let depth = 0
  for (let index = at; index < end; index++) {
    switch (text.charCodeAt(index)) {
      case OPEN_MAP:
      case OPEN_LIST:
        depth += 1
        break
      case CLOSE_MAP:
      case CLOSE_LIST:
        depth -= 1
        if (depth === 0) return index + 1
        break
      // Quotes and comments are for the reader that knows what stands before them.
      case HASH:
        return undefined
      case DOUBLE_QUOTE:
      case SINGLE_QUOTE: {
        const close = quotedEnd(scan, index, end)
        if (close === undefined || /[^ ,[{]/.test(text[index - 1] ?? '')) return undefined
        index = close - 1
        break
      }
    }
  }
  return undefined
}

const OPEN_MAP = 123
const CLOSE_MAP = 125
const OPEN_LIST = 91
const CLOSE_LIST = 93
const HASH = 35
const SINGLE_QUOTE = 39
const DOUBLE_QUOTE = 34

/** One bracket, separator or word; returns where it ends. */
function readPart(flow: Flow, at: number, char: string): number {
  const { scan } = flow
  switch (char) {
    case '{':
    case '[': {
      if (at > flow.last) gap(flow, at, true)
      push(scan, char === '{' ? 'map' : 'list', flow.indent)
      startEntry(flow)
      return at + 1
    }
    case '}':
    case ']': {
      gap(flow, at)
      const kind = char === '}' ? 'map' : 'list'
      const match = scan.frames.findLastIndex((frame, index) => index >= flow.outer && frame.kind === kind)
      if (match >= 0) scan.frames.length = match
      flow.value = innermost(scan).kind === 'map'
      flow.done = true
      return at + 1
    }
    case ',':
      gap(flow, at)
      startEntry(flow)
      return at + 1
    case ':':
      if (!flow.value && innermost(scan).kind === 'map' && endsKey(scan, at)) {
        gap(flow, at, true)
        flow.value = true
        flow.done = false
        return at + 1
      }
      return word(flow, at)
    case '&':
    case '!': {
      let end = at
      while (end < scan.text.length && !/[\s,[\]{}]/.test(scan.text[end] ?? '')) end += 1
      if (touches(scan, at, end)) decide(scan, [])
      return end
    }
    default:
      return word(flow, at)
  }
}

function startEntry(flow: Flow): void {
  const frame = innermost(flow.scan)
  flow.value = false
  flow.done = false
  frame.current = ''
  frame.watch = undefined
  if (frame.kind === 'list') beginItem(frame)
}

/** Nothing stands between what was read last and `to`: is the caret there? */
function gap(flow: Flow, to: number, blocked = false): void {
  const { scan, last, done } = flow
  if (!touches(scan, last, to) || scan.drafts !== undefined) return
  const word = { start: scan.caret, end: scan.caret }
  decide(scan, done || blocked || last === 0 ? [] : [draft(flow, word, undefined)])
}

function draft(flow: Flow, word: Span, self: number | undefined) {
  const { scan, value } = flow
  const frame = innermost(scan)
  const isKey = frame.kind === 'map' && !value
  return {
    at: isKey ? ('key' as const) : ('value' as const),
    frame,
    via: isKey ? undefined : frame.current,
    below: undefined,
    self,
    word,
    quote: quoteAt(scan, word.start),
    flow: true,
    column: columnAt(scan, word.start),
    named: false,
    blank: false,
    indented: undefined,
  }
}

/** A key or a value; the colon after a key is read with it. */
function word(flow: Flow, at: number): number {
  const { scan, value } = flow
  const frame = innermost(scan)
  const quoted = quoteAt(scan, at) !== undefined
  const span = quoted
    ? readQuoted(scan, at, flow.indent, (from, end) => plainEnd(scan, from, end))
    : { start: at, end: plainEnd(scan, at, lineEnd(scan, at)), whole: true }
  const end = Math.max(span.end, at + 1)
  const isKey = frame.kind === 'map' && !value
  // What follows a whole entry without a comma is none of ours; nor is a copy (`*name`), or several lines.
  const usable = span.whole && !flow.done && scan.text[at] !== '*'
  const touched = touches(scan, at, end)
  if (!touched) gap(flow, at, true)
  const named = isKey ? colonAfter(scan, end) : undefined
  const self = frame.names.length
  if (isKey) beginEntry(frame, wordText(scan, { start: at, end }))
  else if (frame.kind === 'list') frame.names.push(wordText(scan, { start: at, end }))
  if (touched) {
    const isItem = frame.kind === 'list'
    const found = {
      ...draft(flow, { start: at, end }, isKey || isItem ? self : undefined),
      named: named !== undefined,
    }
    decide(scan, usable ? [found] : [])
  }
  flow.done = true
  if (named === undefined) return end
  if (scan.caret > end && scan.caret < named) decide(scan, [])
  flow.value = true
  flow.done = false
  return named
}

/** After the colon of a key that ends at `end`; undefined: it has none. */
function colonAfter(scan: Scan, end: number): number | undefined {
  let at = end
  while (scan.text[at] === ' ' || scan.text[at] === '\t') at += 1
  if (scan.text[at] !== ':') return undefined
  return quoteAt(scan, end - 1) !== undefined || endsKey(scan, at) ? at + 1 : undefined
}

function endsKey({ text }: Scan, colon: number): boolean {
  return /^[\s,[\]{}]?$/.test(text[colon + 1] ?? '')
}

/** The end of a word without quotes: at a separator, a comment, or the end of the line. */
function plainEnd(scan: Scan, from: number, end: number): number {
  const { text } = scan
  let at = from
  for (; at < end; at++) {
    const char = text[at] ?? ''
    if (/[,[\]{}]/.test(char)) break
    if (char === ':' && endsKey(scan, at)) break
    if (char === '#' && at > from && /[ \t]/.test(text[at - 1] ?? '')) break
  }
  return trimmed(text, from, at)
}
