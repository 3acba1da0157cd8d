import { UIKind, env } from 'vscode'
import type { Uri } from 'vscode'

/** Whether the person's own file manager can show it. */
export function onThisDesktop({ scheme }: Uri): boolean {
  return scheme === 'file' && env.uiKind === UIKind.Desktop && env.remoteName === undefined
}
