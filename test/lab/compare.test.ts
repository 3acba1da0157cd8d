import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { USUAL_ASSUMPTIONS } from '../../src/core/compare/assumptions.js'
import { compareModes } from '../../src/core/compare/compare-modes.js'
import type { Load } from '../../src/core/compare/frames.js'
import type { CountedTraffic } from '../../src/core/compare/traffic.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import type { Mode } from '../../src/core/topology/types.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/**
 * What `compare` says a director carries against the counters of a director that carries it. Every byte of requests and
 * replies is exact. How many packets acknowledge them is not: an ACK is left out where the next is about to be sent, and
 * the demo service writes its answer in two pieces, each with a segment of its own. Two packets a request are allowed
 * for that; a packet more or less is an empty segment more or less.
 */
const LEEWAY = 2
const REQUESTS = 60
/** Bytes of a segment that carries nothing, on the wire: Ethernet 14, IPv4 20, TCP 20, timestamps 12. */
const EMPTY = 66
/** Bytes that ARP and neighbour discovery may add on an interface meanwhile. */
const CHATTER = 3000

/** Packets, and bytes with their Ethernet header. */
type Counted = Pick<Load, 'packets' | 'bytes'>

interface Counters {
  readonly connections: number
  /** Of IPVS, which counts what comes in for the VIP and, with NAT alone, what it sends back. */
  readonly request: Counted
  readonly reply: Counted
  /** Of interfaces, by host, name and direction: `lb1 eth0 in`. */
  readonly interfaces: ReadonlyMap<string, Counted>
}

const STATISTICS =
  'for d in /sys/class/net/eth*; do for w in rx tx; do echo "$(basename $d) $w $(cat $d/statistics/${w}_packets) $(cat $d/statistics/${w}_bytes)"; done; done'

async function counters(lab: RunningLab): Promise<Counters> {
  // The estimator brings the counters of IPVS up to date every two seconds.
  const table = await lab.on('lb1', 'sleep 2.5; ipvsadm -L -n --stats --exact')
  const line = table.split('\n').find((each) => each.includes('192.0.2.100:80 ')) ?? ''
  const [connections = NaN, inPackets = NaN, outPackets = NaN, inBytes = NaN, outBytes = NaN] = line
    .trim()
    .split(/ +/)
    .slice(2)
    .map(Number)
  const interfaces = new Map<string, Counted>()
  for (const host of ['lb1', 'alice']) {
    for (const found of (await lab.on(host, STATISTICS)).trim().split('\n')) {
      const [name = '', way, packets, bytes] = found.split(' ')
      interfaces.set(`${host} ${name} ${way === 'rx' ? 'in' : 'out'}`, {
        packets: Number(packets),
        bytes: Number(bytes),
      })
    }
  }
  // IPVS counts from the IP header on.
  return {
    connections,
    request: { packets: inPackets, bytes: inBytes + 14 * inPackets },
    reply: { packets: outPackets, bytes: outBytes + 14 * outPackets },
    interfaces,
  }
}

interface Measured extends Counters {
  /** Bytes a request of what programs send, as curl counts them. */
  readonly requestBytes: number
  readonly replyBytes: number
}

/** What so many calls of curl add to the counters. */
async function measured(lab: RunningLab, curl: string): Promise<Measured> {
  const before = await counters(lab)
  const said = await lab.on(
    'alice',
    `for i in $(seq ${REQUESTS}); do curl -sS -m 20 -o /dev/null -w '%{size_request} %{size_upload} %{size_header} %{size_download}\\n' ${curl}; done`,
  )
  const after = await counters(lab)
  const sums = said
    .trim()
    .split('\n')
    .map((each) => each.split(' ').map(Number))
    .reduce((sum, each) => sum.map((value, index) => value + (each[index] ?? NaN)), [0, 0, 0, 0])
  const [request = NaN, upload = NaN, header = NaN, download = NaN] = sums
  const less = (a: Counted | undefined, b: Counted | undefined): Counted => ({
    packets: (a?.packets ?? NaN) - (b?.packets ?? NaN),
    bytes: (a?.bytes ?? NaN) - (b?.bytes ?? NaN),
  })
  return {
    connections: after.connections - before.connections,
    request: less(after.request, before.request),
    reply: less(after.reply, before.reply),
    interfaces: new Map(
      [...after.interfaces].map(([name, counted]) => [name, less(counted, before.interfaces.get(name))]),
    ),
    requestBytes: (request + upload) / REQUESTS,
    replyBytes: (header + download) / REQUESTS,
  }
}

