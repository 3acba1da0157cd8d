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

/** Every finding of a file, in the order of the text. Never throws: whatever the text, there is a list. */
export function checkTopology(
  parsed: ParsedTopology,
  cluster: Cluster = deriveCluster(parsed.topology),
): Finding[] {
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
  for (const rule of RULES) {
    rule.check(cluster, ({ path, part }, message, fixes = []) => {
      if (unread.has(path)) return
      const span = parsed.source.locate(path, part)
      findings.push({
        code: rule.code,
        severity: rule.severity,
        message,
        path,
        span,
        range: lines.range(span),
        fixes,
      })
    })
  }
  return findings.sort((a, b) => a.span.start - b.span.start || a.code.localeCompare(b.code))
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
