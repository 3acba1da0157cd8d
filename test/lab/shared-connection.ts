import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/**
 * One connection a host, through which every command of a test goes: a handshake costs an emulated processor half a second.
 * Not for hosts that are restarted or cut off, whose connections would hang.
 */
export interface SharedConnections {
  /** What `ssh` needs to go through it. */
  readonly to: (host: string) => Promise<string[]>
  readonly end: () => void
}

const STEP_MS = 50
const PATIENCE_MS = 60_000

export function sharedConnections(sshConfig: string, folder: string): SharedConnections {
  const masters = new Map<string, { readonly process: ChildProcess; readonly ready: Promise<string[]> }>()
  return {
    to: (host) => {
      const known = masters.get(host)
      if (known) return known.ready
      const socket = join(folder, `${host}.ssh`)
      const process = spawn('ssh', ['-F', sshConfig, '-M', '-N', '-S', socket, host], { stdio: 'ignore' })
      const ready = until(() => existsSync(socket), process).then(() => ['-S', socket])
      masters.set(host, { process, ready })
      return ready
    },
    end: () => {
      for (const { process } of masters.values()) process.kill()
    },
  }
}

async function until(holds: () => boolean, process: ChildProcess): Promise<void> {
  for (let waited = 0; !holds(); waited += STEP_MS) {
    if (process.exitCode !== null || waited > PATIENCE_MS) throw new Error('no connection to share')
    await sleep(STEP_MS)
  }
}
