import { say } from '../speech/say.js'
import { similarNames } from '../topology/names.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Span, TextEdit, TextLines } from '../topology/position.js'
import type { Finding } from './check.js'
import { LANGUAGE_RULES } from './language.js'
import type { Explanation } from './rule.js'
import { RULES } from './rules.js'
import { readSuppressions, suppressionOf } from './suppression-comments.js'
import type { NamedCode, Suppression } from './suppression-comments.js'

/** A finding that is not shown, with the reason a person gave for it. */
export interface SuppressedFinding {
  readonly finding: Finding
  readonly reason: string
}

/** What suppressions themselves can have wrong. */
export const SUPPRESSION_RULES = {
  'IGNORE-REASON': suppressionRule(
    'IGNORE-REASON',
    'warning',
    'A finding is to be ignored without a reason',
    'Who reads the file next year cannot tell a decision from a mistake. The finding is shown until a reason is there.',
    'Write the reason behind a colon: # lvs-ignore CODE: reason.',
  ),
  'IGNORE-UNKNOWN': suppressionRule(
    'IGNORE-UNKNOWN',
    'warning',
    'What is to be ignored is no rule, or none that can be',
    'A misspelt code ignores nothing. What cannot be read cannot be ignored either: nobody knows what it would mean. Nor can what this program does not bring about: no reason makes it do so.',
    'Correct the code. A fault of the file itself has to be mended.',
  ),
  'IGNORE-UNUSED': suppressionRule(
    'IGNORE-UNUSED',
    'information',
    'A finding is to be ignored that is not there',
    'The fault has been mended, or the comment has moved away from it; one day it would hide a new fault.',
    'Take the comment out, or move it to the line before what it is about.',
  ),
} as const satisfies Readonly<Record<string, Explanation>>

type SuppressionCode = keyof typeof SUPPRESSION_RULES

/**
 * Takes back the findings that comments of the file say are meant to be so: `# lvs-ignore CODE, CODE: reason` for what
 * begins on its line, or where it stands alone on the next one, with everything indented below that; and
 * `# lvs-ignore-file CODE: reason` for all of the file. `isOff`: rules that settings have turned off. What is wrong with
 * the comments is a finding too.
 */
export function suppress(
  parsed: ParsedTopology,
  lines: TextLines,
  findings: readonly Finding[],
  isOff: (code: string) => boolean = () => false,
): { readonly findings: readonly Finding[]; readonly suppressed: readonly SuppressedFinding[] } {
  const suppressions = readSuppressions(parsed, lines)
  if (suppressions.length === 0) return { findings, suppressed: [] }
  const { reasons, used } = appliedTo(findings, suppressions)
  // What could not be read may have what a comment is about; in the middle of typing, most of it.
  const readWhole = parsed.problems.every(({ code }) => LANGUAGE_RULES[code].severity !== 'error')
  const isUnused = (named: NamedCode) =>
    // Nothing is found by a rule that is off, nor, without the hosts, by one that is decided on them.
    readWhole && !used.has(named) && !OBSERVED.has(named.code) && !isOff(named.code)
  const own = faultsUpTo(MOST_FAULTS, suppressions, isUnused)
  return {
    findings: [
      ...findings.filter((finding) => !reasons.has(finding)),
      ...own.map(({ code, span, message }) => ownFinding(code, span, message, lines)),
    ],
    suppressed: findings.flatMap((finding) => {
      const reason = reasons.get(finding)
      return reason === undefined ? [] : [{ finding, reason }]
    }),
  }
}

/** Of comments in one file: nobody reads more, and each is compared with the codes it may mean. */
const MOST_FAULTS = 1_000

function faultsUpTo(
  most: number,
  suppressions: readonly Suppression[],
  isUnused: (named: NamedCode) => boolean,
): readonly Fault[] {
  const faults: Fault[] = []
  for (const suppression of suppressions) {
    for (const fault of faultsOf(suppression, isUnused)) {
      if (faults.length === most) {
        const message = say`there are more than ${MOST_FAULTS / 1000},000 faults in such comments; the rest is not told before these are mended`
        return [...faults, { ...fault, message }]
      }
      faults.push(fault)
    }
  }
  return faults
}

/** A code that covers the line that is looked at, with its reason or that of one around it. */
interface Open {
  readonly named: NamedCode
  readonly last: number
  readonly reason: string | undefined
}

