import type { Family, IpAddress } from '../topology/address.js'
import type { Drop, Listen } from '../topology/types.js'
import { addressOwners } from './cluster.js'
import type { Cluster } from './cluster.js'
import { targetText } from './needs.js'
import type { ServiceModel } from './services.js'
import type { HostState, InterfaceState } from './state.js'

/**
 * One thing that is otherwise than the drawing means: "what if this real server answered ARP for the VIP". A patch
 * changes the state of a host as it is after deployment, never the file, and says it in the kernel's own terms, so that
 * the same change can be made on a real host: the designer walks a patched cluster, and a test that holds the walk
 * against a kernel can patch both sides. What names a host, interface or address that is not there changes nothing.
 */
export type Patch =
  /** `value` undefined: as if nobody had ever written it. */
  | {
      readonly kind: 'sysctl'
      readonly host: string
      readonly key: string
      readonly value: string | undefined
    }
  /** `ip address add ADDRESS/PREFIX dev INTERFACE`. */
  | {
      readonly kind: 'address'
      readonly host: string
      readonly interface: string
      readonly address: IpAddress
      readonly prefix: number
    }
  /** Taken from every interface that has it. */
  | { readonly kind: 'no-address'; readonly host: string; readonly address: IpAddress }
  /** `via` undefined: none at all. */
  | {
      readonly kind: 'default-route'
      readonly host: string
      readonly family: Family
      readonly via: IpAddress | undefined
    }
  | { readonly kind: 'link'; readonly host: string; readonly interface: string; readonly up: boolean }
  /** Bytes. */
  | { readonly kind: 'mtu'; readonly host: string; readonly interface: string; readonly mtu: number }
  /** What its programs listen on, and nothing else; undefined: whatever they are asked for. */
  | {
      readonly kind: 'listens'
      readonly host: string
      readonly listens: readonly Listen[] | undefined
    }
  /** Its firewall refuses this too. */
  | { readonly kind: 'drop'; readonly host: string; readonly drop: Drop }
  /** Of a destination in the IPVS table, on whichever director has the service. */
  | {
      readonly kind: 'weight'
      readonly service: string
      readonly realServer: string
      readonly weight: number
    }

/** The cluster as it would be with these, one after the other. Pure: the one that is given stays as it is. */
export function applyPatches(cluster: Cluster, patches: readonly Patch[]): Cluster {
  if (patches.length === 0) return cluster
  const hosts = new Map(cluster.hosts)
  let { services } = cluster
  for (const patch of patches) {
    if (patch.kind === 'weight') {
      const before = services.find(({ name }) => name === patch.service)
      const after = before === undefined ? undefined : withWeight(before, patch)
      if (before === undefined || after?.virtualService === undefined) continue
      services = services.map((each) => (each === before ? after : each))
      const target = targetText(after.virtualService.target)
      for (const director of before.drawn.directors) {
        const model = hosts.get(director)
        if (model === undefined) continue
        const virtualServices = model.state.virtualServices.map((entry) =>
          targetText(entry.target) === target ? (after.virtualService ?? entry) : entry,
        )
        hosts.set(director, { ...model, state: { ...model.state, virtualServices } })
      }
      continue
    }
    const model = hosts.get(patch.host)
    if (model !== undefined) hosts.set(patch.host, { ...model, state: patchedState(model.state, patch) })
  }
  return { ...cluster, hosts, services, ownerOn: addressOwners(hosts.values()) }
}

function patchedState(state: HostState, patch: Exclude<Patch, { readonly kind: 'weight' }>): HostState {
  switch (patch.kind) {
    case 'sysctl': {
      const sysctls = new Map(state.sysctls)
      if (patch.value === undefined) sysctls.delete(patch.key)
      else sysctls.set(patch.key, patch.value)
      return { ...state, sysctls }
    }
    case 'address':
      return withInterfaces(state, ({ name, addresses }) => {
        const { address, prefix } = patch
        if (name !== patch.interface || addresses.some((own) => own.address === address)) return {}
        return { addresses: [...addresses, { address, prefix, deprecated: prefix === 128 }] }
      })
    case 'no-address':
      return withInterfaces(state, ({ addresses }) => ({
        addresses: addresses.filter(({ address }) => address !== patch.address),
      }))
    case 'default-route': {
      const { family, via } = patch
      const others = state.routes.filter((route) => route.to !== 'default' || route.family !== family)
      if (via === undefined) return { ...state, routes: others }
      return {
        ...state,
        routes: [...others, { to: 'default', family, via, interface: undefined, metric: 0 }],
      }
    }
    case 'link':
      return withInterfaces(state, ({ name }) => (name === patch.interface ? { up: patch.up } : {}))
    case 'mtu':
      return withInterfaces(state, ({ name }) => (name === patch.interface ? { mtu: patch.mtu } : {}))
    case 'listens':
      return { ...state, listens: patch.listens }
    case 'drop':
      return { ...state, drops: [...state.drops, patch.drop] }
  }
}

function withInterfaces(
  state: HostState,
  change: (known: InterfaceState) => Partial<InterfaceState>,
): HostState {
  return {
    ...state,
    interfaces: new Map(
      [...state.interfaces].map(([name, known]) => [name, { ...known, ...change(known) }] as const),
    ),
  }
}

function withWeight(
  service: ServiceModel,
  { realServer: name, weight }: Extract<Patch, { readonly kind: 'weight' }>,
): ServiceModel {
  const changed = service.realServerOf(name)
  const { virtualService } = service
  if (changed === undefined || virtualService === undefined) return service
  const heavy = { ...changed, drawn: { ...changed.drawn, weight } }
  return {
    ...service,
    realServers: service.realServers.map((each) => (each === changed ? heavy : each)),
    realServerOf: (host) => (host === name ? heavy : service.realServerOf(host)),
    virtualService: {
      ...virtualService,
      destinations: virtualService.destinations.map((destination) =>
        destination.address === changed.rip &&
        (virtualService.target.kind === 'mark' ||
          destination.method !== 'nat' ||
          destination.port === changed.port)
          ? { ...destination, weight }
          : destination,
      ),
    },
  }
}
