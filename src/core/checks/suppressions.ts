import { isScalar, visit } from 'yaml'
import type { Node, Scalar } from 'yaml'
import { lineEndOf } from '../topology/line-ends.js'
import { similarNames } from '../topology/names.js'
import type { ParsedTopology } from '../topology/parse.js'
import { textLines } from '../topology/position.js'
import type { Span, TextEdit, TextLines } from '../topology/position.js'
import type { Finding } from './check.js'
import { NOT_YET } from './deployable.js'
import { LANGUAGE_RULES } from './language.js'
import type { Explanation } from './rule.js'
import { RULES } from './rules.js'

/** A comment of the file that says of some findings that they are meant to be so, and why. */
interface Suppression {
  readonly codes: readonly { readonly code: string; readonly span: Span }[]
  /** Undefined: it says none, and so takes nothing back. */
  readonly reason: string | undefined
  /** The comment. */
  readonly span: Span
  /** First and last line it is about, 0-based; undefined: the whole file. */
  readonly lines: { readonly first: number; readonly last: number } | undefined
}

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

/** A comment begins a line or follows white space (YAML 1.2, 6.6). */
const COMMENT = /(?<!\S)#[ \t]*lvs-ignore(-file)?(?![\w-])[ \t]*([^\r\n]*)/g
const BLANK_OR_COMMENT = /^\s*(#.*)?$/
const ITEM = /^\s*-(\s|$)/

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
  const used = new Set<Span>()
  const suppressed: SuppressedFinding[] = []
  const left = findings.filter((finding) => {
    if (!canBeIgnored(finding.code)) return true
    const { line } = finding.range.start
    const by = suppressions.flatMap(({ codes, reason, lines: about }) => {
      const named = codes.find(({ code }) => code === finding.code)
      const covers = about === undefined || (about.first <= line && line <= about.last)
      return named === undefined || !covers ? [] : [{ named, reason }]
    })
    for (const { named } of by) used.add(named.span)
    const reason = by.find((each) => each.reason !== undefined)?.reason
    if (reason === undefined) return true
    suppressed.push({ finding, reason })
    return false
  })
  // What could not be read may have what a comment is about; in the middle of typing, most of it.
  const readWhole = parsed.problems.every(({ code }) => LANGUAGE_RULES[code].severity !== 'error')
  const isUnused = ({ code, span }: Suppression['codes'][number]) =>
    // Nothing is found by a rule that is off, nor, without the hosts, by one that is decided on them.
    readWhole && !used.has(span) && !OBSERVED.has(code) && !isOff(code)
  const own = suppressions.flatMap((suppression) => faultsOf(suppression, isUnused))
  return {
    findings: [...left, ...own.map(({ code, span, message }) => ownFinding(code, span, message, lines))],
    suppressed,
  }
}

interface Fault {
  readonly code: SuppressionCode
  readonly span: Span
  readonly message: string
}

function faultsOf(
  { codes, reason, span }: Suppression,
  isUnused: (named: Suppression['codes'][number]) => boolean,
): Fault[] {
  if (codes.length === 0) {
    const message = 'this names no rule; write # lvs-ignore CODE: reason'
    return [{ code: 'IGNORE-UNKNOWN', span, message }]
  }
  const faults = codes.flatMap((named): Fault[] => {
    if (!canBeIgnored(named.code)) {
      return [{ code: 'IGNORE-UNKNOWN', span: named.span, message: notIgnored(named.code) }]
    }
    if (!isUnused(named)) return []
    const message = `there is no ${named.code} here to ignore; take it out`
    return [{ code: 'IGNORE-UNUSED', span: named.span, message }]
  })
  if (reason !== undefined) return faults
  const missing = 'a finding is ignored only with a reason; write it behind a colon'
  return [...faults, { code: 'IGNORE-REASON', span, message: missing }]
}

/** Codes of which people may judge otherwise: those about the cluster, and not about its file or this program. */
export const JUDGED_CODES: ReadonlySet<string> = new Set(
  RULES.map(({ code }) => code).filter((code) => code !== NOT_YET),
)
const OBSERVED: ReadonlySet<string> = new Set(
  RULES.filter(({ needs }) => needs === 'observed').map(({ code }) => code),
)

function canBeIgnored(code: string): boolean {
  return JUDGED_CODES.has(code)
}

