import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, listen, sessionKit, type SessionKit } from '../../../test/sshd/session-kit.js'
import { freePort, sshdAvailable, startSshd, type Sshd } from '../../../test/sshd/start-sshd.js'
import type { Endpoint } from './endpoint.js'
import type { Session } from './session.js'

let sshd: Sshd
let kit: SessionKit
const endpoint = (changes?: Partial<Endpoint>): Endpoint => kit.to(sshd, changes)
const open = (...args: Parameters<SessionKit['open']>): Promise<Session> => kit.open(...args)

beforeAll(async () => {
  if (sshdAvailable) sshd = await startSshd()
})
afterAll(async () => {
  if (sshdAvailable) await sshd.stop()
})
beforeEach(() => {
  kit = sessionKit()
})
afterEach(async () => {
  await kit.stop()
})

describe.skipIf(!sshdAvailable)('reaching', () => {
  it('says unreachable where nothing listens', async () => {
    const failure = await failureOf(open(endpoint({ port: await freePort() })))
    expect(failure.reason).toBe('unreachable')
    expect(failure.message).toMatch(/lb1: 127\.0\.0\.1:\d+ .*refused/)
  })

  it('ends when a server accepts and says nothing, or the person gives up', async () => {
    const { port, server } = await listen(() => undefined)
    const started = performance.now()
    expect((await failureOf(open(endpoint({ port }), { connectTimeoutMs: 300 }))).reason).toBe('timed-out')
    expect(performance.now() - started).toBeLessThan(3000)
    const cancelled = await failureOf(open(endpoint({ port }), { signal: AbortSignal.timeout(100) }))
    expect(cancelled.reason).toBe('cancelled')
    server.close()
  })

  it('takes what is no SSH for a failed handshake and prints none of its control characters', async () => {
    const { port, server } = await listen((socket) => {
      socket.on('error', () => undefined)
      socket.end('SSH-1.0-\u001b[2Jold\r\n')
    })
    const failure = await failureOf(open(endpoint({ port })))
    expect(failure.reason).toBe('handshake-failed')
    expect(failure.message).not.toMatch(/\p{Cc}/u)
    server.close()
  })

  it('tries again, with pauses, where sshd drops connections (MaxStartups)', async () => {
    const busy = await startSshd({ config: ['MaxStartups 1:100:1'] })
    try {
      const to = endpoint({ port: busy.port, identityFiles: [{ path: busy.userKey.file, named: true }] })
      await Promise.all([1, 2, 3, 4].map(() => open(to)))
    } finally {
      await kit.closeSessions()
      await busy.stop()
    }
  })
})

describe.skipIf(!sshdAvailable)('commands', () => {
  it('brings back status and both outputs', async () => {
    const session = await open(endpoint())
    expect(await session.exec('printf out; printf err >&2; exit 7', { deadlineMs: 10_000 })).toEqual({
      status: 7,
      stdout: 'out',
      stderr: 'err',
    })
  })

  it('delivers a megabyte of any bytes on standard input', async () => {
    const session = await open(endpoint())
    const bytes = Uint8Array.from(
      { length: 1024 * 1024 + 3 },
      (_, index) => (index * 31 + (index >> 8)) & 0xff,
    )
    const result = await session.exec('sha256sum', { stdin: bytes, deadlineMs: 20_000 })
    expect(result.stdout).toContain(createHash('sha256').update(bytes).digest('hex'))
    // More than the channel's window (2 MiB) both ways.
    const large = 'ä'.repeat(3 * 1024 * 1024)
    const back = await session.exec('cat', {
      stdin: large,
      deadlineMs: 20_000,
      maxOutputBytes: 8 * 1024 * 1024,
    })
    expect(back.stdout === large).toBe(true)
  })

  it('outlasts the exchange of new keys', async () => {
    const host = await startSshd({ config: ['RekeyLimit 1M'] })
    try {
      const session = await open(kit.to(host))
      const stdin = 'x'.repeat(5 * 1024 * 1024)
      const { stdout } = await session.exec('cat', {
        stdin,
        deadlineMs: 20_000,
        maxOutputBytes: 6 * 1024 * 1024,
      })
      expect(stdout === stdin).toBe(true)
    } finally {
      await host.stop()
    }
  })

  it('cuts a flood off, and goes on to serve', async () => {
    const session = await open(endpoint())
    const started = performance.now()
    for (const command of ['yes', 'yes >&2']) {
      expect((await failureOf(session.exec(command, { deadlineMs: 20_000 }))).reason).toBe('output-too-large')
    }
    expect(performance.now() - started).toBeLessThan(5000)
    expect((await session.exec('echo on', { deadlineMs: 10_000 })).stdout).toBe('on\n')
  })

  it('ends a command that hangs at its deadline, and one that is cancelled', async () => {
    const session = await open(endpoint())
    const started = performance.now()
    expect((await failureOf(session.exec('sleep 30', { deadlineMs: 300 }))).reason).toBe('deadline')
    const signal = AbortSignal.timeout(100)
    expect((await failureOf(session.exec('sleep 30', { deadlineMs: 20_000, signal }))).reason).toBe(
      'cancelled',
    )
    expect(performance.now() - started).toBeLessThan(3000)
  })

  it('knows no status when a signal ends the command', async () => {
    const session = await open(endpoint())
    const result = await session.exec('echo before; kill -9 $$', { deadlineMs: 10_000 })
    expect(result).toEqual({ status: null, signal: 'SIGKILL', stdout: 'before\n', stderr: '' })
  })

  it("says the connection is lost when sshd's child is killed", async () => {
    const session = await open(endpoint())
    const pending = session.exec('kill -9 $PPID; sleep 5', { deadlineMs: 10_000 })
    expect((await failureOf(pending)).reason).toBe('connection-lost')
    expect((await failureOf(session.exec('true', { deadlineMs: 1000 }))).reason).toBe('connection-lost')
  })

  it('notices a host that is gone without a word', async () => {
    const relayed: Socket[] = []
    const { port, server } = await listen((socket) => {
      const onward = connect({ port: sshd.port, host: '127.0.0.1' })
      relayed.push(socket, onward)
      for (const end of [socket, onward]) end.on('error', () => undefined)
      socket.pipe(onward).pipe(socket)
    })
    const session = await open(endpoint({ port }), { keepaliveMs: 100 })
    const pending = session.exec('sleep 30', { deadlineMs: 20_000 })
    setTimeout(() => {
      for (const end of relayed) end.unpipe().pause()
    }, 200)
    expect((await failureOf(pending)).reason).toBe('connection-lost')
    await session.close()
    for (const end of relayed) end.destroy()
    server.close()
  })

  it('runs many commands over few channels, also where sshd allows one (MaxSessions)', async () => {
    const narrow = await startSshd({ config: ['MaxSessions 1'] })
    try {
      for (const host of [sshd, narrow]) {
        const session = await open(
          endpoint({ port: host.port, identityFiles: [{ path: host.userKey.file, named: true }] }),
        )
        const results = await Promise.all(
          [1, 2, 3, 4, 5, 6, 7, 8].map((number) =>
            session.exec(`sleep 0.05; echo ${number}`, { deadlineMs: 20_000 }),
          ),
        )
        expect(results.map(({ stdout }) => Number(stdout))).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
      }
    } finally {
      await narrow.stop()
    }
  })
})
