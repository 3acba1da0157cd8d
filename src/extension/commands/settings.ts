import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { workspace } from 'vscode'
import type { Uri } from 'vscode'
import { SETTINGS } from '../catalogue.js'
import { log } from '../log.js'

const DRAIN_SECONDS = 30

/** The ssh_config the settings name for a file; undefined: the operator's own. A relative path is that of the folder. */
export function sshConfigOf(uri: Uri | undefined): string | undefined {
  const value: unknown = workspace.getConfiguration(undefined, uri).get(SETTINGS.sshConfig)
  if (typeof value !== 'string' || value.trim() === '') return undefined
  const path = value.trim()
  if (path === '~' || path.startsWith('~/')) return join(homedir(), path.slice(1))
  const folder = uri && workspace.getWorkspaceFolder(uri)
  return isAbsolute(path) || folder === undefined ? path : join(folder.uri.fsPath, path)
}

/** Seconds from 0 to 86400. */
export function drainSecondsOf(uri: Uri): number {
  const value: unknown = workspace.getConfiguration(undefined, uri).get(SETTINGS.drainSeconds)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 86_400) return value
  if (value !== undefined) {
    log().warn(
      `${SETTINGS.drainSeconds} takes whole seconds from 0 to 86400, not ${JSON.stringify(value)}; ${DRAIN_SECONDS} are used`,
    )
  }
  return DRAIN_SECONDS
}
