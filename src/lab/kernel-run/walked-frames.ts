import type { Packet } from '../../core/packet/packet.js'
import type { Hop, Walk } from '../../core/packet/walk.js'
import { packetKey } from './observed-frames.js'
import type { ObservedFrame } from './observed-frames.js'

export type WalkedFrame = Hop & { readonly packetOut: Packet; readonly network: string }

/** The frames a walk says there are on the switch: what a link does not carry is lost before it gets there. */
export function walkedFrames({ hops }: Pick<Walk, 'hops'>): WalkedFrame[] {
  return hops.flatMap((hop, index) =>
    hop.packetOut === undefined || hop.network === undefined || isLostOnLink(hops[index + 1])
      ? []
      : [{ ...hop, packetOut: hop.packetOut, network: hop.network }],
  )
}

/** The link's MTU is the first thing that a host's hop can end with. */
function isLostOnLink(next: Hop | undefined): boolean {
  return next?.packetIn !== undefined && next.steps[0]?.type === 'mtu'
}

/** A walked frame as an observed one has its key. */
export function walkedKey({ host, out, network, packetOut }: WalkedFrame, clientPort: number): string {
  return `${host} ${out ?? ''} ${network} ${packetKey(packetOut, clientPort)}`
}

export function clientPortOf({ hops }: Walk): number {
  const first = hops.find(({ packetOut }) => packetOut !== undefined)?.packetOut
  return first === undefined || 'icmp' in first.l4 ? 0 : first.l4.srcPort
}

/**
 * Of a packet that goes round until its TTL is used up, a walk has one round and the end: from one hop to the next the
 * TTL falls on the wire. What the kernel sends in the rounds between is what the walk has but for a TTL between those
 * two. The hops alone tell that; a walk's verdict is the cause, and not what became of the packet.
 */
export function isOfRoundLeftOut(walk: Walk, { key, packet }: ObservedFrame): boolean {
  const clientPort = clientPortOf(walk)
  const ttl = leastTtl(packet)
  return walk.hops.some(({ packetOut }, index) => {
    const arrived = walk.hops[index + 1]?.packetIn
    if (packetOut === undefined || arrived === undefined) return false
    return (
      ttl < leastTtl(packetOut) &&
      ttl >= leastTtl(arrived) &&
      walkedFrames({ hops: walk.hops.slice(0, index + 1) }).some(
        (walked) => withoutTtl(walkedKey(walked, clientPort)) === withoutTtl(key),
      )
    )
  })
}

/** In a tunnel the outer one falls, and the inner one where it goes round unpacked. */
function leastTtl({ ip, outer }: Packet): number {
  return Math.min(ip.ttl, outer?.ttl ?? ip.ttl)
}

function withoutTtl(key: string): string {
  return key.replaceAll(/ ttl \d+/g, '')
}
