import { parseAddress } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import type { Protocol, Role } from '../topology/types.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { assignMacs } from '../hosts/macs.js'
import type { MarkedPackets } from '../hosts/marks.js'
import { masqueradesOf } from '../hosts/masquerade.js'
import type { ObservedHost } from '../hosts/observe.js'
import { lookupRoute } from '../hosts/routing.js'
import type { Lookup } from '../hosts/routing.js'
import type { HostState, InterfaceState } from '../hosts/state.js'
import { targetText } from '../hosts/needs.js'
import { effectiveSetting } from '../hosts/sysctl.js'
import type { VirtualService } from '../formats/ipvs-table.js'
import { destinationRefusal, serviceRefusal } from './refusals.js'
import { sorryDestination } from './sorry.js'
import type { Mac } from './packet.js'

/** What a walk goes through: every drawn host as the kernel on it sees it, and who is on which segment. */
export interface World {
  readonly cluster: Cluster
  readonly hosts: ReadonlyMap<string, WalkHost>
  /** The ports on a network whose host might answer for an address: it has it, or answers for others. */
  readonly mightAnswer: (network: string, address: IpAddress) => readonly Port[]
  readonly portsWithMac: (network: string, mac: Mac) => readonly Port[]
}

export interface WalkHost {
  readonly name: string
  readonly role: Role | undefined
  readonly state: HostState
  /** What a probe found on it beside its state; absent: nobody has looked. */
  readonly observed?: ObservedHost | undefined
  readonly ports: ReadonlyMap<string, Port>
  /** Which packets get a firewall mark before they are routed. */
  readonly marks: readonly MarkedPackets[]
  /** Which requests leave it with its own address as source (hosts/masquerade.ts). */
  readonly masquerades: ReadonlySet<string>
  /** `FAMILY PORT` of UDP ports at which the kernel unpacks GUE. */
  readonly fouPorts: ReadonlySet<string>
  /** Tunnel devices that did not come with their module, as `ip link add NAME type` takes them. */
  readonly tunnels: ReadonlyMap<string, string>
  readonly route: (destination: IpAddress) => Lookup
}

/** An interface that is plugged into a drawn network. */
export interface Port {
  readonly host: WalkHost
  readonly interface: InterfaceState
  readonly network: string
  readonly mac: Mac
}

const worlds = new WeakMap<Cluster, World>()

/** Made once for each cluster, however many services are walked. */
export function worldOf(cluster: Cluster): World {
  const known = worlds.get(cluster) ?? makeWorld(cluster)
  worlds.set(cluster, known)
  return known
}

function makeWorld(cluster: Cluster): World {
  const macOf = assignMacs(cluster)
  const hosts = new Map(
    [...cluster.hosts.values()].map((model) => [model.name, walkHost(model, cluster, macOf)]),
  )
  const owners = new Map<IpAddress, Set<WalkHost>>()
  const byNetwork = new Map<string, Map<WalkHost, Port[]>>()
  const byMac = new Map<string, Port[]>()
  const forOthers = new Set<WalkHost>()
  for (const host of hosts.values()) {
    for (const { name, up, addresses } of host.state.interfaces.values()) {
      if (!up) continue
      for (const { address, prefix } of addresses) {
        push(owners, address, host)
        // Its whole subnet is local then (fib_frontend.c `fib_add_ifaddr`), and ARP answers for it.
        if (name === 'lo' && prefix < 32 && !address.includes(':') && address !== LOOPBACK)
          forOthers.add(host)
      }
    }
    for (const port of host.ports.values()) {
      if (PROXIES.some((setting) => effectiveSetting(host.state, setting, port.interface.name) !== 0))
        forOthers.add(host)
      if (!port.interface.up) continue
      const onNetwork = byNetwork.get(port.network) ?? new Map<WalkHost, Port[]>()
      byNetwork.set(port.network, onNetwork)
      onNetwork.set(host, [...(onNetwork.get(host) ?? []), port])
      const key = `${port.network} ${port.mac}`
      byMac.set(key, [...(byMac.get(key) ?? []), port])
    }
  }
  return {
    cluster,
    hosts,
    mightAnswer: (network, address) => {
      const onNetwork = byNetwork.get(network)
      if (onNetwork === undefined) return []
      const candidates = new Set([...(owners.get(address) ?? []), ...forOthers])
      return [...candidates].flatMap((host) => onNetwork.get(host) ?? [])
    },
    portsWithMac: (network, mac) => byMac.get(`${network} ${mac}`) ?? [],
  }
}

