import type { Finding } from '../core/checks/check.js'
import { explainRule } from '../core/checks/explain.js'
import { fixAsText } from '../core/language/fix-text.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { textLines } from '../core/topology/position.js'
import type { TextLines } from '../core/topology/position.js'
import { columnsOf } from './columns.js'
import { painter } from './io.js'

const COLOUR = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const

/** Longest part of a source line that is shown; a line can be megabytes. */
const MAX_SHOWN = 160
/** Of it, before the place that is marked. */
const MAX_BEFORE = 60
/** Columns of a text that is wrapped. */
const WIDTH = 100
/** The longest text that is shown with the fix that writes it. */
const MAX_WRITTEN = 60

/**
 * Findings as people read them: what and where, the line with the place marked, how to mend it; and why it matters,
 * with the first of each kind.
 */
export function findingsText(
  file: string,
  parsed: ParsedTopology,
  findings: readonly Finding[],
  colour: boolean,
): string {
  const paint = painter(colour)
  const lines = textLines(parsed.text)
  const explained = new Set<string>()
  return findings
    .map((finding) => {
      const { code, severity, message, range } = finding
      const { start } = range
      const gutter = String(start.line + 1)
      const margin = ' '.repeat(gutter.length)
      const { line, caret } = markedLine(lines, range)
      const why = explained.has(code) ? undefined : explainRule(code)?.why
      explained.add(code)
      const note = (what: string, text: string): string[] =>
        wrapped(text, WIDTH - margin.length - what.length - 5).map((part, index) =>
          index === 0
            ? `${paint('dim', `${margin} = ${what}:`)} ${part}`
            : `${margin} ${' '.repeat(what.length + 4)}${part}`,
        )
      return [
        `${file}:${start.line + 1}:${start.character + 1}: ${paint(COLOUR[severity], severity)} ${paint('bold', code)}: ${message}`,
        `${paint('dim', `${gutter} |`)} ${line}`,
        `${paint('dim', `${margin} |`)} ${paint(COLOUR[severity], caret)}`,
        ...(why === undefined ? [] : note('why', why)),
        ...fixTexts(parsed, finding).flatMap((text) => note('fix', text)),
        '',
      ].join('\n')
    })
    .map((text) => `${text}\n`)
    .join('')
}

/** The line a range begins on, as much of it as is shown, and carets below the range. */
function markedLine(
  lines: TextLines,
  { start, end }: Finding['range'],
): { readonly line: string; readonly caret: string } {
  const whole = lines.line(start.line)
  const from = Math.max(0, start.character - MAX_BEFORE)
  const cut = (text: string) => text.replaceAll('\t', ' ')
  const shown = cut(whole.slice(from, from + MAX_SHOWN))
  const ends = end.line === start.line ? end.character : whole.length
  const marked = whole.slice(start.character, Math.min(ends, from + MAX_SHOWN))
  const opening = from > 0 ? '…' : ''
  const closing = from + MAX_SHOWN < whole.length ? '…' : ''
  const before = columnsOf(cut(whole.slice(from, start.character))) + opening.length
  return {
    line: `${opening}${shown}${closing}`,
    caret: ' '.repeat(before) + '^'.repeat(Math.max(1, columnsOf(marked))),
  }
}

/** What each fix is called, with what it writes where that is short and says more. */
function fixTexts(parsed: ParsedTopology, { fixes }: Finding): string[] {
  return fixes.flatMap((fix) => {
    const asText = fixAsText(parsed, fix)
    // One that cannot be made in this text is none.
    if (asText === undefined) return []
    const [edit, ...more] = asText.edits
    const written = more.length === 0 ? edit?.newText.trim() : undefined
    const short =
      written !== undefined && written !== '' && written.length <= MAX_WRITTEN && !/[\r\n]/.test(written)
    return [short && !asText.title.includes(written) ? `${asText.title}: ${written}` : asText.title]
  })
}

function wrapped(text: string, width: number): string[] {
  const result: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      result.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...result, line]
}
