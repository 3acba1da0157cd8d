import { describe, expect, it } from 'vitest'
import type { Packet } from '../../src/core/packet/packet.js'
import type { Walk } from '../../src/core/packet/walk.js'
import { walkCluster } from '../../src/core/packet/walk-cluster.js'
import { compareRequest } from '../../src/lab/kernel-run/agreement.js'
import type { AskedKernel } from '../../src/lab/kernel-run/agreement.js'
import { walkedFrames } from '../../src/lab/kernel-run/walked-frames.js'
import type { SwitchedFrame } from '../../src/lab/kernel-run/results.js'
import { clusterOf } from './case.js'
import type { DifferentialCase } from './case.js'
import { fixtures } from './fixtures.js'
import { generateWiderCase } from './generate-wider.js'

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

  /** Without the VIP the director hands the packet back to its gateway: the cause is the verdict, and not the round. */
  it('lets a packet go the rounds that the walk leaves out, and no other way', () => {
    const round = walkOfCase(generateWiderCase(20055))
    const walked = doneAs(round)
    expect(round.verdict).toBe('VIP_NOT_ON_DIRECTOR')
    const end = walked.frames.findIndex(({ frame }) => frame.kind === 'ip' && 'icmp' in frame.packet.l4)
    const [before, last] = walked.frames.slice(end - 2, end)
    if (before === undefined || last === undefined || end < 2) throw new Error('it does not go round')
    const rounds = Array.from({ length: ttlOf(last) - 1 }, (_, index) =>
      withTtl(index % 2 === 0 ? before : last, ttlOf(last) - 1 - index),
    )
    const differences = (between: readonly SwitchedFrame[]) =>
      compareRequest([round], {
        ...walked,
        frames: [...walked.frames.slice(0, end), ...between, ...walked.frames.slice(end)],
      }).differences
    expect(rounds.map(ttlOf).slice(-2)).toEqual([2, 1])
    expect(differences(rounds)).toEqual([])
    const elsewhere = (frame: SwitchedFrame) => ({ ...frame, from: { ...frame.from, interface: 'eth9' } })
    rounds.forEach((frame, index) => {
      for (const other of [elsewhere(frame), withTtl(frame, 70)])
        expect(differences(rounds.with(index, other)), `round ${index}`).not.toEqual([])
    })
  })

  /** route.c `__ip_do_redirect`: how soon a real server takes the shorter way is chance, and that it did is in the frames. */
  it('lets a connection end early whose real server was told to skip the director, and did', () => {
    const redirected = walkOf('truth table: nat, one NIC, redirects on')
    const served = doneAs(redirected)
    const [reply] = walkedFrames(redirected).filter(({ leg }) => leg === 'reply')
    const [client] = walkedFrames(redirected)
    if (reply?.packetOut.eth === undefined || client?.packetOut.eth === undefined) throw new Error('no reply')
    const from = { case: 'c0', host: reply.host, interface: reply.out ?? '', network: reply.network }
    const ip = (packet: Packet): SwitchedFrame['frame'] => ({
      kind: 'ip',
      packet,
      payload: 0,
      fragment: false,
      about: reply.packetOut,
    })
    const told: SwitchedFrame = {
      from: { ...from, host: 'lb' },
      frame: ip({
        ...reply.packetOut,
        eth: { src: reply.packetOut.eth.dst, dst: reply.packetOut.eth.src },
        l4: { icmp: { type: 5, code: 1 } },
      }),
    }
    const astray: SwitchedFrame = {
      from,
      frame: ip({
        ...reply.packetOut,
        eth: { src: reply.packetOut.eth.src, dst: client.packetOut.eth.src },
        l4: { srcPort: 80, dstPort: 40000, flags: 'ACK' },
      }),
    }
    const stalled = (...more: readonly SwitchedFrame[]) =>
      compareRequest([redirected], {
        ...served,
        frames: [...served.frames, ...more],
        request: { ...served.request, state: 'stalled' },
      }).agrees
    expect(compareRequest([redirected], served).agrees).toBe(true)
    expect(stalled(told, astray)).toBe(true)
    expect(stalled()).toBe(false)
    expect(stalled(told)).toBe(false)
    expect(stalled(astray)).toBe(false)
    expect(stalled(astray, told)).toBe(false)
  })

  it('leaves open what becomes of a request that is sent again by the way a router told, and only of that', () => {
    const dropped = walkOfCase(generateWiderCase(22759))
    expect(dropped.verdict).toBe('FIREWALL_DROP')
    const done = doneAs(dropped)
    const [request] = walkedFrames(dropped)
    if (request?.packetOut.eth === undefined) throw new Error('nothing is sent')
    const {
      packetOut: packet,
      packetOut: { eth },
    } = request
    const frame = (host: string, of: Packet): SwitchedFrame => ({
      from: { case: 'c0', host, interface: 'eth0', network: request.network },
      frame: { kind: 'ip', packet: of, payload: 0, fragment: false, about: packet },
    })
    const told = frame('router', {
      ...packet,
      eth: { src: eth.dst, dst: eth.src },
      l4: { icmp: { type: 5, code: 1 } },
    })
    const again = frame('client', packet)
    const elsewhere = frame('client', { ...packet, eth: { ...eth, dst: '02:00:00:00:00:99' } })
    const ofAnother = frame('client', {
      ...packet,
      eth: { ...eth, dst: '02:00:00:00:00:99' },
      l4: { srcPort: 40001, dstPort: 80, flags: 'SYN' },
    })
    const agrees = (...more: readonly SwitchedFrame[]) =>
      compareRequest([dropped], { ...done, scheduled: true, frames: [...done.frames, ...more] }).agrees
    expect(agrees(told, again, elsewhere)).toBe(true)
    expect(agrees(told, again)).toBe(false)
    expect(agrees(again, elsewhere)).toBe(false)
    expect(agrees(told, again, ofAnother)).toBe(false)
    expect(
      compareRequest([dropped], { ...done, scheduled: true, frames: [told, again, elsewhere].slice(0, 1) })
        .agrees,
    ).toBe(false)
  })

  /** veth.c `veth_forward_skb`: the switch's end of the wire has the link's MTU. */
  it('asks for no frame on the switch that its link does not carry, and for those that a host does not take', () => {
    const which = generateWiderCase(23322)
    const { front } = which.drawing.networks
    const eth0 = which.drawing.hosts['router']?.interfaces['eth0']
    if (front === undefined || eth0 === undefined) throw new Error('it has neither')
    const onLink = walkOfCase(which)
    expect(onLink.reason).toContain('1340 bytes are more than the MTU of 1300 of front')
    expect(walkedFrames(onLink).map(({ host }) => host)).toEqual(['client'])
    front.mtu = 1400
    eth0.mtu = 1300
    const atHost = walkOfCase(which)
    expect(atHost.reason).toContain('are more than the MTU of 1300 of eth0 of router')
    expect(walkedFrames(atHost).at(-1)).toMatchObject({ host: 'lb', leg: 'request' })
  })

  /** Behind a router that refusal is a frame of the router's too. */
  it('lets a client refuse the association it has not asked for, and takes no other refusal for that', () => {
    const skipped = walkOf('truth table: sctp by nat, replies skip the director')
    const done = doneAs(skipped)
    const last = done.frames.at(-1)
    if (skipped.verdict !== 'REPLY_SKIPS_DIRECTOR' || last?.frame.kind !== 'ip')
      throw new Error('it does not')
    const { packet } = last.frame
    const { eth, ip, l4 } = packet
    if (eth === undefined || 'icmp' in l4) throw new Error('it is no reply')
    const back: Packet = {
      ...packet,
      eth: { src: eth.dst, dst: eth.src },
      ip: { ...ip, src: ip.dst, dst: ip.src },
      l4: { srcPort: l4.dstPort, dstPort: l4.srcPort, flags: 'ABORT' },
    }
    const refusal = (of: Packet): SwitchedFrame[] =>
      [
        { ...last.from, host: 'client', interface: 'eth0', network: 'far' },
        { ...last.from, host: 'router', interface: 'eth1', network: 'front' },
      ].map((from) => ({
        from,
        frame: { kind: 'ip', packet: of, payload: 4, fragment: false, about: undefined },
      }))
    const agrees = (more: readonly SwitchedFrame[]) =>
      compareRequest([skipped], { ...done, frames: [...done.frames, ...more] }).agrees
    expect(agrees(refusal(back))).toBe(true)
    expect(agrees(refusal({ ...back, l4: { srcPort: l4.dstPort, dstPort: l4.srcPort } }))).toBe(false)
    expect(agrees(refusal({ ...packet, l4: { ...l4, flags: 'ABORT' } }))).toBe(false)
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
  if (which === undefined) throw new Error(`there is no fixture '${name}'`)
  return walkOfCase(which)
}

function walkOfCase(which: DifferentialCase): Walk {
  const [walk] = walkCluster(clusterOf(which), { client: which.client, service: which.service })
  if (walk === undefined) throw new Error(`there is no walk of '${which.name}'`)
  return walk
}

function ttlOf({ frame }: SwitchedFrame): number {
  return frame.kind === 'ip' ? frame.packet.ip.ttl : 0
}

function withTtl({ from, frame }: SwitchedFrame, ttl: number): SwitchedFrame {
  if (frame.kind !== 'ip') return { from, frame }
  const { packet } = frame
  return { from, frame: { ...frame, packet: { ...packet, ip: { ...packet.ip, ttl } } } }
}

/** A kernel that did exactly as a walk says. */
function doneAs(walk: Walk): AskedKernel {
  const last = new Map(walk.hops.map(({ host, knows }) => [host, knows.neighbours]))
  const [first] = walkedFrames(walk)
  return {
    scheduled: walk.hops.some(({ knows }) => knows.connections.length > 0),
    frames: walkedFrames(walk).map(({ host, out, network, packetOut }) => ({
      from: { case: 'c0', host, interface: out ?? '', network },
      frame: {
        kind: 'ip',
        packet: packetOut,
        payload: 0,
        fragment: false,
        about: 'icmp' in packetOut.l4 ? first?.packetOut : undefined,
      },
    })),
    neighbours: new Map(
      [...last].map(([host, known]) => [
        host,
        known.map(({ address, mac, interface: device }) => `${address} 0x1 0x2 ${mac} * ${device}`),
      ]),
    ),
    request: {
      state: walk.served === true ? 'answered' : walk.seen === 'unreachable' ? 'failed' : 'silent',
      error: walk.seen === 'unreachable' ? 113 : 0,
      server: walk.served === true ? walk.realServer : undefined,
      clientPort: first !== undefined && 'srcPort' in first.packetOut.l4 ? first.packetOut.l4.srcPort : 0,
      up: 0,
      down: 0,
    },
  }
}
