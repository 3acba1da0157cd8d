import { addressBits, contains, familyOf, subnetOf } from '../topology/address.js'
import type { IpAddress, Subnet } from '../topology/address.js'
import type { Mode, Role } from '../topology/types.js'
import type { FoundHost, FoundInterface } from './found.js'
import type { JoinedCluster, JoinedService, NamedDirector } from './join.js'
import { vipOf } from './join.js'
import { segments, standsOnSegment, takeFree } from './segments.js'
import type { Segment, Segments } from './segments.js'

export interface DrawnHost {
  readonly name: string
  readonly role: Role
  /** Nobody has looked at it: it is known by an address alone. */
  readonly unseen: boolean
  readonly kernel: string | undefined
  readonly interfaces: readonly DrawnInterface[]
  readonly gateways: readonly IpAddress[]
  readonly routes: readonly { readonly to: Subnet; readonly via: IpAddress }[]
}

export interface DrawnInterface {
  readonly name: string
  readonly segment: Segment | undefined
  readonly addresses: readonly IpAddress[]
  readonly mac: string | undefined
  readonly mtu: number | undefined
  /** What about it is assumed, in words. */
  readonly assumed: readonly string[]
}

export interface DrawnHosts {
  readonly networks: readonly Segment[]
  readonly hosts: readonly DrawnHost[]
  /** The host that has an address as its own. */
  readonly ownerOf: (address: IpAddress) => DrawnHost | undefined
}

/** VIPs in so many subnets that nothing is known of are each given a network; of more, the first alone, and routers send the others. */
const MOST_VIP_SUBNETS = 4

/** Where everything stands: networks, and hosts with the addresses that are known, and those that must be assumed. */
export function drawHosts(cluster: JoinedCluster, seen: readonly FoundHost[]): DrawnHosts {
  const { directors, services } = cluster
  const vips = new Set(services.flatMap((service) => vipOf(service) ?? []))
  const taken = takenIn(cluster, seen)
  const places = segments()
  const devices = knownDevices([...directors, ...seen], vips, places)
  for (const director of directors) {
    for (const { name, moving } of director.interfaces) {
      const on = devices.get(director)?.get(name)
      for (const address of moving)
        if (on?.subnets.every((each) => familyOf(each) !== familyOf(address)) === true)
          places.assume(address, on)
    }
    for (const address of director.addresses) places.assume(address)
  }
  const observed = directors.some((director) => director.observed)
  if (!observed) assumeVips(vips, places)
  for (const { destinations, sorryServer } of services)
    for (const { address } of sorryServer === undefined ? destinations : [...destinations, sorryServer])
      if (standsOnSegment(address)) places.assume(address)
  const needed = neededBy(cluster, places, observed)
  nameSegments(places, needed)
  giveGateways(cluster, seen, places, needed, taken, observed)
  const drawn = directors.map((director) =>
    drawDirector(director, devices.get(director) ?? new Map(), needed.of.get(director.name), vips, taken),
  )
  const owners = new Map<IpAddress, DrawnHost>()
  const own = (host: DrawnHost): void => {
    for (const { addresses } of host.interfaces)
      for (const address of addresses) if (!owners.has(address)) owners.set(address, host)
  }
  for (const host of drawn) own(host)
  const others = seen.map((host) => drawSeen(host, devices.get(host) ?? new Map(), vips))
  for (const host of others) own(host)
  const names = new Set([...drawn, ...others].map(({ name }) => name))
  const realServers = drawRealServers(services, places, owners, names)
  return {
    networks: places.all.filter(({ subnets }) => subnets.length > 0),
    hosts: [...drawn, ...others, ...realServers],
    ownerOf: (address) => owners.get(address),
  }
}

/** Every address that somebody has, so that none is given twice. */
function takenIn({ directors, services, vrrp }: JoinedCluster, seen: readonly FoundHost[]): Set<IpAddress> {
  const taken = new Set<IpAddress>(vrrp?.insideVips)
  for (const { interfaces, gateways } of [...directors, ...seen]) {
    for (const { addresses } of interfaces) for (const { address } of addresses) taken.add(address)
    for (const address of gateways) taken.add(address)
  }
  for (const { addresses, vrrp: instances } of directors) {
    for (const address of addresses) taken.add(address)
    for (const instance of instances)
      for (const address of [...instance.addresses, ...instance.peers]) taken.add(address)
  }
  for (const service of services) {
    const vip = vipOf(service)
    if (vip !== undefined) taken.add(vip)
    for (const { address } of service.destinations) taken.add(address)
    if (service.sorryServer !== undefined) taken.add(service.sorryServer.address)
  }
  return taken
}

type Devices = ReadonlyMap<string, Segment>

