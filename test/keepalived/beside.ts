import { checkKeepalived } from '../../src/core/checks/keepalived/check.js'
import type { FileFinding } from '../../src/core/checks/file-finding.js'
import { NO_FILES } from '../../src/core/formats/source-text.js'
import type { Complaint, Said } from './says.js'

/** Our findings of a configuration beside what keepalived says of it. */
export interface Beside {
  /** What keepalived refuses it for, and we do not call an error at the same place. */
  readonly missed: readonly Complaint[]
  /** What we call an error in a file that keepalived takes as it is. */
  readonly overstated: readonly FileFinding[]
}

/** After these keepalived reads what follows at another place than it stands. */
const TURNS_ALL = new Set([
  'KA-BRACE',
  'KA-UNCLOSED',
  'KA-QUOTE',
  'KA-MISSING',
  'KA-KEYWORD',
  'KA-DEFINITION',
  'KA-ADDRESS',
])

export function beside(text: string, said: Said): Beside {
  const all = findingsOf(text)
  const errors = all.filter(({ finding }) => finding.severity === 'error')
  return {
    missed: said.complaints.filter(
      (complaint) => !isTold(complaint, DONE_ALL_THE_SAME.test(complaint.message) ? all : errors, text),
    ),
    overstated: said.takes ? errors.map(({ finding }) => finding) : [],
  }
}

/** Complaints of keepalived 2.2.7 about what it does all the same; to us they are warnings. */
const DONE_ALL_THE_SAME =
  /Warning - cannot track route|Rule has no preference|for routes is deprecated|deprecated - use/

interface Placed {
  readonly finding: FileFinding
  readonly first: number
  readonly last: number
}

function findingsOf(text: string): Placed[] {
  const lineOf = (offset: number) => text.slice(0, offset).split('\n').length
  return checkKeepalived({ name: 'keepalived.conf', text }, NO_FILES).findings.map((finding) => ({
    finding,
    first: lineOf(finding.span.start),
    last: lineOf(finding.span.end),
  }))
}

/** Whether we say something where keepalived says something. */
function isTold({ line }: Complaint, errors: readonly Placed[], text: string): boolean {
  if (line === undefined) return errors.length > 0
  // It counts a line once it has seen its end.
  const late = text.endsWith('\n') ? 0 : 1
  const from = blockThatEndsAt(line, text.split('\n'))
  return errors.some(
    ({ first, last, finding: { code } }) =>
      (first <= line + late && last >= from) || (TURNS_ALL.has(code) && first <= line),
  )
}

/** What a block lacks keepalived says at its closing brace: the line the block begins at, or else the line itself. */
function blockThatEndsAt(line: number, lines: readonly string[]): number {
  if (!/^\s*\}/.test(lines[line - 1] ?? '')) return line
  let open = 0
  for (let at = line; at > 0; at--) {
    const bare = (lines[at - 1] ?? '').replace(/"[^"]*"|[#!].*/g, '')
    open += (bare.match(/\}/g)?.length ?? 0) - (bare.match(/\{/g)?.length ?? 0)
    // The brace may stand below the line it belongs to.
    if (open <= 0) return /^\s*\{/.test(bare) ? at - 1 : at
  }
  return line
}
