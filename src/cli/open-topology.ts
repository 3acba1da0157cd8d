import { readFile } from 'node:fs/promises'
import { judgeTopology } from '../core/checks/check.js'
import type { Judgement } from '../core/checks/check.js'
import { hindrance } from '../core/checks/deployable.js'
import type { CheckSettings } from '../core/checks/settings.js'
import { deriveCluster } from '../core/hosts/cluster.js'
import type { Cluster } from '../core/hosts/cluster.js'
import { parseTopology } from '../core/topology/parse.js'
import type { ParsedTopology } from '../core/topology/parse.js'
import { fileReason } from './file-reason.js'
import { findingsPage, findingsText } from './finding-text.js'
import { UsageError } from './io.js'
import type { Io } from './io.js'
import { settingsFor } from './settings-file.js'
import { visibleText } from './visible-text.js'
import type { SettingsChoice } from './settings-file.js'

export interface OpenedTopology extends Judgement {
  readonly file: string
  readonly parsed: ParsedTopology
  readonly cluster: Cluster
  /** By which it was judged. */
  readonly settings: CheckSettings
}

export async function readText(file: string): Promise<string> {
  try {
    // Bytes that are no UTF-8 become U+FFFD, of which the reader says where it stands.
    return await readFile(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${fileReason(error)}`)
  }
}

/** A text as the file it is of, with the settings that hold for that. */
export async function openTopologyText(
  file: string,
  text: string,
  choice: SettingsChoice = { kind: 'nearest' },
): Promise<OpenedTopology> {
  const settings = await settingsFor(file, choice)
  const parsed = parseTopology(text)
  const cluster = deriveCluster(parsed.topology)
  return { file, parsed, cluster, settings, ...judgeTopology(parsed, cluster, settings) }
}

export async function openTopology(file: string, choice?: SettingsChoice): Promise<OpenedTopology> {
  return openTopologyText(file, await readText(file), choice)
}

/**
 * For what only looks: a drawing that is wrong is welcome, to see it fail; a text that cannot be read is refused. What a
 * value says that makes no sense is left out of the drawing, and whoever looks should know.
 */
export function requireReadable({ file, parsed, findings }: OpenedTopology, io: Io): void {
  const broken = findings.filter(({ code }) => code.startsWith('FILE-'))
  if (broken.length > 0) {
    io.err(findingsText(file, parsed, broken, findingsPage(io)))
    throw new UsageError(`${file} cannot be read; nothing was done`)
  }
  const codes = new Set<string>(parsed.problems.map(({ code }) => code))
  for (const { code, severity, range, message } of findings) {
    if (severity !== 'error' || !codes.has(code)) continue
    io.err(`${file}:${range.start.line + 1}: left out of the drawing: ${code}: ${visibleText(message)}\n`)
  }
}

/** For what acts on a file: one with errors is refused, with the findings. */
export function requireSound(opened: OpenedTopology, io: Io): void {
  const found = hindrance(opened.findings)
  if (found === undefined) {
    // Somebody has answered for these, and whoever acts on the file should know.
    for (const { finding, reason } of opened.suppressed) {
      io.err(`${opened.file}:${finding.range.start.line + 1}: ${finding.code} is ignored: ${reason}\n`)
    }
    return
  }
  io.err(findingsText(opened.file, opened.parsed, found.findings, findingsPage(io)))
  throw new UsageError(`${opened.file} ${found.what}; nothing was done`)
}

/** For virtual hosts: a drawing that is wrong is welcome, to see it fail; one that cannot be read as a whole is not. */
export function requireFitForLab(opened: OpenedTopology, io: Io): void {
  if (opened.parsed.problems.some(({ code }) => code !== 'KEY-UNKNOWN')) requireSound(opened, io)
}
