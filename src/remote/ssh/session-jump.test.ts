import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionKit, type SessionKit } from '../../../test/sshd/session-kit.js'
import {
  freePort,
  makeKey,
  sshdAvailable,
  startAgent,
  startSshd,
  type Sshd,
} from '../../../test/sshd/start-sshd.js'
import type { Endpoint } from './endpoint.js'
import type { Session } from './session.js'

let sshd: Sshd
let inner: Sshd
let kit: SessionKit
const endpoint = (changes?: Partial<Endpoint>): Endpoint => kit.to(sshd, changes)
const open = (...args: Parameters<SessionKit['open']>): Promise<Session> => kit.open(...args)

beforeAll(async () => {
  if (sshdAvailable) [sshd, inner] = await Promise.all([startSshd(), startSshd()])
})
afterAll(async () => {
  if (sshdAvailable) await Promise.all([sshd.stop(), inner.stop()])
})
beforeEach(() => {
  kit = sessionKit()
})
afterEach(async () => {
  await kit.stop()
})

describe.skipIf(!sshdAvailable)('jump hosts', () => {
  it('goes through a chain, checking the key of every host, and says who does not forward', async () => {
    const closed = await startSshd({ config: ['AllowTcpForwarding no'] })
    try {
      const through = (host: Sshd, label: string): Endpoint =>
        endpoint({ label, port: host.port, identityFiles: [{ path: host.userKey.file, named: true }] })
      const session = await open({
        ...through(inner, 'lb1'),
        jumps: [through(sshd, 'bastion (on the way to lb1)')],
      })
      expect(kit.asked.map(({ host, port }) => [host, port])).toEqual([
        ['bastion (on the way to lb1)', sshd.port],
        ['lb1', inner.port],
      ])
      const { stdout } = await session.exec('echo "$SSH_CONNECTION"', { deadlineMs: 10_000 })
      expect(stdout).toContain(` ${inner.port}`)
      const failure = await failureOf(open({ ...through(inner, 'lb1'), jumps: [through(closed, 'bastion')] }))
      expect(failure.reason).toBe('jump-unsupported')
      const nowhere = {
        ...through(inner, 'lb1'),
        port: await freePort(),
        jumps: [through(sshd, 'bastion')],
      }
      expect((await failureOf(open(nowhere))).reason).toBe('unreachable')
    } finally {
      await kit.closeSessions()
      await closed.stop()
    }
  })

  describe('with an agent', () => {
    const withAgent = (socket: string): Endpoint => {
      const asks = { identityAgent: { path: socket, named: true }, identityFiles: [] }
      return kit.to(inner, { ...asks, jumps: [endpoint({ ...asks, label: 'bastion' })] })
    }
    /** What the target logs from here on. */
    const heard = () => {
      const before = inner.log().length
      return () => inner.log().slice(before)
    }

    it('logs in with its keys at every host on the way, and forwards it to none', async () => {
      const agent = await startAgent([sshd.userKey, inner.userKey])
      try {
        const session = await open(withAgent(agent.socket))
        const { stdout } = await session.exec('echo "agent: $SSH_AUTH_SOCK, port: $SSH_CONNECTION"', {
          deadlineMs: 10_000,
        })
        expect(stdout).toMatch(
          new RegExp(`^agent: , port: 127\\.0\\.0\\.1 \\d+ 127\\.0\\.0\\.1 ${inner.port}$`, 'm'),
        )
      } finally {
        await kit.closeSessions()
        await agent.stop()
      }
    })

    it('ends at the jump host that takes none of its keys, and the host behind it hears nothing', async () => {
      const agent = await startAgent([inner.userKey])
      const since = heard()
      try {
        const failure = await failureOf(open(withAgent(agent.socket)))
        expect(failure.reason).toBe('authentication-failed')
        expect(failure.message).toMatch(/^bastion: /)
        expect(since()).toBe('')
      } finally {
        await agent.stop()
      }
    })

    it('refuses a host behind it that shows another key than before, without a question and without logging in', async () => {
      const agent = await startAgent([sshd.userKey, inner.userKey])
      const other = makeKey(kit.folder, 'other')
      mkdirSync(dirname(kit.knownHosts), { recursive: true })
      writeFileSync(kit.knownHosts, `[127.0.0.1]:${inner.port} ${other.publicLine}\n`)
      const since = heard()
      try {
        const failure = await failureOf(open(withAgent(agent.socket)))
        expect(failure.reason).toBe('host-key-changed')
        expect(failure.message).toMatch(/^lb1: /)
        expect(kit.asked.map(({ host }) => host)).toEqual(['bastion'])
        expect(since()).not.toMatch(/Accepted|Failed/)
      } finally {
        await agent.stop()
      }
    })
  })
})
