import type { Family, IpAddress } from '../topology/address.js'
import { FAMILIES, familyOf } from '../topology/address.js'
import type { Host, Role, Topology } from '../topology/types.js'
import { drawnInterfaces } from './drawn.js'
import { keepalivedNeeds } from './keepalived/needs.js'
import { chooseGateway } from './gateways.js'
import type { GatewayChoice } from './gateways.js'
import type { DeniedNeed, Need, ReasonedNeed } from './needs.js'
import { needKey } from './needs.js'
import type { ObservedHost } from './observe.js'
import { pathOf } from '../topology/path.js'
import { addressState } from './drawn.js'
import { serviceNeeds } from './service-needs.js'
import { resolveServices } from './services.js'
import type { ServiceModel } from './services.js'
import type { AddressState, HostState, InterfaceState, RouteState } from './state.js'
import { IPV4_FORWARD, confKey } from './sysctl.js'
import { tunnelMtu } from './tunnels.js'

/** Everything a topology means: every host before and after a deployment, and every service with its addresses. */
export interface Cluster {
  readonly topology: Topology
  readonly hosts: ReadonlyMap<string, HostModel>
  readonly services: readonly ServiceModel[]
  /** The drawn host that answers for an address on a network, VIPs on directors included; the first of several. */
  readonly ownerOn: (network: string, address: IpAddress) => string | undefined
}

export interface HostModel {
  readonly name: string
  readonly role: Role | undefined
  readonly drawn: Host
  /** As drawn and not deployed: what the lab starts. */
  readonly before: HostState
  /** As it is after deployment, or as it was found: what checks look at and requests walk through. */
  readonly state: HostState
  /** What a probe found on it; absent: nobody looked, and its state is derived (observed-cluster.ts). */
  readonly observed?: ObservedHost
  /** What a deployment must see to on this host, in no order (plan/order.ts has that). */
  readonly needs: readonly ReasonedNeed[]
  /** What is needed and pinned otherwise in the file. */
  readonly denied: readonly DeniedNeed[]
  readonly gateways: ReadonlyMap<Family, GatewayChoice>
}

/** Derives the cluster a topology describes. Total: whatever is missing or wrong in the file is simply not there. */
export function deriveCluster(topology: Topology): Cluster {
  const drawn = new Map(
    [...topology.hosts].map(([name, host]) => [name, { host, interfaces: drawnInterfaces(host, topology) }]),
  )
  const services = resolveServices(topology, (name) => drawn.get(name)?.interfaces)
  const needsByHost = new Map<string, Map<string, GatheredNeed>>()
  const add = (hostName: string, reasoned: ReasonedNeed) => {
    const needs = needsByHost.get(hostName) ?? new Map<string, GatheredNeed>()
    needsByHost.set(hostName, needs)
    const key = needKey(reasoned.need)
    const known = needs.get(key)
    if (known === undefined) needs.set(key, { first: reasoned, services: new Set(reasoned.services) })
    else for (const service of reasoned.services) known.services.add(service)
  }
  for (const service of services) serviceNeeds(service, topology, add)
  for (const [host, need] of keepalivedNeeds(topology, services)) add(host, need)

  // By real server: with thousands of both, no host looks through all services.
  const servicesOf = new Map<string, ServiceModel[]>()
  for (const service of services) {
    const { realServers, sorryServer } = service
    for (const { name } of sorryServer === undefined ? realServers : [...realServers, sorryServer]) {
      const known = servicesOf.get(name)
      if (known === undefined) servicesOf.set(name, [service])
      else known.push(service)
    }
  }

  const hosts = new Map<string, HostModel>()
  for (const [name, { host, interfaces }] of drawn) {
    const gateways = new Map(
      FAMILIES.map((family) => [
        family,
        chooseGateway(family, name, host, interfaces, topology, servicesOf.get(name) ?? []),
      ]),
    )
    for (const choice of gateways.values()) {
      if (choice.kind === 'director') add(name, choice.need)
    }
    const all = [...(needsByHost.get(name)?.values() ?? [])].map(({ first, services }) => ({
      ...first,
      services: [...services],
    }))
    const denied = all.flatMap((need) => deniedBy(need, name, host))
    const deniedKeys = new Set(denied.map(({ need }) => needKey(need)))
    const needs = all.filter(({ need }) => !deniedKeys.has(needKey(need)))
    const before = stateBefore(name, host, interfaces, gateways)
    hosts.set(name, {
      name,
      role: host.role,
      drawn: host,
      before,
      state: withNeeds(
        before,
        needs.map(({ need }) => need),
      ),
      needs,
      denied,
      gateways,
    })
  }

  return { topology, hosts, services, ownerOn: addressOwners(hosts.values()) }
}

