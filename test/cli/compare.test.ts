import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { run } from '../../src/cli/run.js'

async function call(...argv: string[]) {
  let out = ''
  let err = ''
  const status = await run(['compare', ...argv], {
    out: (text) => (out += text),
    err: (text) => (err += text),
    colour: false,
    ask: undefined,
    input: () => Promise.resolve(''),
    signal: new AbortController().signal,
  })
  return { status, out, err }
}

interface Compared {
  readonly file: string
  readonly assumed: Readonly<Record<string, unknown>>
  readonly services: readonly {
    readonly service: string
    readonly modes: readonly {
      readonly mode: string
      readonly current: boolean
      readonly feasible: boolean
      readonly lacks: readonly { readonly code: string }[]
      readonly traffic: {
        readonly kind: string
        readonly basis: string
        readonly director: { readonly in: { readonly packets: number; readonly bytes: number } }
        readonly ceiling: { readonly host: string; readonly requestsPerSecond: number }
        readonly ports: readonly { readonly host: string; readonly rate: number }[]
        readonly growth: readonly { readonly realServers: number }[]
      }
    }[]
    readonly directorGains: readonly { readonly replyBytes: number; readonly dr: number }[]
  }[]
}

async function compared(...argv: string[]): Promise<Compared> {
  const { status, out, err } = await call(...argv, '--json')
  expect([status, err]).toEqual([0, ''])
  return JSON.parse(out) as Compared
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lvs-compare-'))
})
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})
function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const GOLDEN = 'test/golden/compare'
const HOW = 'If this is what is wanted: UPDATE_GOLDEN=1 npx vitest run test/cli/compare.test.ts'

