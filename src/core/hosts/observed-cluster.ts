import type { IpAddress } from '../topology/address.js'
import { addressOwners, deriveCluster } from './cluster.js'
import type { Cluster, HostModel } from './cluster.js'
import { takesAsOwn } from './observe.js'
import type { ObservedHost } from './observe.js'
import type { ServiceModel } from './services.js'
import type { HostState, InterfaceState } from './state.js'
import { IPV4_FORWARD, confKey } from './sysctl.js'
import type { Ipv4Setting } from './sysctl.js'

/**
 * A cluster whose hosts are what was found on them instead of what the drawing means; a host that was not looked at
 * stays as derived. Everything that reads states then speaks of the real hosts.
 */
export function observedCluster(cluster: Cluster, observed: ReadonlyMap<string, ObservedHost>): Cluster {
  const derived = withActiveDirectors(cluster, observed)
  // Sockets of TCP and UDP are all that is looked at.
  const sctp = new Set(
    derived.services.flatMap(({ drawn, realServers }) =>
      drawn.protocol === 'sctp' ? realServers.map(({ name }) => name) : [],
    ),
  )
  const hosts = new Map(
    [...derived.hosts].map(([name, model]): [string, HostModel] => {
      const live = observed.get(name)
      if (live === undefined) return [name, model]
      return [name, { ...model, observed: live, state: foundState(model, live, sctp.has(name)) }]
    }),
  )
  const holders = vipHolders(derived.services, hosts)
  const owner = addressOwners(hosts.values())
  return {
    ...derived,
    hosts,
    // Where real servers show the VIP on a network too, packets may still get to the director: rules about that speak.
    ownerOn: (network, address) => {
      const holder = holders.get(address)
      const there =
        holder !== undefined && [...holder.interfaces.values()].some((each) => each.network === network)
      return there ? holder.name : owner(network, address)
    },
  }
}

/** The state of a real host, with what only the drawing knows: its networks, and what could not be read. */
function foundState(
  { drawn, before }: HostModel,
  { state, missingModules, listens, ruleset }: ObservedHost,
  hasUnseenSockets: boolean,
): HostState {
  const networkOf = new Map<IpAddress, string>()
  for (const { network, addresses } of before.interfaces.values()) {
    if (network === undefined) continue
    for (const { address } of addresses) networkOf.set(address, network)
  }
  const interfaces = [...state.interfaces.values()].map((found): [string, InterfaceState] => {
    // The drawn name, or else a drawn address: an interface may have another name than the drawing says.
    const network =
      before.interfaces.get(found.name)?.network ??
      found.addresses.flatMap(({ address }) => networkOf.get(address) ?? [])[0]
    return [found.name, { ...found, network }]
  })
  const { ipip, gre, gue } = drawn.supports
  return {
    ...state,
    kernel: state.kernel ?? drawn.kernel,
    interfaces: new Map(interfaces),
    supports: {
      ipip: missingModules.has('ipip') ? false : ipip,
      gre: missingModules.has('ip_gre') ? false : gre,
      gue: missingModules.has('fou') ? false : gue,
    },
    listens: hasUnseenSockets ? drawn.listens : (listens ?? drawn.listens),
    // What is read of its netfilter is walked through as it is (packet/found.ts).
    drops: ruleset === undefined ? drawn.drops : [],
  }
}

/** Of a pair, whoever has the VIP is the active one, whichever the drawing prefers. */
export function withActiveDirectors(
  cluster: Cluster,
  observed: ReadonlyMap<string, ObservedHost>,
  /** Whether one that nobody could look at has it; absent: nobody knows, and it stays as drawn. */
  unseen?: boolean,
): Cluster {
  const has = (name: string, vip: IpAddress) => {
    const live = observed.get(name)
    return live === undefined ? unseen : takesAsOwn(live, vip)
  }
  const services = new Map(cluster.topology.services)
  const swapped = [...services].flatMap(([name, service]) => {
    const [first, second, ...more] = service.directors
    const { vip } = service
    if (first === undefined || second === undefined || more.length > 0 || vip === undefined) return []
    if (has(first, vip) !== false || has(second, vip) !== true) return []
    return [[name, { ...service, directors: [second, first] }] as const]
  })
  for (const [name, service] of swapped) services.set(name, service)
  return swapped.length === 0 ? cluster : deriveCluster({ ...cluster.topology, services })
}

