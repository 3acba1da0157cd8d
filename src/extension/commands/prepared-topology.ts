import type { TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { EngineDocument } from '../../protocol/engine.js'
import { activeTopology, topologyNamed } from '../active-topology.js'
import { checkSettings } from '../check-settings.js'
import type { TopologyReport } from '../../protocol/reader.js'
import { askUntilAnswered } from '../topology-reader.js'
import { fileName, findingLines, SHOW_PROBLEMS } from './findings-said.js'
import { sayError } from './messages.js'
import { requireTrust } from './trust.js'

/** A topology that a command may act on. */
export interface PreparedTopology {
  readonly document: TextDocument
  /** The cluster's name, by which people know it and labs are found. */
  readonly name: string
  /** The text that was looked at, which is the text that is acted on. */
  readonly sent: EngineDocument
  readonly realServers: TopologyReport['realServers']
  readonly logins: TopologyReport['logins']
}

/**
 * What must hold of the text: `sound`: no errors; `readable`: no errors of the language (a drawing that is wrong may
 * be tried in the lab, to see it fail); `named`: what was deployed once can always be taken down.
 */
export type Demand = 'sound' | 'readable' | 'named'

/** The topology a command was called for; undefined when it may not act, which the person has been told. */
export async function prepareTopology(
  what: string,
  argument: unknown,
  demand: Demand,
): Promise<PreparedTopology | undefined> {
  if (!requireTrust(what)) return undefined
  const document = await activeTopology(topologyNamed(argument))
  if (document === undefined) return undefined
  const file = fileName(document)
  const report = await askUntilAnswered(document, 'report', {})
  const { hindrance } = report
  if (hindrance !== undefined && !meets(demand, report)) {
    sayError(
      say`${what} was not begun: ${file} ${hindrance.what}.`,
      findingLines(document, hindrance.findings),
      [SHOW_PROBLEMS],
    )
    return undefined
  }
  // The engine judges for itself, by the same settings.
  const settings = await checkSettings(document)
  const sent = { file, text: report.text, ...(settings === undefined ? {} : { settings: settings.text }) }
  const { realServers, logins } = report
  return { document, name: report.name ?? file, sent, realServers, logins }
}

function meets(demand: Demand, { understood, name }: TopologyReport): boolean {
  switch (demand) {
    case 'sound':
      return false
    case 'readable':
      return understood
    case 'named':
      return name !== undefined
  }
}
