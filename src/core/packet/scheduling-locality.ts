import type { IpAddress } from '../topology/address.js'
import { leastLoaded } from './scheduling-server.js'
import type { Choose, Server } from './scheduling-server.js'

/*
 * ip_vs_lblc.c and ip_vs_lblcr.c keep, for each destination address, whom it was sent to. What they forget after minutes
 * without a packet, and after a day of replication, is left out: connections are taken to follow one another sooner.
 */

/** `ip_vs_lblc_schedule`: who had the address has it on, while nobody else is idle beside it. */
export function byLocality(table: readonly Server[]): Choose {
  const chosen = new Map<IpAddress | undefined, Server>()
  return ({ vip }) => {
    const known = chosen.get(vip)
    // The threshold of who had it is not looked at.
    if (known !== undefined && known.destination.weight > 0 && !isOverloaded(known, table)) return known
    const server = leastLoaded(table)
    if (server !== undefined) chosen.set(vip, server)
    return server
  }
}

/** `ip_vs_lblcr_schedule`: the least loaded of those that had the address, and one more where that is overloaded. */
export function byReplicatedLocality(table: readonly Server[]): Choose {
  const sets = new Map<IpAddress | undefined, readonly Server[]>()
  return ({ vip }) => {
    const known = sets.get(vip) ?? []
    const best = leastLoaded(known)
    if (best !== undefined && !isOverloaded(best, table)) return best
    const server = leastLoaded(table)
    // What came last stands first (list_add_rcu).
    if (server !== undefined && !known.includes(server)) sets.set(vip, [server, ...known])
    return server
  }
}

/** `is_overloaded`: it has more than its weight says while another one has less than half of its own. */
function isOverloaded({ active, destination }: Server, table: readonly Server[]): boolean {
  return active > destination.weight && table.some((other) => other.active * 2 < other.destination.weight)
}