async function foretold(lab: RunningLab, mode: Mode, { requestBytes, replyBytes }: Measured) {
  const parsed = parseTopology(await readFile(lab.file, 'utf8'))
  const { modes } = compareModes(parsed, 'web', { ...USUAL_ASSUMPTIONS, requestBytes, replyBytes })
  const found = modes.find((each) => each.mode === mode)?.traffic
  if (found?.kind !== 'counted') throw new Error(`the traffic of ${mode} is not counted`)
  expect(found.basis).toBe('walked')
  return found
}

/** What there is beside empty segments: the payload, and the options of a SYN. */
const beside = ({ packets, bytes }: Counted, empty = EMPTY) => bytes - empty * packets

function expectForetold(counted: Counted, model: Load, what: string) {
  expect(beside(counted), what).toBeCloseTo(REQUESTS * beside(model), 6)
  expect(Math.abs(counted.packets / REQUESTS - model.packets), what).toBeLessThanOrEqual(LEEWAY)
}

/** Every interface of a host, both ways; `header` is what a tunnel puts before what is sent. */
function expectOnInterfaces(seen: Measured, { ports, request }: CountedTraffic, host: string, header = 0) {
  const own = ports.filter((port) => port.host === host)
  expect(own.length).toBeGreaterThan(0)
  for (const port of own) {
    for (const direction of ['in', 'out'] as const) {
      const what = `${host} ${port.interface} ${direction}`
      const counted = seen.interfaces.get(what) ?? { packets: NaN, bytes: NaN }
      const model = port[direction]
      const empty = EMPTY + (direction === 'out' ? header : 0)
      expect(Math.abs(beside(counted, empty) - REQUESTS * beside(model, empty)), what).toBeLessThan(CHATTER)
      // An interface of a one-armed director has both legs on it.
      const legs = Math.ceil(model.packets / request.packets)
      expect(Math.abs(counted.packets - REQUESTS * model.packets), what).toBeLessThan(
        REQUESTS * legs * LEEWAY + CHATTER / EMPTY,
      )
    }
  }
}

const MODES = [
  { mode: 'nat', header: 0 },
  { mode: 'tun', header: 20 },
  { mode: 'dr', header: 0 },
] as const

describe.each(MODES)('$mode, on a kernel,', ({ mode, header }) => {
  let lab: RunningLab

  beforeAll(async () => {
    lab = await startLab(`samples/${mode}.lvs.yaml`, `test-compare-${mode}`)
    const applied = await lab.cli('apply', lab.file)
    expect(applied.status, applied.stdout + applied.stderr).toBe(0)
  })
  afterAll(async () => {
    await lab.down()
  })

  it.each([
    ['a page', `-H "X-Pad: $(printf %0400d 0)" http://192.0.2.100/bytes/15000`, 400, 15_000],
    ['next to nothing', 'http://192.0.2.100/bytes/1', 50, 1],
    // Where a Linux client has long begun to acknowledge every second segment only.
    ['much', 'http://192.0.2.100/bytes/200000', 50, 200_000],
  ])('costs the director what was foretold: requests for %s', async (_, curl, least, reply) => {
    const seen = await measured(lab, curl)
    expect(seen.requestBytes).toBeGreaterThan(least)
    expect(seen.replyBytes).toBeGreaterThan(reply)
    const model = await foretold(lab, mode, seen)
    expect(seen.connections).toBe(REQUESTS)
    expectForetold(seen.request, model.request, 'requests, by IPVS')
    if (mode === 'nat') expectForetold(seen.reply, model.reply, 'replies, by IPVS')
    else expect(seen.reply.packets).toBe(0)
    expectOnInterfaces(seen, model, 'lb1', header)
    expectOnInterfaces(seen, model, 'alice')
  })

  it('bears uploads in segments that fit', async () => {
    const upload = `-H Expect: --data-binary @/tmp/upload http://192.0.2.100/`
    await lab.on('alice', `head -c 100000 /dev/zero >/tmp/upload; curl -sS -m 20 ${upload}`)
    // The client knows by now what fits into the tunnel, and sends nothing twice.
    const seen = await measured(lab, upload)
    const model = await foretold(lab, mode, seen)
    expect(seen.requestBytes).toBeGreaterThan(100_000)
    expectForetold(seen.request, model.request, 'requests, by IPVS')
    expectOnInterfaces(seen, model, 'lb1', header)
  })
})
