import type { Finding } from '../core/checks/check.js'
import { explainRule } from '../core/checks/explain.js'
import { withoutSecrets } from '../core/formats/secrets.js'
import { textLines } from '../core/topology/position.js'
import { painter } from './io.js'
import type { Io } from './io.js'
import { markedLine } from './marked-line.js'
import { wrapped } from './paragraph.js'
import { fixWriter, fixesLeftText } from './text-fixes.js'
import type { CheckedText, FixWriter } from './text-fixes.js'
import { visibleText } from './visible-text.js'

const COLOUR = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const

/** Of a line that is shown; the most is also for where nobody says how many there are, as in a log. */
const COLUMNS = { least: 40, most: 160 }
/** Columns of text that is read rather than looked at. */
const MOST_READ = 100
/** The longest text that is shown with the fix that writes it. */
const MAX_WRITTEN = 60

/** Where findings are written. */
export interface FindingsPage extends Pick<Io, 'colour' | 'columns'> {
  /** Codes whose reason has been told; those that are told are added. */
  readonly explained: Set<string>
}

export function findingsPage({ colour, columns }: Pick<Io, 'colour' | 'columns'>): FindingsPage {
  return { colour, columns, explained: new Set() }
}

/**
 * Findings as people read them: what and where, the line with the place marked, how to mend it; and why it matters,
 * with the first of each kind on the page.
 */
export function findingsText(
  file: string,
  parsed: CheckedText,
  findings: readonly Finding[],
  { colour, columns = COLUMNS.most, explained }: FindingsPage,
): string {
  const paint = painter(colour)
  const lines = textLines(withoutSecrets(parsed.text))
  const writer = fixWriter(parsed)
  const width = Math.min(COLUMNS.most, Math.max(COLUMNS.least, columns))
  const text = (finding: Finding): string => {
    const { code, severity, message, range } = finding
    const { start } = range
    const gutter = String(start.line + 1)
    const margin = ' '.repeat(gutter.length)
    const { line, caret } = markedLine(lines, range, width - gutter.length - 3)
    const why = explained.has(code) ? undefined : explainRule(code)?.why
    explained.add(code)
    const note = (what: string, said: string, style: (line: string) => string): string[] =>
      wrapped(said, Math.min(width, MOST_READ) - margin.length - what.length - 5).map((part, index) =>
        index === 0
          ? `${paint('dim', `${margin} = ${what}:`)} ${style(part)}`
          : `${margin} ${' '.repeat(what.length + 4)}${style(part)}`,
      )
    return [
      `${visibleText(file)}:${start.line + 1}:${start.character + 1}: ${paint(COLOUR[severity], severity)} ${paint('bold', code)}: ${visibleText(message)}`,
      `${paint('dim', `${gutter} |`)} ${line}`.trimEnd(),
      `${paint('dim', `${margin} |`)} ${paint(COLOUR[severity], caret)}`,
      ...(why === undefined ? [] : note('why', why, (part) => paint('dim', part))),
      ...fixTexts(writer, finding).flatMap((fix) => note('fix', fix, (part) => part)),
      '',
      '',
    ].join('\n')
  }
  const all = findings.map(text).join('')
  const left = writer.left()
  return all + (left === 0 ? '' : `${visibleText(file)}: ${fixesLeftText(left)}\n\n`)
}

/** One line that begins with a word: not the rest of a list or of an entry, and not a mere bracket. */
const STANDS_BY_ITSELF = /^[\p{L}\p{N}"'$@][^\r\n]*$/u

/** What each fix is called, with what it writes where that is short and says more. */
function fixTexts(writer: FixWriter, finding: Finding): string[] {
  return writer.fixes(finding).map((fix) => {
    const title = visibleText(fix.title)
    const [edit, ...more] = fix.edits
    const written = more.length === 0 ? edit?.newText.trim() : undefined
    const short = written !== undefined && written.length <= MAX_WRITTEN && STANDS_BY_ITSELF.test(written)
    return short && !title.includes(written) ? `${title}: ${visibleText(written)}` : title
  })
}