/** The segment of each interface that is known, by what subnets it has. */
function knownDevices(
  hosts: readonly { readonly interfaces: readonly FoundInterface[] }[],
  vips: ReadonlySet<IpAddress>,
  places: Segments,
): Map<unknown, Devices> {
  const result = new Map<unknown, Devices>()
  // Interfaces of one name whose subnets nobody tells are one segment on both directors of a pair.
  const bare = new Map<string, Segment>()
  for (const host of hosts) {
    const devices = new Map<string, Segment>()
    for (const { name, addresses, subnets } of host.interfaces) {
      const own = addresses
        .filter(({ address, prefix }) => prefix < addressBits(familyOf(address)) && !vips.has(address))
        .map(({ address, prefix }) => subnetOf(address, prefix))
      const all = [...own, ...subnets]
      const segment = all.length === 0 ? (bare.get(name) ?? places.make()) : places.known(all)
      if (all.length === 0) bare.set(name, segment)
      devices.set(name, segment)
    }
    result.set(host, devices)
  }
  return result
}

function assumeVips(vips: ReadonlySet<IpAddress>, places: Segments): void {
  const lost = [...vips].filter((vip) => places.of(vip) === undefined)
  const subnets = new Set(lost.map((vip) => subnetOf(vip, familyOf(vip) === 4 ? 24 : 64)))
  // Without any, no reply would find a way out.
  const drawn = subnets.size <= MOST_VIP_SUBNETS ? lost : lost.length === vips.size ? lost.slice(0, 1) : []
  for (const vip of drawn) places.assume(vip)
}

interface Needed {
  /** With VIPs of services. */
  readonly vips: ReadonlySet<Segment>
  /** With real servers, by how they are reached. */
  readonly modes: ReadonlyMap<Segment, ReadonlySet<Mode>>
  /** By name of a director, those it must be on. */
  readonly of: ReadonlyMap<string, ReadonlySet<Segment>>
}

function neededBy({ services }: JoinedCluster, places: Segments, observed: boolean): Needed {
  const vips = new Set<Segment>()
  const modes = new Map<Segment, Set<Mode>>()
  const of = new Map<string, Set<Segment>>()
  for (const service of services) {
    const needs = new Set<Segment>()
    const vip = vipOf(service)
    const front = vip === undefined ? undefined : places.of(vip)
    if (front !== undefined) {
      vips.add(front)
      needs.add(front)
    }
    for (const { address, method } of service.destinations) {
      const segment = places.of(address)
      if (segment === undefined) continue
      const known = modes.get(segment) ?? new Set()
      modes.set(segment, known.add(method))
      // Tunnels go anywhere; a link must be shared for the other two.
      if (method !== 'tun') needs.add(segment)
    }
    const sorry = service.sorryServer === undefined ? undefined : places.of(service.sorryServer.address)
    if (sorry !== undefined) needs.add(sorry)
    if (observed) continue
    for (const name of service.directors) {
      const known = of.get(name) ?? new Set()
      for (const segment of needs) known.add(segment)
      of.set(name, known)
    }
  }
  return { vips, modes, of }
}

function nameSegments({ all }: Segments, { vips, modes }: Needed): void {
  const counts = new Map<string, number>()
  for (const segment of all) {
    const remote = [...(modes.get(segment) ?? [])].every((mode) => mode === 'tun')
    const base = vips.has(segment) ? 'front' : modes.has(segment) ? (remote ? 'site' : 'back') : 'net'
    const number = (counts.get(base) ?? 0) + 1
    counts.set(base, number)
    segment.name = number === 1 ? base : `${base}${number}`
  }
}

/** Where packets come from and replies leave: known, or assumed where a drawing without cannot work. */
function giveGateways(
  { directors, services }: JoinedCluster,
  seen: readonly FoundHost[],
  places: Segments,
  { vips, modes }: Needed,
  taken: Set<IpAddress>,
  observed: boolean,
): void {
  for (const { gateways } of [...directors, ...seen]) {
    for (const address of gateways) {
      const segment = places.of(address)
      if (segment !== undefined && !segment.gateways.includes(address)) segment.gateways.push(address)
    }
  }
  const near = new Set(
    directors.flatMap(({ interfaces }) =>
      interfaces.flatMap((each) => each.addresses.map(({ address }) => places.of(address))),
    ),
  )
  const known = observed && directors.some(({ gateways }) => gateways.length > 0)
  const own = new Set(services.flatMap(({ destinations }) => destinations.map(({ address }) => address)))
  for (const segment of places.all) {
    // Of a segment nobody has looked at, the director's own gateways say nothing.
    if (known && segment.assumed.length === 0) continue
    const mode = modes.get(segment) ?? new Set<Mode>()
    // Real servers of NAT that are on no network of the director answer it by some router.
    const away = observed && mode.has('nat') && !near.has(segment)
    if (!vips.has(segment) && !mode.has('dr') && !mode.has('tun') && !away) continue
    for (const subnet of segment.subnets) {
      if (segment.gateways.some((address) => familyOf(address) === familyOf(subnet))) continue
      const gateway = takeFree(subnet, taken)
      if (gateway === undefined || own.has(gateway)) continue
      segment.gateways.push(gateway)
      segment.assumed.push(`the gateway ${gateway}`)
    }
  }
}

