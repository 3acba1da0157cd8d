import { window, workspace } from 'vscode'
import type { Uri } from 'vscode'
import { say } from '../../core/speech/say.js'
import { HOST_NAME } from '../../core/topology/names.js'
import { MOST_IMPORTED } from '../../protocol/engine.js'
import { followedCall, sayWhyNot } from './followed-call.js'
import { openDrawing, sayNotes } from './import.js'
import { sayInformation } from './messages.js'
import type { RemoteContext } from './remote-context.js'
import { sshConfigOf } from './settings.js'
import { requireTrust } from './trust.js'

/**
 * Draws what runs on hosts: directors by their IPVS table, real servers that are named beside them by what they are.
 * `of`: names, for callers that have asked already. Returns where the drawing will be saved.
 */
export async function importHosts(context: RemoteContext, of?: unknown): Promise<Uri | undefined> {
  const what = say`Import from Running Hosts`
  if (!requireTrust(what)) return undefined
  const written = typeof of === 'string' && hostsWrong(of) === undefined ? of : await askHosts(what)
  if (written === undefined) return undefined
  const end = await followedCall<'import'>(context, what, {
    kind: 'import',
    hosts: hostsIn(written),
    sshConfig: sshConfigOf(workspace.workspaceFolders?.[0]?.uri),
  })
  if (end.how !== 'done') {
    sayWhyNot(what, end)
    return undefined
  }
  if (end.wasCancelled) {
    sayInformation(say`${what} was cancelled. Nothing was drawn.`)
    return undefined
  }
  const uri = await openDrawing(end.result.text)
  sayNotes(end.result.notes)
  return uri
}

function askHosts(title: string): Thenable<string | undefined> {
  return window.showInputBox({
    title,
    prompt: say`Names of the directors, and of real servers to look at too, as SSH knows them`,
    placeHolder: say`lb1 lb2 rs1`,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? '' : hostsWrong(text)),
  })
}

function hostsIn(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((name) => name !== ''))]
}

function hostsWrong(text: string): string | undefined {
  const names = hostsIn(text)
  if (names.length === 0) return say`At least one name is wanted.`
  if (names.length > MOST_IMPORTED) return say`At most ${MOST_IMPORTED} hosts can be looked at together.`
  const wrong = names.find((name) => !HOST_NAME.test(name))
  return wrong === undefined
    ? undefined
    : say`"${wrong}" is no host: a name in ssh_config, a DNS name or an IPv4 address is one.`
}
