import type { ExtensionContext } from 'vscode'
import { commands } from 'vscode'
import { COMMANDS } from './catalogue.js'
import { registerCheckSettings } from './check-settings.js'
import { registerLocalCommands } from './commands/local-commands.js'
import { registerRemoteCommands } from './commands/remote-commands.js'
import { registerTrace } from './commands/trace.js'
import { registerDesigner } from './designer/editor.js'
import { registerLanguage } from './language/register.js'
import { log } from './log.js'
import { registerReader } from './topology-reader.js'

/** Called by VS Code when a topology is opened or a command of ours is used. Loads and starts nothing by itself. */
export function activate(context: ExtensionContext): void {
  registerCheckSettings(context)
  registerReader(context)
  const canvases = registerDesigner(context)
  registerLanguage(context)
  registerLocalCommands(context)
  registerTrace(context, canvases)
  registerRemoteCommands(context, canvases)
  context.subscriptions.push(
    commands.registerCommand(COMMANDS.showLog, () => {
      log().show()
    }),
  )
}
