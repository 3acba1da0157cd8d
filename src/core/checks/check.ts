import { deriveCluster } from '../hosts/cluster.js'
import type { Cluster } from '../hosts/cluster.js'
import { parentPath } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import { textLines } from '../topology/position.js'
import type { Range, Span } from '../topology/position.js'
import type { ParsedTopology } from '../topology/parse.js'
import type { Fix, Severity } from '../topology/problem.js'
import { LANGUAGE_RULES } from './language.js'
import { RULES } from './rules.js'
import { NO_SETTINGS } from './settings.js'
import type { CheckSettings } from './settings.js'
import { suppress } from './suppressions.js'
import type { SuppressedFinding } from './suppressions.js'

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
  for (const rule of RULES) {
    if (rule.needs === 'observed' && !seen) continue
    const severity = severities.get(rule.code) ?? rule.severity
    if (severity === 'off') continue
    rule.check(cluster, ({ path, part }, message, fixes = []) => {
      if (unread.has(path)) return
      const span = parsed.source.locate(path, part)
      findings.push({
        code: rule.code,
        severity,
        message,
        path,
        span,
        range: lines.range(span),
        fixes,
      })
    })
  }
  const judged = suppress(parsed, lines, findings, (code) => severities.get(code) === 'off')
  return { ...judged, findings: [...judged.findings].sort(inText) }
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
