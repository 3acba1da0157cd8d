import { Uri, commands, env, window } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { COMMANDS, REMOTE } from '../catalogue.js'

const OPEN = 'How to Get VS Code for the Desktop'
const DESKTOP = 'https://code.visualstudio.com/docs/setup/setup-overview'

/** What each would do, and why a browser cannot. */
const WHY: Readonly<Record<(typeof REMOTE)[number], string>> = {
  plan: 'Plan logs in to the hosts over SSH to see what they are',
  deploy: 'Deploy logs in to the hosts over SSH',
  verify: 'Verify logs in to the hosts over SSH',
  remove: 'Remove logs in to the hosts over SSH',
  rollBack: 'Roll Back logs in to the hosts over SSH',
  showDrift: 'Show Drift logs in to the hosts over SSH',
  drain: 'Drain logs in to the director over SSH',
  undrain: 'Undrain logs in to the director over SSH',
  forgetSecrets: 'Passphrases and passwords are kept for logging in over SSH',
  startLab: 'The lab is a virtual machine on your computer',
  stopLab: 'The lab is a virtual machine on your computer',
  rehearse: 'A rehearsal runs in a virtual machine on your computer',
}

/** In the place of what reaches hosts: says that it is not to be had here, and where it is. */
export function registerAbsentCommands({ subscriptions }: ExtensionContext): void {
  subscriptions.push(
    ...REMOTE.map((name) =>
      commands.registerCommand(COMMANDS[name], async () => {
        const answer = await window.showInformationMessage(
          `${WHY[name]}, which VS Code in a browser cannot do. Nothing was done. Open this folder in VS Code on your desktop or on a remote machine, or use the command line of LVS Designer.`,
          OPEN,
        )
        if (answer === OPEN) await env.openExternal(Uri.parse(DESKTOP))
      }),
    ),
  )
}
