import { homedir, userInfo } from 'node:os'
import { join } from 'node:path'
import { say } from '../../core/speech/say.js'
import { readConfigFile, type ConfigLine } from './config-file.js'
import { SshFailure } from './failure.js'

/** The operator's SSH configuration and what its lookups need of the operator's surroundings. */
export interface SshConfig {
  lines: readonly ConfigLine[]
  home: string
  /** The operator's login. */
  login: string
  environment: Readonly<Record<string, string | undefined>>
  /** The machine's own known hosts, read after the operator's (ssh_config(5), GlobalKnownHostsFile). */
  globalKnownHostsFiles: readonly string[]
}

const GLOBAL_KNOWN_HOSTS = ['/etc/ssh/ssh_known_hosts', '/etc/ssh/ssh_known_hosts2']

/**
 * Reads ~/.ssh/config, or the file `--ssh-config` names in its place. The absence of ~/.ssh/config is fine, that of a
 * file somebody named is not.
 *
 * @throws SshFailure `config-unreadable`, `config-invalid`
 */
export async function loadSshConfig(
  options: {
    file?: string
    home?: string
    login?: string
    environment?: Readonly<Record<string, string | undefined>>
    globalKnownHostsFiles?: readonly string[]
  } = {},
): Promise<SshConfig> {
  const home = options.home ?? homedir()
  const file = options.file ?? join(home, '.ssh', 'config')
  const lines = await readConfigFile(file, { home, checkPermissions: options.file === undefined })
  if (lines === undefined && options.file !== undefined) {
    throw new SshFailure('config-unreadable', '', say`The SSH configuration ${file} does not exist.`)
  }
  return {
    lines: lines ?? [],
    home,
    login: options.login ?? userInfo().username,
    environment: options.environment ?? process.env,
    globalKnownHostsFiles:
      options.globalKnownHostsFiles ?? (process.platform === 'win32' ? [] : GLOBAL_KNOWN_HOSTS),
  }
}
