import type { IpAddress } from '../topology/address.js'
import { clientsOf } from '../hosts/clients.js'
import type { Client } from '../hosts/clients.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute, routedPath } from '../hosts/routing.js'
import type { Lookup, RoutedPath } from '../hosts/routing.js'
import type { ServiceModel } from '../hosts/services.js'
import type { Delivery } from './deliveries.js'
import { masqueradesOf } from '../hosts/masquerade.js'
import { masqueradeSource } from '../packet/masquerade.js'
import { answering } from '../packet/answering.js'
import { oncePerCluster } from './once.js'

/** The way of a real server's reply to one client. */
export interface Reply {
  readonly client: Client
  /** Whom the real server sends it to: the client, or a director that masquerades, which sends it on to the client. */
  readonly to: IpAddress
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
  const masqueraded = sourceOfRequests(delivery)
  const found = clientsOfService(cluster, service).flatMap((client) => {
    if (client.name === host.name) return []
    const to = masqueraded ?? client.address
    const way =
      masqueraded === undefined ? wayTo(cluster, host.name, to) : wayOver(cluster, delivery, to, client)
    if (way.first.kind === 'local') return []
    const { vip, rip, mode, port, realServer } = delivery
    const asked = mode === 'nat' ? { address: rip, port: realServer.port ?? port } : { address: vip, port }
    const route = (destination: IpAddress) => lookupRoute(host.state, destination)
    const as = { state: host.state, route }
    return [{ client, to, ...way, source: answering(service.drawn.protocol, as, asked, to) }]
  })
  replies.set(delivery, found)
  return found
}

/** The address by which a real server of NAT knows its clients, where that is not their own. */
export function sourceOfRequests({
  service: { drawn },
  director,
  realServer: { mode, local },
  vip,
  rip,
}: Pick<Delivery, 'service' | 'director' | 'realServer' | 'vip' | 'rip'>): IpAddress | undefined {
  if (mode !== 'nat' || local) return undefined
  const route = (destination: IpAddress) => lookupRoute(director.state, destination)
  const as = { state: director.state, masquerades: masqueradesOf(director), route }
  // Of several ports of a mark all are, or none is.
  const vport = drawn.mark === undefined ? drawn.port : drawn.ports[0]
  return masqueradeSource(as, { protocol: drawn.protocol, vip, vport, destination: rip })
}

/** To the director, and from there on to the client. A router that is not drawn delivers. */
function wayOver(cluster: Cluster, { host, director }: Delivery, to: IpAddress, client: Client): Way {
  const { first, path } = wayTo(cluster, host.name, to)
  const arrives = path.end === 'undrawn' || (path.end === 'arrived' && path.hosts.at(-1) === director.name)
  if (!arrives) return { first, path }
  const onward = wayTo(cluster, director.name, client.address).path
  const hosts = path.hosts.filter((name) => name !== director.name)
  return { first, path: { ...path, hosts: [...hosts, ...onward.hosts], end: onward.end } }
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
export function answersOnLink(host: HostModel, { first, client, to }: Reply): boolean {
  return (
    to === client.address &&
    first.kind === 'on-link' &&
    client.network !== undefined &&
    host.state.interfaces.get(first.interface)?.network === client.network
  )
}
