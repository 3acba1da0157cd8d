import { say } from '../speech/say.js'
import { withLineFeeds } from '../topology/line-ends.js'
import type { EditResult } from '../topology/edits.js'
import { parseTopology } from '../topology/parse.js'
import type { ParsedTopology } from '../topology/parse.js'
import { applyTextEdits } from '../topology/position.js'
import type { TextEdit } from '../topology/position.js'
import { indentEdits } from './format-indent.js'
import { lineEdits, linesInWords, linesOf, wordsOverLines } from './format-lines.js'
import type { Line } from './format-lines.js'
import { lexemesOf, spacingEdits } from './format-spacing.js'
import type { Lexeme } from './format-spacing.js'
import { saysTheSame } from './same-meaning.js'

export interface FormatOptions {
  /** Columns of a level where the file does not tell; 2 when absent. */
  readonly tabSize?: number
}

/** Lines from `first` to `last`, 0-based, both included. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/**
 * Brings a file into shape with no more changes than that takes: the indentation most of it has, single blanks between
 * words and single blank lines, no blanks at the end of a line. Words, quotes, order and comments stay as they are. What it
 * comes to is read again; a change after which the file would not say the same is not made.
 */
export function formatTopology(parsed: ParsedTopology, options: FormatOptions = {}): EditResult {
  return format(parsed, options, undefined)
}

/** The same for some lines only. */
export function formatRange(
  parsed: ParsedTopology,
  range: LineRange,
  options: FormatOptions = {},
): EditResult {
  return format(parsed, options, range)
}

function format(
  parsed: ParsedTopology,
  { tabSize = 2 }: FormatOptions,
  range: LineRange | undefined,
): EditResult {
  const broken = parsed.problems.find(({ code }) => code === 'FILE-SYNTAX' || code === 'FILE-LIMIT')
  if (broken !== undefined) return { ok: false, reason: say`mend the text first: ${broken.message}` }
  const text = withLineFeeds(parsed.text)
  const lines = linesOf(parsed.text)
  const lexemes = lexemesOf(text)
  const inWords = linesInWords(lines, wordsOverLines(lexemes))
  const spacing = [
    ...spacingEdits(text, lexemes),
    ...lineEdits(parsed.text, lines, inWords, endsInLiteral(lexemes)),
  ]
  const indenting = indentEdits(
    text,
    parsed.document?.contents?.srcToken,
    lines,
    inWords,
    Math.max(1, tabSize),
  )
  const within = (edits: readonly TextEdit[]) =>
    edits.filter((edit) => range === undefined || touches(edit, lines, range)).sort(byPlace)
  // A comment below a literal can be in the way of another indentation; the rest can be done all the same.
  for (const edits of indenting.length > 0 ? [[...spacing, ...indenting], spacing] : [spacing]) {
    const some = within(edits)
    if (some.length === 0 || isHarmless(parsed, some)) return { ok: true, edits: some }
  }
  return { ok: false, reason: say`this text cannot be brought into shape without changing what it says` }
}

/** Whether the file ends with a text in literal or folded style, to which lines below it may belong. */
function endsInLiteral(lexemes: readonly Lexeme[]): boolean {
  let at = lexemes.length - 1
  if (lexemes[at]?.type !== 'text') return false
  do at -= 1
  while (BESIDE_HEADER.has(lexemes[at]?.type ?? ''))
  return lexemes[at]?.type === 'block-scalar-header'
}

const BESIDE_HEADER: ReadonlySet<string> = new Set(['newline', 'space', 'comment'])

function touches({ span }: TextEdit, lines: readonly Line[], { first, last }: LineRange): boolean {
  return span.start >= (lines[first]?.start ?? Infinity) && span.end <= (lines[last]?.next ?? Infinity)
}

function byPlace(one: TextEdit, other: TextEdit): number {
  return one.span.start - other.span.start || one.span.end - other.span.end
}

function isHarmless(parsed: ParsedTopology, edits: readonly TextEdit[]): boolean {
  const after = parseTopology(applyTextEdits(parsed.text, edits))
  if (after.problems.some(({ code }) => code === 'FILE-SYNTAX' || code === 'FILE-LIMIT')) return false
  return saysTheSame(parsed.document, after.document) && commentsOf(parsed) === commentsOf(after)
}

function commentsOf({ text }: ParsedTopology): string {
  return lexemesOf(withLineFeeds(text))
    .flatMap(({ type, source }) => (type === 'comment' ? [source.trimEnd()] : []))
    .join('\n')
}
