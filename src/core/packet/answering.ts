import { addressKind, contains, familyOf, parseSubnet } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'
import { hears } from '../hosts/listens.js'
import { sourceFor } from './source.js'
import type { WalkHost } from './world.js'

/**
 * As whom a program answers: as the one that was asked. An association of SCTP is of all addresses its socket is bound to that a
 * peer of this scope may know, and of those the one of the route is taken (sctp/protocol.c `sctp_v4_get_dst`, sctp/bind_addr.c
 * `sctp_bind_addr_copy`); the INIT ACK names the others.
 */
export function answering(
  protocol: Protocol,
  host: Pick<WalkHost, 'state' | 'route'>,
  asked: { readonly address: IpAddress; readonly port: number },
  peer: IpAddress,
): IpAddress {
  if (protocol !== 'sctp' || familyOf(asked.address) !== 4) return asked.address
  const bound = host.state.listens?.find((listen) => hears(listen, { ...asked, protocol }))?.address
  if (bound !== undefined && addressKind(bound) !== 'unspecified') return asked.address
  const ofRoute = sourceFor(host, peer)
  // Where no address is of the peer's scope, all are named.
  const isOwn =
    ofRoute !== undefined && (scopeOf(ofRoute) <= scopeOf(peer) || scopeOf(asked.address) > scopeOf(peer))
  return isOwn ? ofRoute : asked.address
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
