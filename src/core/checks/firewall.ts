import { pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Drop, Protocol } from '../topology/types.js'
import type { HostModel } from '../hosts/cluster.js'
import { invalidDrop } from '../hosts/conntrack.js'
import type { HalfSeen } from '../hosts/conntrack.js'

/** The first packet of something that arrives at a host: a protocol by itself, or one with a port. */
export interface Arriving {
  readonly protocol: Drop['protocol'] | Protocol
  /** Undefined for protocols without, and where it cannot be told before; 0 for any. */
  readonly port: number | undefined
}

/** Where the file says that the host's firewall refuses a packet for the host itself. */
export function refusalPath(host: HostModel, packet: Arriving): Path | undefined {
  return dropPath(host, (drop) => drop.chain !== 'forward' && refuses(drop, packet))
}

/** Where the file says that the host's firewall refuses a packet that is to pass through it. */
export function passageRefusalPath(host: HostModel, packet: Arriving): Path | undefined {
  return dropPath(host, (drop) => drop.chain !== 'input' && refuses(drop, packet))
}

/** Where the file says that the host's firewall drops packets of half a connection (conntrack.ts). */
export function invalidRefusalPath(
  { name, drawn }: HostModel,
  chain: NonNullable<Drop['chain']>,
  packet: HalfSeen,
): Path | undefined {
  const index = invalidDrop(drawn.drops, chain, packet)
  return index < 0 ? undefined : pathOf('hosts', name, 'drops', index)
}

export function dropPath({ name, drawn }: HostModel, wanted: (drop: Drop) => boolean): Path | undefined {
  const index = drawn.drops.findIndex(wanted)
  return index < 0 ? undefined : pathOf('hosts', name, 'drops', index)
}

function refuses(drop: Drop, { protocol, port }: Arriving): boolean {
  return (
    drop.state === undefined &&
    (drop.protocol === undefined || drop.protocol === protocol) &&
    (drop.port === undefined || drop.port === port)
  )
}
