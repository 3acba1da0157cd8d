import { commands, window, workspace } from 'vscode'
import { say } from '../../core/speech/say.js'
import { log } from '../log.js'

/**
 * Whether hosts may be reached from this workspace. A menu that hides a command is no protection: every command that
 * connects anywhere, or starts a program, asks here first.
 */
export function requireTrust(what: string): boolean {
  if (workspace.isTrusted) return true
  log().warn(`${what}: refused, the workspace is not trusted`)
  const manage = say`Manage Workspace Trust`
  void window
    .showErrorMessage(
      say`${what} needs a trusted workspace: the file says which hosts to log in to, and whose key to use. Nothing was done.`,
      manage,
    )
    .then((answer) => {
      if (answer === manage) void commands.executeCommand('workbench.trust.manage')
    })
  return false
}
