import { say } from '../../speech/say.js'
import type { Tell } from './problem.js'
import type { SourceText } from '../source-text.js'
import type { FileFix } from '../text-problem.js'
import { scanLine } from './words.js'
import type { Word } from './words.js'

/** A stretch of a file that is read as a line. */
export interface DefinedLine {
  readonly source: SourceText
  readonly start: number
  readonly end: number
}

/** `$NAME=` at the begin of a line; spaces may stand before the sign, though the man page says otherwise. */
export const DEFINITION = /\$([A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*/y

export interface Definition {
  readonly name: string
  readonly value: string
  /** Undefined for one line. */
  readonly lines: readonly DefinedLine[] | undefined
  /** Where it was defined last; undefined for one of keepalived's own, and for the variable of a sequence. */
  readonly place: { readonly source: SourceText; readonly word: Word } | undefined
  /** Where it is put in. */
  readonly uses: { readonly source: SourceText; readonly word: Word }[]
}

export interface Definitions {
  readonly all: ReadonlyMap<string, Definition>
  readonly define: (name: string, value: DefinedLine, word: Word) => void
  /** Whether a definition goes on. */
  readonly extends: () => boolean
  /** Takes the line as the next of a definition that goes on; false where none does. */
  readonly extend: (line: DefinedLine) => boolean
  /** The file is at its end, and with it every definition. */
  readonly end: () => void
  /** More definitions may stand in what was not looked at. */
  readonly leaveOut: () => void
  readonly set: (name: string, value: string) => void
  /** The word as it is with every definition put in: none, one or several words. */
  readonly fill: (word: Word, source: SourceText, tell: Tell) => readonly Word[]
  /** What is left of a line of `include`, the name of a file, with every definition put in; undefined where that is nothing. */
  readonly fillName: (word: Word, source: SourceText, tell: Tell) => Word | undefined
  /** A definition of several lines, which only the last word of a line can be. */
  readonly several: (
    word: Word,
  ) => { readonly name: string; readonly lines: readonly DefinedLine[] } | undefined
}

/** lib/parser.c `set_std_definitions`. What they stand for is known on the host only. */
const STANDARD: ReadonlyMap<string, string> = new Map([
  ['_PWD', '/etc/keepalived'],
  ['_INSTANCE', 'instance'],
  ['_RANDOM', '0'],
  ['_HASH', '#'],
  ['_BANG', '!'],
  ['_ENV', ''],
])

/** In the name of a file: that is looked for from the folder of the file it stands in anyway. */
const IN_NAMES: ReadonlyMap<string, Definition> = new Map(
  [
    ['_PWD', '.'],
    ['_HASH', '#'],
    ['_BANG', '!'],
  ].map(([name = '', value = '']) => [name, { name, value, lines: undefined, place: undefined, uses: [] }]),
)

/** Whether what the host alone knows is a part of that name: its instance, its environment, chance. */
export const namedByHost = (name: string): boolean => /\$\{?_(INSTANCE|RANDOM|ENV)\b/.test(name)

/** What one word may grow to: MAXBUF. */
const MAX_FILLED = 1024
const MAX_ROUNDS = 64

const USE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)(?: [^}]*)?\}|([A-Za-z_][A-Za-z0-9_]*)(?=[ \t]|$))/g

/** A name without braces that goes on with something that is no blank, which keepalived does not put in. */
const UNENDED = /\$([A-Za-z_][A-Za-z0-9_]*)(?![A-Za-z0-9_]|[ \t]|$)/g

