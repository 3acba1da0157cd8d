import { execFileSync, fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo, Server, Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { engineProcess } from '../../src/extension/engine-process.js'
import type { EngineProcess } from '../../src/extension/engine-process.js'
import { isFromEngine } from '../../src/protocol/engine-guards.js'
import type {
  EngineDocument,
  FromEngine,
  HostKeyQuestion,
  SecretQuestion,
  ToEngine,
} from '../../src/protocol/engine.js'
import { makeKey, sshdAvailable, startSshd } from '../sshd/start-sshd.js'
import { bundleEngine } from './bundle-engine.js'

let bundle: Awaited<ReturnType<typeof bundleEngine>>
let sample = ''

beforeAll(async () => {
  bundle = await bundleEngine()
  sample = await readFile('samples/dr.lvs.yaml', 'utf8')
  makeKey(bundle.folder, 'id_nobody')
})
afterAll(async () => {
  await bundle.remove()
})

const documentOf = (text: string): EngineDocument => ({ file: 'dr.lvs.yaml', text })

/** An ssh_config by which every host of the drawing is at one port of this machine. */
async function sshConfigTo(
  port: number,
  { user = 'nobody', key = join(bundle.folder, 'id_nobody') } = {},
): Promise<string> {
  const file = join(bundle.folder, `ssh_config_${port}`)
  const lines = [
    'Host *',
    'HostName 127.0.0.1',
    `Port ${port}`,
    `User ${user}`,
    `IdentityFile ${key}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${join(bundle.folder, `known_hosts_${port}`)}`,
    '',
  ]
  await writeFile(file, lines.join('\n'))
  return file
}

/** A server that takes connections and never says a word. */
async function silentServer(): Promise<{ readonly port: number; readonly server: Server }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  server.once('close', () => sockets.clear())
  return { port: (server.address() as AddressInfo).port, server }
}

describe('the engine, spoken to directly', () => {
  let child: ChildProcess
  const received: unknown[] = []
  let log = ''

  function start() {
    received.length = 0
    log = ''
    child = fork(bundle.file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
    child.on('message', (message) => received.push(message))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (log += text))
  }
  afterEach(async () => {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL')
      await once(child, 'exit')
    }
  })
  const send = (message: ToEngine) => child.send(message)
  async function next(wanted: (message: FromEngine) => boolean): Promise<FromEngine> {
    for (;;) {
      const found = received.find((message) => isFromEngine(message) && wanted(message))
      if (found !== undefined) return found as FromEngine
      await sleep(10)
    }
  }

  it('answers a ping', async () => {
    start()
    send({ kind: 'ping', id: 7 })
    expect(await next(({ kind }) => kind === 'pong')).toEqual({ kind: 'pong', id: 7 })
  })

  it('drops what is no message of ours, and goes on', async () => {
    start()
    for (const garbage of [
      'ping',
      7,
      null,
      [],
      { kind: 'exec', id: 1, command: 'true' },
      { kind: 'request', id: 2, request: { kind: 'apply' } },
      { kind: 'answer', id: 1, question: 1, trusted: 'yes' },
    ]) {
      child.send(garbage as object)
    }
    // Of ours, but about nothing that is under way.
    send({ kind: 'cancel', id: 99 })
    send({ kind: 'answer', id: 99, question: 1, trusted: true })
    send({ kind: 'ping', id: 1 })
    await next(({ kind }) => kind === 'pong')
    expect(received).toEqual([{ kind: 'pong', id: 1 }])
    expect(log.trim().split('\n')).toEqual(Array(7).fill('a message that is none of ours was dropped'))
  })

  it('ends when its parent has gone', async () => {
    start()
    send({ kind: 'ping', id: 1 })
    await next(({ kind }) => kind === 'pong')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
  })

  it('brings what is under way to an end when its parent has gone', async () => {
    const { port, server } = await silentServer()
    const sshConfig = await sshConfigTo(port)
    start()
    send({
      kind: 'request',
      id: 1,
      request: { kind: 'apply', document: documentOf(sample), sshConfig, expected: [], drainSeconds: 0 },
    })
    await next(({ kind }) => kind === 'progress')
    child.disconnect()
    expect(await once(child, 'exit')).toEqual([0, null])
    server.close()
  })

  it('says what it is to somebody who runs it by hand', () => {
    expect(() => execFileSync(process.execPath, [bundle.file], { stdio: 'pipe' })).toThrow(
      /a part of LVS Designer/,
    )
  })
})