describe('compare', () => {
  it.each([
    ['nat', ['samples/nat.lvs.yaml', '--service', 'web']],
    ['tun-web6', ['samples/tun.lvs.yaml', '--service', 'web6']],
    ['dr', ['samples/dr.lvs.yaml', '--service', 'web']],
    [
      'dr-wide',
      ['samples/dr.lvs.yaml', '--service', 'web', '--link-rate', '100M,edge=10G', '--server-rate', '30'],
    ],
  ])('says it in a table: %s', async (name, argv) => {
    const { status, out, err } = await call(...argv)
    expect([status, err]).toEqual([0, ''])
    const place = join(GOLDEN, `${name}.txt`)
    if (process.env['UPDATE_GOLDEN'] === '1') {
      mkdirSync(GOLDEN, { recursive: true })
      writeFileSync(place, out)
    }
    expect(out, HOW).toBe(readFileSync(place, 'utf8'))
    for (const line of out.split('\n')) {
      expect(line.length).toBeLessThanOrEqual(100)
      expect(line).toBe(line.trimEnd())
    }
  })

  it('compares every service where none is named', async () => {
    const { out } = await call('samples/nat.lvs.yaml')
    expect(out.match(/: service \w+/g)).toEqual([': service web', ': service web6'])
  })

  it('gives the same as JSON, and everything it rests on', async () => {
    const { file: name, assumed, services } = await compared('samples/dr.lvs.yaml')
    expect(name).toBe('samples/dr.lvs.yaml')
    expect(assumed).toEqual({
      requestBytes: 500,
      replyBytes: 15_000,
      linkRate: 1e9,
      linkRates: {},
    })
    expect(services.map(({ service }) => service)).toEqual(['web', 'web6'])
    const [web] = services
    expect(web?.modes.map(({ mode, current, feasible }) => [mode, current, feasible])).toEqual([
      ['nat', false, true],
      ['tun', false, true],
      ['dr', true, true],
    ])
    for (const { traffic } of web?.modes ?? []) {
      expect(traffic).toMatchObject({ kind: 'counted', basis: 'walked' })
      expect(traffic.ports.map(({ host }) => host)).toEqual(['alice', 'edge', 'edge', 'lb1', 'rs1', 'rs2'])
      expect(traffic.growth.map(({ realServers }) => realServers)).toEqual([1, 2, 5, 10, 20, 50, 100])
    }
    expect(web?.directorGains.find(({ replyBytes }) => replyBytes === 15_000)?.dr).toBeCloseTo(9.8, 1)
  })

  it('takes sizes and rates as people write them', async () => {
    const { assumed, services } = await compared(
      'samples/dr.lvs.yaml',
      ...['--request-size', '2k', '--reply-size', '1 MB', '--link-rate', '100M,farm=1G,edge=10Gbit/s'],
      ...['--server-rate', '800'],
    )
    expect(assumed).toEqual({
      requestBytes: 2000,
      replyBytes: 1_000_000,
      linkRate: 1e8,
      linkRates: { farm: 1e9, edge: 1e10 },
      serverRate: 800,
    })
    const ports = services[0]?.modes[0]?.traffic.ports ?? []
    expect(ports.map(({ host, rate }) => [host, rate])).toEqual([
      ['alice', 1e8],
      ['edge', 1e10],
      ['edge', 1e10],
      ['lb1', 1e9],
      ['rs1', 1e9],
      ['rs2', 1e9],
    ])
  })

  it('does not hold where a service works in no mode, and says what prevents each', async () => {
    const text = readFileSync('samples/nat.lvs.yaml', 'utf8').replaceAll(
      'director: lb1\n    vip: 192.0.2.100',
      'director: lb1\n    vip: 203.0.113.9',
    )
    const wrong = file(
      'wrong.lvs.yaml',
      text.replaceAll('gateway:', '# gateway:').replace(/role: director/, 'role: client'),
    )
    const { status, out } = await call(wrong, '--service', 'web')
    expect(status).toBe(1)
    for (const mode of ['NAT', 'TUN', 'DR'])
      expect(out).toMatch(new RegExp(`What prevents ${mode}[^]*error [A-Z-]+: `))
  })

  it('has no figures, and says why, where the drawing does not tell', async () => {
    const text = readFileSync('samples/dr.lvs.yaml', 'utf8').replace(
      '      rs1: {}\n      rs2: {}\n  web6',
      '  web6',
    )
    const { out } = await call(file('none.lvs.yaml', text), '--service', 'web')
    expect(out).toMatch(
      /What DR carries cannot be counted: no real server with a known address takes requests/,
    )
    expect(out).not.toMatch(/Requests a second/)
  })

  it('leaves the terminal alone, whatever a file is called', async () => {
    const { out } = await call(file('red\u001b[31m.lvs.yaml', readFileSync('samples/dr.lvs.yaml', 'utf8')))
    expect(out).not.toContain('\u001b')
    expect(out).toContain('red\u241b[31m.lvs.yaml: service web,')
  })

  it.each([
    [['samples/dr.lvs.yaml', '--service', 'mail'], /has no service "mail"; it has web, web6/],
    [
      ['samples/dr.lvs.yaml', '--reply-size', 'big'],
      /--reply-size takes a number of bytes from 0 to .*, not "big"/,
    ],
    [['samples/dr.lvs.yaml', '--link-rate', '1G,nowhere=10G'], /has neither a host nor a network "nowhere"/],
    [['samples/dr.lvs.yaml', '--link-rate', '1G,edge='], /--link-rate takes a rate in bit\/s/],
    [['samples/dr.lvs.yaml', '--link-rate', '0'], /--link-rate takes a rate in bit\/s/],
    [['samples/dr.lvs.yaml', '--server-rate', '-1'], /server-rate/],
    [['a', 'b'], /usage: lvs-designer compare FILE/],
    [['/no/such'], /cannot read \/no\/such: there is no such file/],
  ])('%j ends in words and with status 2', async (argv, said) => {
    const { status, out, err } = await call(...argv)
    expect(err).toMatch(said)
    expect([status, out]).toEqual([2, ''])
  })

  it('refuses a file without services', async () => {
    const { status, err } = await call(file('empty.lvs.yaml', 'lvs: 1\nname: x\n'))
    expect(status).toBe(2)
    expect(err).toMatch(/empty\.lvs\.yaml has no services to compare/)
  })
})