export function createDefinitions(): Definitions {
  const all = new Map<string, Definition>()
  let growing: { readonly name: string; readonly word: Word; readonly lines: DefinedLine[] } | undefined
  let complete = true

  const known = (name: string): Definition | undefined => {
    const definition = all.get(name)
    if (definition !== undefined) return definition
    const value = STANDARD.get(name)
    return value === undefined ? undefined : { name, value, lines: undefined, place: undefined, uses: [] }
  }

  const define = (name: string, line: DefinedLine, word: Word): void => {
    const scanned = scanLine(line.source.text, line.start, line.end)
    const uses = all.get(name)?.uses ?? []
    const place = { source: line.source, word }
    if (scanned.continued) {
      const lines = scanned.words.length === 0 ? [] : [withoutBackslash(line)]
      all.set(name, { name, value: '', lines, place, uses })
      growing = { name, word, lines }
      return
    }
    const value = line.source.text.slice(line.start, scanned.comment).trimEnd()
    all.set(name, { name, value, lines: undefined, place, uses })
  }

  const extend = (line: DefinedLine): boolean => {
    if (growing === undefined) return false
    const scanned = scanLine(line.source.text, line.start, line.end)
    // keepalived passes over lines with nothing on them, and over comments.
    if (scanned.words.length > 0) growing.lines.push(scanned.continued ? withoutBackslash(line) : line)
    if (!scanned.continued && (scanned.words.length > 0 || line.start === line.end)) growing = undefined
    return true
  }

  /** The text of the word with definitions put in; undefined where that has no end. */
  const put = (
    word: Word,
    source: SourceText,
    tell: Tell,
    meaning: (name: string) => Definition | undefined = known,
  ): string | undefined => {
    let text = word.text
    for (let round = 0; ; round++) {
      const filled = text.replace(USE, (written, braced?: string, bare?: string) => {
        const definition = meaning(braced ?? bare ?? '')
        if (definition === undefined || definition.lines !== undefined) return written
        definition.uses.push({ source, word })
        return definition.value
      })
      if (filled === text) break
      text = filled
      if (round < MAX_ROUNDS && text.length <= MAX_FILLED) continue
      tell(
        'KA-DEFINITION',
        source,
        word,
        say`${word.text} becomes longer than a line may be: a definition that holds itself?`,
      )
      return undefined
    }
    USE.lastIndex = 0
    for (const [written, braced, bare] of text.matchAll(USE)) {
      const name = braced ?? bare ?? ''
      // A shell variable in a script's arguments looks the same; only braces are meant for keepalived without doubt.
      if (braced === undefined && word.kind === 'quoted') continue
      if (meaning !== known && STANDARD.has(name)) continue
      const several = all.get(name)?.lines !== undefined
      if (!several && !complete) continue
      tell(
        'KA-DEFINITION',
        source,
        word,
        several
          ? say`$${name} has several lines, and can only be put in at the end of a line`
          : say`${written} is not defined before this line; keepalived leaves it as it is written`,
        [],
        // The shell that runs a script may know it.
        word.kind === 'quoted' ? 'warning' : undefined,
      )
    }
    if (word.kind === 'quoted') return text
    for (const [written, name = ''] of text.matchAll(UNENDED)) {
      if (known(name) === undefined) continue
      tell(
        'KA-DEFINITION',
        source,
        word,
        say`keepalived puts ${written} in only where a blank or the end of the line follows; here it stays as it is written. Write ${`\${${name}}`}`,
        bracing(source, word, name),
      )
    }
    return text
  }

  const fill = (word: Word, source: SourceText, tell: Tell): readonly Word[] => {
    if (!word.text.includes('$')) return [word]
    const text = put(word, source, tell)
    if (text === undefined) return [{ ...word, kind: 'quoted' }]
    if (word.kind === 'quoted') return [{ ...word, text }]
    return scanLine(text, 0, text.length).words.map(({ text: part, kind }) => ({
      text: part,
      kind,
      start: word.start,
      end: word.end,
    }))
  }

  const fillName = (word: Word, source: SourceText, tell: Tell): Word | undefined => {
    if (!word.text.includes('$')) return word
    const text = put(word, source, tell, (name) => IN_NAMES.get(name) ?? all.get(name))?.trim()
    return text === '' ? undefined : { ...word, text: text ?? word.text }
  }

  return {
    all,
    define,
    extends: () => growing !== undefined,
    extend,
    end: () => {
      growing = undefined
    },
    leaveOut: () => {
      complete = false
    },
    set: (name, value) => {
      all.set(name, { name, value, lines: undefined, place: undefined, uses: all.get(name)?.uses ?? [] })
    },
    fill,
    fillName,
    several: (word) => {
      if (word.kind !== 'plain') return undefined
      const match = /^\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))$/.exec(word.text)
      const { name = '', lines } = all.get(match?.[1] ?? match?.[2] ?? '') ?? {}
      return lines === undefined ? undefined : { name, lines }
    },
  }
}

/** The name in braces, where it stands as it is written. */
function bracing({ text }: SourceText, { start, end }: Word, name: string): readonly FileFix[] {
  const at = new RegExp(`\\$${name}(?![A-Za-z0-9_])`).exec(text.slice(start, end))
  if (at === null) return []
  const newText = `\${${name}}`
  const span = { start: start + at.index, end: start + at.index + at[0].length }
  return [{ title: say`Write ${newText}`, edits: [{ span, newText }] }]
}

function withoutBackslash({ source, start, end }: DefinedLine): DefinedLine {
  let at = end
  while (at > start && source.text.charCodeAt(at - 1) !== 92) at--
  return { source, start, end: Math.max(start, at - 1) }
}
