import {
  addressBits,
  addressKind,
  contains,
  familyOf,
  prefixLength,
  sharesPrefix,
} from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Cluster } from './cluster.js'
import type { HostState, RouteState } from './state.js'

/** Where a host sends a packet for an address (fib_lookup: local table, then longest prefix, then metric). */
export type Lookup =
  | { readonly kind: 'local'; readonly interface: string }
  | { readonly kind: 'on-link'; readonly interface: string }
  | { readonly kind: 'via'; readonly gateway: IpAddress; readonly interface: string }
  | { readonly kind: 'none' }

export function lookupRoute(state: HostState, destination: IpAddress): Lookup {
  const known = tables.get(state) ?? tableOf(state)
  const before = known.lookups.get(destination)
  if (before !== undefined) return before
  const found = findRoute(state, known, destination)
  known.lookups.set(destination, found)
  return found
}

/** What interfaces put into the tables of a host, and what has been looked up in them. */
interface RouteTable {
  /** Addresses of the host's own, with the interface each is on. */
  readonly own: ReadonlyMap<IpAddress, string>
  /** Those whose prefix holds others. A director of thousands of VIPs has few. */
  readonly links: readonly {
    readonly address: IpAddress
    readonly prefix: number
    readonly interface: string
  }[]
  readonly lookups: Map<IpAddress, Lookup>
}

/** Rules, walks and plans all ask the same of a state, which never changes. */
const tables = new WeakMap<HostState, RouteTable>()

function tableOf(state: HostState): RouteTable {
  const own = new Map<IpAddress, string>()
  const links: RouteTable['links'][number][] = []
  for (const { name, addresses, up } of state.interfaces.values()) {
    // Neither the address nor its subnet is in a table while the device is down (fib_frontend.c `fib_disable_ip`).
    if (!up) continue
    for (const { address, prefix } of addresses) {
      if (!own.has(address)) own.set(address, name)
      if (prefix < addressBits(familyOf(address))) links.push({ address, prefix, interface: name })
    }
  }
  const table = { own, links, lookups: new Map<IpAddress, Lookup>() }
  tables.set(state, table)
  return table
}

function findRoute(state: HostState, { own, links }: RouteTable, destination: IpAddress): Lookup {
  const itself = own.get(destination)
  if (itself !== undefined) return { kind: 'local', interface: itself }
  const family = familyOf(destination)
  let best: { prefix: number; metric: number; result: Lookup } | undefined
  const offer = (prefix: number, metric: number, result: Lookup) => {
    if (best === undefined || prefix > best.prefix || (prefix === best.prefix && metric < best.metric)) {
      best = { prefix, metric, result }
    }
  }
  for (const { address, prefix, interface: name } of links) {
    if (!sharesPrefix(address, destination, prefix)) continue
    // An IPv4 prefix on lo makes its whole subnet local (fib_frontend.c `fib_add_ifaddr`).
    if (name === 'lo' && family === 4) return { kind: 'local', interface: name }
    offer(prefix, 0, { kind: 'on-link', interface: name })
  }
  for (const route of state.routes) {
    if (route.family !== family) continue
    if (route.to !== 'default' && !contains(route.to, destination)) continue
    const prefix = route.to === 'default' ? 0 : prefixLength(route.to)
    const interfaceName = interfaceOfRoute(state, route)
    if (interfaceName === undefined) continue
    offer(
      prefix,
      route.metric,
      route.via === undefined
        ? { kind: 'on-link', interface: interfaceName }
        : { kind: 'via', gateway: route.via, interface: interfaceName },
    )
  }
  return best?.result ?? { kind: 'none' }
}

/**
 * The interface a route leaves by; undefined where the kernel would not take the route: its device is down, or its
 * gateway is not on that device's link, or is the host itself (fib_semantics.c `fib_check_nh`).
 */
function interfaceOfRoute(
  state: HostState,
  { via, interface: named, onlink }: RouteState,
): string | undefined {
  if (via !== undefined && isOwn(state, via)) return undefined
  if (named === undefined) return via === undefined ? undefined : interfaceTowards(state, via)
  const device = state.interfaces.get(named)
  if (device?.up !== true) return undefined
  if (via === undefined || onlink === true || addressKind(via) === 'link-local') return named
  const reached =
    device.addresses.some(({ address, prefix }) => sharesPrefix(address, via, prefix)) ||
    state.routes.some(
      (route) =>
        route.via === undefined &&
        route.interface === named &&
        route.to !== 'default' &&
        contains(route.to, via),
    )
  return reached ? named : undefined
}

function isOwn({ interfaces }: HostState, address: IpAddress): boolean {
  for (const { addresses } of interfaces.values()) {
    if (addresses.some((own) => own.address === address)) return true
  }
  return false
}

/** The interface an on-link address is reached by. */
export function interfaceTowards(state: HostState, neighbour: IpAddress): string | undefined {
  for (const { name, addresses, up } of state.interfaces.values()) {
    if (!up || name === 'lo') continue
    if (addresses.some(({ address, prefix }) => sharesPrefix(address, neighbour, prefix))) return name
  }
  return undefined
}

/** The way of a packet from host to host, by routes alone: no filters, no IPVS. */
export interface RoutedPath {
  /** Names of the drawn hosts it passes, the sender first. */
  readonly hosts: readonly string[]
  /**
   * arrived: the last host owns the address, or it is on the last host's link and no drawn host's;
   * undrawn: handed to a gateway that is not drawn, which is taken to deliver it;
   * no-route: the last host has no route; loop: it came to a host a second time.
   */
  readonly end: 'arrived' | 'undrawn' | 'no-route' | 'loop'
  /** The interface the sender uses. */
  readonly firstInterface: string | undefined
}

/** Follows the routes of the drawn hosts, as they are after deployment, from one of them to an address. */
export function routedPath(cluster: Cluster, from: string, destination: IpAddress): RoutedPath {
  const hosts = [from]
  let firstInterface: string | undefined
  for (let at = cluster.hosts.get(from); at !== undefined;) {
    const lookup = lookupRoute(at.state, destination)
    if (lookup.kind === 'none') return { hosts, end: 'no-route', firstInterface }
    if (lookup.kind === 'local') return { hosts, end: 'arrived', firstInterface }
    firstInterface ??= lookup.interface
    const network = at.state.interfaces.get(lookup.interface)?.network
    const neighbour = lookup.kind === 'via' ? lookup.gateway : destination
    const next = network === undefined ? undefined : cluster.ownerOn(network, neighbour)
    if (next === undefined)
      return { hosts, end: lookup.kind === 'via' ? 'undrawn' : 'arrived', firstInterface }
    if (hosts.includes(next)) return { hosts: [...hosts, next], end: 'loop', firstInterface }
    hosts.push(next)
    at = cluster.hosts.get(next)
  }
  return { hosts, end: 'arrived', firstInterface }
}
