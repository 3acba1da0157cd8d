import { contains, prefixLength } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Fix } from '../topology/problem.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { Lookup } from '../hosts/routing.js'
import { lookupRoute } from '../hosts/routing.js'
import type { FindingPlace } from './rule.js'

/** Where one of several values stands that the file may also write alone: `address: A` or `address: [A, B]`. */
export function itemPath(list: Path, index: number, length: number): Path {
  return length > 1 ? below(list, index) : list
}

export function valueAt(path: Path): FindingPlace {
  return { path, part: 'value' }
}

export function keyAt(path: Path): FindingPlace {
  return { path, part: 'key' }
}

/** A fix that takes one thing out of the file. */
export function takingOut(path: Path, title: string): Fix {
  return { title, edits: [{ kind: 'unset', path }] }
}

/** What in the file makes a host send packets for an address where it sends them. */
export type RouteCause =
  | { readonly kind: 'gateway'; readonly place: FindingPlace }
  | { readonly kind: 'route'; readonly place: FindingPlace }
  | { readonly kind: 'network'; readonly place: FindingPlace }

/** The pinned gateway, pinned route or network's gateway behind a lookup; undefined where the file has none. */
export function routeCause(
  { topology }: Cluster,
  { name, drawn, state, gateways }: HostModel,
  destination: IpAddress,
  lookup: Lookup,
): RouteCause | undefined {
  const next = lookup.kind === 'via' ? lookup.gateway : undefined
  let best: { readonly index: number; readonly prefix: number } | undefined
  for (const [index, { to, via }] of drawn.routes.entries()) {
    if (to === undefined || via !== next || !contains(to, destination)) continue
    const prefix = prefixLength(to)
    if (best === undefined || prefix > best.prefix) best = { index, prefix }
  }
  if (best !== undefined) {
    return { kind: 'route', place: valueAt(pathOf('hosts', name, 'routes', best.index)) }
  }
  if (lookup.kind !== 'via') return undefined
  for (const choice of gateways.values()) {
    if (choice.via !== lookup.gateway) continue
    if (choice.kind === 'pinned') {
      return { kind: 'gateway', place: valueAt(gatewayPath({ name, drawn }, choice.via)) }
    }
    if (choice.kind !== 'network') continue
    const network = state.interfaces.get(lookup.interface)?.network
    const offered = network === undefined ? undefined : topology.networks.get(network)?.gateways
    if (network === undefined || offered === undefined) continue
    const path = itemPath(pathOf('networks', network, 'gateway'), offered.indexOf(choice.via), offered.length)
    return { kind: 'network', place: valueAt(path) }
  }
  return undefined
}

/** Where a host's pinned gateway stands. */
export function gatewayPath({ name, drawn }: Pick<HostModel, 'name' | 'drawn'>, gateway: IpAddress): Path {
  const pinned = drawn.gateways ?? []
  return itemPath(pathOf('hosts', name, 'gateway'), Math.max(0, pinned.indexOf(gateway)), pinned.length)
}

/** The interface by which a host takes in what another, on a common network, sends it for a destination. */
export function entryInterface(from: HostModel, into: HostModel, destination: IpAddress): string | undefined {
  const lookup = lookupRoute(from.state, destination)
  if (lookup.kind === 'none' || lookup.kind === 'local') return undefined
  const network = from.state.interfaces.get(lookup.interface)?.network
  if (network === undefined) return undefined
  for (const { name, network: other } of into.state.interfaces.values()) if (other === network) return name
  return undefined
}

/** Puts findings of one place together: one gateway is one fault, whatever number of hosts and services use it. */
export function byPlace<T extends { readonly place: FindingPlace }>(items: Iterable<T>): [T, ...T[]][] {
  const result = new Map<string, [T, ...T[]]>()
  for (const item of items) {
    const key = `${item.place.part} ${item.place.path}`
    const known = result.get(key)
    if (known === undefined) result.set(key, [item])
    else known.push(item)
  }
  return [...result.values()]
}
