import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { systemCode } from '../ssh/failure.js'
import type { Lock } from '../host/helper.js'

/** A lock in the name of this process. One left by a process of this user and machine that has died counts as dead. */
export function newLock(): Lock {
  const place = `${userInfo().username}@${hostname()}`.replace(/[^A-Za-z0-9_.@-]/g, '_')
  return {
    token: randomBytes(12).toString('hex'),
    owner: `${place} process ${process.pid}`,
    isDead: (owner) => {
      const [where, pid] = owner.split(' process ')
      return where === place && pid !== undefined && !isAlive(Number(pid))
    },
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
