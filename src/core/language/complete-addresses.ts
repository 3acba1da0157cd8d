import { docOf } from './schema-place.js'
import { say } from '../speech/say.js'
import { freeAddress, freeSubnet } from '../diagram/free-names.js'
import type { Cluster } from '../hosts/cluster.js'
import { addressAfter, contains, networkAddress } from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'
import type { Host } from '../topology/types.js'
import type { Proposal, Writing } from './completion.js'
import { wordIn } from './completion.js'
import { literal } from './markdown-text.js'

interface Candidate {
  readonly address: IpAddress | Subnet
  readonly why: string
}

/** VIPs stand apart from the hosts of their subnet. */
const FIRST_VIP = 99

/** Addresses a place may have, as far as the drawing tells; the most likely first. */
export function addressProposals(writing: Writing, pattern: string): Proposal[] {
  const { slot, place } = writing
  const seen = new Set<string>(slot.taken)
  return candidates(writing.cluster, pattern, slot.steps).flatMap(({ address, why }) => {
    if (seen.has(address)) return []
    seen.add(address)
    return [
      {
        label: address,
        kind: 'value' as const,
        detail: why,
        documentation: literal(docOf(place.schema) ?? why),
        insert: wordIn(writing, address),
        snippet: false,
        again: false,
      },
    ]
  })
}

function candidates(cluster: Cluster, pattern: string, steps: readonly string[]): readonly Candidate[] {
  const [, name = '', , inner = ''] = steps
  switch (pattern) {
    case 'networks/:/subnet':
      return newSubnet(cluster)
    case 'networks/:/gateway':
      return [...forwardersOn(cluster, name), ...firstOf(cluster, name)]
    case 'hosts/:/interfaces/:/address':
      return nextFree(cluster, name, inner)
    case 'hosts/:/gateway':
    case 'hosts/:/routes/:/via':
      return gatewaysOf(cluster, name)
    case 'hosts/:/routes/:/to':
      return elsewhere(cluster, name)
    case 'hosts/:/listens/:/address':
      return [...vipsOf(cluster, name), ...ownAddresses(cluster, name)]
    case 'services/:/vip':
      return freeVips(cluster, name)
    case 'services/:/real-servers/:/address':
      return rips(cluster, name, inner)
    case 'services/:/sorry-server/address':
      return others(cluster, name)
    case 'vrrp/inside-vip':
      return freeInsideVips(cluster)
    default:
      return []
  }
}

/** Every address the drawing uses, VIPs and gateways included. */
export function takenAddresses({ topology, hosts }: Cluster): Set<IpAddress> {
  const taken = new Set<IpAddress>()
  for (const { state } of hosts.values()) {
    for (const { addresses } of state.interfaces.values())
      for (const { address } of addresses) taken.add(address)
  }
  for (const { gateways } of topology.networks.values()) for (const gateway of gateways) taken.add(gateway)
  for (const { vip } of topology.services.values()) if (vip !== undefined) taken.add(vip)
  for (const inside of topology.vrrp?.insideVips ?? []) taken.add(inside)
  return taken
}

export function newSubnet({ topology }: Cluster): Candidate[] {
  const subnet = freeSubnet({ networks: [...topology.networks.values()] })
  return subnet === undefined ? [] : [{ address: subnet, why: say`a private subnet no network has` }]
}

function firstOf(cluster: Cluster, network: string): Candidate[] {
  const subnets = cluster.topology.networks.get(network)?.subnets ?? []
  const taken = takenAddresses(cluster)
  return subnets.flatMap((subnet) => {
    const address = freeAddress(subnet, taken)
    return address === undefined
      ? []
      : [{ address, why: say`the first free address of ${subnet}: a router not drawn` }]
  })
}

/** Those on a network that forward: routers, then directors. */
function forwardersOn({ topology }: Cluster, network: string): Candidate[] {
  const subnets = topology.networks.get(network)?.subnets ?? []
  return [
    ...(topology.vrrp?.insideVips ?? [])
      .filter((inside) => subnets.some((subnet) => contains(subnet, inside)))
      .map((address) => ({ address, why: say`the inside VIP of the directors` })),
    ...(['router', 'director'] as const).flatMap((role) =>
      [...topology.hosts].flatMap(([name, host]) =>
        host.role === role ? on(host, network).map((address) => ({ address, why: `${role} ${name}` })) : [],
      ),
    ),
  ]
}

function on(host: Host, network: string): IpAddress[] {
  return [...host.interfaces.values()].flatMap((each) => (each.network === network ? each.addresses : []))
}

function networksOf({ topology }: Cluster, hostName: string): string[] {
  const interfaces = topology.hosts.get(hostName)?.interfaces.values() ?? []
  return [...new Set([...interfaces].flatMap(({ network }) => network ?? []))]
}

/** What a host can send to beyond its networks: the networks' gateways, routers, directors. */
function gatewaysOf(cluster: Cluster, hostName: string): Candidate[] {
  const own = new Set(ownAddresses(cluster, hostName).map(({ address }) => address))
  const networks = networksOf(cluster, hostName)
  const all = [
    ...networks.flatMap((network) =>
      (cluster.topology.networks.get(network)?.gateways ?? []).map((address) => ({
        address,
        why: say`the gateway of ${network}`,
      })),
    ),
    ...networks.flatMap((network) => forwardersOn(cluster, network)),
  ]
  return all.filter(({ address }) => !own.has(address))
}