describe('the engine through its client', () => {
  const log: string[] = []
  let engine: EngineProcess
  afterEach(() => {
    engine.dispose()
  })
  const start = (file = bundle.file, more: { pingMs?: number; mostUnanswered?: number } = {}) => {
    log.length = 0
    engine = engineProcess({ file, log: (line) => log.push(line), ...more })
    return engine
  }

  it('refuses a file with errors, whatever is asked of it', async () => {
    const document = documentOf(sample.replace('mode: dr', 'mode: teleport'))
    start()
    const changing = { document, expected: [], drainSeconds: 0 }
    for (const call of [
      engine.call({ kind: 'plan', purpose: 'apply', document }),
      engine.call({ kind: 'apply', ...changing }),
      engine.call({ kind: 'verify', document }),
      engine.call({ kind: 'lab-up', document }),
      engine.call({ kind: 'rehearse', document, keep: false }),
    ]) {
      const end = await call
      expect(end).toMatchObject({ how: 'failed', cancelled: false })
      expect(end.how === 'done' ? '' : end.message).toMatch(
        /^dr\.lvs\.yaml has .*error.*; nothing was done\nline \d+: [A-Z0-9-]+: /,
      )
    }
  })

  it('says in words that no host is reachable', async () => {
    const { port, server } = await silentServer()
    server.close()
    await once(server, 'close')
    const reach = { document: documentOf(sample), sshConfig: await sshConfigTo(port) }
    start()
    const progress: string[] = []
    const planned = await engine.call(
      { kind: 'plan', purpose: 'apply', ...reach },
      { progress: (message) => progress.push(message) },
    )
    expect(planned).toMatchObject({ how: 'done', result: { kind: 'plan', cluster: 'shop-dr', hosts: [] } })
    const failures = planned.how === 'done' ? planned.result.failures : []
    expect(failures.map((line) => line.split(':')[0])).toEqual(['lb1', 'rs1', 'rs2'])
    expect(failures.join('\n')).toContain(`127.0.0.1:${port}`)
    expect(failures.join('\n')).not.toMatch(/\n\s+at |Error:/)
    expect(progress).toContain('connecting to 3 hosts')

    const applied = await engine.call({ kind: 'apply', ...reach, expected: [], drainSeconds: 0 })
    expect(applied).toMatchObject({ how: 'done', result: { outcome: 'REFUSED', hosts: [] } })
    const verified = await engine.call({ kind: 'verify', ...reach })
    expect(verified).toMatchObject({ how: 'done', result: { outcome: 'UNKNOWN' } })
  })

  it('says in words that an ssh_config is not there', async () => {
    start()
    const sshConfig = join(bundle.folder, 'none')
    const end = await engine.call({
      kind: 'plan',
      purpose: 'apply',
      document: documentOf(sample),
      sshConfig,
    })
    expect(end).toEqual({
      how: 'failed',
      cancelled: false,
      message: `The SSH configuration ${sshConfig} does not exist.`,
    })
  })

  it('is cancelled, and nothing was changed', async () => {
    const { port, server } = await silentServer()
    const sshConfig = await sshConfigTo(port)
    start()
    const controller = new AbortController()
    const end = await engine.call(
      { kind: 'apply', document: documentOf(sample), sshConfig, expected: [], drainSeconds: 0 },
      {
        signal: controller.signal,
        progress: () => {
          setTimeout(() => {
            controller.abort()
          }, 100)
        },
      },
    )
    expect(end).toMatchObject({ how: 'done', result: { outcome: 'REFUSED', hosts: [] } })
    expect(end.how === 'done' ? end.result.refusals.join() : '').toMatch(/cancelled/i)
    server.close()

    expect(await engine.call({ kind: 'verify', document: documentOf(sample) }, controller)).toMatchObject({
      how: 'failed',
      cancelled: true,
    })
  })

  it('rehearses nothing that nobody could ask for, or that has no name', async () => {
    start()
    for (const [text, message] of [
      [
        sample.replace(/^services:[^]*/m, 'services: {}\n'),
        /dr\.lvs\.yaml has no service, so there is nothing/,
      ],
      [
        sample.replace('name: shop-dr\n', ''),
        /^dr\.lvs\.yaml has an error; nothing was done\n.*"name" is missing/,
      ],
    ] as const) {
      const end = await engine.call({ kind: 'rehearse', document: documentOf(text), keep: false })
      expect(end).toMatchObject({
        how: 'failed',
        cancelled: false,
        message: expect.stringMatching(message) as string,
      })
    }
  })

  it('knows no lab of a drawing that nobody started', async () => {
    start()
    const document = documentOf(sample.replace('name: shop-dr', 'name: nobody-started-this'))
    expect(await engine.call({ kind: 'lab-status', document })).toEqual({
      how: 'done',
      result: { kind: 'lab-status', name: 'nobody-started-this', state: 'stopped' },
    })
    expect(await engine.call({ kind: 'lab-down', document })).toMatchObject({
      how: 'done',
      result: { existed: false },
    })
    const nameless = documentOf(sample.replace('name: shop-dr\n', ''))
    expect(await engine.call({ kind: 'lab-status', document: nameless })).toMatchObject({ how: 'failed' })
  })

  it('draws nothing of hosts that cannot be read', async () => {
    const { port, server } = await silentServer()
    server.close()
    await once(server, 'close')
    start()
    const end = await engine.call({
      kind: 'import',
      hosts: ['lb1', 'rs1'],
      sshConfig: await sshConfigTo(port),
    })
    const said = end.how === 'failed' ? end.message.split('\n') : []
    expect(said[0]).toBe('no host could be read; nothing was drawn')
    expect(said.slice(1).map((line) => line.split(': ').slice(0, 3).join(': '))).toEqual([
      'lb1: IMPORT-UNREAD: connect',
      'rs1: IMPORT-UNREAD: connect',
    ])
  })

  it.skipIf(!sshdAvailable)('draws nothing of hosts that have no virtual service', async () => {
    const key = makeKey(bundle.folder, 'id_import')
    const sshd = await startSshd({ authorizedKeys: [key.publicLine] })
    start()
    try {
      const sshConfig = await sshConfigTo(sshd.port, { user: sshd.user, key: key.file })
      const end = await engine.call(
        { kind: 'import', hosts: ['rs1'], sshConfig },
        { confirmHostKey: () => Promise.resolve(true) },
      )
      expect(end.how === 'failed' ? end.message : end.how).toMatch(
        /^no virtual service is in the IPVS table of rs1; name the directors too/,
      )
    } finally {
      await sshd.stop()
    }
  })

  it.skipIf(!sshdAvailable)(
    'asks for a passphrase once for all hosts, and nothing of it is said or logged',
    async () => {
      const passphrase = 'canary 4c1d'
      const locked = makeKey(bundle.folder, 'id_locked', 'ed25519', passphrase)
      const sshd = await startSshd({ authorizedKeys: [locked.publicLine] })
      const sshConfig = await sshConfigTo(sshd.port, { user: sshd.user, key: locked.file })
      const plan = { kind: 'plan', purpose: 'apply', document: documentOf(sample), sshConfig } as const
      start()
      try {
        const said: string[] = []
        const asked: SecretQuestion[] = []
        const call = (askSecret?: () => Promise<string | undefined>) =>
          engine.call(plan, {
            confirmHostKey: () => Promise.resolve(true),
            progress: (message) => said.push(message),
            ...(askSecret === undefined
              ? {}
              : {
                  askSecret: (question: SecretQuestion) => {
                    asked.push(question)
                    return askSecret()
                  },
                }),
          })
        const unasked = await call()
        expect(unasked.how === 'done' ? unasked.result.failures.join() : '').toMatch(/did not accept/)
        const answered = await call(() => Promise.resolve(passphrase))
        expect(asked).toEqual([
          {
            kind: 'passphrase',
            host: expect.stringMatching(/^(lb1|rs1|rs2)$/) as string,
            file: locked.file,
            again: false,
          },
        ])
        expect(answered.how === 'done' ? answered.result.failures : ['']).toEqual([])
        expect(JSON.stringify([unasked, answered, said, log])).not.toContain('canary')
      } finally {
        await sshd.stop()
      }
    },
  )

  it.skipIf(!sshdAvailable)('asks about an unknown host key, and only true accepts it', async () => {
    const sshd = await startSshd()
    const [hostKey] = sshd.hostKeys
    const fingerprint = execFileSync('ssh-keygen', ['-lf', hostKey?.publicFile ?? ''])
      .toString()
      .split(' ')[1]
    const sshConfig = await sshConfigTo(sshd.port, { user: sshd.user, key: sshd.userKey.file })
    const plan = { kind: 'plan', purpose: 'apply', document: documentOf(sample), sshConfig } as const
    start()
    try {
      const asked: HostKeyQuestion[] = []
      const answered = (answer: unknown) => (question: HostKeyQuestion) => {
        asked.push(question)
        return Promise.resolve(answer as boolean)
      }
      for (const answer of [false, undefined, 'yes', 1]) {
        const refused = await engine.call(plan, { confirmHostKey: answered(answer) })
        expect(refused.how === 'done' ? refused.result.failures.join() : '').toMatch(/is not known/)
      }
      expect(asked[0]).toEqual({
        host: expect.stringMatching(/^(lb1|rs1|rs2)$/) as string,
        address: '127.0.0.1',
        port: sshd.port,
        keyType: 'ED25519',
        sha256: fingerprint,
      })
      const unasked = await engine.call(plan)
      expect(unasked.how === 'done' ? unasked.result.failures.join() : '').toMatch(/is not known/)

      asked.length = 0
      const accepted = await engine.call(plan, { confirmHostKey: answered(true) })
      // One machine behind all three names: asked once. It is no host of the drawing, which is said as a refusal.
      expect(asked).toHaveLength(1)
      expect(accepted.how === 'done' ? accepted.result.failures : ['']).toEqual([])
      expect(accepted.how === 'done' ? accepted.result.hosts.map(({ host }) => host) : []).toEqual([
        'lb1',
        'rs1',
        'rs2',
      ])
      expect(accepted.how === 'done' ? accepted.result.refusals.join() : '').toMatch(
        /as the drawing says|has no/,
      )
    } finally {
      await sshd.stop()
    }
  })

  it('calls the outcome unknown when the engine is killed while hosts may be changed, and starts a new one', async () => {
    const { port, server } = await silentServer()
    const reach = { document: documentOf(sample), sshConfig: await sshConfigTo(port) }
    start()
    const killOnProgress = {
      progress: () => {
        process.kill(engine.pid() ?? 0, 'SIGKILL')
      },
    }
    const change = { ...reach, expected: [], drainSeconds: 0 }
    const apply = await engine.call({ kind: 'apply', ...change }, killOnProgress)
    expect(apply).toMatchObject({ how: 'unknown' })
    expect(apply.how === 'done' ? '' : apply.message).toMatch(/SIGKILL.*may or may not have been done/)
    expect(await engine.call({ kind: 'remove', ...change }, killOnProgress)).toMatchObject({ how: 'unknown' })
    expect(await engine.call({ kind: 'verify', ...reach }, killOnProgress)).toMatchObject({ how: 'failed' })
    server.close()
    const document = documentOf(sample)
    expect(await engine.call({ kind: 'lab-status', document })).toMatchObject({ how: 'done' })
  })

  it('ends an engine that does not answer, which is no success', async () => {
    const file = join(bundle.folder, 'hung.js')
    await writeFile(file, `process.on('message', () => { for (;;); })`)
    start(file, { pingMs: 50, mostUnanswered: 4 })
    const document = documentOf(sample)
    const calls = [
      engine.call({ kind: 'apply', document, expected: [], drainSeconds: 0 }),
      engine.call({ kind: 'plan', purpose: 'apply', document }),
    ]
    const pid = engine.pid() ?? 0
    expect(await Promise.all(calls)).toMatchObject([{ how: 'unknown' }, { how: 'failed', cancelled: false }])
    expect(() => process.kill(pid, 0)).toThrow()
    expect(log).toContain('the engine of LVS Designer did not answer any more and was ended')
    expect(engine.pid()).toBeUndefined()
  })

  it('believes no answer that is malformed or of another kind', async () => {
    const file = join(bundle.folder, 'liar.js')
    await writeFile(
      file,
      `process.on('message', ({ kind, id }) => {
        if (kind !== 'request') return
        process.send({ kind: 'done', id, result: { kind: 'apply', outcome: 'GREAT' } })
        process.send({ kind: 'done', id, result: { kind: 'lab-down', name: 'x', existed: true } })
      })`,
    )
    start(file)
    const end = await engine.call({
      kind: 'apply',
      document: documentOf(sample),
      expected: [],
      drainSeconds: 0,
    })
    expect(end).toMatchObject({ how: 'unknown' })
    expect(log).toEqual(['a message of the engine that is none of ours was dropped'])
  })

  it('says so when what is asked for fits into no message', async () => {
    start()
    const end = await engine.call({
      kind: 'apply',
      document: documentOf(sample),
      expected: [],
      drainSeconds: -1,
    })
    expect(end).toMatchObject({ how: 'failed' })
    expect(engine.pid()).toBeUndefined()
  })

  it('says so when there is no engine', async () => {
    start(join(bundle.folder, 'missing.js'))
    const end = await engine.call({ kind: 'verify', document: documentOf(sample) })
    expect(end).toMatchObject({ how: 'failed', cancelled: false })
  })

  it('is left in order when the window closes, and does nothing afterwards', async () => {
    const { port, server } = await silentServer()
    const sshConfig = await sshConfigTo(port)
    const document = documentOf(sample)
    start()
    let begun: () => void
    const underWay = new Promise<void>((resolve) => (begun = resolve))
    const applying = engine.call(
      { kind: 'apply', document, sshConfig, expected: [], drainSeconds: 0 },
      {
        progress: () => {
          begun()
        },
      },
    )
    await underWay
    engine.dispose()
    expect(await applying).toMatchObject({
      how: 'unknown',
      message: expect.stringMatching(/status 0/) as string,
    })
    expect(await engine.call({ kind: 'verify', document })).toMatchObject({ how: 'failed' })
    server.close()
  })
})
