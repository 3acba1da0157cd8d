import type { ExtensionContext } from 'vscode'
import { registerRemoteCommands } from './commands/remote-commands.js'
import { speakLikeTheEditor } from './language-of-texts.js'
import { inNode } from './node/surroundings.js'
import { startExtension } from './start.js'

/** Called by VS Code when a topology is opened or a command of ours is used. */
export async function activate(context: ExtensionContext): Promise<void> {
  await speakLikeTheEditor(context.extensionUri)
  registerRemoteCommands(context, startExtension(context, inNode))
}
