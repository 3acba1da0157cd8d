import type { ExtensionContext } from 'vscode'
import { commands } from 'vscode'
import { COMMANDS } from './catalogue.js'
import { registerCheckSettings } from './check-settings.js'
import { registerClusters } from './clusters/tree.js'
import { registerCompareModes } from './commands/compare-modes.js'
import { registerLocalCommands } from './commands/local-commands.js'
import { registerTrace } from './commands/trace.js'
import { registerDesigner } from './designer/editor.js'
import type { Canvases } from './designer/editor.js'
import { hostOutcomes } from './host-outcomes.js'
import { registerLanguage } from './language/register.js'
import { log } from './log.js'
import { registerStatusBar } from './status-bar.js'
import type { Surroundings } from './surroundings.js'
import { registerReader } from './topology-reader.js'

/** Everything that works in every extension host. Loads and starts nothing by itself. */
export function startExtension(context: ExtensionContext, surroundings: Surroundings): Canvases {
  registerCheckSettings(context)
  registerReader(context, surroundings.startReader(context.extensionUri))
  const outcomes = hostOutcomes()
  context.subscriptions.push(outcomes)
  const canvases = registerDesigner(context, outcomes)
  registerLanguage(context)
  registerLocalCommands(context, surroundings, canvases)
  registerTrace(context, canvases)
  registerCompareModes(context)
  registerClusters(context, canvases, outcomes)
  registerStatusBar(context)
  context.subscriptions.push(
    commands.registerCommand(COMMANDS.showLog, () => {
      log().show()
    }),
  )
  return canvases
}