/** Who answers for an address on a network; the first of several. */
export function addressOwners(hosts: Iterable<HostModel>): Cluster['ownerOn'] {
  const owners = new Map<string, string>()
  for (const { name, state } of hosts) {
    for (const { network, addresses } of state.interfaces.values()) {
      if (network === undefined) continue
      for (const { address } of addresses) {
        const key = `${network} ${address}`
        if (!owners.has(key)) owners.set(key, name)
      }
    }
  }
  return (network, address) => owners.get(`${network} ${address}`)
}

/** A need of a host while services are still telling theirs: thousands may have the same of one director. */
interface GatheredNeed {
  readonly first: ReasonedNeed
  readonly services: Set<string>
}

function deniedBy(reasoned: ReasonedNeed, hostName: string, host: Host): DeniedNeed[] {
  const { need } = reasoned
  if (need.kind === 'sysctl') {
    const pinned = host.sysctls.get(need.key)
    if (pinned === undefined || pinned.trim() === need.value) return []
    return [{ ...reasoned, pin: pathOf('hosts', hostName, 'sysctls', need.key), pinned }]
  }
  // A pinned gateway is never even asked of gateways.ts to be the director; what that breaks, NAT-GW says.
  return []
}

function stateBefore(
  name: string,
  host: Host,
  interfaces: readonly InterfaceState[],
  gateways: ReadonlyMap<Family, GatewayChoice>,
): HostState {
  const routes: RouteState[] = []
  for (const [family, choice] of gateways) {
    const via = choice.kind === 'director' ? choice.otherwise : choice.via
    if (via !== undefined) routes.push({ to: 'default', family, via, interface: undefined, metric: 0 })
  }
  for (const { to, via, interface: interfaceName } of host.routes) {
    if (to === undefined) continue
    routes.push({ to, family: familyOf(to), via, interface: interfaceName, metric: 0 })
  }
  return {
    name,
    kernel: host.kernel,
    interfaces: new Map(interfaces.map((state) => [state.name, state])),
    routes,
    sysctls: host.role === 'router' ? new Map([...ROUTER_SYSCTLS, ...host.sysctls]) : host.sysctls,
    modules: new Set(),
    virtualServices: [],
    supports: host.supports,
    listens: host.listens,
    drops: host.drops,
  }
}

/** A router is drawn because it routes; the file can still pin these otherwise. */
const ROUTER_SYSCTLS = [
  [IPV4_FORWARD, '1'],
  [confKey(6, 'all', 'forwarding'), '1'],
] as const

/** The state once every need is met. */
export function withNeeds(before: HostState, needs: readonly Need[]): HostState {
  const interfaces = new Map(before.interfaces)
  const sysctls = new Map(before.sysctls)
  const modules = new Set(before.modules)
  const virtualServices = [...before.virtualServices]
  const grown = new Map<string, AddressState[]>()
  let routes = before.routes
  const change = (name: string, how: (old: InterfaceState) => InterfaceState) => {
    const old = interfaces.get(name) ?? {
      name,
      network: undefined,
      mac: undefined,
      mtu: tunnelMtu(name) ?? 1500,
      up: false,
      addresses: [],
    }
    interfaces.set(name, how(old))
  }
  for (const need of needs) {
    switch (need.kind) {
      case 'module':
        modules.add(need.module)
        break
      case 'sysctl':
        sysctls.set(need.key, need.value)
        break
      case 'tunnel-device':
        change(need.interface, (old) => old)
        break
      case 'link-up':
        change(need.interface, (old) => ({ ...old, up: true }))
        break
      case 'address':
        change(need.interface, (old) => {
          // A list of our own: thousands of VIPs on one interface are not copied with each that is added.
          const addresses = grown.get(need.interface) ?? [...old.addresses]
          grown.set(need.interface, addresses)
          addresses.push({ ...addressState(need.address, need.prefix), deprecated: need.prefix === 128 })
          return old.addresses === addresses ? old : { ...old, addresses }
        })
        break
      case 'default-route': {
        const { family, via, interface: interfaceName } = need
        routes = [
          ...routes.filter((route) => route.to !== 'default' || route.family !== family),
          { to: 'default', family, via, interface: interfaceName, metric: 0 },
        ]
        break
      }
      // None is a part of the state that is looked at: what they do, the tunnel, the mark and the services say.
      case 'fou':
      case 'mark':
      case 'masquerade':
      case 'keepalived':
        break
      case 'virtual-service':
        virtualServices.push(need.service)
        break
    }
  }
  return { ...before, interfaces, sysctls, modules, virtualServices, routes }
}
