import { commands, window } from 'vscode'
import type { QuickPickItem, Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { COMMANDS } from '../catalogue.js'
import { sayWhyNot } from './followed-call.js'
import { sayError } from './messages.js'
import type { Choice } from './messages.js'
import type { PreparedTopology } from './prepared-topology.js'
import type { RemoteContext } from './remote-context.js'
import { sshConfigOf } from './settings.js'

/** Which hosts are meant: the virtual ones of the running lab, or those the operator's SSH configuration leads to. */
export interface RemoteTarget {
  readonly kind: 'lab' | 'ssh'
  /** Absent: the operator's own. */
  readonly sshConfig: string | undefined
}

/** As people read it behind "to" and "on". */
export function targetWords({ kind }: RemoteTarget): string {
  return kind === 'lab' ? say`the lab` : say`hosts reached over SSH`
}

/** What a caller has chosen already. Menus pass other things in the same place, which mean nothing here. */
export function askedTarget(options: unknown): RemoteTarget['kind'] | undefined {
  if (typeof options !== 'object' || options === null || !('target' in options)) return undefined
  const { target } = options
  return target === 'lab' || target === 'ssh' ? target : undefined
}

/** Asks only where there is a choice: while a lab of this drawing's name is running. */
export async function chooseTarget(
  what: string,
  { document, name, sent }: PreparedTopology,
  options: unknown,
  { engine }: RemoteContext,
): Promise<RemoteTarget | 'CANCELLED' | 'FAILED' | 'REFUSED'> {
  const asked = askedTarget(options)
  const ssh: RemoteTarget = { kind: 'ssh', sshConfig: sshConfigOf(document.uri) }
  if (asked === 'ssh') return ssh
  const end = await engine.call<'lab-status'>({ kind: 'lab-status', document: sent })
  if (end.how !== 'done') return sayWhyNot(what, end)
  const { lab } = end.result
  if (lab === undefined) {
    if (asked === undefined) return ssh
    sayError(say`${what}: the lab ${name} is not running; nothing was done.`, [], [startLab(document.uri)])
    return 'REFUSED'
  }
  const inLab: RemoteTarget = { kind: 'lab', sshConfig: lab.sshConfig }
  if (asked === 'lab') return inLab
  const items: readonly (QuickPickItem & { readonly target: RemoteTarget })[] = [
    {
      label: say`Lab (virtual hosts on this machine)`,
      detail: `${lab.name}: ${lab.hosts.join(', ')}`,
      target: inLab,
    },
    {
      label: say`Hosts reached over SSH`,
      detail: ssh.sshConfig ?? '~/.ssh/config',
      target: ssh,
    },
  ]
  const picked = await window.showQuickPick(items, {
    title: `${what}: ${name}`,
    placeHolder: say`Which hosts?`,
  })
  return picked?.target ?? 'CANCELLED'
}

/** The way out of having no hosts yet. */
export function startLab(uri: Uri): Choice {
  return { title: say`Start Lab`, take: () => void commands.executeCommand(COMMANDS.startLab, uri) }
}
