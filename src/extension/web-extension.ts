import type { ExtensionContext } from 'vscode'
import { startExtension } from './start.js'
import { registerAbsentCommands } from './web/absent-commands.js'
import { inBrowser } from './web/surroundings.js'

/** The same in a browser, where there are no processes and no SSH. */
export function activate(context: ExtensionContext): void {
  startExtension(context, inBrowser)
  registerAbsentCommands(context)
}
