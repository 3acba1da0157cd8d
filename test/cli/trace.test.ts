import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'

const trace = (file: string, ...argv: string[]) => call(false, 'trace', file, ...argv)

async function call(colour: boolean, ...argv: string[]) {
  let out = ''
  let err = ''
  const status = await run(argv, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

interface Walked {
  readonly walks: readonly {
    readonly service: string
    readonly client: string
    readonly realServer: string | null
    readonly served: boolean | null
    readonly verdict: string
    readonly findings: readonly string[]
    readonly hops: readonly {
      readonly leg: string
      readonly host: string
      readonly in: string | null
      readonly out: string | null
      readonly packetOut: { readonly eth: unknown; readonly ip: unknown; readonly l4: unknown } | null
    }[]
  }[]
}

async function walked(file: string, ...argv: string[]) {
  const { out, status } = await trace(file, '--json', ...argv)
  return { status, walks: (JSON.parse(out) as Walked).walks }
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-trace-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

/** NAT on two networks; rs2 sends its replies to another router. */
const SHOP = `lvs: 1
name: shop
networks:
  front: { subnet: 192.0.2.0/24 }
  back: { subnet: 10.0.0.0/24 }
hosts:
  alice: { role: client, interfaces: { eth0: { network: front, address: 192.0.2.50 } } }
  edge:
    role: router
    interfaces: { eth0: { network: front, address: 192.0.2.1 }, eth1: { network: back, address: 10.0.0.254 } }
  lb1:
    role: director
    interfaces: { eth0: { network: front, address: 192.0.2.2 }, eth1: { network: back, address: 10.0.0.1 } }
  rs1: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.11 } } }
  rs2: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.12 } }, gateway: 10.0.0.254 }
  rs3: { role: real-server, interfaces: { eth0: { network: back, address: 10.0.0.13 } } }
services:
  web: { mode: nat, director: lb1, vip: 192.0.2.100, port: 80, real-servers: { rs1: {}, rs2: {}, rs3: {} } }
  mail: { mode: nat, director: lb1, vip: 192.0.2.101, port: 25, real-servers: { rs3: {} } }
`
const SOUND = SHOP.replace(', gateway: 10.0.0.254', '')

describe('lvs-designer trace', () => {
  it('holds where every walk is served', async () => {
    const { status, out, err } = await trace(file('sound.lvs.yaml', SOUND))
    expect([status, err]).toEqual([0, ''])
    expect(out).toMatch(/^web: alice → rs1: served; the client gets the reply\n/)
    expect(out).toContain('2 more walks are like this one: rs2 and rs3.\n')
    expect(out).toMatch(/\n4 walks: 4 served\n2 are shown, one of each kind; "--all" shows every walk/)
    const web = await trace(file('sound.lvs.yaml', SOUND), '--service', 'web')
    expect(web.out).toMatch(/\n3 walks: 3 served\n1 is shown, one of each kind;/)
  })

  it('does not where one is not, and says why, by the rule too', async () => {
    const { status, out } = await trace(file('shop.lvs.yaml', SHOP), '--service', 'web')
    expect(status).toBe(1)
    expect(out).toContain('web: alice → rs2: not served (REPLY_SKIPS_DIRECTOR)')
    expect(out).toMatch(/\n {2}why: NAT-GW: replies of rs2 to alice go to 10\.0\.0\.254/)
    expect(out).toMatch(/\n3 walks: 2 served, 1 not served\n {2}1 REPLY_SKIPS_DIRECTOR\n/)
  })

  it('names a cause that the file ignores, and why it is ignored', async () => {
    const pin = 'gateway: 10.0.0.254 } # lvs-ignore NAT-GW: the edge does it'
    const ignored = SHOP.replace('gateway: 10.0.0.254 }', pin)
    const { out } = await trace(file('ignored.lvs.yaml', ignored), '--service', 'web', '--real-server', 'rs2')
    expect(out).toMatch(/why: NAT-GW: [\s\S]*\(ignored in the\s+file: the edge does it\)/)
  })

  it('shows every walk where it is asked to', async () => {
    const { out } = await trace(file('all.lvs.yaml', SOUND), '--all')
    expect(out.match(/: served; /g)).toHaveLength(4)
    expect(out).not.toContain('like this one')
  })

  it('walks what is asked for alone', async () => {
    const path = file('one.lvs.yaml', SHOP)
    const { status, walks } = await walked(
      path,
      '--service',
      'web',
      '--client',
      'alice',
      '--real-server',
      'rs2',
    )
    expect(status).toBe(1)
    expect(
      walks.map(({ service, client, realServer, served, verdict, findings }) => [
        service,
        client,
        realServer,
        served,
        verdict,
        findings,
      ]),
    ).toEqual([['web', 'alice', 'rs2', false, 'REPLY_SKIPS_DIRECTOR', ['NAT-GW']]])
    expect((await walked(path, '--service', 'mail')).walks.map(({ realServer }) => realServer)).toEqual([
      'rs3',
    ])
  })

  it('writes every hop with its headers as JSON', async () => {
    const { walks } = await walked(file('json.lvs.yaml', SOUND), '--real-server', 'rs1')
    const hops = walks[0]?.hops ?? []
    expect(hops.map(({ leg, host, in: from, out }) => [leg, host, from, out])).toEqual([
      ['request', 'alice', null, 'eth0'],
      ['request', 'lb1', 'eth0', 'eth1'],
      ['request', 'rs1', 'eth0', null],
      ['reply', 'rs1', null, 'eth0'],
      ['reply', 'lb1', 'eth1', 'eth0'],
      ['reply', 'alice', 'eth0', null],
    ])
    expect(hops[1]?.packetOut).toMatchObject({
      eth: { src: expect.stringMatching(/^02:/) as unknown, dst: expect.stringMatching(/^02:/) as unknown },
      ip: { src: '192.0.2.50', dst: '10.0.0.11', ttl: 63, protocol: 6, df: true },
      l4: { dstPort: 80, flags: 'SYN' },
    })
    expect(hops[2]?.packetOut).toBeNull()
  })

  it('is undetermined where the drawing does not say enough', async () => {
    const vague = SOUND.replace('director: lb1, vip: 192.0.2.101', 'director: nobody, vip: 192.0.2.101')
    const { status, walks } = await walked(file('vague.lvs.yaml', vague))
    expect(status).toBe(3)
    expect(
      walks.filter(({ served }) => served === null).map(({ service, verdict }) => [service, verdict]),
    ).toEqual([['mail', 'UNDETERMINED']])
    expect((await trace(file('vague.lvs.yaml', vague))).out).toMatch(/\n4 walks: 3 served, 1 undetermined\n/)
  })

  it.each([
    [['--service', 'wbe'], '"wbe"; did you mean web? There are web, mail'],
    [['--client', 'bob'], 'has no client "bob"; there is alice'],
    [
      ['--service', 'mail', '--real-server', 'rs1'],
      '"mail" has no real server "rs1"; did you mean rs3? There is rs3',
    ],
    [['--ssh-config', 'x'], '--ssh-config says how hosts are reached, which takes --observed'],
    [['--no-such'], 'usage: lvs-designer trace'],
  ])('refuses %j', async (argv, message) => {
    const { status, out, err } = await trace(file('names.lvs.yaml', SHOP), ...argv)
    expect([status, out]).toEqual([2, ''])
    expect(err).toContain(message)
  })

  it('says whom the scheduler chooses for one connection after the other', async () => {
    const { out, status } = await trace('samples/dr.lvs.yaml', '--service', 'web', '--turns', '5')
    expect(status).toBe(0)
    // Round robin, and what came last into the table is first.
    expect(out.replaceAll('\n', ' ')).toContain(
      'one after the other to rs2, rs1, rs2, rs1, rs2 (rs2 3, rs1 2)',
    )
    const json = await trace('samples/dr.lvs.yaml', '--service', 'web', '--turns', '3', '--json')
    expect((JSON.parse(json.out) as { turns: unknown }).turns).toEqual([
      {
        service: 'web',
        scheduler: 'rr',
        clients: ['alice'],
        realServers: ['rs2', 'rs1', 'rs2'],
        untold: null,
      },
    ])
    const drawn = readFileSync('samples/dr.lvs.yaml', 'utf8')
    const drawsLots = file('twos.lvs.yaml', drawn.replaceAll(/scheduler: \w+/g, 'scheduler: twos'))
    expect((await trace(drawsLots, '--service', 'web', '--turns', '3')).out.replaceAll('\n', ' ')).toContain(
      '"web": whom twos chooses cannot be told: it draws two real servers at random for each connection',
    )
    for (const wrong of [
      ['--turns', '0'],
      ['--turns', 'many'],
      ['--turns', '3', '--observed'],
    ]) {
      expect((await trace('samples/dr.lvs.yaml', ...wrong)).status).toBe(2)
    }
  })

  it('walks to the sorry server as if no real server were left', async () => {
    const sorry = SOUND.replaceAll(
      'real-servers: {',
      'sorry-server: { address: 10.0.0.254 }, real-servers: {',
    )
    expect(sorry).not.toBe(SOUND)
    const managed = file('sorry.lvs.yaml', `${sorry}manage: { director: keepalived }\n`)
    const { walks, status } = await walked(managed, '--real-server', 'sorry')
    expect(walks.length).toBeGreaterThan(0)
    // It is on the network of clients too, and answers them past the director.
    for (const walk of walks) {
      expect(walk).toMatchObject({ realServer: 'sorry', verdict: 'REPLY_SKIPS_DIRECTOR' })
      expect(walk.findings).toContain('SORRY-ADDR')
    }
    expect(status).toBe(1)
    const none = await trace(file('none.lvs.yaml', SOUND), '--real-server', 'sorry')
    expect([none.status, none.err]).toEqual([2, expect.stringContaining('has no real server "sorry"')])
  })

  it('refuses a text that cannot be read, and a drawing without a service', async () => {
    const broken = await trace(file('broken.lvs.yaml', 'lvs: 1\nhosts: {'))
    expect([broken.status, broken.out]).toEqual([2, ''])
    expect(broken.err).toMatch(/FILE-SYNTAX[\s\S]*cannot be read; nothing was done\n$/)
    const empty = await trace(file('empty.lvs.yaml', 'lvs: 1\nname: a\n'))
    expect([empty.status, empty.err]).toEqual([2, expect.stringContaining('has no service')])
    expect((await trace(join(folder, 'none.yaml'))).status).toBe(2)
  })

  it('walks without what makes no sense, and says so', async () => {
    const odd = SOUND.replace('address: 10.0.0.12', 'address: 10.0.0.256')
    const { status, err } = await trace(file('odd.lvs.yaml', odd), '--service', 'mail')
    expect(status).toBe(0)
    expect(err).toMatch(/odd\.lvs\.yaml:15: left out of the drawing: ADDR-SYNTAX: /)
  })

  it('colours what a terminal shows, and nothing else is in it', async () => {
    const path = file('colour.lvs.yaml', SOUND)
    const plain = (await trace(path)).out
    const painted = (await call(true, 'trace', path)).out
    expect(painted).toContain('\u001b[32mserved\u001b[0m')
    expect(painted.replaceAll(/\u001b\[\d+m/g, '')).toBe(plain)
  })
})
