import type { ExtensionContext } from 'vscode'
import { registerRemoteCommands } from './commands/remote-commands.js'
import { inNode } from './node/surroundings.js'
import { startExtension } from './start.js'

/** Called by VS Code when a topology is opened or a command of ours is used. */
export function activate(context: ExtensionContext): void {
  registerRemoteCommands(context, startExtension(context, inNode))
}
