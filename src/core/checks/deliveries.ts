import { familyOf } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Mode } from '../topology/types.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute, routedPath } from '../hosts/routing.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'
import { isBroadcast } from '../packet/refusals.js'
import { canBeVip, misplacedHosts } from './structure.js'

/**
 * One real server of a service with everything known that a request needs to get there. Where something is missing
 * or does not fit together, a rule about the file says so and there is no delivery: one cause, one finding.
 */
export interface Delivery {
  readonly service: ServiceModel
  readonly realServer: RealServerModel
  readonly mode: Mode
  /** The director is the real server (LOCALNODE): nothing leaves the host. */
  readonly local: boolean
  readonly host: HostModel
  readonly director: HostModel
  readonly vip: IpAddress
  /** The port clients connect to; 0 for all, or for several of a service by mark. */
  readonly port: number
  readonly rip: IpAddress
  /** The real server's interface that has the RIP. */
  readonly interface: string
  /** How the director gets to the RIP: on a link both are on, over routers, or not at all. */
  readonly reach: 'link' | 'routed' | 'none'
}

/** Every delivery of a cluster, services and real servers in the order of the file. */
export const deliveries = oncePerCluster((cluster): readonly Delivery[] =>
  cluster.services.flatMap((service) => deliveriesOf(cluster, service)),
)

function deliveriesOf(cluster: Cluster, service: ServiceModel): Delivery[] {
  const { vip } = service.drawn
  const port = portOf(service)
  const director = service.director === undefined ? undefined : cluster.hosts.get(service.director)
  if (vip === undefined || port === undefined || director === undefined) return []
  const misplaced = misplacedHosts(cluster)
  if (misplaced.has(director.name) || !canBeVip(vip) || isBroadcast(director.state, vip)) return []
  const result: Delivery[] = []
  for (const realServer of service.realServers) {
    const { name, mode, rip, interface: interfaceName, local } = realServer
    const host = cluster.hosts.get(name)
    if (host === undefined || mode === undefined || rip === undefined || interfaceName === undefined) continue
    // Only a tunnel carries one family in the other (TUN-FAM).
    if (misplaced.has(name) || (mode !== 'tun' && familyOf(rip) !== familyOf(vip))) continue
    const reach = local ? 'link' : reachOf(cluster, director, host, interfaceName, rip)
    result.push({
      service,
      realServer,
      mode,
      local,
      host,
      director,
      vip,
      port,
      rip,
      interface: interfaceName,
      reach,
    })
  }
  return result
}

function portOf({ drawn: { mark, port, ports } }: ServiceModel): number | undefined {
  if (mark === undefined) return port
  const [only] = ports
  return ports.length === 1 ? only : 0
}

function reachOf(
  cluster: Cluster,
  director: HostModel,
  host: HostModel,
  interfaceName: string,
  rip: IpAddress,
): Delivery['reach'] {
  const lookup = lookupRoute(director.state, rip)
  if (lookup.kind === 'on-link') {
    const segment = director.state.interfaces.get(lookup.interface)?.network
    return segment !== undefined && segment === host.state.interfaces.get(interfaceName)?.network
      ? 'link'
      : 'none'
  }
  if (lookup.kind !== 'via') return 'none'
  const { hosts, end } = routedPath(cluster, director.name, rip)
  return end === 'undrawn' || hosts.at(-1) === host.name ? 'routed' : 'none'
}

/** Puts what belongs to one host together: a pin is one finding, whatever number of services it breaks. */
export function byHost<T extends { readonly host: HostModel }>(items: Iterable<T>): Map<HostModel, T[]> {
  const result = new Map<HostModel, T[]>()
  for (const item of items) {
    const known = result.get(item.host)
    if (known === undefined) result.set(item.host, [item])
    else known.push(item)
  }
  return result
}
