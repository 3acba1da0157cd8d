import { familyOf } from '../topology/address.js'
import type { Client } from '../hosts/clients.js'
import type { Cluster } from '../hosts/cluster.js'
import { routedPath } from '../hosts/routing.js'
import type { RoutedPath } from '../hosts/routing.js'
import type { ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'
import type { Reply } from './replies.js'

const memory = oncePerCluster(() => new Map<ServiceModel, Map<string, readonly string[]>>())

/**
 * The drawn hosts a client's requests come by, the client first where it is drawn, the director last. Empty where they
 * do not get to the director, which other rules tell, or pass no drawn host before.
 */
export function requestWay(cluster: Cluster, service: ServiceModel, client: Client): readonly string[] {
  const known = memory(cluster).get(service) ?? new Map<string, readonly string[]>()
  memory(cluster).set(service, known)
  const way = known.get(client.name) ?? findRequestWay(cluster, service, client)
  known.set(client.name, way)
  return way
}

function findRequestWay(cluster: Cluster, service: ServiceModel, client: Client): readonly string[] {
  const { director, drawn } = service
  const start = client.drawn ? client.name : entryRouter(cluster, service, client)
  if (start === undefined || director === undefined || drawn.vip === undefined) return []
  const { hosts, end } = routedPath(cluster, start, drawn.vip)
  return end === 'arrived' && hosts.at(-1) === director ? hosts : []
}

/** Where requests come into the drawing from a client beyond it: the drawn gateway of the VIP's network. */
function entryRouter(
  { hosts, topology, ownerOn }: Cluster,
  { director, vipInterface, family }: ServiceModel,
  client: Client,
): string | undefined {
  if (client.network !== undefined || director === undefined || vipInterface === undefined) return undefined
  const network = hosts.get(director)?.state.interfaces.get(vipInterface)?.network
  if (network === undefined) return undefined
  const gateway = topology.networks.get(network)?.gateways.find((one) => familyOf(one) === family)
  return gateway === undefined ? undefined : ownerOn(network, gateway)
}

/** The drawn hosts that pass a client's requests on to the director. */
export function requestRouters(cluster: Cluster, service: ServiceModel, client: Client): readonly string[] {
  return requestWay(cluster, service, client)
    .slice(0, -1)
    .filter((name) => name !== client.name)
}

/** The drawn hosts that pass a reply on; with NAT the director is one. */
export function replyRouters({ path, client }: Reply): readonly string[] {
  return routersOf(path, client.name)
}

/** The drawn hosts on a way that pass on what goes to a host: all but the sender and that one. */
export function routersOf({ hosts }: RoutedPath, to: string): readonly string[] {
  return hosts.slice(1).filter((name) => name !== to)
}
