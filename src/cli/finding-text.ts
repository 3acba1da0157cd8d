import type { Finding } from '../core/checks/check.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { textLines } from '../core/topology/position.js'
import { painter } from './io.js'

const COLOUR = { error: 'red', warning: 'yellow', information: 'blue', hint: 'dim' } as const

/** Longest part of a source line that is shown; a line can be megabytes. */
const MAX_SHOWN = 160

/** Findings as people read them: what and where, the line with the place marked, and how to mend it. */
export function findingsText(
  file: string,
  parsed: ParsedTopology,
  findings: readonly Finding[],
  colour: boolean,
): string {
  const paint = painter(colour)
  const lines = textLines(parsed.text)
  return findings
    .map(({ code, severity, message, range, fixes }) => {
      const { start, end } = range
      const from = Math.max(0, start.character - 60)
      const line = lines
        .line(start.line)
        .slice(from, from + MAX_SHOWN)
        .replaceAll('\t', ' ')
      const width = end.line === start.line ? Math.max(1, end.character - start.character) : 1
      const caret =
        ' '.repeat(start.character - from) +
        '^'.repeat(Math.min(width, Math.max(1, line.length - start.character + from)))
      const gutter = String(start.line + 1)
      const margin = ' '.repeat(gutter.length)
      return [
        `${file}:${start.line + 1}:${start.character + 1}: ${paint(COLOUR[severity], severity)} ${paint('bold', code)}: ${message}`,
        `${paint('dim', `${gutter} |`)} ${line}`,
        `${paint('dim', `${margin} |`)} ${paint(COLOUR[severity], caret)}`,
        ...fixes.map(({ title }) => `${paint('dim', `${margin} =`)} fix: ${title}`),
        '',
      ].join('\n')
    })
    .map((text) => `${text}\n`)
    .join('')
}
