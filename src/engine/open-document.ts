import { checkTopology } from '../core/checks/check.js'
import type { Finding } from '../core/checks/check.js'
import { hindrance } from '../core/checks/deployable.js'
import { NO_SETTINGS, parseCheckSettings } from '../core/checks/settings.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import type { EngineDocument } from '../protocol/engine.js'
import { EngineRefusal } from './refusal.js'

export interface OpenedDocument {
  readonly file: string
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
}

/** Findings that are named in a message; the editor shows all of them where they stand. */
const MOST_NAMED = 5

export function openDocument({ file, text, settings: judgedBy }: EngineDocument): OpenedDocument {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  // As in the editor: of settings with faults, what can be used.
  const settings = judgedBy === undefined ? NO_SETTINGS : parseCheckSettings(judgedBy).settings
  return { file, parsed, cluster, findings: checkTopology(parsed, cluster, settings) }
}

/** The same rule as on the command line: what acts on a file refuses one that cannot be deployed, whoever asks. */
export function requireSound({ file, findings }: OpenedDocument): void {
  const found = hindrance(findings)
  if (found === undefined) return
  const named = found.findings
    .slice(0, MOST_NAMED)
    .map(({ code, message, range }) => `line ${range.start.line + 1}: ${code}: ${message}`)
  const unnamed = found.findings.length - named.length
  const more = unnamed > 0 ? [`and ${unnamed} more`] : []
  throw new EngineRefusal([`${file} ${found.what}; nothing was done`, ...named, ...more].join('\n'))
}

export function requireName({ file, cluster }: OpenedDocument): string {
  const { name } = cluster.topology
  if (name === undefined) throw new EngineRefusal(`${file} has no name, which a lab is known by; give it one`)
  return name
}
