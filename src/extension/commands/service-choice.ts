import { window } from 'vscode'
import type { TextDocument } from 'vscode'
import { say } from '../../core/speech/say.js'
import { askUntilAnswered } from '../topology-reader.js'
import { fileName } from './findings-said.js'
import { sayInformation } from './messages.js'

/** A service of a topology: the one that is named, the only one, or the one that is picked. */
export async function chooseService(
  document: TextDocument,
  named: string | undefined,
  { title, placeHolder }: { readonly title: string; readonly placeHolder: string },
): Promise<string | undefined> {
  const services = await askUntilAnswered(document, 'lenses', {})
  if (services.some(({ service }) => service === named)) return named
  const [only, ...others] = services
  if (only === undefined) {
    sayInformation(say`${fileName(document)} has no service yet, so there is nothing to ask for.`)
    return undefined
  }
  if (others.length === 0) return only.service
  const picked = await window.showQuickPick(
    services.map(({ service, title: description }) => ({ label: service, description })),
    { title, placeHolder },
  )
  return picked?.label
}

/** Of what a tree hands over with a command. */
export function serviceNamed(argument: unknown): string | undefined {
  const at =
    typeof argument === 'object' && argument !== null && 'subject' in argument ? argument.subject : {}
  const { what, name } = at as { readonly what?: unknown; readonly name?: unknown }
  return what === 'service' && typeof name === 'string' ? name : undefined
}
