import { say } from '../speech/say.js'
import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import { parentPath } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import { failedOver, isPair } from '../packet/failover.js'
import type { Verdict } from '../packet/verdict.js'
import { textLines } from '../topology/position.js'
import type { Range, Span } from '../topology/position.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Fix, Severity } from '../topology/problem.js'
import { IMPORT_RULES, readAssumptions } from './assumptions.js'
import { LANGUAGE_RULES } from './language.js'
import type { Report, Rule } from './rule.js'
import { RULES } from './rules.js'
import { NO_SETTINGS } from './settings.js'
import type { CheckSettings } from './settings.js'
import { suppress } from './suppressions.js'
import type { SuppressedFinding } from './suppressions.js'
import { listed } from './wording.js'

/** Something a person should know about their file, at its exact place. */
export interface Finding {
  readonly code: string
  readonly severity: Severity
  readonly message: string
  readonly path: Path
  readonly span: Span
  readonly range: Range
  /** What would mend it; as text by `editTopology`. */
  readonly fixes: readonly Fix[]
}

/** What there is to say about a file, and what a person has said is meant to be so. */
export interface Judgement {
  readonly findings: readonly Finding[]
  readonly suppressed: readonly SuppressedFinding[]
}

/** Of one file; each costs time and memory wherever it is told, and nobody reads so many. */
const MOST_FINDINGS = 10_000

/** Ends a rule that has more to say than is told. */
class Enough extends Error {}

function untilEnough({ check }: Rule, cluster: Cluster, report: Report): void {
  try {
    check(cluster, report)
  } catch (error) {
    if (!(error instanceof Enough)) throw error
  }
}

interface Found {
  /** Of what is said where. */
  readonly key: string
  readonly rule: Rule
  readonly finding: Finding
}

/** Every finding of a file, in the order of the text. Never throws: whatever the text, there is a list. */
export function checkTopology(
  parsed: ParsedTopology,
  cluster: Cluster = deriveCluster(parsed.topology),
  settings: CheckSettings = NO_SETTINGS,
): readonly Finding[] {
  return judgeTopology(parsed, cluster, settings).findings
}

/** The same, with what comments of the file take back. */
export function judgeTopology(
  parsed: ParsedTopology,
  cluster: Cluster,
  { severities }: CheckSettings = NO_SETTINGS,
): Judgement {
  const lines = textLines(parsed.text)
  const findings: Finding[] = []
  for (const { code, message, path, part, span: known, fixes } of parsed.problems) {
    const span = known ?? parsed.source.locate(path, part)
    findings.push({
      code,
      severity: LANGUAGE_RULES[code].severity,
      message,
      path,
      span,
      range: lines.range(span),
      fixes,
    })
  }
  // A value that could not be read is as good as absent to the rules; that it is missing is not said a second time.
  const unread = unreadPaths(parsed)
  const seen = [...cluster.hosts.values()].some(({ observed }) => observed !== undefined)
  const severityOf = (rule: Rule): Severity | 'off' =>
    rule.needs === 'observed' && !seen ? 'off' : (severities.get(rule.code) ?? rule.severity)
  const found: Found[] = []
  // Nothing where what could not be read is as much already.
  const room = MOST_FINDINGS - findings.length
  const look = (rule: Rule, at: Cluster, note: string, known?: ReadonlySet<string>) => {
    const severity = severityOf(rule)
    if (severity === 'off' || found.length > room) return
    untilEnough(rule, at, ({ path, part }, message, fixes = []) => {
      if (found.length > room) throw new Enough()
      const key = `${rule.code} ${part} ${path}`
      if (unread.has(path) || known?.has(key) === true) return
      const span = parsed.source.locate(path, part)
      const said = { code: rule.code, severity, message: `${message}${note}`, path }
      found.push({ key, rule, finding: { ...said, span, range: lines.range(span), fixes } })
    })
  }
  for (const rule of RULES) look(rule, cluster, '')
  // As walks do: what is so of requests must be so whichever director of a pair is active. What the pair itself is said to
  // be at fault for is not asked once more.
  const after = failedOver(cluster)
  if (after !== undefined) {
    const known = new Set(found.map(({ key }) => key))
    const active = new Set(after.services.filter(isPair).flatMap(({ director }) => director ?? []))
    const note = say`; so it is once ${listed([...active])} is the active director`
    const said = new Set(
      found.flatMap(({ rule, finding }) =>
        rule.ofPairs === true && finding.severity === 'error' ? explained(rule) : [],
      ),
    )
    for (const rule of RULES) {
      const verdicts = explained(rule)
      const isSaid = verdicts.some((verdict) => said.has(verdict))
      if (verdicts.length > 0 && !isSaid && rule.ofPairs !== true) look(rule, after, note, known)
    }
  }
  for (const { finding } of found) findings.push(finding)
  for (const { span, what } of readAssumptions(parsed)) {
    if (findings.length > MOST_FINDINGS) break
    const { code, severity: usual } = IMPORT_RULES.ASSUMED
    const severity = severities.get(code) ?? usual
    if (severity === 'off') continue
    const message = say`assumed, since nothing says so: ${what}`
    findings.push({ code, severity, message, path: '', span, range: lines.range(span), fixes: [] })
  }
  const last =
    findings.length > MOST_FINDINGS && parsed.problems.length <= MOST_FINDINGS ? findings.pop() : undefined
  if (last !== undefined) {
    const message = say`there are more than ${MOST_FINDINGS / 1000},000 findings; the rest is not told before these are mended`
    findings.push({ ...last, code: 'FILE-LIMIT', severity: 'error', message, fixes: [] })
  }
  const judged = suppress(parsed, lines, findings, (code) => severities.get(code) === 'off')
  return { ...judged, findings: [...judged.findings].sort(inText) }
}

/** Every verdict a rule is or can be the cause of. */
function explained({ explains, mayExplain = [] }: Rule): readonly Verdict[] {
  return [...explains, ...mayExplain]
}

function inText(a: Finding, b: Finding): number {
  return a.span.start - b.span.start || a.code.localeCompare(b.code)
}

/** Where values stand that could not be read; of a list with such an item, the list too. */
function unreadPaths({ problems }: ParsedTopology): ReadonlySet<Path> {
  const result = new Set<Path>()
  for (const { path, part } of problems) {
    if (part !== 'value') continue
    result.add(path)
    const list = /\/\d+$/.test(path) ? parentPath(path) : undefined
    if (list !== undefined) result.add(list)
  }
  return result
}
