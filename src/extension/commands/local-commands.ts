import { Uri, commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { COMMANDS } from '../catalogue.js'
import { check } from './check.js'
import { generate } from './generate.js'
import { newTopology } from './new-topology.js'

/** What reaches no host, and so works in workspaces that are not trusted too. */
export function registerLocalCommands({ extensionUri, subscriptions }: ExtensionContext): void {
  subscriptions.push(
    commands.registerCommand(COMMANDS.newTopology, (start?: unknown) =>
      newTopology(extensionUri, typeof start === 'string' ? start : undefined),
    ),
    commands.registerCommand(COMMANDS.check, (uri?: unknown) => check(uriOf(uri))),
    commands.registerCommand(COMMANDS.generate, (uri?: unknown) => generate(uriOf(uri))),
  )
}

/** Menus and keybindings hand over what they like. */
function uriOf(argument: unknown): Uri | undefined {
  return argument instanceof Uri ? argument : undefined
}
