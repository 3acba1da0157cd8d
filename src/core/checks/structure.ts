import {
  addressBits,
  addressKind,
  broadcastAddress,
  contains,
  familyOf,
  networkAddress,
  prefixLength,
} from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import { pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Network } from '../topology/types.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { bondMembers } from './bonds.js'
import { hostFaults } from './found.js'
import { oncePerCluster } from './once.js'
import { itemPath } from './places.js'
import { vlansOnInterfaces } from './vlans.js'

/** An address of a drawn interface, with where it stands. */
export interface DrawnAddress {
  readonly host: HostModel
  readonly interface: string
  /** The name the file gives, whether such a network is drawn or not. */
  readonly network: string | undefined
  readonly address: IpAddress
  /** Which of how many addresses of the interface. */
  readonly index: number
  readonly count: number
}

/** Where it stands in the file; made only for those that are reported. */
export function addressPath({ host, interface: name, index, count }: DrawnAddress): Path {
  return itemPath(pathOf('hosts', host.name, 'interfaces', name, 'address'), index, count)
}

/** Every address of every drawn interface, in the order of the file. */
export const drawnAddresses = oncePerCluster(({ hosts }): readonly DrawnAddress[] => {
  const result: DrawnAddress[] = []
  for (const host of hosts.values()) {
    for (const [name, { network, addresses }] of host.drawn.interfaces) {
      for (const [index, address] of addresses.entries()) {
        result.push({ host, interface: name, network, address, index, count: addresses.length })
      }
    }
  }
  return result
})

export type AddressFault =
  | { readonly kind: 'outside' }
  | { readonly kind: 'network-address' }
  | { readonly kind: 'broadcast' }
  | { readonly kind: 'not-unicast'; readonly what: string }

/** What is wrong with an address as a host's own on a network with subnets. */
export function addressFault(address: IpAddress, { subnets }: Network): AddressFault | undefined {
  const kind = addressKind(address)
  // Every IPv6 interface has fe80::/64 beside the subnets of its network; 169.254/16 is unicast to IPVS.
  if (kind === 'link-local') return undefined
  if (kind !== 'unicast') return { kind: 'not-unicast', what: kind }
  const subnet = subnets.find((candidate) => contains(candidate, address))
  if (subnet === undefined) return { kind: 'outside' }
  // RFC 3021: a /31 has neither. IPv6 has no broadcast, and its lowest address is the routers' anycast address.
  if (familyOf(subnet) === 6 || prefixLength(subnet) > addressBits(4) - 2) return undefined
  if (networkAddress(subnet) === address) return { kind: 'network-address' }
  if (broadcastAddress(subnet) === address) return { kind: 'broadcast' }
  return undefined
}

/** Hosts whose place in the networks is already reported as wrong: what follows from it is not said again. */
export const misplacedHosts = oncePerCluster((cluster): ReadonlySet<string> => {
  const { topology, hosts } = cluster
  const result = new Set<string>()
  for (const { name, drawn } of hosts.values()) {
    for (const [interfaceName, { network }] of drawn.interfaces) {
      const isPlaced =
        network === undefined ? isCarrier(cluster, name, interfaceName) : topology.networks.has(network)
      if (!isPlaced) result.add(name)
    }
  }
  for (const { host, network, address } of drawnAddresses(cluster)) {
    const on = network === undefined ? undefined : topology.networks.get(network)
    if (on !== undefined && addressFault(address, on) !== undefined) result.add(host.name)
  }
  for (const { host } of hostFaults(cluster)) result.add(host.name)
  return result
})

const carriers = oncePerCluster((cluster): ReadonlySet<string> => {
  const ofBonds = bondMembers(cluster).map(({ host, name }) => `${host} ${name}`)
  const ofVlans = vlansOnInterfaces(cluster).map(({ host, parent }) => `${host} ${parent}`)
  return new Set([...ofBonds, ...ofVlans])
})

/** Whether an interface carries the frames of another, a bond or a VLAN, and so needs no network of its own. */
export function isCarrier(cluster: Cluster, host: string, interfaceName: string): boolean {
  return carriers(cluster).has(`${host} ${interfaceName}`)
}

/** The drawn networks of a host, by interface. */
export function networksOf(
  { topology }: Cluster,
  host: HostModel,
): { readonly interface: string; readonly name: string; readonly network: Network }[] {
  return [...host.drawn.interfaces].flatMap(([interfaceName, { network: name }]) => {
    const network = name === undefined ? undefined : topology.networks.get(name)
    return name === undefined || network === undefined ? [] : [{ interface: interfaceName, name, network }]
  })
}

/** Whether a next hop is on a link of the host, by one interface or any (fib_semantics.c `fib_check_nh`). */
export function isOnLink(cluster: Cluster, host: HostModel, hop: IpAddress, by?: string): boolean {
  return networksOf(cluster, host).some(
    ({ interface: interfaceName, network }) =>
      (by === undefined || by === interfaceName) &&
      (addressKind(hop) === 'link-local' && familyOf(hop) === 6
        ? by !== undefined
        : network.subnets.some(
            (subnet) =>
              contains(subnet, hop) &&
              host.drawn.interfaces.get(interfaceName)?.addresses.some((own) => contains(subnet, own)) ===
                true,
          )),
  )
}

/** What is wrong with a pinned gateway; undefined where the kernel takes it. */
export function gatewayFault(
  cluster: Cluster,
  host: HostModel,
  gateway: IpAddress,
): 'own-address' | 'off-link' | undefined {
  const own = [...host.drawn.interfaces.values()].some(({ addresses }) => addresses.includes(gateway))
  if (own) return 'own-address'
  return isOnLink(cluster, host, gateway) ? undefined : 'off-link'
}

/** Whether the default gateway of a host is already reported as wrong or missing, in this family. */
export function hasGatewayFault(cluster: Cluster, host: string, family: Family): boolean {
  return gatewayFaults(cluster).get(host)?.has(family) === true
}

const gatewayFaults = oncePerCluster((cluster): ReadonlyMap<string, ReadonlySet<Family>> => {
  const result = new Map<string, Set<Family>>()
  for (const host of cluster.hosts.values()) {
    for (const [family, choice] of host.gateways) {
      const faulty =
        choice.kind === 'ambiguous' ||
        (choice.kind === 'pinned' && gatewayFault(cluster, host, choice.via) !== undefined)
      if (faulty) result.set(host.name, (result.get(host.name) ?? new Set()).add(family))
    }
  }
  return result
})

/** Whether an address can be a VIP at all: one of a host, that packets can be sent to. */
export function canBeVip(address: IpAddress): boolean {
  const kind = addressKind(address)
  return kind === 'unicast' || (kind === 'link-local' && familyOf(address) === 4)
}
