import type { ParsedTopology } from '../topology/parse.js'
import type { Span } from '../topology/position.js'
import type { Explanation } from './rule.js'

/** What a drawing that was made from something else may have to be told. */
export const IMPORT_RULES = {
  ASSUMED: rule(
    'ASSUMED',
    'warning',
    'Something that was assumed when the drawing was imported',
    'It stands in none of the files or hosts the drawing was made from, and a drawing cannot do without. If it is not so, what is checked, walked and deployed is another cluster than yours.',
    'See whether it is so, correct it if not, and take the comment out.',
  ),
  'IMPORT-LOST': rule(
    'IMPORT-LOST',
    'warning',
    'Something that a topology has no words for',
    'It stands in what was imported and not in the drawing: generated from that, it would be gone.',
    'Keep it where it is, or do without it.',
  ),
  'IMPORT-UNREAD': rule(
    'IMPORT-UNREAD',
    'warning',
    'Something that could not be read',
    'It is not in the drawing, which may lack a service or a real server for it.',
    'Mend it, and import again; "lvs-designer check" on the file says more.',
  ),
} as const satisfies Readonly<Record<string, Explanation>>

function rule(code: string, severity: 'warning', title: string, why: string, mend: string): Explanation {
  return { code, severity, title, why, kernel: undefined, mend, source: 'lvs-designer import' }
}

const ASSUMPTION = /(?<!\S)#[ \t]*assumed:[ \t]*([^\r\n]*)/g

/** A comment that says what was assumed on its line. */
export interface Assumption {
  readonly span: Span
  readonly what: string
}

/** Every assumption of a file that nobody has looked at yet. */
export function readAssumptions({ text, document }: ParsedTopology): readonly Assumption[] {
  return document === undefined ? [] : assumptionsIn(text)
}

/** The words stand in comments, which no value can be. */
export function assumptionsIn(text: string): readonly Assumption[] {
  // Most files have none, and pay nothing.
  if (!text.includes('assumed:')) return []
  return [...text.matchAll(ASSUMPTION)].flatMap((match): Assumption[] => {
    const what = (match[1] ?? '').trim()
    if (what === '' || isQuoted(text, match.index)) return []
    return [{ span: { start: match.index, end: match.index + match[0].trimEnd().length }, what }]
  })
}

/** Whether a quote is open where the comment would begin: then it is part of a value. */
function isQuoted(text: string, at: number): boolean {
  const line = text.slice(text.lastIndexOf('\n', at - 1) + 1, at)
  let quote = ''
  for (const character of line) {
    if (quote === '' && (character === '"' || character === "'")) quote = character
    else if (character === quote) quote = ''
  }
  return quote !== ''
}