function elsewhere(cluster: Cluster, hostName: string): Candidate[] {
  const near = new Set(networksOf(cluster, hostName))
  return [...cluster.topology.networks].flatMap(([name, { subnets }]) =>
    near.has(name) ? [] : subnets.map((address) => ({ address, why: say`network ${name}` })),
  )
}

function ownAddresses({ topology }: Cluster, hostName: string): Candidate[] {
  const interfaces = topology.hosts.get(hostName)?.interfaces ?? new Map<string, never>()
  return [...interfaces].flatMap(([name, { addresses }]) =>
    addresses.map((address) => ({ address, why: say`${hostName}’s own, ${name}` })),
  )
}

/** VIPs requests reach a host by: not with NAT, where they come to the RIP. */
function vipsOf({ services }: Cluster, hostName: string): Candidate[] {
  return services.flatMap(({ name, drawn: { vip }, realServerOf }) => {
    const mode = realServerOf(hostName)?.mode
    return vip === undefined || mode === undefined || mode === 'nat'
      ? []
      : [{ address: vip, why: say`the VIP of ${name}` }]
  })
}

/** The next free address of an interface's network, beside the hosts of the same role. */
export function nextFree(cluster: Cluster, hostName: string, interfaceName: string): Candidate[] {
  const { topology } = cluster
  const host = topology.hosts.get(hostName)
  const network = host?.interfaces.get(interfaceName)?.network
  if (network === undefined) return []
  return freeOn(cluster, network, host?.role)
}

/** The next free address of each subnet of a network, after the last host of a role. */
export function freeOn(cluster: Cluster, network: string, role: Host['role']): Candidate[] {
  const { topology } = cluster
  const taken = takenAddresses(cluster)
  const peers = [...topology.hosts.values()]
    .filter((host) => host.role === role)
    .flatMap((host) => on(host, network))
  return (topology.networks.get(network)?.subnets ?? []).flatMap((subnet) => {
    const near = peers.findLast((address) => contains(subnet, address))
    const address = freeAddress(subnet, taken, near)
    return address === undefined ? [] : [{ address, why: say`the next free address of ${subnet}` }]
  })
}

/** A free address in each subnet of a service's director, beside the VIPs there are. */
export function freeVips(cluster: Cluster, serviceName: string): Candidate[] {
  const { topology } = cluster
  const named = topology.services.get(serviceName)?.directors[0]
  const director = named ?? [...topology.hosts].find(([, { role }]) => role === 'director')?.[0]
  if (director === undefined) return []
  const taken = takenAddresses(cluster)
  const vips = [...topology.services.values()].flatMap(({ vip }) => vip ?? [])
  return networksOf(cluster, director).flatMap((network) =>
    (topology.networks.get(network)?.subnets ?? []).flatMap((subnet) => {
      const near =
        vips.findLast((vip) => contains(subnet, vip)) ?? addressAfter(networkAddress(subnet), FIRST_VIP)
      const address = freeAddress(subnet, taken, near)
      return address === undefined
        ? []
        : [{ address, why: say`free in ${subnet}, network ${network} of ${director}` }]
    }),
  )
}

function rips(cluster: Cluster, serviceName: string, hostName: string): Candidate[] {
  const realServer = cluster.services.find(({ name }) => name === serviceName)?.realServerOf(hostName)
  return [
    ...(realServer?.candidates ?? []).map((address) => ({
      address,
      why: say`the director reaches it there`,
    })),
    ...ownAddresses(cluster, hostName),
  ]
}

/** Servers that have no part in a service. */
function others({ topology }: Cluster, serviceName: string): Candidate[] {
  const service = topology.services.get(serviceName)
  return [...topology.hosts].flatMap(([name, { role, interfaces }]) =>
    role !== 'real-server' || service?.realServers.has(name) === true
      ? []
      : [...interfaces.values()].flatMap(({ addresses }) =>
          addresses.map((address) => ({ address, why: name })),
        ),
  )
}

/** On a network of the directors that has no VIP of a service: there real servers have their gateway. */
function freeInsideVips(cluster: Cluster): Candidate[] {
  const { topology } = cluster
  const taken = takenAddresses(cluster)
  const directors = [...topology.services.values()].flatMap((service) => service.directors)
  const networks = new Set(directors.flatMap((director) => networksOf(cluster, director)))
  const vips = [...topology.services.values()].flatMap(({ vip }) => vip ?? [])
  return [...networks].flatMap((network) =>
    (topology.networks.get(network)?.subnets ?? []).flatMap((subnet) => {
      if (vips.some((vip) => contains(subnet, vip))) return []
      const address = freeAddress(subnet, taken, addressAfter(networkAddress(subnet), FIRST_VIP))
      return address === undefined ? [] : [{ address, why: say`free in ${subnet}, network ${network}` }]
    }),
  )
}