function drawDirector(
  director: NamedDirector,
  devices: Devices,
  needed: ReadonlySet<Segment> = new Set(),
  vips: ReadonlySet<IpAddress>,
  taken: Set<IpAddress>,
): DrawnHost {
  const interfaces: DrawnInterface[] = []
  const done = new Set<Segment>()
  const draw = (name: string, segment: Segment | undefined, found: FoundInterface | undefined): void => {
    if (segment !== undefined) done.add(segment)
    const addresses = ownAddresses(found, vips)
    const assumed: string[] = found === undefined ? ['the interface'] : []
    for (const subnet of segment?.subnets ?? []) {
      if (director.observed) break
      const here = [...addresses, ...director.addresses].filter((address) => contains(subnet, address))
      for (const address of here) if (!addresses.includes(address)) addresses.push(address)
      if (here.length > 0) continue
      const free = takeFree(subnet, taken)
      if (free === undefined) continue
      addresses.push(free)
      assumed.push(`the address ${free}`)
    }
    const { mac, mtu } = found ?? {}
    interfaces.push({ name, segment, addresses, mac, mtu, assumed })
  }
  for (const found of director.interfaces) {
    const segment = devices.get(found.name)
    if (director.observed && ownAddresses(found, vips).length === 0) continue
    draw(found.name, segment?.subnets.length === 0 ? undefined : segment, found)
  }
  const names = new Set(interfaces.map(({ name }) => name))
  for (const segment of needed) {
    if (done.has(segment)) continue
    let number = 0
    while (names.has(`eth${number}`)) number++
    names.add(`eth${number}`)
    draw(`eth${number}`, segment, undefined)
  }
  return {
    name: director.name,
    role: 'director',
    unseen: director.unseen,
    kernel: director.kernel,
    interfaces,
    gateways: gatewaysOf(director.gateways, interfaces, vips),
    routes: director.routes.filter(({ via }) =>
      interfaces.some(({ segment }) => segment?.subnets.some((subnet) => contains(subnet, via))),
    ),
  }
}

/** Pinned where the networks of a host offer several, as a drawing wants to be told. */
function gatewaysOf(
  known: readonly IpAddress[],
  interfaces: readonly DrawnInterface[],
  vips: ReadonlySet<IpAddress>,
): IpAddress[] {
  const result: IpAddress[] = []
  for (const family of [4, 6] as const) {
    const offered = interfaces
      .flatMap(({ segment }) => segment?.gateways.map((address) => ({ address, segment })) ?? [])
      .filter(({ address }) => familyOf(address) === family)
    const own = known.find((address) => familyOf(address) === family)
    const withVips = offered.find(({ segment }) =>
      segment.subnets.some((subnet) => [...vips].some((vip) => contains(subnet, vip))),
    )
    const chosen = own ?? withVips?.address ?? offered[0]?.address
    if (offered.length > 1 && chosen !== undefined) result.push(chosen)
  }
  return result
}

/** Those that stay where they are: a VIP moves, or is put there by whoever manages the director. */
function ownAddresses(found: FoundInterface | undefined, vips: ReadonlySet<IpAddress>): IpAddress[] {
  const own = (found?.addresses ?? []).filter(
    ({ address, prefix }) => prefix < addressBits(familyOf(address)) && standsOnSegment(address),
  )
  const fixed = own.filter(({ address }) => !vips.has(address))
  return (fixed.length > 0 ? fixed : own).map(({ address }) => address)
}

function drawSeen(host: FoundHost, devices: Devices, vips: ReadonlySet<IpAddress>): DrawnHost {
  const interfaces = host.interfaces.flatMap((found): DrawnInterface[] => {
    const addresses = ownAddresses(found, vips)
    if (addresses.length === 0) return []
    const { name, mac, mtu } = found
    return [{ name, segment: devices.get(name), addresses, mac, mtu, assumed: [] }]
  })
  return {
    name: host.name,
    role: 'real-server',
    unseen: false,
    kernel: host.kernel,
    interfaces,
    gateways: gatewaysOf(host.gateways, interfaces, vips),
    routes: [],
  }
}

/** Real servers nobody has looked at: each with the one address by which the table knows it. */
function drawRealServers(
  services: readonly JoinedService[],
  places: Segments,
  owners: Map<IpAddress, DrawnHost>,
  names: Set<string>,
): DrawnHost[] {
  const result: DrawnHost[] = []
  let number = 0
  let sorry = 0
  const free = (base: string): string => {
    for (;;) {
      const name = base === 'rs' ? `rs${++number}` : `sorry${++sorry === 1 ? '' : sorry}`
      if (names.has(name)) continue
      names.add(name)
      return name
    }
  }
  const draw = (address: IpAddress, base: string): void => {
    if (owners.has(address) || !standsOnSegment(address)) return
    const host: DrawnHost = {
      name: free(base),
      role: 'real-server',
      unseen: true,
      kernel: undefined,
      interfaces: [
        {
          name: 'eth0',
          segment: places.of(address),
          addresses: [address],
          mac: undefined,
          mtu: undefined,
          assumed: [],
        },
      ],
      gateways: [],
      routes: [],
    }
    owners.set(address, host)
    result.push(host)
  }
  for (const { destinations } of services) for (const { address } of destinations) draw(address, 'rs')
  for (const { sorryServer } of services) if (sorryServer !== undefined) draw(sorryServer.address, 'sorry')
  return result
}
