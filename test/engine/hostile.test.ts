import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { engineProcess } from '../../src/extension/engine-process.js'
import type { EngineProcess } from '../../src/extension/engine-process.js'
import { makeKey, sshdAvailable, startSshd } from '../sshd/start-sshd.js'
import { bundleEngine } from './bundle-engine.js'
import {
  AFTER_LOGIN,
  ANSWERS,
  BEFORE_KEYS,
  STATES,
  doesAfterLogin,
  saysBeforeKeys,
} from './hostile-servers.js'
import type { HostileServer } from './hostile-servers.js'

/** Far more than the slowest of them takes: what ends by this has hung. */
const HUNG_MS = 150_000
/** Kilobytes; an engine at rest has some 80,000. */
const MOST_MEMORY = 500_000

/** Each host of one drawing is a server that means no good; all of them are asked at once, by the engine that is shipped. */
describe('servers that mean no good', () => {
  let bundle: Awaited<ReturnType<typeof bundleEngine>>
  let engine: EngineProcess
  const servers = new Map<string, { readonly server: HostileServer; readonly what: string }>()
  const log: string[] = []

  beforeAll(async () => {
    bundle = await bundleEngine()
    const { publicLine } = makeKey(bundle.folder, 'id_nobody')
    const answering = async (program: string): Promise<HostileServer> => {
      const file = join(bundle.folder, `answer-${++answers}`)
      await writeFile(file, `#!/bin/sh\n${program}\n`, { mode: 0o755 })
      const { port, stop } = await startSshd({
        authorizedKeys: [publicLine],
        config: [`ForceCommand ${file}`],
      })
      return { port, close: stop }
    }
    let answers = 0
    const hostKey = readFileSync(makeKey(bundle.folder, 'host_key').file, 'utf8')
    const all = [
      ...Object.entries(BEFORE_KEYS).map(([what, say]) => ({ what, server: saysBeforeKeys(say) })),
      ...Object.entries(AFTER_LOGIN).map(([what, act]) => ({ what, server: doesAfterLogin(hostKey, act) })),
      ...Object.entries(sshdAvailable ? { ...ANSWERS, ...STATES } : {}).map(([what, program]) => ({
        what,
        server: answering(program),
      })),
    ]
    for (const [index, { what, server }] of all.entries())
      servers.set(`h${index}`, { what, server: await server })
    engine = engineProcess({ file: bundle.file, log: (line) => log.push(line) })
  })
  afterAll(async () => {
    engine.dispose()
    for (const { server } of servers.values()) await server.close()
    await bundle.remove()
  })

  /** A drawing of these hosts, and the way to them. */
  async function drawing(hosts: readonly string[]) {
    const sshConfig = join(bundle.folder, 'ssh_config')
    await writeFile(
      sshConfig,
      [
        ...hosts.flatMap((host) => [`Host ${host}`, `Port ${servers.get(host)?.server.port ?? 0}`]),
        'Host *',
        'HostName 127.0.0.1',
        `User ${userInfo().username}`,
        `IdentityFile ${join(bundle.folder, 'id_nobody')}`,
        'IdentitiesOnly yes',
        `UserKnownHostsFile ${join(bundle.folder, 'known_hosts')}`,
        '',
      ].join('\n'),
    )
    const [director = '', ...realServers] = hosts
    const at = (host: string, number: number) =>
      `  ${host}: { role: ${host === director ? 'director' : 'real-server'}, interfaces: { eth0: { network: lan, address: 192.0.2.${number} } } }`
    const text = [
      'lvs: 1',
      'name: hostile',
      'networks: { lan: { subnet: 192.0.2.0/24 } }',
      'hosts:',
      ...hosts.map((host, index) => at(host, index + 10)),
      `services: { web: { mode: dr, director: ${director}, vip: 192.0.2.100, port: 80, real-servers: { ${realServers
        .map((host) => `${host}: {}`)
        .join(', ')} } } }`,
      '',
    ].join('\n')
    return { document: { file: 'hostile.lvs.yaml', text }, sshConfig }
  }

  const memoryOf = (pid: number) =>
    Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? Infinity)

  it(
    'neither hang nor crash it, and each is said to be what it is',
    async () => {
      const reach = await drawing([...servers.keys()])
      const end = await engine.call(
        { kind: 'plan', purpose: 'apply', ...reach },
        { confirmHostKey: () => Promise.resolve(true) },
      )
      const pid = engine.pid() ?? 0
      expect(memoryOf(pid)).toBeLessThan(MOST_MEMORY)
      expect(end).toMatchObject({ how: 'done', result: { hosts: [] } })
      const failures = end.how === 'done' ? end.result.failures : []
      for (const [host, { what }] of servers) {
        if (what in STATES) continue
        const said = failures.find((line) => line.startsWith(`${host}: `))
        expect(said, `${host}: ${what}`).toBeDefined()
        expect(said, what).not.toMatch(/[\p{Cc}\u2028]|\n {4}at /u)
        expect(said?.length, what).toBeLessThan(2000)
      }
      // Nothing of it is left: it goes on to serve.
      const document = { file: 'x.lvs.yaml', text: 'lvs: 1\nname: nobody-started-this\n' }
      expect(await engine.call({ kind: 'lab-status', document })).toMatchObject({ how: 'done' })
      expect(engine.pid()).toBe(pid)
    },
    HUNG_MS,
  )

  it.skipIf(!sshdAvailable)(
    'are not taken for hosts of the drawing by what they say of themselves',
    async () => {
      const liars = [...servers].filter(([, { what }]) => what in STATES).map(([host]) => host)
      const end = await engine.call(
        { kind: 'apply', ...(await drawing(liars)), expected: [], drainSeconds: 0 },
        { confirmHostKey: () => Promise.resolve(true) },
      )
      expect(end).toMatchObject({ how: 'done', result: { outcome: 'REFUSED', hosts: [] } })
      const refusals = end.how === 'done' ? end.result.refusals : []
      for (const host of liars) expect(refusals.some((line) => line.startsWith(`${host}: `))).toBe(true)
      expect(refusals.join('').length).toBeLessThan(10_000)
    },
    HUNG_MS,
  )
})
