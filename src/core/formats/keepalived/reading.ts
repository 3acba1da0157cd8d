import type { DefinedLine, Definitions } from './definitions.js'
import type { Tell } from './problem.js'
import type { Span } from '../../topology/position.js'
import type { SourceFiles, SourceText } from '../source-text.js'
import type { Word } from './words.js'

/** Whom the lines of a configuration are handed to, as keepalived's `read_line` hands them on. */
export interface LineReader {
  /** Words of one line, none of them an unquoted brace. */
  readonly line: (words: readonly Word[], source: SourceText) => void
  readonly brace: (word: Word, source: SourceText) => void
  /** More may stand here than could be looked at. */
  readonly unread: () => void
  readonly tell: Tell
}

export interface Include {
  readonly source: SourceText
  readonly word: Word
  /** What it brought in; undefined where nobody could look. */
  readonly files: readonly SourceText[] | undefined
}

/** How far a configuration has been read: what its lines, its includes and its definitions share. */
export interface Reading {
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
  /** A limit is reached: nothing more is read. */
  full: boolean
  /** Where the words of a line are put before it is known what line it is. */
  readonly scratch: Word[]
  /** Reads a file in its place, line by line. */
  readonly readFile: (source: SourceText) => void
  /** Reads a line that stands so many definitions, sequences or conditions deep in others. */
  readonly readLine: (line: DefinedLine, depth: number) => void
}

/** Ends the reading: what follows, and the rest of every open block, is not looked at. */
export function stop(reading: Reading, source: SourceText, span: Span, message: string): void {
  reading.full = true
  reading.reader.tell('KA-LIMIT', source, span, message)
}

/** Something that stands here is not looked at; definitions may be in it. */
export function leaveOut({ reader, definitions }: Reading): void {
  definitions.leaveOut()
  reader.unread()
}

/** Whether a line with the condition `@id` counts, for this id only, or with `@^id`, for all others. */
export function counts({ id, ids }: Reading, { text }: Word): boolean {
  const not = text.startsWith('@^')
  const name = text.slice(not ? 2 : 1)
  if (name !== '') ids.add(name)
  return id === undefined || (name === id) !== not
}

/** Hands a line on in pieces, each an array of its own: a brace is a line by itself. */
export function hand(reader: LineReader, words: readonly Word[], source: SourceText): void {
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
