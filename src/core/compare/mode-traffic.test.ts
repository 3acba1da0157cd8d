import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { deriveCluster } from '../hosts/cluster.js'
import { parseTopology } from '../topology/parse.js'
import { MODES } from '../topology/types.js'
import type { Mode } from '../topology/types.js'
import { USUAL_ASSUMPTIONS } from './assumptions.js'
import type { Assumptions } from './assumptions.js'
import { directorGains } from './gain.js'
import { inMode } from './in-mode.js'
import { modeTraffic } from './mode-traffic.js'
import type { CountedTraffic, PortLoad } from './traffic.js'

const sample = (mode: Mode) => readFileSync(`samples/${mode}.lvs.yaml`, 'utf8')

function trafficIn(text: string, mode: Mode, assumed: Partial<Assumptions> = {}, service = 'web') {
  const { topology } = parseTopology(text)
  return modeTraffic(deriveCluster(inMode(topology, service, mode)), service, mode, {
    ...USUAL_ASSUMPTIONS,
    ...assumed,
  })
}

function counted(...args: Parameters<typeof trafficIn>): CountedTraffic {
  const traffic = trafficIn(...args)
  if (traffic.kind === 'uncounted') throw new Error(traffic.reason)
  return traffic
}

function port({ ports }: CountedTraffic, host: string, name = 'eth0'): PortLoad {
  const found = ports.find((each) => each.host === host && each.interface === name)
  if (found === undefined) throw new Error(`nothing passes ${name} of ${host}`)
  return found
}

const total = (ports: readonly PortLoad[], direction: 'in' | 'out', of: 'packets' | 'bytes') =>
  ports.reduce((sum, each) => sum + each[direction][of], 0)

