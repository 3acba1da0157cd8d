import { pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Drop, Protocol } from '../topology/types.js'
import type { HostModel } from '../hosts/cluster.js'

/** The first packet of something that arrives at a host: a protocol by itself, or one with a port. */
export interface Arriving {
  readonly protocol: Drop['protocol'] | Protocol
  /** Undefined for protocols without; 0 for any. */
  readonly port: number | undefined
}

/** Where the file says that the host's firewall refuses a packet. */
export function refusalPath({ name, drawn }: HostModel, { protocol, port }: Arriving): Path | undefined {
  const index = drawn.drops.findIndex(
    (drop) =>
      drop.state === undefined &&
      drop.chain !== 'forward' &&
      (drop.protocol === undefined || drop.protocol === protocol) &&
      (drop.port === undefined || drop.port === port),
  )
  return index < 0 ? undefined : pathOf('hosts', name, 'drops', index)
}
