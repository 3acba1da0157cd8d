import { commands } from 'vscode'
import type { ExtensionContext, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { activeTopology, topologyNamed } from '../active-topology.js'
import { COMMANDS } from '../catalogue.js'
import type { Canvases } from '../designer/editor.js'
import { chooseService, serviceNamed } from './service-choice.js'

/** The packet walk of a service, in the designer: of the one that is named, the only one, or the one that is picked. */
export function registerTrace({ subscriptions }: ExtensionContext, canvases: Canvases): void {
  subscriptions.push(
    commands.registerCommand(COMMANDS.trace, (uri?: unknown, service?: unknown) =>
      trace(canvases, topologyNamed(uri), typeof service === 'string' ? service : serviceNamed(uri)),
    ),
  )
}

async function trace(canvases: Canvases, uri: Uri | undefined, named: string | undefined): Promise<void> {
  const document = await activeTopology(uri)
  if (document === undefined) return
  const service = await chooseService(document, named, {
    title: say`Trace a Request`,
    placeHolder: say`To which service?`,
  })
  if (service !== undefined) await canvases.openWalk(document.uri, service)
}
