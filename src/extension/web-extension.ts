import type { ExtensionContext } from 'vscode'
import { speakLikeTheEditor } from './language-of-texts.js'
import { startExtension } from './start.js'
import { registerAbsentCommands } from './web/absent-commands.js'
import { inBrowser } from './web/surroundings.js'

/** The same in a browser, where there are no processes and no SSH. */
export async function activate(context: ExtensionContext): Promise<void> {
  await speakLikeTheEditor(context.extensionUri)
  startExtension(context, inBrowser)
  registerAbsentCommands(context)
}
