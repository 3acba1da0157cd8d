import { describe, expect, it } from 'vitest'
import type { Packet } from '../../src/core/packet/packet.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { walkCluster } from '../../src/core/packet/walk-cluster.js'
import { compareRequest, walkedFrames } from '../../src/lab/kernel-run/agreement.js'
import type { AskedKernel } from '../../src/lab/kernel-run/agreement.js'
import type { SwitchedFrame } from '../../src/lab/kernel-run/results.js'
import { clusterOf } from './case.js'
import { fixtures } from './fixtures.js'

/** The comparison must be able to fail: a kernel that did as the walk says, and then one that did not in one thing. */
describe('the comparison of walk and kernel', () => {
  const walk = walkOf('truth table: tun, MTU 1500')
  const done = doneAs(walk)
  const disagrees = (change: Partial<AskedKernel>) => !compareRequest([walk], { ...done, ...change }).agrees
  const withPacket = (index: number, change: (packet: Packet) => Packet) =>
    done.frames.map(({ from, frame }, at): SwitchedFrame => {
      if (at !== index || frame.kind !== 'ip') return { from, frame }
      return { from, frame: { ...frame, packet: change(frame.packet) } }
    })

  it('agrees with what the walk says', () => {
    expect(walk.verdict).toBe('SERVED')
    expect(done.frames.length).toBeGreaterThan(4)
    expect(compareRequest([walk], done)).toMatchObject({ agrees: true, walk })
  })

  it.each<[string, (packet: Packet) => Packet]>([
    ['TTL', (packet) => ({ ...packet, ip: { ...packet.ip, ttl: packet.ip.ttl - 1 } })],
    [
      'link-layer address',
      (packet) => ({ ...packet, eth: { src: packet.eth?.src ?? '', dst: '02:00:00:00:00:99' } }),
    ],
    ['source address', (packet) => ({ ...packet, ip: { ...packet.ip, src: packet.ip.dst } })],
    ['port', (packet) => ({ ...packet, l4: { srcPort: 1, dstPort: 2, flags: 'SYN' } })],
    ['flags', (packet) => ({ ...packet, l4: { ...packet.l4, flags: 'RST ACK' } })],
    [
      'tunnel',
      (packet) =>
        packet.outer === undefined
          ? { ...packet, outer: { ...OUTER, src: packet.ip.src, dst: packet.ip.dst } }
          : { ...packet, outer: undefined },
    ],
  ])('sees another %s in any frame', (_, change) => {
    done.frames.forEach((__, index) => {
      expect(disagrees({ frames: withPacket(index, change) }), `frame ${index}`).toBe(true)
    })
  })

  it('sees a frame that is missing, one too many, and another order', () => {
    done.frames.forEach((_, index) => {
      expect(disagrees({ frames: done.frames.filter((__, at) => at !== index) })).toBe(true)
    })
    const [first] = withPacket(0, (packet) => ({ ...packet, ip: { ...packet.ip, ttl: 7 } }))
    if (first !== undefined) expect(disagrees({ frames: [...done.frames, first] })).toBe(true)
    expect(disagrees({ frames: [...done.frames].reverse() })).toBe(true)
  })

  it('sees who served, what the client was told, and whether the director was passed', () => {
    const { request } = done
    expect(disagrees({ scheduled: false })).toBe(true)
    expect(disagrees({ request: { ...request, server: 'lb' } })).toBe(true)
    expect(disagrees({ request: { ...request, state: 'stalled' } })).toBe(true)
    expect(disagrees({ request: { ...request, state: 'failed', error: 111 } })).toBe(true)
    expect(disagrees({ request: { ...request, state: 'silent' } })).toBe(true)
    expect(disagrees({ neighbours: new Map() })).toBe(true)
  })

  it('sees another cluster than the one that was walked', () => {
    const others = [
      'tun, tunl0 down',
      'tun, protocol 4 refused',
      'tun, rp_filter all 1, tunl0 0',
      'dr, no service',
    ]
    for (const other of others)
      expect(compareRequest([walk], doneAs(walkOf(`truth table: ${other}`))).agrees, other).toBe(false)
  })
})

const OUTER = { ttl: 64, protocol: 4, length: 80, df: true } as const

function walkOf(name: string): Walk {
  const which = fixtures().find((each) => each.name === name)
  const [walk] = which === undefined ? [] : walkCluster(clusterOf(which), { client: which.client })
  if (walk === undefined) throw new Error(`there is no walk of '${name}'`)
  return walk
}

/** A kernel that did exactly as a walk says. */
function doneAs(walk: Walk): AskedKernel {
  const last = new Map(walk.hops.map(({ host, knows }) => [host, knows.neighbours]))
  const [first] = walkedFrames(walk)
  return {
    scheduled: walk.hops.some(({ knows }) => knows.connections.length > 0),
    frames: walkedFrames(walk).map(({ host, out, network, packetOut }) => ({
      from: { case: 'c0', host, interface: out ?? '', network },
      frame: { kind: 'ip', packet: packetOut, payload: 0, fragment: false, about: undefined },
    })),
    neighbours: new Map(
      [...last].map(([host, known]) => [
        host,
        known.map(({ address, mac, interface: device }) => `${address} 0x1 0x2 ${mac} * ${device}`),
      ]),
    ),
    request: {
      state: walk.served === true ? 'answered' : 'silent',
      error: 0,
      server: walk.served === true ? walk.realServer : undefined,
      clientPort: first !== undefined && 'srcPort' in first.packetOut.l4 ? first.packetOut.l4.srcPort : 0,
      up: 0,
      down: 0,
    },
  }
}
