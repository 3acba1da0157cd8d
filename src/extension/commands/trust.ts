import { commands, window, workspace } from 'vscode'

const MANAGE = 'Manage Workspace Trust'

/**
 * Whether hosts may be reached from this workspace. A menu that hides a command is no protection: every command that
 * connects anywhere, or starts a program, asks here first.
 */
export function requireTrust(what: string): boolean {
  if (workspace.isTrusted) return true
  void window
    .showErrorMessage(
      `${what} needs a trusted workspace: the file says which hosts to log in to, and whose key to use. Nothing was done.`,
      MANAGE,
    )
    .then((answer) => {
      if (answer === MANAGE) void commands.executeCommand('workbench.trust.manage')
    })
  return false
}