function notIgnored(code: string): string {
  if (Object.hasOwn(LANGUAGE_RULES, code) || Object.hasOwn(SUPPRESSION_RULES, code)) {
    return `${code} is about the file itself and cannot be ignored`
  }
  if (code === NOT_YET) return `${code} is about this program and cannot be ignored`
  const [best] = similarNames(code, JUDGED_CODES)
  return `there is no rule ${code}${best === undefined ? '' : `; did you mean ${best}?`}`
}

function readSuppressions(parsed: ParsedTopology, lines: TextLines): Suppression[] {
  const { text } = parsed
  // Most files have none, and pay nothing.
  if (!text.includes('lvs-ignore')) return []
  const words = wordsOf(parsed)
  return [...text.matchAll(COMMENT)].flatMap((match): Suppression[] => {
    const start = match.index
    if (words.some((word) => word.start <= start && start < word.end)) return []
    const [whole, file, said = ''] = match
    const colon = said.indexOf(':')
    const named = colon < 0 ? said : said.slice(0, colon)
    const reason = colon < 0 ? '' : said.slice(colon + 1).trim()
    const from = start + whole.length - said.length
    const span = { start, end: start + whole.trimEnd().length }
    return [
      {
        codes: [...named.matchAll(/[^\s,]+/g)].map((code) => ({
          code: code[0],
          span: { start: from + code.index, end: from + code.index + code[0].length },
        })),
        // Dots are what the quick fix leaves for a person to write over.
        reason: /[^\s.…]/.test(reason) ? reason : undefined,
        span,
        lines: file === undefined ? linesAbout(text, lines, start) : undefined,
      },
    ]
  })
}

/** Where values and keys stand that may hold a `#` that begins no comment. */
function wordsOf({ document, text }: ParsedTopology): Span[] {
  const words: Span[] = []
  if (!document) return words
  visit(document, (_, node) => {
    if (!isScalar(node) || !node.range || !node.source?.includes('#')) return
    words.push({ start: wordStart(node, node.range[0], text), end: node.range[1] })
  })
  return words
}

/** A block scalar begins behind its header, which may end in a comment. */
function wordStart({ type }: Scalar, start: number, text: string): number {
  if (type !== 'BLOCK_LITERAL' && type !== 'BLOCK_FOLDED') return start
  const header = /[\r\n]/g
  header.lastIndex = start
  return header.exec(text)?.index ?? start
}

/** The line a comment is about, and those that belong to what begins there. */
function linesAbout(text: string, lines: TextLines, start: number): Suppression['lines'] {
  const { line, character } = lines.position(start)
  const alone = lines.line(line).slice(0, character).trim() === ''
  const last = lines.position(text.length).line
  let first = line
  if (alone) {
    do first += 1
    while (first < last && BLANK_OR_COMMENT.test(lines.line(first)))
  }
  const head = lines.line(first)
  const depth = indentOf(head).length
  let end = first
  for (let at = first + 1; at <= last; at += 1) {
    const content = lines.line(at)
    if (BLANK_OR_COMMENT.test(content)) continue
    const deeper = indentOf(content).length - depth
    // The items of a list need not be indented below its key.
    const belongs = deeper > 0 || (deeper === 0 && ITEM.test(content) && !ITEM.test(head))
    if (!belongs) break
    end = at
  }
  return { first, last: end }
}

function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? ''
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
  if (!canBeIgnored(code)) return []
  const { text } = parsed
  const lines = textLines(text)
  const { line } = lines.position(span.start)
  const content = lines.line(line)
  const start = lines.offset({ line, character: content.startsWith('\ufeff') ? 1 : 0 })
  if (isWithinWord(parsed, start)) return []
  const newText = `${indentOf(content)}# lvs-ignore ${code}: …${lineEndOf(text)}`
  return [{ span: { start, end: start }, newText }]
}

/** Whether a place is in the middle of a value of several lines, where a comment would be part of it. */
function isWithinWord({ document }: ParsedTopology, at: number): boolean {
  let within = false
  const around = ({ range }: Node) => range && range[0] < at && at < range[1]
  visit(document ?? null, {
    Scalar: (_, node) => {
      if (around(node)) within = true
    },
    Collection: (_, node) => (around(node) ? undefined : visit.SKIP),
  })
  return within
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