const LOOPBACK = parseAddress('127.0.0.1')
const PROXIES = ['proxy_arp', 'proxy_arp_pvlan'] as const

function push<K, V>(map: Map<K, Set<V>>, key: K, value: V): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, new Set([value]))
  else known.add(value)
}

function walkHost(model: HostModel, cluster: Cluster, macOf: ReturnType<typeof assignMacs>): WalkHost {
  const state = withTable(model, cluster)
  const ports = new Map<string, Port>()
  const host: WalkHost = {
    name: model.name,
    role: model.role,
    state,
    observed: model.observed,
    ports,
    masquerades: masqueradesOf(model),
    ...whatPackets(model),
    route: (destination) => lookupRoute(state, destination),
  }
  for (const each of state.interfaces.values()) {
    const { name, network } = each
    if (network === undefined) continue
    ports.set(name, { host, interface: each, network, mac: macOf(model.name, name) ?? '' })
  }
  return host
}

/** With the IPVS table as the kernel takes it. A probe has found what there is. */
function withTable({ state, observed }: HostModel, cluster: Cluster): HostState {
  if (observed !== undefined) return state
  if (state.virtualServices.length === 0) return state
  return { ...state, virtualServices: state.virtualServices.flatMap((entry) => accepted(entry, cluster)) }
}

function accepted(entry: VirtualService, cluster: Cluster): VirtualService[] {
  const key = targetText(entry.target)
  const service = cluster.services.find(
    ({ virtualService }) => virtualService !== undefined && targetText(virtualService.target) === key,
  )
  if (service === undefined) return [entry]
  if (serviceRefusal(cluster, service) !== undefined) return []
  const refused = new Set(
    service.realServers.flatMap((realServer) =>
      destinationRefusal(cluster, service, realServer) === undefined ? [] : [realServer.rip],
    ),
  )
  const destinations =
    refused.size === 0
      ? entry.destinations
      : entry.destinations.filter(({ address }) => !refused.has(address))
  const sorry = destinations.some(({ weight }) => weight > 0) ? undefined : sorryDestination(cluster, service)
  if (sorry !== undefined) return [{ ...entry, destinations: [sorry] }]
  return [destinations === entry.destinations ? entry : { ...entry, destinations }]
}

/** What is no part of a host's state, since only a walk asks for it: from needs, or from what a probe found. */
function whatPackets({ needs, observed }: HostModel): Pick<WalkHost, 'marks' | 'fouPorts' | 'tunnels'> {
  if (observed !== undefined) {
    return {
      marks: [...observed.marks].flatMap(([key, state]) => markedPackets(key, state) ?? []),
      fouPorts: new Set(
        [...observed.fouPorts].flatMap(([key, what]) => (what.startsWith('gue') ? [key] : [])),
      ),
      tunnels: observed.tunnels,
    }
  }
  const marks: MarkedPackets[] = []
  const fouPorts = new Set<string>()
  const tunnels = new Map<string, string>()
  for (const { need } of needs) {
    if (need.kind === 'mark') marks.push(need.packets)
    if (need.kind === 'fou') fouPorts.add(`${need.family} ${need.port}`)
    if (need.kind === 'tunnel-device') tunnels.set(need.interface, need.made)
  }
  return { marks, fouPorts, tunnels }
}

/** Reads back what marks.ts writes; undefined for rules of other people. */
function markedPackets(key: string, state: string): MarkedPackets | undefined {
  const [mark = '', family = ''] = key.split(' ')
  const [protocol = '', text = '', ports = ''] = state.split(' ')
  const vip = parseAddress(text)
  const known = PROTOCOLS.find((name) => name === protocol)
  if (vip === undefined || known === undefined) return undefined
  return {
    mark: Number(mark),
    family: (family === 'ipv6' ? 6 : 4) satisfies Family,
    protocol: known,
    vip,
    ports: ports === '' ? [] : ports.split(',').map(Number),
  }
}

const PROTOCOLS: readonly Protocol[] = ['tcp', 'udp', 'sctp']
