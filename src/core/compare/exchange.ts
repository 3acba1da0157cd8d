import type { Family } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'

/** What a client and a service send each other for one request and its reply, on a connection of its own. */
export interface Exchange {
  /** From the client. */
  readonly request: readonly PacketRun[]
  /** To the client. */
  readonly reply: readonly PacketRun[]
}

/** Packets of one kind and length. */
export interface PacketRun {
  readonly kind: 'open' | 'data' | 'acknowledge' | 'close'
  readonly packets: number
  /** Bytes of the IP packet, its header included. */
  readonly length: number
}

export interface ExchangeSizes {
  readonly protocol: Protocol
  readonly family: Family
  /** Bytes the programs send each other. */
  readonly requestBytes: number
  readonly replyBytes: number
  /** Bytes of the largest packet that gets all the way, a tunnel's header not counted. */
  readonly requestMtu: number
  readonly replyMtu: number
}

/** The packets of an exchange in which none is lost. */
export function exchangeOf(sizes: ExchangeSizes): Exchange {
  switch (sizes.protocol) {
    case 'tcp':
      return tcpExchange(sizes)
    case 'udp':
      return udpExchange(sizes)
    case 'sctp':
      return sctpExchange(sizes)
  }
}

const IP_HEADER = { 4: 20, 6: 40 } as const
const TCP_HEADER = 20
/** MSS 4, SACK permitted 2, timestamps 10, window scale 3, one to fill up (tcp_syn_options, tcp_output.c). */
const SYN_OPTIONS = 20
/** Timestamps and two to fill up, on every segment after that (tcp_established_options; RFC 7323 is on by default). */
const OPTIONS = 12

/**
 * As Linux does it: SYN, SYN ACK, ACK; the request; the reply, which the server ends the connection behind; FIN, FIN
 * ACK, ACK. Measured in the lab (test/lab/compare.test.ts).
 */
function tcpExchange({ family, requestBytes, replyBytes, requestMtu, replyMtu }: ExchangeSizes): Exchange {
  const empty = IP_HEADER[family] + TCP_HEADER + OPTIONS
  const syn: PacketRun = { kind: 'open', packets: 1, length: IP_HEADER[family] + TCP_HEADER + SYN_OPTIONS }
  const request = filled(requestBytes, empty, requestMtu)
  const reply = filled(replyBytes, empty, replyMtu)
  return {
    request: [
      syn,
      { kind: 'open', packets: 1, length: empty },
      ...request,
      ...acknowledgements(reply, empty, quickAcknowledgements(replyMtu - empty)),
      { kind: 'close', packets: 1, length: empty },
    ],
    reply: [
      syn,
      ...acknowledgements(request, empty, quickAcknowledgements(requestMtu - empty)),
      ...reply,
      // Its own FIN, and the ACK of the client's.
      { kind: 'close', packets: 2, length: empty },
    ],
  }
}

const FIRST_WINDOW = 65_535
const MOST_QUICK = 16

/**
 * So many segments at the beginning of a connection are acknowledged one by one: what half the window holds, at most 16
 * (tcp_incr_quickack and TCP_MAX_QUICKACKS, tcp_input.c). A receiver that delays from the start, or whose network card
 * puts segments together (GRO), sends fewer, 0.6 to 1.0 of these in the lab: what the director carries in TUN and DR is
 * the most it can be.
 */
function quickAcknowledgements(segment: number): number {
  return Math.min(MOST_QUICK, Math.max(2, Math.floor(FIRST_WINDOW / (2 * Math.max(1, segment)))))
}

/** Bytes in as few packets as can be, each with so many bytes before them: full ones, and the rest. */
function filled(bytes: number, header: number, mtu: number): PacketRun[] {
  const room = Math.max(1, mtu - header)
  const full = Math.floor(bytes / room)
  const rest = bytes % room
  return [
    ...(full > 0 ? [{ kind: 'data', packets: full, length: header + room } as const] : []),
    ...(rest > 0 ? [{ kind: 'data', packets: 1, length: header + rest } as const] : []),
  ]
}

/** One for each of the first packets, then one for every second (RFC 5681, section 4.2). */
function acknowledgements(data: readonly PacketRun[], length: number, quick: number): PacketRun[] {
  const all = packetsOf(data)
  const packets = Math.min(all, quick) + Math.ceil(Math.max(0, all - quick) / 2)
  return packets === 0 ? [] : [{ kind: 'acknowledge', packets, length }]
}

export function packetsOf(runs: readonly PacketRun[]): number {
  return runs.reduce((sum, { packets }) => sum + packets, 0)
}

const UDP_HEADER = 8
const FRAGMENT_HEADER = { 4: 0, 6: 8 } as const

/** One datagram there and one back, in fragments where the link takes no longer ones (RFC 791, RFC 8200, 4.5). */
function udpExchange({ family, requestBytes, replyBytes, requestMtu, replyMtu }: ExchangeSizes): Exchange {
  const datagram = (bytes: number, mtu: number): PacketRun[] => {
    const whole = IP_HEADER[family] + UDP_HEADER + bytes
    if (whole <= mtu) return [{ kind: 'data', packets: 1, length: whole }]
    const header = IP_HEADER[family] + FRAGMENT_HEADER[family]
    // Every fragment but the last is a multiple of eight.
    const room = Math.max(8, Math.floor((mtu - header) / 8) * 8)
    return filled(UDP_HEADER + bytes, header, header + room)
  }
  return { request: datagram(requestBytes, requestMtu), reply: datagram(replyBytes, replyMtu) }
}

const SCTP = { header: 12, init: 20, cookie: 4, data: 16, acknowledge: 16, shutdown: 8, empty: 4 } as const

/**
 * The chunks of RFC 9260 at their least lengths, each in a packet of its own: four to open an association, three to
 * close it, a SACK for every second packet (6.2). The state cookie, some hundred bytes once, is left out.
 */
function sctpExchange({ family, requestBytes, replyBytes, requestMtu, replyMtu }: ExchangeSizes): Exchange {
  const header = IP_HEADER[family] + SCTP.header
  const chunk = (kind: PacketRun['kind'], length: number): PacketRun => ({
    kind,
    packets: 1,
    length: header + length,
  })
  const request = filled(requestBytes, header + SCTP.data, requestMtu)
  const reply = filled(replyBytes, header + SCTP.data, replyMtu)
  return {
    request: [
      chunk('open', SCTP.init),
      chunk('open', SCTP.cookie),
      ...request,
      ...acknowledgements(reply, header + SCTP.acknowledge, 0),
      chunk('close', SCTP.empty),
    ],
    reply: [
      chunk('open', SCTP.init + SCTP.cookie),
      chunk('open', SCTP.empty),
      ...acknowledgements(request, header + SCTP.acknowledge, 0),
      ...reply,
      chunk('close', SCTP.shutdown),
      chunk('close', SCTP.empty),
    ],
  }
}
