import type { Destination } from '../formats/ipvs-table.js'
import type { IpAddress } from '../topology/address.js'

/** One of several connections to a service, in the order in which they begin. */
export interface Arrival {
  readonly client: IpAddress
  readonly clientPort: number
  /** Undefined for a service by mark without VIP. */
  readonly vip: IpAddress | undefined
}

/** A destination while connections come. */
export interface Server {
  readonly destination: Destination
  active: number
  inactive: number
  overloaded: boolean
}

export type Choose = (arrival: Arrival) => Server | undefined

export const able = ({ destination: { weight }, overloaded }: Server): boolean => weight > 0 && !overloaded

/** ip_vs.h `ip_vs_dest_conn_overhead`. */
export const overhead = ({ active, inactive }: Server): number => active * 256 + inactive

/** The first of the smallest: the kernel takes another one only where that is better. */
export function least(servers: readonly Server[], of: (server: Server) => number): Server | undefined {
  let best: Server | undefined
  for (const server of servers) if (best === undefined || of(server) < of(best)) best = server
  return best
}

/** ip_vs_wlc.c `ip_vs_wlc_schedule`, and what lblc and lblcr begin with. */
export function leastLoaded(servers: readonly Server[]): Server | undefined {
  return least(servers.filter(able), (server) => overhead(server) / server.destination.weight)
}
