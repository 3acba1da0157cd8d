import { commands, Uri } from 'vscode'
import type { TextDocument } from 'vscode'
import type { EngineDocument } from '../../protocol/engine.js'
import { activeTopology } from '../active-topology.js'
import { readTopology } from '../topology-documents.js'
import type { ReadTopology } from '../topology-documents.js'
import { sayError } from './messages.js'
import { requireTrust } from './trust.js'

/** A topology that a command may act on. */
export interface PreparedTopology {
  readonly document: TextDocument
  /** The cluster's name, by which people know it and labs are found. */
  readonly name: string
  /** The text that was looked at, which is the text that is acted on. */
  readonly sent: EngineDocument
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
  const document = await activeTopology(argument instanceof Uri ? argument : undefined)
  if (document === undefined) return undefined
  const file = document.uri.path.slice(document.uri.path.lastIndexOf('/') + 1)
  const read = await readTopology(document)
  const errors = read.findings.filter(({ severity }) => severity === 'error')
  if (errors.length > 0 && !meets(demand, read)) {
    const count = errors.length === 1 ? 'an error' : `${errors.length} errors`
    const details = errors.map(
      ({ code, message, range: { start } }) =>
        `${file}:${start.line + 1}:${start.character + 1}: ${code}: ${message}`,
    )
    sayError(`${file} has ${count}. ${what} needs a file without; nothing was done.`, details, [
      { title: 'Show Problems', take: () => void commands.executeCommand('workbench.actions.view.problems') },
    ])
    return undefined
  }
  const { cluster, parsed } = read
  return { document, name: cluster.topology.name ?? file, sent: { file, text: parsed.text } }
}

function meets(demand: Demand, { parsed, cluster }: ReadTopology): boolean {
  switch (demand) {
    case 'sound':
      return false
    case 'readable':
      return parsed.problems.every(({ code }) => code === 'KEY-UNKNOWN')
    case 'named':
      return cluster.topology.name !== undefined
  }
}
