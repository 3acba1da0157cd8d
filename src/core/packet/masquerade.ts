import { masqueradeKey } from '../hosts/masquerade.js'
import type { IpAddress } from '../topology/address.js'
import type { Protocol } from '../topology/types.js'
import type { Entry, Flight } from './flight.js'
import { memoryOf } from './flight.js'
import { conntrackOfIpvs } from './ipvs-settings.js'
import type { Packet } from './packet.js'
import { sourceFor } from './source.js'
import type { WalkHost } from './world.js'

/** What a client asked for, as conntrack keeps it, and whom IPVS sends it to by NAT. */
export interface Asked {
  readonly protocol: Protocol
  readonly vip: IpAddress
  /** Undefined: any. */
  readonly vport: number | undefined
  readonly destination: IpAddress
}

/**
 * The address of its own that a director puts in as source of a NAT service's requests (nf_nat_masquerade.c); undefined: it
 * leaves the client's. What is not in conntrack no chain of nat sees.
 */
export function masqueradeSource(
  host: Pick<WalkHost, 'state' | 'route' | 'masquerades'>,
  { protocol, vip, vport, destination }: Asked,
): IpAddress | undefined {
  const { masquerades, state } = host
  const means = (port: number | undefined) => masquerades.has(masqueradeKey({ protocol, vip, port }))
  if (masquerades.size === 0 || !conntrackOfIpvs(state)) return undefined
  return means(vport) || means(undefined) ? sourceFor(host, destination) : undefined
}

/** Of an entry of the table; the client's port is kept, as long as the director has not given it to another one. */
export function masqueradeOf(host: WalkHost, entry: Entry): IpAddress | undefined {
  if (entry.method !== 'nat') return undefined
  return masqueradeSource(host, { ...entry, protocol: entry.protocol as Protocol })
}

/** The connection whose reply a packet for the director itself is. */
export function masqueradedEntry(flight: Flight, host: WalkHost, { ip, l4 }: Packet): Entry | undefined {
  if (host.masquerades.size === 0 || 'icmp' in l4) return undefined
  return memoryOf(flight, host).entries.find(
    (entry) =>
      entry.destination === ip.src &&
      entry.destinationPort === l4.srcPort &&
      entry.clientPort === l4.dstPort &&
      masqueradeOf(host, entry) === ip.dst,
  )
}
