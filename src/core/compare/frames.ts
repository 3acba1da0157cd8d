import type { PacketRun } from './exchange.js'

/** What goes by a place for one request; fractions where only some requests come by. */
export interface Load {
  readonly packets: number
  /** As counters of interfaces have it: from the Ethernet header to the end of the packet. */
  readonly bytes: number
  /** Bytes the line is busy for. */
  readonly line: number
}

export const NO_LOAD: Load = { packets: 0, bytes: 0, line: 0 }

const ETHERNET_HEADER = 14
/** Without its check sequence. */
const SHORTEST_FRAME = 60
/** Preamble and start 8, check sequence 4, gap 12 (IEEE 802.3). */
const AROUND_FRAME = 24

/** What packets take on a link, with so many bytes of a tunnel's header before each and so many of VLAN tags. */
export function framed(runs: readonly PacketRun[], overhead: number, tag: number): Load {
  return runs.reduce((sum, { packets, length }) => {
    const bytes = ETHERNET_HEADER + overhead + length
    return {
      packets: sum.packets + packets,
      bytes: sum.bytes + packets * bytes,
      line: sum.line + packets * (Math.max(SHORTEST_FRAME, bytes + tag) + AROUND_FRAME),
    }
  }, NO_LOAD)
}

/** Load that comes together piece by piece: thousands of pieces are not thousands of sums. */
export interface Sum {
  packets: number
  bytes: number
  line: number
}

/** Adds a part of a load. */
export function addTo(sum: Sum, { packets, bytes, line }: Load, share: number): void {
  sum.packets += packets * share
  sum.bytes += bytes * share
  sum.line += line * share
}

export function added(a: Load, b: Load): Load {
  return { packets: a.packets + b.packets, bytes: a.bytes + b.bytes, line: a.line + b.line }
}