describe.each(MODES)('%s on the sample that is drawn for it', (mode) => {
  const exchange = fc.record({
    requestBytes: fc.nat(100_000),
    replyBytes: fc.nat(100_000),
  })

  it('has every packet that is sent arrive: nothing is made or lost on the way', () => {
    fc.assert(
      fc.property(exchange, fc.constantFrom('web', 'web6'), (assumed, service) => {
        const { ports } = counted(sample(mode), mode, assumed, service)
        for (const of of ['packets', 'bytes'] as const) {
          expect(total(ports, 'in', of)).toBeCloseTo(total(ports, 'out', of), 6)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('has the director send every packet it takes in, a tunnel’s header longer', () => {
    fc.assert(
      fc.property(exchange, (assumed) => {
        const { director, request, reply } = counted(sample(mode), mode, assumed)
        const header = mode === 'tun' ? 20 : 0
        expect(director.out.packets).toBeCloseTo(director.in.packets, 6)
        expect(director.out.bytes).toBeCloseTo(director.in.bytes + header * director.in.packets, 6)
        const both = mode === 'nat' ? request.bytes + reply.bytes : request.bytes
        expect(director.in.bytes).toBeCloseTo(both, 6)
        expect(director.share).toBeCloseTo(both / (request.bytes + reply.bytes), 9)
      }),
      { numRuns: 20 },
    )
  })

  it('has the client send and receive the exchange, and the real servers together too', () => {
    const traffic = counted(sample(mode), mode)
    const { request, reply, ports } = traffic
    expect(port(traffic, 'alice')).toMatchObject({ side: 'client', in: reply, out: request })
    const servers = ports.filter(({ side }) => side === 'real-server')
    expect(servers.map(({ host }) => host)).toEqual(['rs1', 'rs2'])
    expect(total(servers, 'out', 'bytes')).toBe(reply.bytes)
    expect(total(servers, 'in', 'packets')).toBe(request.packets)
  })

  it('grows with real servers until it meets what they share, and then no more', () => {
    for (const serverRate of [undefined, 300, 5000]) {
      const { growth, enough, ceiling, drawn } = counted(sample(mode), mode, { serverRate })
      const rates = growth.map(({ bound }) => bound?.requestsPerSecond ?? NaN)
      expect(rates).toEqual([...rates].sort((a, b) => a - b))
      expect(Math.max(...rates)).toBeLessThanOrEqual(ceiling?.requestsPerSecond ?? NaN)
      for (const { realServers, bound } of growth) {
        if (realServers >= (enough ?? NaN)) expect(bound).toEqual(ceiling)
        else expect(bound?.kind === 'server' || bound?.side === 'real-server').toBe(true)
      }
      expect(growth).toContainEqual(drawn)
    }
  })
})

describe('the three modes on one segment behind a router', () => {
  it('differ in what the director carries, not in what router and real servers do', () => {
    const [nat, tun, dr] = MODES.map((mode) => counted(sample('dr'), mode))
    expect([nat, tun, dr].map((each) => each?.director.in.packets)).toEqual([30, 15, 15])
    expect([nat, tun, dr].map((each) => each?.director.in.bytes)).toEqual([17_496, 1498, 1498])
    expect([nat, tun, dr].map((each) => each?.director.out.bytes)).toEqual([17_496, 1798, 1498])
    for (const each of [nat, tun, dr]) {
      if (each === undefined) throw new Error('no traffic')
      expect(port(each, 'edge', 'eth0').out.bytes).toBe(15_998)
      expect(port(each, 'edge', 'eth1').in.bytes).toBe(15_998)
    }
  })

  it('are bounded by the router, until that is faster', () => {
    expect(counted(sample('dr'), 'dr').ceiling).toMatchObject({ host: 'edge', direction: 'out' })
    const faster = counted(sample('dr'), 'dr', { linkRates: new Map([['edge', 1e11]]) })
    expect(faster.ceiling).toMatchObject({ host: 'lb1', direction: 'in' })
    // 15 packets of 1,498 bytes and 24 around each take 14.9 microseconds of a line of 1 Gbit/s.
    expect(faster.ceiling?.requestsPerSecond).toBeCloseTo(1e9 / (8 * (1498 + 15 * 24)), 6)
    expect(faster.enough).toBe(9)
  })

  it('show where the "ten times" of the literature are', () => {
    const { topology } = parseTopology(sample('dr'))
    const gains = directorGains(topology, 'web', USUAL_ASSUMPTIONS)
    expect(gains.map(({ replyBytes }) => replyBytes)).toEqual([100, 1e3, 5e3, 15e3, 1e5, 1e6, 1e7])
    const dr = gains.map((each) => each.dr ?? NaN)
    const tun = gains.map((each) => each.tun ?? NaN)
    expect(dr).toEqual([...dr].sort((a, b) => a - b))
    for (const [index, gain] of tun.entries()) expect(gain).toBeLessThan(dr[index] ?? NaN)
    expect(tun[3]).toBeCloseTo(8.44, 2)
    expect(dr[3]).toBeCloseTo(9.8, 2)
    // In the end an acknowledgement of 90 bytes on the line stands against two segments of 1,538.
    expect(dr.at(-1)).toBeCloseTo(1 + (2 * 1538) / 90, 0)
  })
})

describe('what the drawing says', () => {
  const one = (services: string, more = '') => `lvs: 1
name: one
networks:
  net: { subnet: 10.0.0.0/24, gateway: 10.0.0.254${more} }
hosts:
  lb: { role: director, interfaces: { eth0: { network: net, address: 10.0.0.1 } } }
  a: { role: real-server, interfaces: { eth0: { network: net, address: 10.0.0.11 } } }
  b: { role: real-server, interfaces: { eth0: { network: net, address: 10.0.0.12 } } }
services:
  web: { mode: dr, director: lb, vip: 10.0.0.100, port: 80${services} }
`

  it.each([
    ['wrr', [3 / 4, 1 / 4]],
    ['rr', [1 / 2, 1 / 2]],
    ['fo', [1, 0]],
  ])('of weights is heeded by %s as the scheduler does', (scheduler, [first, second]) => {
    const traffic = counted(one(`, scheduler: ${scheduler}, real-servers: { a: { weight: 3 }, b: {} }`), 'dr')
    expect(port(traffic, 'a').in.packets).toBeCloseTo(15 * (first ?? NaN), 9)
    expect(
      total(
        traffic.ports.filter(({ host }) => host === 'b'),
        'in',
        'packets',
      ),
    ).toBeCloseTo(15 * (second ?? NaN), 9)
  })

  it('leaves out real servers of weight 0', () => {
    const traffic = counted(one(', real-servers: { a: { weight: 0 }, b: {} }'), 'dr')
    expect(traffic.drawn.realServers).toBe(1)
    expect(traffic.ports.map(({ host }) => host)).toEqual(['lb', 'b'])
  })

  it('makes others useless where the scheduler sends everything to one', () => {
    const { growth, enough } = counted(
      one(', scheduler: fo, real-servers: { a: { weight: 2 }, b: {} }'),
      'dr',
    )
    expect(new Set(growth.map(({ bound }) => bound?.requestsPerSecond)).size).toBe(1)
    expect(enough).toBeUndefined()
  })

  it('counts on the director alone where the director is the real server', () => {
    const { ports, enough } = counted(one(', real-servers: { lb: {} }'), 'nat')
    expect(ports.map(({ host }) => host)).toEqual(['lb'])
    expect(ports[0]?.in.packets).toBe(15)
    expect(ports[0]?.out.packets).toBe(15)
    expect(enough).toBe(1)
  })

  it('of MTUs makes other packets', () => {
    const jumbo = one(', real-servers: { a: {} }', ', mtu: 9000').replace(', gateway: 10.0.0.254', '')
    expect(counted(jumbo, 'dr').reply.packets).toBe(2 + 2 + 2)
    // From beyond the gateway nobody sends more than Ethernet's.
    expect(counted(one(', real-servers: { a: {} }', ', mtu: 9000'), 'dr').reply.packets).toBe(15)
    const tunnel = one(', real-servers: { a: {} }')
    const upload = { requestBytes: 1440 * 100, replyBytes: 0 }
    expect(counted(tunnel, 'tun', upload).request.bytes).toBeGreaterThan(
      counted(tunnel, 'dr', upload).request.bytes,
    )
  })

  it('gives VLANs on one card that card, with their tags', () => {
    const text = sample('nat').replace(
      "eth1: { network: back, address: [10.0.0.1, 'fd00:10::1'] }",
      "eth0.20: { network: back, address: [10.0.0.1, 'fd00:10::1'] }",
    )
    const traffic = counted(text, 'nat')
    const { in: inward, out } = port(traffic, 'lb1')
    expect(traffic.ports.filter(({ host }) => host === 'lb1')).toHaveLength(1)
    expect([inward.packets, out.packets]).toEqual([30, 30])
    expect(inward.line).toBe(17_496 + 30 * 24 + 15 * 4)
  })

  it('gives a bond the rate of all it joins, and a host or network the rate that is said of it', () => {
    const text = sample('nat').replace(
      "eth1: { network: back, address: [10.0.0.1, 'fd00:10::1'] }",
      "bond0: { network: back, address: [10.0.0.1, 'fd00:10::1'], bond: [eth1, eth2] }",
    )
    const rates = (linkRates: [string, number][]) => {
      const traffic = counted(text, 'nat', { linkRates: new Map(linkRates) })
      return [port(traffic, 'lb1'), port(traffic, 'lb1', 'bond0'), port(traffic, 'rs1')].map(
        ({ rate }) => rate,
      )
    }
    expect(rates([])).toEqual([1e9, 2e9, 1e9])
    expect(rates([['back', 1e8]])).toEqual([1e9, 2e8, 1e8])
    expect(rates([['back', 1e8], ['rs1', 5]])).toEqual([1e9, 2e8, 5]) // prettier-ignore
    expect(rates([['lb1', 1e10]])).toEqual([1e10, 2e10, 1e9])
  })

  it.each([
    ['no director', ', real-servers: { a: {} }', 'director: lb, ', /director/],
    ['no VIP', ', real-servers: { a: {} }', 'vip: 10.0.0.100, ', /VIP/],
    ['no real servers', '', '', /real server/],
    ['only such as take no requests', ', real-servers: { a: { weight: 0 } }', '', /real server/],
    ['only such as are not drawn', ', real-servers: { ghost: {} }', '', /real server/],
  ])('with %s cannot be counted, and says why', (_, services, missing, reason) => {
    for (const mode of MODES) {
      expect(trafficIn(one(services).replace(missing, ''), mode)).toMatchObject({
        kind: 'uncounted',
        reason: expect.stringMatching(reason) as string,
      })
    }
  })

  it('lets a method be judged before its findings are mended', () => {
    // No route back: the replies leave the real servers for somewhere that is not drawn.
    const { director, ports } = counted(sample('nat'), 'dr')
    expect(director.out.bytes).toBe(1498)
    expect(
      total(
        ports.filter(({ side }) => side === 'real-server'),
        'out',
        'bytes',
      ),
    ).toBe(15_998)
    // Behind a router, where only a tunnel reaches: as if they were on the director's link.
    expect(counted(sample('tun'), 'dr').director.out.bytes).toBe(1498)
    expect(counted(sample('tun'), 'nat').director).toMatchObject({ in: { bytes: 17_496 }, share: 1 })
  })
})
