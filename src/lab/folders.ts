import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ownerFile } from './owned-folder.js'

export type Environment = Readonly<Record<string, string | undefined>>

/** Where images and running labs live: `$XDG_CACHE_HOME` or `~/.cache`, then `lvs-designer`. */
export function cacheFolder(env: Environment = process.env): string {
  const given = env['XDG_CACHE_HOME']
  // The XDG base directory specification wants relative paths ignored.
  const base = given !== undefined && isAbsolute(given) ? given : join(homedir(), '.cache')
  return join(base, 'lvs-designer')
}

/** The files of one lab; the folder is the operator's alone (0700), it holds private keys. */
export interface LabFiles {
  readonly directory: string
  readonly owner: string
  readonly state: string
  readonly spec: string
  readonly sshConfig: string
  readonly knownHosts: string
  readonly identity: string
  readonly machineConfig: string
  readonly console: string
  readonly qemuLog: string
  readonly qemuPid: string
  readonly initrd: string
}

export function labsFolder(cache: string): string {
  return join(cache, 'labs')
}

export function labFiles(cache: string, name: string): LabFiles {
  const directory = join(labsFolder(cache), name)
  return {
    directory,
    owner: ownerFile(directory),
    state: join(directory, 'lab.json'),
    spec: join(directory, 'spec.json'),
    sshConfig: join(directory, 'ssh_config'),
    knownHosts: join(directory, 'known_hosts'),
    identity: join(directory, 'id_ed25519'),
    machineConfig: join(directory, 'machine_ssh_config'),
    console: join(directory, 'console.log'),
    qemuLog: join(directory, 'qemu.log'),
    qemuPid: join(directory, 'qemu.pid'),
    initrd: join(directory, 'initrd'),
  }
}
