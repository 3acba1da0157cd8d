import { say } from '../core/speech/say.js'
import { judgeTopology } from '../core/checks/check.js'
import type { Judgement } from '../core/checks/check.js'
import { hindrance } from '../core/checks/deployable.js'
import { NO_SETTINGS, parseCheckSettings } from '../core/checks/settings.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import type { EngineDocument } from '../protocol/engine.js'
import { EngineRefusal } from './refusal.js'

export interface OpenedDocument extends Judgement {
  readonly file: string
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
}

/** Findings that are named in a message; the editor shows all of them where they stand. */
const MOST_NAMED = 5

export function openDocument({ file, text, settings: judgedBy }: EngineDocument): OpenedDocument {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  // As in the editor: of settings with faults, what can be used.
  const settings = judgedBy === undefined ? NO_SETTINGS : parseCheckSettings(judgedBy).settings
  return { file, parsed, cluster, ...judgeTopology(parsed, cluster, settings) }
}

/**
 * The same rule as on the command line: what acts on a file refuses one that cannot be deployed, whoever asks; and tells
 * of the findings somebody has answered for.
 */
export function requireSound(
  { file, findings, suppressed }: OpenedDocument,
  tell: (message: string) => void,
): void {
  const found = hindrance(findings)
  if (found === undefined) {
    for (const { finding, reason } of suppressed) {
      tell(say`line ${finding.range.start.line + 1}: ${finding.code} is ignored: ${reason}`)
    }
    return
  }
  const named = found.findings
    .slice(0, MOST_NAMED)
    .map(({ code, message, range }) => say`line ${range.start.line + 1}: ${code}: ${message}`)
  const unnamed = found.findings.length - named.length
  const more = unnamed > 0 ? [say`and ${unnamed} more`] : []
  throw new EngineRefusal([say`${file} ${found.what}; nothing was done`, ...named, ...more].join('\n'))
}

export function requireName({ file, cluster }: OpenedDocument): string {
  const { name } = cluster.topology
  if (name === undefined)
    throw new EngineRefusal(say`${file} has no name, which a lab is known by; give it one`)
  return name
}
