import { say } from '../../speech/say.js'
import { namedByHost } from './definitions.js'
import { leaveOut, stop } from './reading.js'
import type { Reading } from './reading.js'
import type { IncludedFile, SourceText } from '../source-text.js'
import type { Word } from './words.js'

/** They differ in what has keepalived complain, or stop, where a file is not there or cannot be read. */
export const INCLUDES: ReadonlySet<string> = new Set([
  'include',
  'includer',
  'includem',
  'includew',
  'includeb',
  'includea',
])

/** keepalived opens one inside the other until there are no file descriptors left. */
const MAX_INCLUDES = 32
/** What files bring in. */
const MAX_CHARACTERS = 64 * 1024 * 1024
const MAX_FILES = 10_000
/** Of what is named like a pattern and cannot be read, each that is told of by itself. */
const MAX_REFUSED = 5

/** What is included is named by all that is left of a line, blanks, quotes and braces too. */
export function nameAfter({ text }: SourceText, start: number, end: number): Word | undefined {
  const written = text.slice(start, end)
  const name = written.trim()
  if (name === '' || !/^\s/.test(written)) return undefined
  const from = start + written.indexOf(name)
  return { text: name.replace(/\\([!#])/g, '$1'), start: from, end: from + name.length, kind: 'plain' }
}

/** Reads what the pattern of an include means in its place, and tells of what keepalived would not find or take. */
export function include(reading: Reading, source: SourceText, keyword: Word, pattern: Word): void {
  const { reader, files, includes } = reading
  if (includes.length >= MAX_FILES) {
    stop(reading, source, pattern, say`more than ${MAX_FILES} includes; what follows was not read`)
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
  reading.readFile(known)
}
