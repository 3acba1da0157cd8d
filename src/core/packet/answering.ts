import { addressKind, contains, familyOf, parseSubnet } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'
import { hears } from '../hosts/listens.js'
import { sourceFor } from './source.js'
import type { WalkHost } from './world.js'

/**
 * As whom a program answers: as the one that was asked. An association of SCTP is of all the addresses it names, and of those
 * the one of the route is taken, else the first (sctp/protocol.c `sctp_v4_get_dst`; which interface that is on has not counted
 * since Linux 5.18, whose lookups leave `flowi4_oif` alone).
 */
export function answering(
  protocol: Protocol,
  host: Pick<WalkHost, 'state' | 'route'>,
  asked: { readonly address: IpAddress; readonly port: number },
  peer: IpAddress,
): IpAddress {
  if (protocol !== 'sctp' || familyOf(asked.address) !== 4) return asked.address
  const named = namedTo(peer, host, asked)
  const ofRoute = sourceFor(host, peer)
  if (ofRoute !== undefined && named.includes(ofRoute)) return ofRoute
  return named[0] ?? asked.address
}

/**
 * The IPv4 addresses by which an INIT ACK lets a peer know who it talks to: where the socket is bound, or all of the host that a
 * peer of this scope may know, in the order in which they were given (sctp/bind_addr.c `sctp_bind_addr_copy`).
 */
export function namedTo(
  peer: IpAddress,
  { state }: Pick<WalkHost, 'state'>,
  asked: { readonly address: IpAddress; readonly port: number },
): readonly IpAddress[] {
  const bound = state.listens?.find((listen) => hears(listen, { ...asked, protocol: 'sctp' }))?.address
  if (bound !== undefined && addressKind(bound) !== 'unspecified') return [bound]
  const own = [...state.interfaces.values()].flatMap(({ addresses }) =>
    addresses.flatMap(({ address }) => (familyOf(address) === 4 ? [address] : [])),
  )
  const upTo = (scope: number) => own.filter((address) => scopeOf(address) <= scope)
  const known = upTo(scopeOf(peer))
  // Where there is none, a NAT is taken to be between, and all are named but those of the host alone.
  return known.length > 0 || scopeOf(peer) !== GLOBAL ? known : upTo(LINK)
}

const [GLOBAL, PRIVATE_USE, LINK, HOST] = [0, 1, 2, 3] as const

/** sctp/protocol.c `sctp_v4_scope`; a peer is told of no larger scope than its own. */
function scopeOf(address: IpAddress): number {
  const kind = addressKind(address)
  if (kind === 'loopback') return HOST
  if (kind === 'link-local') return LINK
  return familyOf(address) === 4 && PRIVATE.some((subnet) => contains(subnet, address)) ? PRIVATE_USE : GLOBAL
}

/** RFC 1918. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].flatMap((text) => {
  const parsed = parseSubnet(text)
  return parsed.ok ? [parsed.subnet] : []
})
