import type { IpAddress } from '../topology/address.js'
import { clientsOf } from '../hosts/clients.js'
import type { Client } from '../hosts/clients.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute, routedPath } from '../hosts/routing.js'
import type { Lookup, RoutedPath } from '../hosts/routing.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Delivery } from './deliveries.js'
import { answering } from '../packet/answering.js'
import { oncePerCluster } from './once.js'

/** The way of a real server's reply to one client. */
export interface Reply {
  readonly client: Client
  /** What the real server itself does with it. */
  readonly first: Lookup
  readonly path: RoutedPath
  /** Whom it comes from; before a director of NAT puts the VIP back. */
  readonly source: IpAddress
}

type Way = Pick<Reply, 'first' | 'path'>

const memory = oncePerCluster(() => ({
  clients: new Map<ServiceModel, readonly Client[]>(),
  replies: new Map<Delivery, readonly Reply[]>(),
  // A real server in many services answers the same clients in each.
  ways: new Map<string, Map<IpAddress, Way>>(),
}))

export function clientsOfService(cluster: Cluster, service: ServiceModel): readonly Client[] {
  const { clients } = memory(cluster)
  const known = clients.get(service) ?? clientsOf(cluster, service)
  clients.set(service, known)
  return known
}

/** One reply a client of the service; a client that is the real server itself talks to itself and is left out. */
export function repliesOf(cluster: Cluster, delivery: Delivery): readonly Reply[] {
  const { replies } = memory(cluster)
  const known = replies.get(delivery)
  if (known !== undefined) return known
  const { service, host } = delivery
  // Its main table alone does not tell where they go: HOST-ROUTING says so.
  if (host.observed !== undefined && host.observed.otherRouting.length > 0) return []
  const found = clientsOfService(cluster, service).flatMap((client) => {
    if (client.name === host.name) return []
    const way = wayTo(cluster, host.name, client.address)
    if (way.first.kind === 'local') return []
    const { vip, rip, mode, port, realServer } = delivery
    const asked = mode === 'nat' ? { address: rip, port: realServer.port ?? port } : { address: vip, port }
    const route = (destination: IpAddress) => lookupRoute(host.state, destination)
    const as = { state: host.state, route }
    return [{ client, ...way, source: answering(service.drawn.protocol, as, asked, client.address) }]
  })
  replies.set(delivery, found)
  return found
}

/** The way from a drawn host to an address, remembered. */
export function wayTo(cluster: Cluster, from: string, address: IpAddress): Way {
  const { ways } = memory(cluster)
  const ofHost = ways.get(from) ?? new Map<IpAddress, Way>()
  const known = ofHost.get(address)
  if (known !== undefined) return known
  const state = cluster.hosts.get(from)?.state
  const found: Way = {
    first: state === undefined ? { kind: 'none' } : lookupRoute(state, address),
    path: routedPath(cluster, from, address),
  }
  ways.set(from, ofHost.set(address, found))
  return found
}

/** Whether the way passes a host after its start. */
export function passes({ hosts }: RoutedPath, name: string): boolean {
  return hosts.indexOf(name, 1) > 0
}

/** The client is on the link the real server answers by: nothing can come between the two. */
export function answersOnLink(host: HostModel, { first, client }: Reply): boolean {
  return (
    first.kind === 'on-link' &&
    client.network !== undefined &&
    host.state.interfaces.get(first.interface)?.network === client.network
  )
}