/** The reasons for which findings are taken back, and the codes that are about some. */
function appliedTo(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): { readonly reasons: ReadonlyMap<Finding, string>; readonly used: ReadonlySet<NamedCode> } {
  const byCode = new Map<string, (Open & { readonly first: number })[]>()
  for (const { codes, reason, first, last } of suppressions) {
    for (const named of codes) {
      if (!canBeIgnored(named.code)) continue
      const same = byCode.get(named.code) ?? []
      byCode.set(named.code, same)
      same.push({ named, reason, first, last })
    }
  }
  const reasons = new Map<Finding, string>()
  const used = new Set<NamedCode>()
  for (const [code, all] of byCode) {
    // Both go down the text together. What is open lies within one another, so that the innermost ends first.
    const open: Open[] = []
    const endBefore = (line: number) => {
      while ((open.at(-1)?.last ?? line) < line) open.pop()
    }
    let next = 0
    for (const finding of findings.filter((each) => each.code === code).sort(byLine)) {
      const { line } = finding.range.start
      for (; next < all.length; next += 1) {
        const entry = all[next]
        if (entry === undefined || entry.first > line) break
        endBefore(entry.first)
        open.push({ ...entry, reason: entry.reason ?? open.at(-1)?.reason })
      }
      endBefore(line)
      const reason = open.at(-1)?.reason
      if (reason !== undefined) reasons.set(finding, reason)
      // Around one that is used all are.
      for (let at = open.length - 1; at >= 0; at -= 1) {
        const named = open[at]?.named
        if (named === undefined || used.has(named)) break
        used.add(named)
      }
    }
  }
  return { reasons, used }
}

function byLine(a: Finding, b: Finding): number {
  return a.range.start.line - b.range.start.line
}

interface Fault {
  readonly code: SuppressionCode
  readonly span: Span
  readonly message: string
}

function* faultsOf(
  { codes, reason, span }: Suppression,
  isUnused: (named: NamedCode) => boolean,
): Iterable<Fault> {
  if (codes.length === 0) {
    const message = say`this names no rule; write # lvs-ignore CODE: reason`
    yield { code: 'IGNORE-UNKNOWN', span, message }
    return
  }
  for (const named of codes) {
    if (!canBeIgnored(named.code)) {
      yield { code: 'IGNORE-UNKNOWN', span: named.span, message: notIgnored(named.code) }
    } else if (isUnused(named)) {
      const message = say`there is no ${named.code} here to ignore; take it out`
      yield { code: 'IGNORE-UNUSED', span: named.span, message }
    }
  }
  if (reason !== undefined) return
  const missing = say`a finding is ignored only with a reason; write it behind a colon`
  yield { code: 'IGNORE-REASON', span, message: missing }
}

/** Codes of which people may judge otherwise: those about the cluster, and not about its file. */
export const JUDGED_CODES: ReadonlySet<string> = new Set(RULES.map(({ code }) => code))
const OBSERVED: ReadonlySet<string> = new Set(
  RULES.filter(({ needs }) => needs === 'observed').map(({ code }) => code),
)

function canBeIgnored(code: string): boolean {
  return JUDGED_CODES.has(code)
}

function notIgnored(code: string): string {
  if (Object.hasOwn(LANGUAGE_RULES, code) || Object.hasOwn(SUPPRESSION_RULES, code)) {
    return say`${code} is about the file itself and cannot be ignored`
  }
  const [best] = similarNames(code, JUDGED_CODES)
  return say`there is no rule ${code}${best === undefined ? '' : say`; did you mean ${best}?`}`
}

function ownFinding(code: SuppressionCode, span: Span, message: string, lines: TextLines): Finding {
  return {
    code,
    severity: SUPPRESSION_RULES[code].severity,
    message,
    path: '',
    span,
    range: lines.range(span),
    fixes: [],
  }
}

/**
 * The comment that takes a finding back, on a line of its own before the one the finding begins on, with dots where
 * the reason is to be written. Empty where none can stand, or the finding cannot be taken back.
 */
export function ignoreFix(parsed: ParsedTopology, { code, span }: Finding): readonly TextEdit[] {
  return canBeIgnored(code) ? suppressionOf(parsed, code, span) : []
}

function suppressionRule(
  code: string,
  severity: Explanation['severity'],
  title: string,
  why: string,
  mend: string,
): Explanation {
  return { code, severity, title, why, kernel: undefined, mend, source: 'comments of a topology file' }
}
