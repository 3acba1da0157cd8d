import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { failureOf, sessionKit, type SessionKit } from '../../../test/sshd/session-kit.js'
import { makeKey, sshdAvailable, startSshd, type Sshd } from '../../../test/sshd/start-sshd.js'
import type { Endpoint } from './endpoint.js'
import { openSession, type Session } from './session.js'

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

describe.skipIf(!sshdAvailable)('host keys', () => {
  it('asks about an unknown key with the hash ssh-keygen prints, and writes it down as ssh-keygen finds it', async () => {
    const printed = execFileSync('ssh-keygen', ['-lf', sshd.hostKeys[0]?.publicFile ?? ''], {
      encoding: 'utf8',
    })
    await open(endpoint())
    expect(kit.asked).toEqual([
      {
        host: 'lb1',
        address: '127.0.0.1',
        port: sshd.port,
        keyType: 'ED25519',
        sha256: printed.split(' ')[1],
      },
    ])
    expect(statSync(kit.knownHosts).mode & 0o777).toBe(0o600)
    expect(statSync(join(kit.folder, 'dot-ssh')).mode & 0o777).toBe(0o700)
    const found = execFileSync('ssh-keygen', ['-F', `[127.0.0.1]:${sshd.port}`, '-f', kit.knownHosts], {
      encoding: 'utf8',
    })
    expect(found).toContain('ssh-ed25519')
    await open(endpoint())
    expect(kit.asked).toHaveLength(1)
  })

  it.each([false, undefined, null, 0, 1, 'yes', {}, new Error('x')])(
    'takes the answer %s for a no',
    async (answer) => {
      const failure = await failureOf(open(endpoint(), { answer: () => answer }))
      expect(failure.reason).toBe('host-key-unknown-refused')
      expect(existsSync(kit.knownHosts)).toBe(false)
    },
  )

  it('takes a question that breaks, or is abandoned, for a no', async () => {
    const breaking = openSession(endpoint(), {
      confirmHostKey: () => Promise.reject(new Error('window closed')),
    })
    expect((await failureOf(breaking)).reason).toBe('host-key-unknown-refused')
    const abort = new AbortController()
    const abandoned = openSession(endpoint(), {
      signal: abort.signal,
      confirmHostKey: () => {
        abort.abort()
        return new Promise(() => undefined)
      },
    })
    expect((await failureOf(abandoned)).reason).toBe('cancelled')
    // The next question is not held up by the one nobody answered.
    await open(endpoint())
  })

  it('asks nobody with StrictHostKeyChecking yes', async () => {
    const failure = await failureOf(open(endpoint({ strictHostKeyChecking: 'yes' })))
    expect(failure.reason).toBe('host-key-unknown-refused')
    expect(kit.asked).toEqual([])
  })

  it('refuses a changed key without a question and names line and remedy', async () => {
    await open(endpoint())
    const line = readFileSync(kit.knownHosts, 'utf8')
    const other = makeKey(kit.folder, 'other').publicLine.split(' ')[1] ?? ''
    writeFileSync(kit.knownHosts, `# mine\n${line.replace(/AAAA\S+/, other)}`)
    const failure = await failureOf(open(endpoint()))
    expect(failure.reason).toBe('host-key-changed')
    expect(failure.message).toContain(`${kit.knownHosts}:2`)
    expect(failure.message).toContain(`ssh-keygen -f '${kit.knownHosts}' -R '[127.0.0.1]:${sshd.port}'`)
    expect(kit.asked).toHaveLength(1)
  })

  it('refuses a revoked key although another line knows it', async () => {
    await open(endpoint())
    appendFileSync(kit.knownHosts, `@revoked * ${sshd.hostKeys[0]?.publicLine ?? ''}\n`)
    expect((await failureOf(open(endpoint()))).reason).toBe('host-key-revoked')
  })

  it('refuses when a file of known hosts cannot be read', async () => {
    const failure = await failureOf(open(endpoint({ userKnownHostsFiles: [kit.knownHosts, kit.folder] })))
    expect(failure.reason).toBe('known-hosts-unreadable')
    expect(failure.message).toContain(kit.folder)
  })

  it('finds lines as ssh-keyscan writes them and ssh-keygen -H hashes them', async () => {
    const scanned = execFileSync('ssh-keyscan', ['-p', String(sshd.port), '127.0.0.1'], {
      encoding: 'utf8',
      stdio: 'pipe',
    })
    const file = join(kit.folder, 'scanned')
    writeFileSync(file, scanned)
    await open(endpoint({ userKnownHostsFiles: [file] }))
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'pipe' })
    expect(readFileSync(file, 'utf8')).toMatch(/^\|1\|/m)
    await open(endpoint({ userKnownHostsFiles: [file] }))
    expect(kit.asked).toEqual([])
  })

  it('asks once about a host that several sessions meet at once', async () => {
    await Promise.all([1, 2, 3, 4].map(() => open(endpoint())))
    expect(kit.asked).toHaveLength(1)
    expect(readFileSync(kit.knownHosts, 'utf8').trim().split('\n')).toHaveLength(1)
  })

  it('asks the host for the type of key that is known', async () => {
    const many = await startSshd({ hostKeys: ['ed25519', 'ecdsa', 'rsa'] })
    try {
      for (const key of many.hostKeys) {
        const file = join(kit.folder, 'one')
        const [type = '', blob = ''] = key.publicLine.split(' ')
        writeFileSync(file, `[127.0.0.1]:${many.port} ${type} ${blob}\n`)
        const session = await open(
          endpoint({
            port: many.port,
            userKnownHostsFiles: [file],
            identityFiles: [{ path: many.userKey.file, named: true }],
          }),
        )
        expect(session.hostKey.type).toBe(type)
      }
      expect(kit.asked).toEqual([])
    } finally {
      await many.stop()
    }
  })
})
