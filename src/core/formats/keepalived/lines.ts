import { say } from '../../speech/say.js'
import { DEFINITION, createDefinitions, namedByHost } from './definitions.js'
import type { DefinedLine, Definitions } from './definitions.js'
import type { Tell } from './problem.js'
import { parseSequence } from './sequence.js'
import type { IncludedFile, SourceFiles, SourceText } from '../source-text.js'
import { scanLine } from './words.js'
import type { Word } from './words.js'

/**
 * The lines of a configuration as keepalived's `read_line` hands them on: files that are included in their place,
 * conditions decided, definitions put in, sequences written out.
 */
export interface LineReader {
  /** Words of one line, none of them an unquoted brace. */
  readonly line: (words: readonly Word[], source: SourceText) => void
  readonly brace: (word: Word, source: SourceText) => void
  /** More may stand here than could be looked at. */
  readonly unread: () => void
  readonly tell: Tell
}

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
}

export interface Include {
  readonly source: SourceText
  readonly word: Word
  /** What it brought in; undefined where nobody could look. */
  readonly files: readonly SourceText[] | undefined
}

/** keepalived opens one inside the other until there are no file descriptors left. */
const MAX_INCLUDES = 32
/** A definition in a definition in a definition …: keepalived itself goes on until the line is full. */
const MAX_DEPTH = 64
/** What sequences may write out, and files bring in. */
const MAX_LINES = 100_000
const MAX_CHARACTERS = 64 * 1024 * 1024
const MAX_FILES = 10_000
/** Of what is named like a pattern and cannot be read, each that is told of by itself. */
const MAX_REFUSED = 5
/** MAXBUF of lib/parser.h, without line end and terminator. */
const MAX_LINE = 1022

const INCLUDES: ReadonlySet<string> = new Set([
  'include',
  'includer',
  'includem',
  'includew',
  'includeb',
  'includea',
])

interface Reading {
  readonly reader: LineReader
  readonly files: SourceFiles
  readonly id: string | undefined
  readonly sources: Map<string, SourceText>
  readonly ids: Set<string>
  readonly definitions: Definitions
  readonly includes: Include[]
  /** Files that are open, the innermost last. */
  readonly open: string[]
  /** Definitions of several lines whose lines are being read. */
  readonly putIn: Set<string>
  /** Lines that definitions and sequences wrote out. */
  written: number
  characters: number
  full: boolean
  /** Where the words of a line are put before it is known what line it is. */
  readonly scratch: Word[]
}

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
  }
  readFile(reading, main)
  const { sources, ids, definitions, includes } = reading
  return { sources: [...sources.values()], ids, definitions, includes }
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
      const rest = restOf(source, first.end, scanned.comment)
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

