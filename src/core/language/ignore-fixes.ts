import { say } from '../speech/say.js'
import { readSuppressions } from '../checks/suppression-comments.js'
import type { Suppression } from '../checks/suppression-comments.js'
import { JUDGED_CODES } from '../checks/suppressions.js'
import type { Finding } from '../checks/check.js'
import { similarNames } from '../topology/names.js'
import type { ParsedTopology } from '../topology/parse.js'
import { textLines } from '../topology/position.js'
import type { Span, TextEdit } from '../topology/position.js'
import type { TextFix } from './fix-text.js'

/**
 * The fixes of a comment that ignores what is not there, or what is no rule. They are made in the text: a comment is no
 * part of the drawing, and no edit of a topology reaches it.
 */
export function ignoreFixes(parsed: ParsedTopology, { code, span }: Finding): readonly TextFix[] {
  if (code !== 'IGNORE-UNUSED' && code !== 'IGNORE-UNKNOWN') return []
  const found = readSuppressions(parsed, textLines(parsed.text))
  for (const suppression of found) {
    if (isSame(suppression.span, span)) return [takeOut(parsed, suppression)]
    const at = suppression.codes.findIndex((named) => isSame(named.span, span))
    const named = suppression.codes[at]
    if (named === undefined) continue
    const meant = code === 'IGNORE-UNKNOWN' ? similarNames(named.code, JUDGED_CODES).slice(0, 1) : []
    return [
      ...meant.map((newText) => ({ title: say`Change to ${newText}`, edits: [{ span, newText }] })),
      suppression.codes.length === 1 ? takeOut(parsed, suppression) : takeOutCode(suppression, at),
    ]
  }
  return []
}

/** The whole comment: with its line where it stands alone, and else with the white space before it. */
function takeOut({ text }: ParsedTopology, { span: { start, end } }: Suppression): TextFix {
  const before = /[ \t]*$/.exec(text.slice(0, start))?.[0].length ?? 0
  const behind = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0
  const from = start - before
  const to = end + behind
  const lineEnd = /^(?:\r\n|\r|\n)/.exec(text.slice(to, to + 2))?.[0] ?? ''
  const isAlone = from === 0 || /[\r\n\ufeff]/.test(text.charAt(from - 1))
  return fix(say`Take the comment out`, { start: from, end: isAlone ? to + lineEnd.length : to })
}

/** One code of several, with the comma or the space that parts it from its neighbour. */
function takeOutCode({ codes }: Suppression, at: number): TextFix {
  const [before, named, behind] = [codes[at - 1], codes[at], codes[at + 1]]
  const start = behind === undefined ? before?.span.end : named?.span.start
  const end = behind === undefined ? named?.span.end : behind.span.start
  return fix(say`Take ${named?.code ?? ''} out of the comment`, { start: start ?? 0, end: end ?? 0 })
}

function fix(title: string, span: Span): TextFix {
  const edits: readonly TextEdit[] = [{ span, newText: '' }]
  return { title, edits }
}

function isSame(one: Span, other: Span): boolean {
  return one.start === other.start && one.end === other.end
}
