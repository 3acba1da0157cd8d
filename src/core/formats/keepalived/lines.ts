import { say } from '../../speech/say.js'
import { DEFINITION, createDefinitions } from './definitions.js'
import type { DefinedLine, Definitions } from './definitions.js'
import { expand, writeOut } from './expansion.js'
import { INCLUDES, include, nameAfter } from './includes.js'
import { counts, hand } from './reading.js'
import type { Include, LineReader, Reading } from './reading.js'
import type { SourceFiles, SourceText } from '../source-text.js'
import { scanLine } from './words.js'
import type { Word } from './words.js'

export interface ReadOptions {
  readonly files: SourceFiles
  /**
   * The configuration id, which lines with a condition are held against (`keepalived -i`, else the name of the
   * machine); undefined: every line counts, whatever its condition.
   */
  readonly id?: string | undefined
}

/** How a configuration was put together. */
export interface ReadLines {
  /** The first file, and every one that was included, once. */
  readonly sources: readonly SourceText[]
  /** Ids that conditions name. */
  readonly ids: ReadonlySet<string>
  readonly definitions: Definitions
  readonly includes: readonly Include[]
  /** False where a limit ended the reading before the text did. */
  readonly ended: boolean
}

/** MAXBUF of lib/parser.h, without line end and terminator. */
const MAX_LINE = 1022

/**
 * The lines of a configuration as keepalived's `read_line` hands them on: files that are included in their place,
 * conditions decided, definitions put in, sequences written out.
 */
export function readLines(main: SourceText, { files, id }: ReadOptions, reader: LineReader): ReadLines {
  const reading: Reading = {
    reader,
    files,
    id,
    sources: new Map(),
    ids: new Set(),
    definitions: createDefinitions(),
    includes: [],
    open: [],
    putIn: new Set(),
    written: 0,
    characters: 0,
    full: false,
    scratch: [],
    readFile: (source) => {
      readFile(reading, source)
    },
    readLine: ({ source, start, end }, depth) => {
      readOne(reading, source, start, end, depth)
    },
  }
  readFile(reading, main)
  const { sources, ids, definitions, includes, full } = reading
  return { sources: [...sources.values()], ids, definitions, includes, ended: !full }
}

function readFile(reading: Reading, source: SourceText): void {
  const { text } = source
  reading.sources.set(source.name, source)
  reading.open.push(source.name)
  reading.characters += text.length
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0
  if (at === 1) {
    reading.reader.tell(
      'KA-LINE',
      source,
      { start: 0, end: 1 },
      say`a byte order mark stands before the first word, which keepalived takes as a part of that word`,
      [{ title: say`Take it out`, edits: [{ span: { start: 0, end: 1 }, newText: '' }] }],
    )
  }
  while (at < text.length && !reading.full) {
    let end = text.indexOf('\n', at)
    if (end < 0) end = text.length
    const next = end + 1
    let stop = end
    while (stop > at && text.charCodeAt(stop - 1) === 13) stop--
    // Short in characters is short in bytes only up to a third.
    if (stop - at > MAX_LINE / 3) checkLength(reading, source, at, stop)
    if (!reading.definitions.extends() || !reading.definitions.extend({ source, start: at, end: stop })) {
      readOne(reading, source, at, stop, 0)
    }
    at = next
  }
  reading.definitions.end()
  reading.open.pop()
}

function checkLength({ reader }: Reading, source: SourceText, start: number, end: number): void {
  let bytes = 0
  for (let at = start; at < end; at++) {
    const code = source.text.charCodeAt(at)
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code >= 0xd800 && code < 0xe000 ? 2 : 3
  }
  if (bytes <= MAX_LINE) return
  const message = say`a line of ${bytes} bytes; keepalived reads at most ${MAX_LINE} and takes the rest for another line`
  reader.tell('KA-LINE', source, { start, end }, message)
}

/** A line, from a file or from a definition. */
function readOne(reading: Reading, source: SourceText, start: number, end: number, depth: number): void {
  const { reader, definitions } = reading
  const scanned = scanLine(source.text, start, end, reading.scratch)
  if (scanned.unclosed !== undefined) {
    const span = { start: scanned.unclosed, end }
    reader.tell('KA-QUOTE', source, span, say`a double quote that is not closed on this line`)
  }
  const { words } = scanned
  const [first] = words
  if (first === undefined) {
    if (scanned.continued) backslash(reading, source, end)
    return
  }
  if (first.kind === 'plain') {
    const mark = first.text.charCodeAt(0)
    if (mark === 64 /* @ */) {
      readConditional(reading, first, { source, start, end }, words.length === 1, depth)
      return
    }
    if (mark === 36 /* $ */) {
      DEFINITION.lastIndex = first.start
      const match = DEFINITION.exec(source.text)
      if (match !== null && DEFINITION.lastIndex <= end) {
        const name = match[1] ?? ''
        if (reading.putIn.has(name))
          reader.tell(
            'KA-DEFINITION',
            source,
            first,
            say`$${name} is defined again among its own lines; keepalived reads what it has thrown away`,
          )
        definitions.define(name, { source, start: DEFINITION.lastIndex, end }, first)
        return
      }
    }
    if (mark === 126 /* ~ */ && /^~(SEQx?|LST)\b/.test(first.text)) {
      writeOut(reading, { source, start: first.start, end: scanned.comment }, depth)
      return
    }
    if (INCLUDES.has(first.text)) {
      const rest = nameAfter(source, first.end, scanned.comment)
      const pattern = rest === undefined ? undefined : definitions.fillName(rest, source, reader.tell)
      if (pattern !== undefined) {
        include(reading, source, first, pattern)
        return
      }
    }
  }
  if (scanned.continued) backslash(reading, source, end)
  if (scanned.dollar) expand(reading, words.slice(), source, depth)
  else hand(reader, words, source)
}

function backslash({ reader }: Reading, source: SourceText, end: number): void {
  const span = { start: end - 1, end }
  reader.tell(
    'KA-LINE',
    source,
    span,
    say`a backslash at the end of a line continues a definition, and nothing else`,
  )
}

function readConditional(
  reading: Reading,
  condition: Word,
  line: DefinedLine,
  alone: boolean,
  depth: number,
): void {
  const counting = counts(reading, condition)
  if (alone) {
    const message = say`nothing follows the condition ${condition.text}; keepalived leaves the line out`
    reading.reader.tell('KA-CONDITION', line.source, condition, message)
    return
  }
  if (counting) readOne(reading, line.source, condition.end, line.end, depth + 1)
}
