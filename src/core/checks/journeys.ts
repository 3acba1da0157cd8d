import { say } from '../speech/say.js'
import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Cluster } from '../hosts/cluster.js'
import { lookupRoute, routedPath } from '../hosts/routing.js'
import type { RoutedPath } from '../hosts/routing.js'
import { forwards } from '../hosts/sysctl.js'
import { entryInterface } from './places.js'

/** Where a packet that is only routed gets stuck, as a sentence without its subject: "ends at rs1, which …". */
export interface Obstacle {
  /** The host it does not get past. */
  readonly at: string
  readonly what: string
  /** It takes the packet as its own, having the address too. */
  readonly takes: boolean
}

/**
 * Why a packet for an address does not get to where it should: the named host, or anywhere beyond the drawing.
 * Undefined where it does, as far as the drawing knows: a gateway that is not drawn is taken to deliver.
 */
export function obstacle(
  cluster: Cluster,
  path: RoutedPath,
  destination: IpAddress,
  wanted: string | undefined,
): Obstacle | undefined {
  const { hosts, end } = path
  const last = hosts.at(-1) ?? ''
  const blocked = notForwarding(cluster, hosts, destination)
  if (blocked !== undefined) return { at: blocked, what: say`does not forward packets`, takes: false }
  if (end === 'undrawn') return undefined
  if (end === 'loop') return { at: last, what: say`sends them in a circle`, takes: false }
  // Someone outside is beyond a gateway: a drawn router there knows the way, even if the drawing does not say it.
  if (end === 'no-route') {
    return wanted === undefined && cluster.hosts.get(last)?.role === 'router'
      ? undefined
      : { at: last, what: say`has no route for ${destination}`, takes: false }
  }
  if (wanted === undefined || last === wanted) return undefined
  const state = cluster.hosts.get(last)?.state
  const takes = state !== undefined && lookupRoute(state, destination).kind === 'local'
  return {
    at: last,
    what: takes ? say`takes them for its own` : say`looks for ${destination} on its own link`,
    takes,
  }
}

/** The first host in the middle of a way that does not forward what comes in. */
function notForwarding(
  cluster: Cluster,
  hosts: readonly string[],
  destination: IpAddress,
): string | undefined {
  for (let index = 1; index < hosts.length - 1; index++) {
    const before = cluster.hosts.get(hosts[index - 1] ?? '')
    const host = cluster.hosts.get(hosts[index] ?? '')
    const entry =
      before === undefined || host === undefined ? undefined : entryInterface(before, host, destination)
    if (host === undefined || entry === undefined) continue
    if (!forwards(host.state, familyOf(destination), entry)) return host.name
  }
  return undefined
}

export function way(cluster: Cluster, from: string, destination: IpAddress, wanted: string | undefined) {
  return obstacle(cluster, routedPath(cluster, from, destination), destination, wanted)
}
