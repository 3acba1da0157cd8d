import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readFile } from 'node:fs/promises'
import { USUAL_ASSUMPTIONS } from '../../src/core/compare/assumptions.js'
import { compareModes } from '../../src/core/compare/compare-modes.js'
import type { Load } from '../../src/core/compare/frames.js'
import type { CountedTraffic } from '../../src/core/compare/traffic.js'
import { parseTopology } from '../../src/core/topology/parse.js'
import type { Leg } from '../../src/core/packet/walk.js'
import type { Mode } from '../../src/core/topology/types.js'
import { startLab } from './lab-kit.js'
import type { RunningLab } from './lab-kit.js'

/**
 * What `compare` says a director carries against the counters of a director that carries it. The bytes of requests and
 * replies are what was foretold, to 2 %; what a machine that is too slow for its timers sends again is counted and allowed
 * for. The client does without SACK: how many acknowledgements carry its blocks (12 bytes and more, RFC 2018) goes by how
 * often segments overtake each other on an emulated machine, which no comparison can foretell.
 * How many packets acknowledge is a matter of time, too: an ACK is left out where the next is about to be sent, and the
 * demo service writes its answer in pieces, which are segments of their own. Two packets a request are allowed for that,
 * and a tenth of them: a packet more or less is an empty segment more or less. What is foretold of acknowledgements is the
 * most there can be: a receiver of much data that delays them from the start, or whose driver puts segments together,
 * sends fewer (measured here: 0.6 to 1.0 of them); half of it is the least a direction that does little else may carry.
 */
const LEEWAY = { packets: 2, share: 0.1, bytes: 0.02, acknowledgements: 0.5 }
const REQUESTS = 40
/** Bytes of a segment that carries nothing, on the wire: Ethernet 14, IPv4 20, TCP 20, timestamps 12. */
const EMPTY = 66
const LONGEST_FRAME = 1534
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
  /** Segments that were sent again, of requests and of replies. */
  readonly resent: Readonly<Record<Leg, number>>
}

const STATISTICS =
  'for d in /sys/class/net/eth*; do for w in rx tx; do echo "$(basename $d) $w $(cat $d/statistics/${w}_packets) $(cat $d/statistics/${w}_bytes)"; done; done'

/** A counter of TCP (RFC 4022) on some hosts together. */
async function resentBy(lab: RunningLab, hosts: readonly string[]): Promise<number> {
  const counts = await Promise.all(
    hosts.map((host) => lab.on(host, `awk '/^Tcp: [0-9]/ { print $13 }' /proc/net/snmp`)),
  )
  return counts.reduce((sum, count) => sum + Number(count), 0)
}

/** The estimator brings the counters of IPVS up to date every two seconds, later where the machine has much to do. */
const SETTLED =
  'before=; for i in $(seq 10); do now=$(ipvsadm -L -n --stats --exact); [ "$now" = "$before" ] && break; before=$now; sleep 2.5; done; echo "$now"'

async function counters(lab: RunningLab): Promise<Counters> {
  const table = await lab.on('lb1', SETTLED)
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
    resent: { request: await resentBy(lab, ['alice']), reply: await resentBy(lab, ['rs1', 'rs2']) },
  }
}

interface Measured extends Counters {
  /** Bytes a request of what programs send, as curl counts them. */
  readonly requestBytes: number
  readonly replyBytes: number
}

/**
 * The kernel begins a new run of local ports every ten seconds. One that meets ports of before belongs to connections
 * which TUN and DR keep in the table for two minutes, and those are not counted again.
 */
let unusedPort = 20_000

