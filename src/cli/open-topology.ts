import { readFile } from 'node:fs/promises'
import { checkTopology } from '../core/checks/check.js'
import type { Finding } from '../core/checks/check.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { UsageError } from './io.js'
import type { Io } from './io.js'
import { findingsText } from './finding-text.js'

export interface OpenedTopology {
  readonly file: string
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
}

export async function readText(file: string): Promise<string> {
  try {
    // Bytes that are no UTF-8 become U+FFFD, which no key or name may hold: they are found where they stand.
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${reasonOf(error)}`)
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'there is no such file'
  if (code === 'EISDIR') return 'it is a folder'
  if (code === 'EACCES') return 'you may not read it'
  return error instanceof Error ? error.message : String(error)
}

export function openTopologyText(file: string, text: string): OpenedTopology {
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return { file, parsed, cluster, findings: checkTopology(parsed, cluster) }
}

export async function openTopology(file: string): Promise<OpenedTopology> {
  return openTopologyText(file, await readText(file))
}

/** For what acts on a file: one with errors is refused, with them. */
export function requireSound(opened: OpenedTopology, io: Io): void {
  const errors = opened.findings.filter(({ severity }) => severity === 'error')
  if (errors.length === 0) return
  io.err(findingsText(opened.file, opened.parsed, errors, io.colour))
  throw new UsageError(
    `${opened.file} has ${errors.length === 1 ? 'an error' : `${errors.length} errors`}; nothing was done`,
  )
}
