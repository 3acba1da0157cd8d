import { window } from 'vscode'
import { say } from '../../core/speech/say.js'
import type { HostLogin } from '../../protocol/reader.js'
import { sayInformation } from './messages.js'
import { prepareTopology } from './prepared-topology.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { chooseTarget } from './remote-target.js'
import { sshArguments } from './ssh-arguments.js'

/** The system's own ssh in a terminal of VS Code, with what the file and the SSH configuration say of the way to a host. */
export async function openTerminal(context: RemoteContext, of?: unknown, options?: unknown): Promise<void> {
  const what = say`Open Terminal on Host`
  const prepared = await prepareTopology(what, of, 'named')
  if (prepared === undefined) return
  const login = askedLogin(of, prepared) ?? (await pickLogin(what, prepared))
  if (login === undefined) return
  const target = await chooseTarget(what, prepared, options, context)
  if (typeof target === 'string') return
  window
    .createTerminal({
      name: login.host,
      shellPath: 'ssh',
      shellArgs: [...sshArguments(login, target)],
      isTransient: true,
    })
    .show()
}

/** The host that a menu was opened on: of the tree its entry, of the canvas what VS Code was told of it. */
function askedLogin(of: unknown, { logins }: PreparedTopology): HostLogin | undefined {
  if (typeof of !== 'object' || of === null) return undefined
  const name =
    'subject' in of && typeof of.subject === 'object' && of.subject !== null && 'name' in of.subject
      ? of.subject.name
      : 'lvsHost' in of
        ? of.lvsHost
        : undefined
  return logins.find(({ host }) => host === name)
}

async function pickLogin(what: string, { name, logins }: PreparedTopology): Promise<HostLogin | undefined> {
  if (logins.length === 0) {
    sayInformation(say`${name} has no hosts.`)
    return undefined
  }
  const items = logins.map((login) => ({ label: login.host, description: login.ssh?.address ?? '', login }))
  const picked = await window.showQuickPick(items, {
    title: `${what}: ${name}`,
    placeHolder: say`Which host?`,
    matchOnDescription: true,
  })
  return picked?.login
}
