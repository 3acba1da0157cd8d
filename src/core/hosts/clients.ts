import { addressAfter, contains, familyOf, networkAddress, parseAddress } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Cluster, HostModel } from './cluster.js'
import { lookupRoute } from './routing.js'
import type { ServiceModel } from './services.js'

/** One who asks for a service: a drawn client, or the one that stands for every client there is. */
export interface Client {
  readonly name: string
  /** The address requests come from, of the service's family. */
  readonly address: IpAddress
  /** The drawn network the address is on; undefined for a client somewhere beyond a gateway. */
  readonly network: string | undefined
  /** A host of the drawing; otherwise there is only the address. */
  readonly drawn: boolean
}

export const OUTSIDE_CLIENT = '(outside)'

/**
 * Who asks for a service: every drawn client that has an address of its family; without one, a client beyond the
 * gateway of the VIP's network, or on that network where it has no gateway. Empty only for a service whose VIP or
 * director is not known, or where drawn subnets leave no address outside.
 */
export function clientsOf(cluster: Cluster, service: ServiceModel): readonly Client[] {
  const { family } = service
  const drawn = drawnClients(cluster).flatMap((host) => clientFrom(host, service))
  if (drawn.length > 0) return drawn
  const { director, vipInterface, drawn: says } = service
  if (director === undefined || vipInterface === undefined || says.vip === undefined) return []
  const network = cluster.hosts.get(director)?.state.interfaces.get(vipInterface)?.network
  const gateways = network === undefined ? [] : (cluster.topology.networks.get(network)?.gateways ?? [])
  const hasGateway = gateways.some((gateway) => familyOf(gateway) === family)
  const near = network === undefined || hasGateway ? undefined : freeAddressOn(cluster, network, says.vip)
  if (near !== undefined) return [{ name: OUTSIDE_CLIENT, address: near, network, drawn: false }]
  const far = addressOutside(cluster, family)
  return far === undefined ? [] : [{ name: OUTSIDE_CLIENT, address: far, network: undefined, drawn: false }]
}

const drawnClientsByCluster = new WeakMap<Cluster, readonly HostModel[]>()

/** Asked for once a service; with thousands of services and hosts, looking through all hosts each time is felt. */
function drawnClients(cluster: Cluster): readonly HostModel[] {
  const known = drawnClientsByCluster.get(cluster)
  if (known !== undefined) return known
  const clients = [...cluster.hosts.values()].filter(({ role }) => role === 'client')
  drawnClientsByCluster.set(cluster, clients)
  return clients
}

/** A drawn client with the address it sends from: that of the interface its route to the VIP leaves by. */
function clientFrom({ name, state }: HostModel, { family, drawn }: ServiceModel): Client[] {
  const own = [...state.interfaces.values()].flatMap((where) =>
    where.name === 'lo'
      ? []
      : where.addresses.flatMap(({ address }) => (familyOf(address) === family ? [{ address, where }] : [])),
  )
  const lookup = drawn.vip === undefined ? undefined : lookupRoute(state, drawn.vip)
  const leaves = lookup === undefined || lookup.kind === 'none' ? undefined : lookup.interface
  const from = own.find(({ where }) => where.name === leaves) ?? own[0]
  return from === undefined ? [] : [{ name, address: from.address, network: from.where.network, drawn: true }]
}

/** The first address of the VIP's subnet that nothing in the drawing has. */
function freeAddressOn(cluster: Cluster, network: string, vip: IpAddress): IpAddress | undefined {
  const subnet = cluster.topology.networks.get(network)?.subnets.find((candidate) => contains(candidate, vip))
  if (subnet === undefined) return undefined
  for (let at = addressAfter(networkAddress(subnet), 1); at !== undefined; at = addressAfter(at, 1)) {
    if (!contains(subnet, at)) return undefined
    if (at !== vip && cluster.ownerOn(network, at) === undefined) return at
  }
  return undefined
}

/** From the ranges kept for documentation (RFC 5737, RFC 3849), the first that no drawn subnet contains. */
function addressOutside({ topology }: Cluster, family: Family): IpAddress | undefined {
  const subnets = [...topology.networks.values()].flatMap((network) => network.subnets)
  const start = parseAddress(family === 4 ? '203.0.113.1' : '2001:db8:ffff::1')
  for (let step = 0; start !== undefined && step < 1000; step++) {
    const address = addressAfter(start, step * 256)
    if (address !== undefined && !subnets.some((subnet) => contains(subnet, address))) return address
  }
  return undefined
}
