import { Uri, commands } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { topologyNamed } from '../active-topology.js'
import { COMMANDS, WALKTHROUGH } from '../catalogue.js'
import type { Canvases } from '../designer/editor.js'
import type { Surroundings } from '../surroundings.js'
import { check } from './check.js'
import { exportDrawing } from './export-drawing.js'
import { generate } from './generate.js'
import { importFiles } from './import.js'
import { newTopology } from './new-topology.js'
import { showShortcuts } from './shortcuts.js'

/** What reaches no host, and so works in workspaces that are not trusted, and in a browser, too. */
export function registerLocalCommands(
  context: ExtensionContext,
  surroundings: Surroundings,
  canvases: Canvases,
): void {
  const { extension, extensionUri, subscriptions } = context
  subscriptions.push(
    commands.registerCommand(COMMANDS.newTopology, (start?: unknown) =>
      newTopology(extensionUri, typeof start === 'string' ? start : undefined),
    ),
    commands.registerCommand(COMMANDS.import, (picked?: unknown, several?: unknown) =>
      importFiles(urisOf(picked, several)),
    ),
    commands.registerCommand(COMMANDS.check, (of?: unknown) => check(topologyNamed(of))),
    commands.registerCommand(COMMANDS.generate, (of?: unknown) => generate(surroundings, topologyNamed(of))),
    commands.registerCommand(COMMANDS.exportDrawing, (of?: unknown) =>
      exportDrawing(canvases, topologyNamed(of)),
    ),
    commands.registerCommand(COMMANDS.shortcuts, () => {
      showShortcuts(context)
    }),
    commands.registerCommand(COMMANDS.getStarted, () =>
      commands.executeCommand('workbench.action.openWalkthrough', `${extension.id}#${WALKTHROUGH}`, false),
    ),
  )
}

/** A menu of the explorer hands over what it was opened on, and all that is selected. */
function urisOf(picked: unknown, several: unknown): Uri[] | undefined {
  const all = Array.isArray(several) ? several : Array.isArray(picked) ? picked : [picked]
  const uris = all.filter((each): each is Uri => each instanceof Uri)
  return uris.length === 0 ? undefined : uris
}
