import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readlinkSync } from 'node:fs'
import { hostname, userInfo } from 'node:os'
import { systemCode } from '../ssh/failure.js'
import type { Lock } from '../host/helper.js'

/**
 * A lock in the name of this process. One left by a process of this user and machine that has died counts as dead, so that a
 * killed run does not lock its own operator out; what cannot be known to be dead is not.
 */
export function newLock(): Lock {
  const place = `${userInfo().username}@${hostname()}`.replace(/[^A-Za-z0-9_.@-]/g, '_')
  const space = processSpace()
  return {
    token: randomBytes(12).toString('hex'),
    owner: `${place} process ${process.pid}${space === undefined ? '' : ` of ${space}`}`,
    isDead: (owner) => {
      const [, where, pid, of] = /^(.+) process (\d+) of ([0-9a-f]+)$/.exec(owner) ?? []
      return where === place && of === space && of !== undefined && !isAlive(Number(pid))
    },
  }
}

/**
 * Stands for those processes among which a number means the same one: of this start of this machine, and of this container. Names
 * of machines tell neither: a container may have that of its host, and many a machine is called localhost. Only Linux says.
 */
export function processSpace(process: number | 'self' = 'self'): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const namespace = readlinkSync(`/proc/${process}/ns/pid`)
    return createHash('sha256').update(`${boot} ${namespace}`).digest('hex').slice(0, 12)
  } catch {
    return undefined
  }
}

/** Signal 0 reaches nobody and only tells whether there is somebody (kill(2)). */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) !== 'ESRCH'
  }
}
