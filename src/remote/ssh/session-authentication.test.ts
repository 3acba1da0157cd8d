import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionKit, type SessionKit } from '../../../test/sshd/session-kit.js'
import { makeKey, sshdAvailable, startAgent, startSshd, type Sshd } from '../../../test/sshd/start-sshd.js'
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

describe.skipIf(!sshdAvailable)('authentication', () => {
  it('takes keys of every type from files', async () => {
    const keys = (['ed25519', 'ecdsa', 'rsa'] as const).map((type) => makeKey(kit.folder, `my_${type}`, type))
    const host = await startSshd({ authorizedKeys: keys.map((key) => key.publicLine) })
    try {
      for (const key of keys) {
        await open(endpoint({ port: host.port, identityFiles: [{ path: key.file, named: true }] }))
      }
    } finally {
      await host.stop()
    }
  })

  it('takes a key of a real ssh-agent, and the named one first where the agent has many', async () => {
    const strangers = [1, 2, 3, 4, 5, 6, 7].map((number) => makeKey(kit.folder, `stranger${number}`))
    const agent = await startAgent([...strangers, sshd.userKey])
    try {
      const identityAgent = { path: agent.socket, named: true }
      await open(
        endpoint({
          identityAgent,
          identityFiles: [{ path: sshd.userKey.publicFile, named: true }],
          identitiesOnly: true,
        }),
      )
      await open(endpoint({ identityAgent }))
      // sshd ends it after six (MaxAuthTries): no further key, no other connection is tried.
      const failure = await failureOf(open(endpoint({ identityAgent, identityFiles: [] })))
      expect(failure.reason).toBe('authentication-failed')
      expect(failure.message).toContain('IdentitiesOnly')
    } finally {
      await agent.stop()
    }
  })

  it('fails with a wrong key after offering it once', async () => {
    const wrong = makeKey(kit.folder, 'wrong')
    const before = sshd.log().length
    const failure = await failureOf(open(endpoint({ identityFiles: [{ path: wrong.file, named: true }] })))
    expect(failure.reason).toBe('authentication-failed')
    expect(failure.message).toContain(wrong.file)
    expect(failure.message).not.toMatch(/\n|\bat .*\.[jt]s:/)
    expect(
      sshd
        .log()
        .slice(before)
        .match(/Failed publickey/g),
    ).toHaveLength(1)
  })

  it('refuses a key with a passphrase and names ssh-agent; with it in the agent it serves', async () => {
    const locked = makeKey(kit.folder, 'locked', 'ed25519', 'open sesame')
    const identityFiles = [{ path: locked.file, named: true }]
    const failure = await failureOf(open(endpoint({ identityFiles })))
    expect(failure.reason).toBe('key-encrypted')
    expect(failure.message).toContain(`ssh-add ${locked.file}`)

    const host = await startSshd({ authorizedKeys: [locked.publicLine] })
    const agent = await startAgent([])
    try {
      const askpass = join(kit.folder, 'askpass')
      writeFileSync(askpass, '#!/bin/sh\necho open sesame\n', { mode: 0o700 })
      execFileSync('ssh-add', ['-q', locked.file], {
        env: {
          ...process.env,
          SSH_AUTH_SOCK: agent.socket,
          SSH_ASKPASS: askpass,
          SSH_ASKPASS_REQUIRE: 'force',
        },
        stdio: 'pipe',
      })
      // With IdentitiesOnly the agent's key is found by the public half inside the locked file.
      rmSync(locked.publicFile)
      const identityAgent = { path: agent.socket, named: false }
      await open(endpoint({ port: host.port, identityFiles, identityAgent, identitiesOnly: true }))
    } finally {
      await agent.stop()
      await host.stop()
    }
  })

  it('does not forward the agent', async () => {
    const agent = await startAgent([sshd.userKey])
    try {
      const session = await open(endpoint({ identityAgent: { path: agent.socket, named: true } }))
      const { stdout } = await session.exec('echo "agent:$SSH_AUTH_SOCK"', { deadlineMs: 10_000 })
      expect(stdout).toBe('agent:\n')
    } finally {
      await agent.stop()
    }
  })

  it('tells no key, an exposed key and an agent that is gone apart', async () => {
    const absent = { path: join(kit.folder, 'absent'), named: true }
    expect((await failureOf(open(endpoint({ identityFiles: [absent] })))).reason).toBe('no-usable-key')
    const exposed = makeKey(kit.folder, 'exposed')
    execFileSync('chmod', ['644', exposed.file])
    const failure = await failureOf(open(endpoint({ identityFiles: [{ path: exposed.file, named: true }] })))
    expect(failure.reason).toBe('no-usable-key')
    expect(failure.message).toContain('chmod 600')
    const identityAgent = { path: join(kit.folder, 'no-agent'), named: true }
    expect((await failureOf(open(endpoint({ identityFiles: [], identityAgent })))).reason).toBe(
      'agent-unreachable',
    )
  })
})
