import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { startAskingHost } from '../../../test/sshd/asking-host.js'
import type { AskingHost } from '../../../test/sshd/asking-host.js'
import { startPasswordHost } from '../../../test/sshd/password-host.js'
import type { PasswordHost } from '../../../test/sshd/password-host.js'
import { failureOf, sessionKit, type SessionKit } from '../../../test/sshd/session-kit.js'
import { makeKey, sshdAvailable, startSshd, type Sshd } from '../../../test/sshd/start-sshd.js'
import { secretsFrom } from './secrets.js'
import type { SecretQuestion } from './secrets.js'

const CANARY = 'canary 7b1f $(id) \'"'

let kit: SessionKit
let asked: SecretQuestion[]

beforeEach(() => {
  kit = sessionKit()
  asked = []
})
afterEach(async () => {
  await kit.stop()
})

/** Answers one after the other; then nothing more. */
function answering(...answers: readonly (string | undefined)[]) {
  return secretsFrom((question) => {
    asked.push(question)
    return Promise.resolve(answers[asked.length - 1])
  })
}

describe.skipIf(!sshdAvailable)('a key with a passphrase', () => {
  let sshd: Sshd
  beforeAll(async () => {
    sshd = await startSshd()
  })
  afterAll(async () => {
    await sshd.stop()
  })

  it.each(['ed25519', 'rsa'] as const)(
    'of type %s is unlocked by whoever knows it, once for all connections',
    async (type) => {
      const locked = makeKey(kit.folder, 'locked', type, CANARY)
      const host = await startSshd({ authorizedKeys: [locked.publicLine] })
      try {
        const endpoint = kit.to(host, { identityFiles: [{ path: locked.file, named: true }] })
        const secrets = answering('not it', CANARY)
        await kit.open(endpoint, { secrets })
        await kit.open(endpoint, { secrets })
        expect(asked).toEqual([
          { kind: 'passphrase', host: 'lb1', file: locked.file, again: false },
          { kind: 'passphrase', host: 'lb1', file: locked.file, again: true },
        ])
      } finally {
        await host.stop()
      }
    },
  )

  it('is not asked for where a key without one does', async () => {
    const locked = makeKey(kit.folder, 'locked', 'ed25519', CANARY)
    const identityFiles = [locked, sshd.userKey].map(({ file }) => ({ path: file, named: true }))
    await kit.open(kit.to(sshd, { identityFiles }), { secrets: answering() })
    expect(asked).toEqual([])
  })

  it('that nobody unlocks is named, and nothing of an answer is in the message', async () => {
    const locked = makeKey(kit.folder, 'locked', 'ed25519', 'another one')
    const endpoint = kit.to(sshd, { identityFiles: [{ path: locked.file, named: true }] })
    const failure = await failureOf(kit.open(endpoint, { secrets: answering(CANARY, CANARY, CANARY) }))
    expect(failure.reason).toBe('authentication-failed')
    expect(failure.message).toContain(`the passphrase of ${locked.file} was not right`)
    expect(failure.message).not.toContain('canary')
  })
})

describe.skipIf(!sshdAvailable)('a password', () => {
  let host: PasswordHost
  beforeAll(async () => {
    host = await startPasswordHost(CANARY)
  })
  afterAll(async () => {
    await host.stop()
  })
  const endpoint = () => kit.to(host.sshd, { user: host.user, identityFiles: [] })

  it('is asked for by a real sshd, again when it was wrong, and once for all connections', async () => {
    const secrets = answering('not it', CANARY)
    const session = await kit.open(endpoint(), { secrets })
    const { stdout } = await session.exec('echo "$USER"', { deadlineMs: 10_000 })
    expect(stdout).toBe(`${host.user}\n`)
    await kit.open(endpoint(), { secrets })
    const question = {
      kind: 'password',
      host: 'lb1',
      user: host.user,
      address: '127.0.0.1',
      port: host.sshd.port,
    }
    expect(asked).toEqual([
      { ...question, again: false },
      { ...question, again: true },
    ])
    expect(host.sshd.log()).not.toContain('canary')
  })

  it('that is not given ends it, with what the host takes', async () => {
    const failure = await failureOf(kit.open(endpoint(), { secrets: answering(undefined) }))
    expect([failure.reason, asked.length]).toEqual(['authentication-failed', 1])
    expect(failure.message).toMatch(/It takes: .*password/)
  })

  it('is not tried for ever', async () => {
    const failure = await failureOf(kit.open(endpoint(), { secrets: answering('a', 'b', 'c', 'd') }))
    expect([failure.reason, asked.length]).toEqual(['authentication-failed', 3])
  })
})

