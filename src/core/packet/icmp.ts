import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { IcmpHeader, Packet } from './packet.js'
import { PROTOCOL_NUMBER, routedHeader } from './packet.js'
import { sourceFor } from './source.js'
import type { WalkHost } from './world.js'
import type { Answer } from './flight.js'

/** Errors hosts send, in the words of ip(7); the numbers differ between the families (RFC 792, RFC 4443). */
export type IcmpError =
  | 'net-unreachable'
  | 'host-unreachable'
  | 'protocol-unreachable'
  | 'port-unreachable'
  | 'time-exceeded'
  | 'too-big'

const NUMBERS: Readonly<
  Record<IcmpError, { readonly 4: readonly [number, number]; readonly 6: readonly [number, number] }>
> = {
  'net-unreachable': { 4: [3, 0], 6: [1, 0] },
  'host-unreachable': { 4: [3, 1], 6: [1, 3] },
  'protocol-unreachable': { 4: [3, 2], 6: [4, 1] },
  'port-unreachable': { 4: [3, 3], 6: [1, 4] },
  'time-exceeded': { 4: [11, 0], 6: [3, 0] },
  'too-big': { 4: [3, 4], 6: [2, 0] },
}

/** What an ICMP error says. */
export function errorOf({ icmp: { type, code } }: IcmpHeader, family: 4 | 6): IcmpError | undefined {
  for (const [name, numbers] of Object.entries(NUMBERS)) {
    const [ownType, ownCode] = numbers[family]
    if (ownType === type && ownCode === code) return name as IcmpError
  }
  return undefined
}

/** So much of the packet an IPv4 error is about goes with it at most (icmp.c `icmp_send`: 576 bytes in all). */
const IPV4_ERROR_MAX = 576
const IPV6_ERROR_MAX = 1280

/**
 * The error a host sends to where a packet came from; undefined: it has no way to say it. Its source is the address the
 * packet was for where the host was to have it itself, else the one its route to the sender takes (icmp.c `icmp_send`).
 * Over IPv6 an address of the host's own is taken also where IPVS sends the packet on, else one of the interface it came in
 * `by` (ipv6/icmp.c `icmp6_send`, Linux 5.5).
 */
export function icmpAnswer(
  host: WalkHost,
  about: Packet,
  error: IcmpError,
  {
    delivered,
    by,
    mtu,
    source: given,
  }: {
    readonly delivered: boolean
    readonly by?: string | undefined
    readonly mtu?: number
    readonly source?: IpAddress
  },
): Answer | undefined {
  const { src, dst } = routedHeader(about)
  // Never an error about an error (RFC 1122, 3.2.2).
  if ('icmp' in about.l4) return undefined
  // A drawn router may be taken to know ways that are not drawn (undrawn.ts `knowsWayOut`).
  const isAsked = delivered || (familyOf(dst) === 6 && host.route(dst).kind === 'local')
  const source =
    given ??
    (isAsked
      ? dst
      : (sourceFor(host, src, by) ?? (host.role === 'router' ? anyOf(host, familyOf(src)) : undefined)))
  if (source === undefined) return undefined
  return {
    from: host,
    packet: icmpPacket(source, src, about, error, mtu),
    about: { ...about, eth: undefined },
  }
}

function anyOf({ state }: WalkHost, family: 4 | 6): IpAddress | undefined {
  for (const { name, up, addresses } of state.interfaces.values()) {
    const found =
      up && name !== 'lo' ? addresses.find(({ address }) => familyOf(address) === family) : undefined
    if (found !== undefined) return found.address
  }
  return undefined
}

export function icmpPacket(
  source: IpAddress,
  destination: IpAddress,
  about: Packet,
  error: IcmpError,
  mtu?: number,
): Packet {
  const family = familyOf(destination)
  const [type, code] = NUMBERS[error][family]
  const [headers, most] = family === 4 ? [28, IPV4_ERROR_MAX] : [48, IPV6_ERROR_MAX]
  return {
    eth: undefined,
    outer: undefined,
    ip: {
      family,
      src: source,
      dst: destination,
      ttl: 64,
      protocol: family === 4 ? PROTOCOL_NUMBER.icmp : PROTOCOL_NUMBER.icmpv6,
      length: Math.min(headers + routedHeader(about).length, most),
      df: false,
    },
    l4: { icmp: { type, code, ...(mtu === undefined ? {} : { mtu }) } },
  }
}
