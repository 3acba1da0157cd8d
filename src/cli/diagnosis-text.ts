import type { Cause, Diagnosis } from '../core/plan/diagnosis.js'
import { headLines, wrapped } from '../core/packet/walk-text.js'
import { walkKinds } from '../core/packet/walk-kinds.js'
import { painter } from './io.js'
import type { Io } from './io.js'
import { visibleText } from './visible-text.js'
import { paintedLines } from './walks-report.js'

const MOST_WIDTH = 100

/** Causes as people read them, the gravest first, with what shows each and what mends it. */
export function diagnosisText(
  { counts, causes, unexplained }: Diagnosis,
  unread: readonly string[],
  { colour, columns = MOST_WIDTH }: Pick<Io, 'colour' | 'columns'>,
): string {
  const width = Math.max(60, Math.min(MOST_WIDTH, columns))
  const paint = painter(colour)
  const note = (label: string, text: string, indent: number): string => {
    const head = `${' '.repeat(indent)}${label}`
    return wrapped(visibleText(text), width - head.length)
      .map((line, index) => `${index === 0 ? paint('dim', head) : ' '.repeat(head.length)}${line}\n`)
      .join('')
  }
  const cause = ({ code, severity, title, message, evidence, fixes }: Cause, index: number) => {
    const number = `${index + 1}. `
    const style = severity === 'error' ? 'red' : severity === 'warning' ? 'yellow' : 'blue'
    return [
      `${number}${paint('bold', code)} ${paint(style, severity)}: ${title}\n`,
      note('', message, number.length),
      ...evidence.map((each) => note('evidence: ', each, number.length)),
      ...fixes.map((each) => note('fix: ', each, number.length)),
      '\n',
    ].join('')
  }
  const open = walkKinds(unexplained).map(
    ({ first, walks }) =>
      `${paintedLines(headLines(first, { width }), colour)}${walks.length === 1 ? '' : `  ${walks.length - 1} more like it\n`}\n`,
  )
  const { served, notServed, undetermined } = counts
  const all = served + notServed + undetermined
  const rest = [
    ...(notServed === 0 ? [] : [`${notServed} not served`]),
    ...(undetermined === 0 ? [] : [`${undetermined} undetermined`]),
  ]
  const outcome =
    rest.length === 0
      ? `${all === 1 ? 'the one walk is' : `all ${all} walks are`} served`
      : `of ${all} walks ${rest.join(' and ')}`
  const found =
    causes.length > 0
      ? `${causes.length} cause${causes.length === 1 ? '' : 's'} found`
      : unexplained.length === 0
        ? 'nothing is wrong'
        : 'no rule names a cause'
  const shown = causes.map(cause)
  const hidden = causes.findIndex((each) => each.hidden)
  if (hidden > 0) shown.splice(hidden, 0, 'Also there, behind what stands above or harmless so far:\n\n')
  return [
    ...shown,
    ...open,
    `${found[0]?.toUpperCase() ?? ''}${found.slice(1)}; ${outcome}, as the hosts are now.\n`,
    ...(unread.length === 0 ? [] : [`Not everything is known: ${unread.join('; ')}.\n`]),
    ...(causes.length === 0
      ? []
      : ['"lvs-designer trace FILE --observed" shows every hop, "lvs-designer explain CODE" tells more.\n']),
  ].join('')
}
