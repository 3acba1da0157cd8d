import { commands, window } from 'vscode'
import type { ExtensionContext } from 'vscode'
import type { Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { activeTopology, topologyNamed } from '../active-topology.js'
import { COMMANDS } from '../catalogue.js'
import type { Canvases } from '../designer/editor.js'
import { askUntilAnswered } from '../topology-reader.js'
import { fileName } from './findings-said.js'
import { sayInformation } from './messages.js'

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
  const services = await askUntilAnswered(document, 'lenses', {})
  const known = named !== undefined && services.some(({ service }) => service === named) ? named : undefined
  const [only, ...others] = services
  if (only === undefined) {
    sayInformation(say`${fileName(document)} has no service yet, so there is nothing to ask for.`)
    return
  }
  const service =
    known ??
    (others.length === 0
      ? only.service
      : (
          await window.showQuickPick(
            services.map(({ service: label, title }) => ({ label, description: title })),
            { title: say`Trace a Request`, placeHolder: say`To which service?` },
          )
        )?.label)
  if (service !== undefined) await canvases.openWalk(document.uri, service)
}

/** Of what a tree hands over with the command. */
function serviceNamed(argument: unknown): string | undefined {
  const at =
    typeof argument === 'object' && argument !== null && 'subject' in argument ? argument.subject : {}
  const { what, name } = at as { readonly what?: unknown; readonly name?: unknown }
  return what === 'service' && typeof name === 'string' ? name : undefined
}