/** What so many calls of curl add to the counters. */
async function measured(lab: RunningLab, curl: string): Promise<Measured> {
  const port = unusedPort
  unusedPort += REQUESTS
  const before = await counters(lab)
  const said = await lab.on(
    'alice',
    `for i in $(seq ${port} ${port + REQUESTS - 1}); do curl -sS -m 20 --local-port $i -o /dev/null -w '%{size_request} %{size_upload} %{size_header} %{size_download}\\n' ${curl}; done`,
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
    resent: {
      request: after.resent.request - before.resent.request,
      reply: after.resent.reply - before.resent.reply,
    },
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
const beside = ({ packets, bytes }: Counted, empty: number) => bytes - empty * packets

/** Within the leeway; `empty` is what a segment without payload takes there. */
function expectForetold(
  what: string,
  counted: Counted,
  model: Load,
  resent: number,
  empty: number,
  more = 0,
) {
  const bytes = Math.abs(beside(counted, empty) - REQUESTS * beside(model, empty))
  const each = (value: number) => (value / REQUESTS).toFixed(1)
  process.stderr.write(
    `  ${what}: ${each(counted.packets)} packets and ${each(counted.bytes)} bytes a request, foretold ${model.packets} and ${model.bytes.toFixed(1)}; ${resent} sent again\n`,
  )
  expect(bytes, what).toBeLessThanOrEqual(
    LEEWAY.bytes * REQUESTS * model.bytes + resent * LONGEST_FRAME + more,
  )
  const some = Math.max(LEEWAY.packets, LEEWAY.share * model.packets)
  const acknowledges = model.bytes < 2 * EMPTY * model.packets
  const fewer = acknowledges ? Math.max(some, LEEWAY.acknowledgements * model.packets) : some
  expect(counted.packets, what).toBeLessThanOrEqual(REQUESTS * (model.packets + some) + resent + more / EMPTY)
  expect(counted.packets, what).toBeGreaterThanOrEqual(REQUESTS * (model.packets - fewer))
}

/** Every interface of a host, both ways; `header` is what a tunnel puts before what is sent. */
function expectOnInterfaces(seen: Measured, { ports }: CountedTraffic, host: string, header = 0) {
  const own = ports.filter((port) => port.host === host)
  expect(own.length).toBeGreaterThan(0)
  const resent = seen.resent.request + seen.resent.reply
  for (const port of own) {
    for (const direction of ['in', 'out'] as const) {
      const what = `${host} ${port.interface} ${direction}`
      const counted = seen.interfaces.get(what) ?? { packets: NaN, bytes: NaN }
      expectForetold(
        what,
        counted,
        port[direction],
        resent,
        EMPTY + (direction === 'out' ? header : 0),
        CHATTER,
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
    // A SYN without it is as long: two more bytes of padding beside the timestamps (tcp_output.c `tcp_options_write`).
    await lab.on('alice', 'sysctl -q -w net.ipv4.tcp_sack=0')
  })
  afterAll(async () => {
    await lab.down()
  })

  it.each([
    ['a page', `-H "X-Pad: $(printf %0400d 0)" http://192.0.2.100/bytes/15000`, 400, 15_000],
    ['next to nothing', 'http://192.0.2.100/bytes/1', 50, 1],
    ['much', 'http://192.0.2.100/bytes/200000', 50, 200_000],
  ])('costs the director what was foretold: requests for %s', async (_, curl, least, reply) => {
    const seen = await measured(lab, curl)
    expect(seen.requestBytes).toBeGreaterThan(least)
    expect(seen.replyBytes).toBeGreaterThan(reply)
    const model = await foretold(lab, mode, seen)
    expect(seen.connections).toBe(REQUESTS)
    expectForetold('requests, by IPVS', seen.request, model.request, seen.resent.request, EMPTY)
    if (mode === 'nat') expectForetold('replies, by IPVS', seen.reply, model.reply, seen.resent.reply, EMPTY)
    else expect(seen.reply.packets).toBe(0)
    expectOnInterfaces(seen, model, 'lb1', header)
    expectOnInterfaces(seen, model, 'alice')
  })

  // How often a receiver acknowledges much data goes by its speed: fewer packets than the model has, or more.
  it('bears uploads in segments that fit', async () => {
    const upload = `-H Expect: --data-binary @/tmp/upload http://192.0.2.100/`
    await lab.on('alice', `head -c 100000 /dev/zero >/tmp/upload; curl -sS -m 20 ${upload}`)
    // The client knows by now what fits into the tunnel, and sends nothing twice.
    const seen = await measured(lab, upload)
    const model = await foretold(lab, mode, seen)
    expect(seen.requestBytes).toBeGreaterThan(100_000)
    expectForetold('requests, by IPVS', seen.request, model.request, seen.resent.request, EMPTY)
    expectOnInterfaces(seen, model, 'lb1', header)
  })
})
