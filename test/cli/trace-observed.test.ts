import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'

/* What the command line says of hosts that nobody can reach; those that can are in test/lab. */

async function call(...argv: string[]) {
  let out = ''
  let err = ''
  const status = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

const SHOP = `lvs: 1
name: shop
networks: { farm: { subnet: 192.0.2.0/24, gateway: 192.0.2.1 } }
hosts:
  alice: { role: client, interfaces: { eth0: { network: farm, address: 192.0.2.50 } } }
  edge: { role: router, interfaces: { eth0: { network: farm, address: 192.0.2.1 } } }
  lb1: { role: director, interfaces: { eth0: { network: farm, address: 192.0.2.2 } } }
  rs1: { role: real-server, interfaces: { eth0: { network: farm, address: 192.0.2.11 } } }
services:
  web: { mode: dr, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: {} } }
`

let folder = ''
let file = ''
let config = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-observed-'))
  file = join(folder, 'shop.lvs.yaml')
  writeFileSync(file, SHOP)
  config = join(folder, 'ssh_config')
  // Nobody listens at port 1.
  const host = (name: string) => `Host ${name}\n  HostName 127.0.0.1\n  Port 1\n`
  writeFileSync(config, ['lb1', 'rs1', 'alice'].map(host).join(''))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('hosts that cannot be reached', () => {
  it('are walked as drawn by trace, and what is not known is said', async () => {
    const { status, out, err } = await call('trace', file, '--observed', '--ssh-config', config)
    expect(status).toBe(3)
    expect(out).toMatch(/^web: alice → rs1: served/)
    expect(err).toMatch(/^connecting to 3 hosts$/m)
    expect(err).toMatch(/^not known: lb1: connect: /m)
    expect(err).toMatch(
      /^taken as drawn: edge: neither the drawing \(ssh\) nor ssh_config says how to reach it$/m,
    )
    expect(err).toMatch(/^taken as drawn: alice: connect: /m)
    const json = await call('trace', file, '--observed', '--ssh-config', config, '--json')
    expect(JSON.parse(json.out)).toMatchObject({
      unread: [
        { host: 'lb1', step: 'connect' },
        { host: 'rs1', step: 'connect' },
      ],
      walks: [{ service: 'web', served: true }],
    })
  })

  it('give nothing to diagnose', async () => {
    const { status, out, err } = await call('diagnose', file, '--ssh-config', config)
    expect([status, out]).toEqual([2, ''])
    expect(err).toMatch(/no host of \S+ could be read, so nothing can be said of what is there\n$/)
  })

  it.each([
    [['diagnose'], 'usage: lvs-designer diagnose FILE'],
    [['diagnose', 'FILE', '--service', 'mail'], 'has no service "mail"; there is web'],
    [['diagnose', 'FILE', '--ssh-config', '/no/such'], '/no/such'],
    [['trace', 'FILE', '--observed', '--ssh-config', '/no/such'], '/no/such'],
  ])('refuses %j', async (argv, message) => {
    const { status, out, err } = await call(...argv.map((word) => (word === 'FILE' ? file : word)))
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })
})
