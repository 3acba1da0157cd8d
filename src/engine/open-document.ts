import { checkTopology } from '../core/checks/check.js'
import type { Finding } from '../core/checks/check.js'
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

/** Errors that are named in a message; the editor shows all of them where they stand. */
const MOST_NAMED = 5

export function openDocument({ file, text }: EngineDocument): OpenedDocument {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return { file, parsed, cluster, findings: checkTopology(parsed, cluster) }
}

/** The same rule as on the command line: what acts on a file refuses one with errors, whoever asks. */
export function requireSound({ file, findings }: OpenedDocument): void {
  const errors = findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  const named = errors
    .slice(0, MOST_NAMED)
    .map(({ code, message, range }) => `line ${range.start.line + 1}: ${code}: ${message}`)
  const more = errors.length > named.length ? [`and ${errors.length - named.length} more`] : []
  const count = errors.length === 1 ? 'an error' : `${errors.length} errors`
  throw new EngineRefusal([`${file} has ${count}; nothing was done`, ...named, ...more].join('\n'))
}

export function requireName({ file, cluster }: OpenedDocument): string {
  const { name } = cluster.topology
  if (name === undefined) throw new EngineRefusal(`${file} has no name, which a lab is known by; give it one`)
  return name
}