/** sshd asks by keyboard-interactive only with PAM; this stands for such a host, with a second proof after the key. */
describe('what a host asks in its own words', () => {
  let server: AskingHost
  beforeAll(async () => {
    server = await startAskingHost()
  })
  afterAll(async () => {
    await server.stop()
  })
  const endpoint = () => ({
    ...kit.to({ port: server.port, user: 'ops', userKey: { file: '' } } as Sshd),
    identityFiles: [],
  })
  const words = (instructions: string, prompt: string, echo: boolean) => ({
    kind: 'prompt',
    host: 'lb1',
    user: 'ops',
    address: '127.0.0.1',
    port: server.port,
    instructions,
    prompt,
    echo,
  })

  it('is asked for as it stands, without what could rewrite a screen, and anew for every connection', async () => {
    server.authenticate = (context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive'])
        return
      }
      const prompts = [
        { prompt: 'Token\u001b[2J\u202e:', echo: true },
        { prompt: 'PIN: ', echo: false },
      ]
      context.prompt(prompts, 'Two\nthings', '', (answers) => {
        if (answers.join(' ') === '123 456') context.accept()
        else context.reject(['keyboard-interactive'])
      })
    }
    const secrets = answering('1', '2', '123', '456', '123', '456')
    await kit.open(endpoint(), { secrets })
    await kit.open(endpoint(), { secrets })
    expect(asked.slice(0, 4)).toEqual([
      { ...words('Two things', 'Token [2J :', true), again: false },
      { ...words('Two things', 'PIN:', false), again: false },
      { ...words('Two things', 'Token [2J :', true), again: true },
      { ...words('Two things', 'PIN:', false), again: true },
    ])
    expect(asked).toHaveLength(6)
  })

  it('is known as a password where it is one, and kept as such', async () => {
    server.authenticate = (context) => {
      if (context.method !== 'keyboard-interactive') {
        context.reject(['keyboard-interactive'])
        return
      }
      context.prompt([{ prompt: 'Password: ', echo: false }], (answers) => {
        if (answers[0] === CANARY) context.accept()
        else context.reject(['keyboard-interactive'])
      })
    }
    const secrets = answering(CANARY)
    await kit.open(endpoint(), { secrets })
    await kit.open(endpoint(), { secrets })
    expect(asked.map(({ kind }) => kind)).toEqual(['password'])
  })

  it('may be the second proof after a key', async () => {
    const key = makeKey(kit.folder, 'mine')
    let proved = false
    server.authenticate = (context) => {
      if (context.method === 'publickey') {
        if (context.signature === undefined) context.accept()
        else {
          proved = true
          context.reject(['keyboard-interactive'], true)
        }
      } else if (context.method === 'keyboard-interactive' && proved) {
        context.prompt('Code:', (answers) => {
          if (answers[0] === '000111') context.accept()
          else context.reject()
        })
      } else context.reject(['publickey'])
    }
    await kit.open(
      { ...endpoint(), identityFiles: [{ path: key.file, named: true }] },
      { secrets: answering('000111') },
    )
    expect(asked).toMatchObject([{ kind: 'prompt', prompt: 'Code:' }])
  })

  it('that has no question in it, over and over, does not keep us', async () => {
    server.authenticate = (context) => {
      if (context.method === 'keyboard-interactive')
        context.prompt([], () => {
          context.reject(['keyboard-interactive'])
        })
      else context.reject(['keyboard-interactive'])
    }
    expect((await failureOf(kit.open(endpoint(), { secrets: answering() }))).reason).toBe(
      'authentication-failed',
    )
  })
})
