import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { newLock, processSpace } from './lock.js'

describe('a lock in the name of a process', () => {
  /** A process that has been. */
  const { pid: gone } = spawnSync('true')
  const named = (pid: number, space = processSpace() ?? '') =>
    newLock().owner.replace(/process .*$/, `process ${pid}${space === '' ? '' : ` of ${space}`}`)

  it('counts as dead once its process has ended, and not before', () => {
    const { owner, isDead } = newLock()
    expect(owner).toMatch(/^[A-Za-z0-9_.@ -]+$/)
    expect([isDead(owner), isDead(named(process.ppid)), isDead(named(gone))]).toEqual([false, false, true])
  })

  it('of another user, machine, start of this machine or container is never known to be dead', () => {
    const { isDead } = newLock()
    const other = named(gone, '0123456789ab')
    const elsewhere = named(gone).replace('@', '@not-')
    const unknown = named(gone, '')
    expect([other, elsewhere, unknown].map(isDead)).toEqual([false, false, false])
  })

  it.skipIf(process.getuid?.() !== 0)('tells processes of a container from its own', async () => {
    const child = spawn('unshare', ['--pid', '--fork', '--kill-child', 'sh', '-c', 'echo up; read -r _'])
    try {
      await once(child.stdout, 'data')
      const { stdout } = spawnSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      const inside = processSpace(Number(stdout.trim()))
      expect(inside).toMatch(/^[0-9a-f]{12}$/)
      expect(inside).not.toBe(processSpace())
      expect(processSpace(child.pid)).toBe(processSpace())
    } finally {
      child.stdin.end()
      await once(child, 'exit')
    }
  })
})