/** The director of each VIP, where it has it. */
function vipHolders(
  services: readonly ServiceModel[],
  hosts: ReadonlyMap<string, HostModel>,
): ReadonlyMap<IpAddress, HostState> {
  const holders = new Map<IpAddress, HostState>()
  for (const { director, drawn } of services) {
    const host = director === undefined ? undefined : hosts.get(director)
    if (host === undefined || drawn.vip === undefined || !hasAddress(host, drawn.vip)) continue
    holders.set(drawn.vip, host.state)
  }
  return holders
}

/** Whether a host takes packets for an address as its own. */
export function hasAddress({ state, observed }: HostModel, address: IpAddress): boolean {
  if (observed !== undefined) return takesAsOwn(observed, address)
  return [...state.interfaces.values()].some(({ addresses }) =>
    addresses.some((own) => own.address === address),
  )
}

/** What to read on a host beside what a plan needs, so that it can be held against the drawing. */
export interface ObservationWishes {
  readonly sysctls: readonly string[]
  readonly modules: readonly string[]
  /** Addresses to ask the kernel the way to. */
  readonly ways: readonly IpAddress[]
}

/** Settings of an interface that decide about a delivery. */
const OF_INTERFACE: readonly Ipv4Setting[] = [
  'arp_ignore',
  'arp_announce',
  'arp_filter',
  'rp_filter',
  'forwarding',
  'send_redirects',
  'accept_local',
  'proxy_arp',
  'proxy_arp_pvlan',
]

const OF_IPVS = [
  'backup_only',
  'conntrack',
  'expire_nodest_conn',
  'expire_quiescent_template',
  'pmtu_disc',
].map((name) => `net.ipv4.vs.${name}`)

export function observationWishes({ services, hosts }: Cluster, host: string): ObservationWishes {
  const model = hosts.get(host)
  if (model === undefined) return { sysctls: [], modules: [], ways: [] }
  const interfaces = [
    'all',
    ...new Set([...model.before.interfaces.keys(), ...model.state.interfaces.keys()]),
  ]
  const sysctls = [
    IPV4_FORWARD,
    confKey(6, 'all', 'forwarding'),
    ...interfaces.flatMap((name) => OF_INTERFACE.map((setting) => confKey(4, name, setting))),
  ]
  const ways = new Set<IpAddress>()
  const modules = new Set<string>()
  for (const { drawn, realServers, realServerOf } of services) {
    const directs = drawn.directors.includes(host)
    if (drawn.vip !== undefined && (directs || realServerOf(host) !== undefined)) ways.add(drawn.vip)
    if (!directs) continue
    modules.add('ip_vs').add(`ip_vs_${drawn.scheduler}`)
    // The source the director chooses matters in the outer header of a tunnel alone.
    for (const { mode, rip, local } of realServers) {
      if (mode === 'tun' && rip !== undefined && !local) ways.add(rip)
    }
  }
  return {
    sysctls: modules.size === 0 ? sysctls : [...sysctls, ...OF_IPVS],
    modules: [...modules],
    ways: [...ways],
  }
}

/** Whether the IPVS table of a host could be read: only root may, and with ipvsadm. */
export function tableWasRead({ state, tools, userId }: ObservedHost): boolean {
  return !state.modules.has('ip_vs') || (userId === 0 && tools.has('ipvsadm'))
}

/** The interfaces of a host that have an address, as it is there. */
export function placesOf({ interfaces }: HostState, address: IpAddress) {
  return [...interfaces.values()].flatMap((where) =>
    where.addresses
      .filter((own) => own.address === address)
      .map(({ prefix, deprecated }) => ({ interface: where, prefix, deprecated })),
  )
}