/** What is included is named by all that is left of a line, blanks, quotes and braces too. */
function restOf({ text }: SourceText, start: number, end: number): Word | undefined {
  const written = text.slice(start, end)
  const name = written.trim()
  if (name === '' || !/^\s/.test(written)) return undefined
  const from = start + written.indexOf(name)
  return { text: name.replace(/\\([!#])/g, '$1'), start: from, end: from + name.length, kind: 'plain' }
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

/** `@id …` counts for this id only, `@^id …` for all others. */
function readConditional(
  reading: Reading,
  condition: Word,
  line: DefinedLine,
  alone: boolean,
  depth: number,
): void {
  const { reader, id, ids } = reading
  const not = condition.text.startsWith('@^')
  const name = condition.text.slice(not ? 2 : 1)
  if (name !== '') ids.add(name)
  if (alone) {
    const message = say`nothing follows the condition ${condition.text}; keepalived leaves the line out`
    reader.tell('KA-CONDITION', line.source, condition, message)
    return
  }
  if (id !== undefined && (name === id) === not) return
  readOne(reading, line.source, condition.end, line.end, depth + 1)
}

/** Hands a line on in pieces, each an array of its own: a brace is a line by itself. */
function hand(reader: LineReader, words: readonly Word[], source: SourceText): void {
  let from = 0
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    if (word === undefined || word.kind === 'plain' || word.kind === 'quoted') continue
    if (from < at) reader.line(words.slice(from, at), source)
    reader.brace(word, source)
    from = at + 1
  }
  if (from < words.length) reader.line(words.slice(from), source)
}

/** A password may begin with a dollar sign, and is shown in no message. */
function isSecret([first]: readonly Word[]): boolean {
  return first?.text === 'auth_pass'
}
const IN_SILENCE: Tell = () => undefined

/** Puts definitions in; one of several lines may end a line and goes on below it. */
function expand(reading: Reading, words: readonly Word[], source: SourceText, depth: number): void {
  const { reader, definitions } = reading
  const last = words[words.length - 1]
  if (depth > MAX_DEPTH) {
    const span = { start: words[0]?.start ?? 0, end: last?.end ?? 0 }
    reader.tell('KA-LIMIT', source, span, say`definitions stand in each other without end`)
    return
  }
  const several = last === undefined ? undefined : definitions.several(last)
  const head = several === undefined ? words : words.slice(0, -1)
  const filled = head.flatMap((word) =>
    definitions.fill(word, source, isSecret(words) ? IN_SILENCE : reader.tell),
  )
  const [first] = filled
  if (first?.kind === 'plain' && first.text.startsWith('@') && several === undefined) {
    // What a definition put in may itself be a condition.
    const not = first.text.startsWith('@^')
    const name = first.text.slice(not ? 2 : 1)
    if (name !== '') reading.ids.add(name)
    if (reading.id === undefined || (name === reading.id) !== not) hand(reader, filled.slice(1), source)
    return
  }
  if (first?.kind === 'plain' && INCLUDES.has(first.text) && filled.length > 1) {
    // "$I", or "$I NAME".
    const rest = filled.slice(1)
    const [name] = rest
    const text = rest.map((word) => word.text).join(' ')
    if (name !== undefined)
      include(reading, source, first, { ...name, text, end: rest.at(-1)?.end ?? name.end })
  } else if (filled.length > 0) hand(reader, filled, source)
  if (several === undefined) return
  const outermost = !reading.putIn.has(several.name)
  reading.putIn.add(several.name)
  for (const line of several.lines) {
    if (!count(reading, line)) break
    readOne(reading, line.source, line.start, line.end, depth + 1)
  }
  if (outermost) reading.putIn.delete(several.name)
}

/** `~SEQ(…) rest` and `~LST(…) rest`: the rest of the line, once for each value. */
function writeOut(reading: Reading, line: DefinedLine, depth: number): void {
  const { reader, definitions } = reading
  const sequence = parseSequence(line)
  if (!sequence.ok) {
    reader.tell('KA-SEQUENCE', line.source, line, sequence.reason)
    return
  }
  if (depth > MAX_DEPTH) {
    reader.tell('KA-LIMIT', line.source, line, say`sequences stand in each other without end`)
    return
  }
  for (const values of sequence.rounds()) {
    if (!count(reading, line)) return
    sequence.names.forEach((name, index) => {
      definitions.set(name, values[index] ?? '')
    })
    readOne(reading, line.source, sequence.rest, line.end, depth + 1)
  }
}

function count(reading: Reading, { source, start, end }: DefinedLine): boolean {
  if (reading.full) return false
  reading.written += 1
  if (reading.written <= MAX_LINES) return true
  reading.full = true
  const message = say`definitions and sequences write out more than ${MAX_LINES} lines; what follows was not read`
  reading.reader.tell('KA-LIMIT', source, { start, end }, message)
  return false
}

function include(reading: Reading, source: SourceText, keyword: Word, pattern: Word): void {
  const { reader, files, includes } = reading
  if (includes.length >= MAX_FILES) {
    reading.full = true
    const message = say`more than ${MAX_FILES} includes; what follows was not read`
    reader.tell('KA-LIMIT', source, pattern, message)
    return
  }
  const found = namedByHost(pattern.text) ? undefined : files.matching(pattern.text, source.name)
  if (found === undefined) {
    includes.push({ source, word: pattern, files: undefined })
    leaveOut(reading)
    return
  }
  const read: SourceText[] = []
  includes.push({ source, word: pattern, files: read })
  const { unread } = found
  if (unread !== undefined) {
    leaveOut(reading)
    const message = say`not all of ${pattern.text} was looked at: ${unread.reason}`
    reader.tell('KA-LIMIT', source, pattern, message, [], unread.kept ? 'information' : undefined)
  } else if (found.files.length === 0) {
    // Without one a pattern is often meant: a folder for more to come. "-t" tells of the first kind only.
    reader.tell(
      isOpen(keyword, pattern) ? 'KA-INCLUDE-NONE' : 'KA-INCLUDE',
      source,
      pattern,
      /^".*"$/.test(pattern.text)
        ? say`no file is named like ${pattern.text}; keepalived takes the quotes for a part of the name, and goes on without`
        : say`no file is named like ${pattern.text}; keepalived goes on without`,
    )
  }
  const [absent] = found.files.length === 0 ? [] : (found.absent ?? [])
  if (absent !== undefined) {
    const strict = keyword.text === 'includeb' || keyword.text === 'includea'
    reader.tell(
      strict ? 'KA-INCLUDE' : 'KA-INCLUDE-NONE',
      source,
      pattern,
      strict
        ? say`there is no file ${absent}; with ${keyword.text} keepalived then reads none of the others either`
        : say`there is no file ${absent}; keepalived goes on without`,
    )
    if (strict) return
  }
  tellRefused(reading, source, keyword, pattern, found.files)
  for (const file of found.files) {
    if (reading.full) return
    if (file.text !== undefined) readIncluded(reading, source, pattern, file, read)
  }
}

function leaveOut({ reader, definitions }: Reading): void {
  definitions.leaveOut()
  reader.unread()
}

/** A pattern that takes what there is; every keyword but "include" has keepalived stop at what it passes over. */
function isOpen(keyword: Word, pattern: Word): boolean {
  return /[*?[{]/.test(pattern.text) && keyword.text === 'include'
}

function tellRefused(
  { reader }: Reading,
  source: SourceText,
  keyword: Word,
  pattern: Word,
  files: readonly IncludedFile[],
): void {
  const open = isOpen(keyword, pattern)
  const code = open ? 'KA-INCLUDE-NONE' : 'KA-INCLUDE'
  // Nobody means the folders that a pattern finds beside the files.
  const refused = files.flatMap((file) =>
    file.text === undefined && !(open && file.folder === true) ? [file] : [],
  )
  for (const { name, reason } of refused.slice(0, MAX_REFUSED)) {
    const message = say`${name} cannot be read: ${reason}; keepalived goes on without`
    reader.tell(code, source, pattern, message)
  }
  const more = refused.length - MAX_REFUSED
  if (more > 0)
    reader.tell(code, source, pattern, say`${more} more that are named like ${pattern.text} cannot be read`)
}

function readIncluded(
  reading: Reading,
  source: SourceText,
  pattern: Word,
  { name, text }: SourceText,
  read: SourceText[],
): void {
  const { reader, open } = reading
  if (open.includes(name)) {
    const message = say`${name} includes itself${open[open.length - 1] === name ? '' : say`, by way of other files`}; keepalived opens it until it has no file descriptors left`
    reader.tell('KA-INCLUDE-LOOP', source, pattern, message)
    return
  }
  if (open.length >= MAX_INCLUDES || reading.characters + text.length > MAX_CHARACTERS) {
    reader.tell(
      'KA-LIMIT',
      source,
      pattern,
      say`${name} was not read: files stand in each other too deep, or are too large`,
    )
    leaveOut(reading)
    return
  }
  const known = reading.sources.get(name) ?? { name, text }
  read.push(known)
  readFile(reading, known)
}
