import type { TextDocument, Uri } from 'vscode'
import type { Finding } from '../core/checks/check.js'
import type { Cluster } from '../core/hosts/cluster.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { LANGUAGE } from './catalogue.js'
import { loadCore } from './core.js'

/** A document at one version with everything that follows from its text. */
export interface ReadTopology {
  readonly version: number
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
  readonly findings: readonly Finding[]
}

const byDocument = new WeakMap<TextDocument, ReadTopology>()

/** Ours by its language, or by its name where a person gave it another language. */
export function isTopology(document: TextDocument): boolean {
  return document.languageId === LANGUAGE || isTopologyName(document.uri)
}

export function isTopologyName({ path }: Uri): boolean {
  return /\.lvs\.ya?ml$/.test(path)
}

/** Reads a document once a version, whoever asks: diagnostics, the designer, quick fixes and commands. Never throws. */
export async function readTopology(document: TextDocument): Promise<ReadTopology> {
  const { parseTopology, deriveCluster, checkTopology } = await loadCore()
  // After the wait: the text and its version belong together.
  const { version } = document
  const known = byDocument.get(document)
  if (known?.version === version) return known
  const parsed = parseTopology(document.getText())
  const cluster = deriveCluster(parsed.topology)
  const read = { version, parsed, cluster, findings: checkTopology(parsed, cluster) }
  byDocument.set(document, read)
  return read
}
