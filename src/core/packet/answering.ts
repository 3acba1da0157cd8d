import { addressKind, contains, familyOf, parseSubnet } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { hears } from '../hosts/listens.js'
import type { Request } from './flight.js'
import type { Packet, PortsHeader } from './packet.js'
import { sourceFor } from './source.js'
import type { WalkHost } from './world.js'

/**
 * As whom a program answers: as the one that was asked. An association of SCTP is of all addresses its socket is bound to that a
 * peer of this scope may know, and of those the one of the route is taken (sctp/protocol.c `sctp_v4_get_dst`, sctp/bind_addr.c
 * `sctp_bind_addr_copy`); the INIT ACK names the others.
 */
export function answering(
  { protocol }: Request,
  host: WalkHost,
  { ip, l4 }: { readonly ip: Packet['ip']; readonly l4: PortsHeader },
): IpAddress {
  if (protocol !== 'sctp' || ip.family !== 4) return ip.dst
  const target = { address: ip.dst, port: l4.dstPort, protocol }
  const bound = host.state.listens?.find((listen) => hears(listen, target))?.address
  if (bound !== undefined && addressKind(bound) !== 'unspecified') return ip.dst
  const ofRoute = sourceFor(host, ip.src)
  // Where no address is of the peer's scope, all are named.
  const isOwn =
    ofRoute !== undefined && (scopeOf(ofRoute) <= scopeOf(ip.src) || scopeOf(ip.dst) > scopeOf(ip.src))
  return isOwn ? ofRoute : ip.dst
}

/** sctp/protocol.c `sctp_v4_scope`: 0 global, 1 private, 2 link; a peer is told of no larger number than its own. */
function scopeOf(address: IpAddress): number {
  if (addressKind(address) === 'link-local') return 2
  return familyOf(address) === 4 && PRIVATE.some((subnet) => contains(subnet, address)) ? 1 : 0
}

/** RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => {
  const parsed = parseSubnet(text)
  return parsed.ok ? [parsed.subnet] : []
})
