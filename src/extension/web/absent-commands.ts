import { Uri, commands, env, window } from 'vscode'
import type { ExtensionContext } from 'vscode'
import { said, say, toSay } from '../../core/speech/say.js'
import { COMMANDS, REMOTE } from '../catalogue.js'

const OPEN = toSay`How to Get VS Code for the Desktop`
const DESKTOP = 'https://code.visualstudio.com/docs/setup/setup-overview'

/** What each would do, and why a browser cannot. */
const WHY: Readonly<Record<(typeof REMOTE)[number], string>> = {
  plan: toSay`Plan logs in to the hosts over SSH to see what they are`,
  deploy: toSay`Deploy logs in to the hosts over SSH`,
  verify: toSay`Verify logs in to the hosts over SSH`,
  remove: toSay`Remove logs in to the hosts over SSH`,
  rollBack: toSay`Roll Back logs in to the hosts over SSH`,
  showDrift: toSay`Show Drift logs in to the hosts over SSH`,
  drain: toSay`Drain logs in to the director over SSH`,
  undrain: toSay`Undrain logs in to the director over SSH`,
  importHosts: toSay`Import from Running Hosts logs in to the hosts over SSH`,
  openTerminal: toSay`Open Terminal on Host starts ssh`,
  forgetSecrets: toSay`Passphrases and passwords are kept for logging in over SSH`,
  startLab: toSay`The lab is a virtual machine on your computer`,
  stopLab: toSay`The lab is a virtual machine on your computer`,
  rehearse: toSay`A rehearsal runs in a virtual machine on your computer`,
}

/** In the place of what reaches hosts: says that it is not to be had here, and where it is. */
export function registerAbsentCommands({ subscriptions }: ExtensionContext): void {
  subscriptions.push(
    ...REMOTE.map((name) =>
      commands.registerCommand(COMMANDS[name], async () => {
        const open = said(OPEN)
        const answer = await window.showInformationMessage(
          say`${said(WHY[name])}, which VS Code in a browser cannot do. Nothing was done. Open this folder in VS Code on your desktop or on a remote machine, or use the command line of LVS Designer.`,
          open,
        )
        if (answer === open) await env.openExternal(Uri.parse(DESKTOP))
      }),
    ),
  )
}
