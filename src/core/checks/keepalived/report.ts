import { say } from '../../speech/say.js'
import type { KeepalivedConfiguration } from '../../formats/keepalived/configuration.js'
import type { FileFix } from '../../formats/text-problem.js'
import type { SourceText } from '../../formats/source-text.js'
import type { Directive } from '../../formats/keepalived/tree.js'
import type { Word } from '../../formats/keepalived/words.js'
import type { Span } from '../../topology/position.js'
import type { Severity } from '../../topology/problem.js'

/** Reports a finding of a rule at a place of a file. */
export type KeepalivedReport = (
  code: string,
  place: KeepalivedPlace,
  message: string,
  more?: KeepalivedMore,
) => void

export interface KeepalivedPlace {
  readonly source: SourceText
  readonly span: Span
}

export interface KeepalivedMore {
  readonly fixes?: readonly FileFix[]
  /** Where it weighs less, or more, than its rule says. */
  readonly severity?: Severity
}

/** A look at a configuration. */
export type KeepalivedRule = (configuration: KeepalivedConfiguration, report: KeepalivedReport) => void

/** The word of a line with this number; the keyword where there is none. */
export function wordAt(directive: Directive, index = 0): KeepalivedPlace {
  const word = directive.words[index] ?? directive.words[0]
  return { source: directive.source, span: spanOf(word) }
}

/** The line, from its keyword to its last word. */
export function lineOf({ words, source }: Directive): KeepalivedPlace {
  const last = words[words.length - 1]
  return { source, span: { start: words[0]?.start ?? 0, end: last?.end ?? 0 } }
}

export function spanOf(word: Word | undefined): Span {
  return { start: word?.start ?? 0, end: word?.end ?? 0 }
}

/** Puts a line into a block, below its opening brace, as far in as its first line. */
export function intoBlock(block: Directive, line: string, title: string): readonly FileFix[] {
  const at = block.braces.open?.end
  const first = block.children?.find(({ source }) => source === block.source)
  if (at === undefined) return []
  const start = first?.words[0]?.start
  const { text } = block.source
  const indent =
    start === undefined ? '    ' : (/[ \t]*$/.exec(text.slice(Math.max(0, start - 80), start))?.[0] ?? '')
  return [{ title, edits: [{ span: { start: at, end: at }, newText: `\n${indent}${line}` }] }]
}

/** More words at the end of a line. */
export function behindLine(directive: Directive, words: string, title: string): readonly FileFix[] {
  const last = directive.words[directive.words.length - 1]
  return last === undefined
    ? []
    : [{ title, edits: [{ span: { start: last.end, end: last.end }, newText: ` ${words}` }] }]
}

/** Another text for a word. */
export function rewriting(directive: Directive, index: number, newText: string): readonly FileFix[] {
  const word = directive.words[index]
  return word === undefined
    ? []
    : [{ title: say`Write ${newText}`, edits: [{ span: spanOf(word), newText }] }]
}

/** Takes the line out of the file, with its line end where nothing else stands on it. */
export function withoutLine(directive: Directive, title: string): readonly FileFix[] {
  const { source, words, braces } = directive
  const { text } = source
  const [first] = words
  const last = words[words.length - 1]
  if (first === undefined || last === undefined) return []
  let start = first.start
  let end = braces.close?.end ?? last.end
  const before = /(^|\n)[ \t]*$/.exec(text.slice(Math.max(0, start - 200), start))
  const after = /^[ \t]*(\r?\n|$)/.exec(text.slice(end, end + 200))
  if (before !== null && after !== null) {
    start -= before[0].replace('\n', '').length
    end += after[0].length
  }
  return [{ title, edits: [{ span: { start, end }, newText: '' }] }]
}
