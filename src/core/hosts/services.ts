import { addressBits, familyOf, maskLength, sharesPrefix } from '../topology/address.js'
import type { Family, IpAddress } from '../topology/address.js'
import { below, pathOf } from '../topology/path.js'
import type { Path } from '../topology/path.js'
import type { Mode, RealServer, Service, Topology, Tunnel } from '../topology/types.js'
import type { Destination, PersistenceState, VirtualService } from '../formats/ipvs-table.js'
import type { InterfaceState } from './state.js'

/** A service of the file with its names and addresses resolved. What could not be resolved is undefined. */
export interface ServiceModel {
  readonly name: string
  readonly path: Path
  readonly drawn: Service
  readonly family: Family
  /** The active director, if it is a drawn host. */
  readonly director: string | undefined
  /** Where the VIP lives on the director: the interface whose subnet has it, else lo. */
  readonly vipInterface: string | undefined
  /** Of a pair: what real servers of NAT have as gateway, on whichever director is active; of the service's family. */
  readonly insideVips: readonly InsideVip[]
  readonly realServers: readonly RealServerModel[]
  readonly realServerOf: (host: string) => RealServerModel | undefined
  /** The sorry server, where a drawn host has its address. */
  readonly sorryServer: RealServerModel | undefined
  /** Of a pair: the same with the other director active. */
  readonly onBackup: ServiceModel | undefined
  /** The IPVS entry, when everything it needs is known. */
  readonly virtualService: VirtualService | undefined
}

export interface InsideVip {
  readonly address: IpAddress
  /** The active director's interface whose subnet has it. */
  readonly interface: string
}

export interface RealServerModel {
  readonly name: string
  readonly path: Path
  readonly drawn: RealServer
  readonly mode: Mode | undefined
  /** The host is drawn. */
  readonly known: boolean
  /** It is the director itself (LOCALNODE). */
  readonly local: boolean
  readonly rip: IpAddress | undefined
  /** Addresses that would do as RIP; more than one where the file must choose. */
  readonly candidates: readonly IpAddress[]
  /** The real server's interface that has the RIP. */
  readonly interface: string | undefined
  /** The host has interfaces beside the one with the RIP. */
  readonly otherInterfaces: boolean
  /** The network director and real server share at the RIP; undefined when they share none. */
  readonly network: string | undefined
  /** The director's address on that network, and the interface that has it. */
  readonly dip: IpAddress | undefined
  readonly directorInterface: string | undefined
  readonly port: number | undefined
  readonly tunnel: Tunnel
}

type InterfacesOf = (host: string) => readonly InterfaceState[] | undefined

export function resolveServices(topology: Topology, interfacesOf: InterfacesOf): ServiceModel[] {
  // A VIP drawn as a host's own address is a fault (VIP-HOST); it must not also be taken for a RIP or a DIP.
  const vips = new Set([...topology.services.values()].flatMap(({ vip }) => vip ?? []))
  const inside = topology.vrrp?.insideVips ?? []
  const hostsByAddress = ownersOf(topology)
  return [...topology.services].map(([name, drawn]) => {
    const [first, second] = drawn.directors
    const vipsInside = drawn.directors.length > 1 ? inside : []
    const resolve = (service: Service) =>
      resolveService(name, service, interfacesOf, vips, vipsInside, hostsByAddress)
    const service = resolve(drawn)
    if (first === undefined || second === undefined || first === second) return service
    return { ...service, onBackup: resolve({ ...drawn, directors: [second, first] }) }
  })
}

/** Made when it is first asked for: few files have a sorry server. */
function ownersOf({ hosts }: Topology): (address: IpAddress) => string | undefined {
  let owners: Map<IpAddress, string> | undefined
  return (address) => {
    if (owners === undefined) {
      owners = new Map()
      for (const [name, { interfaces }] of hosts) {
        for (const { addresses } of interfaces.values()) {
          for (const own of addresses) if (!owners.has(own)) owners.set(own, name)
        }
      }
    }
    return owners.get(address)
  }
}

function resolveService(
  name: string,
  drawn: Service,
  interfacesOf: InterfacesOf,
  vips: ReadonlySet<IpAddress>,
  inside: readonly IpAddress[],
  ownerOf: (address: IpAddress) => string | undefined,
): ServiceModel {
  const path = pathOf('services', name)
  const family = drawn.vip === undefined ? familyWithoutVip(drawn, interfacesOf) : familyOf(drawn.vip)
  const [first] = drawn.directors
  const director = first !== undefined && interfacesOf(first) !== undefined ? first : undefined
  const directorInterfaces = director === undefined ? [] : (interfacesOf(director) ?? [])
  const around: Surroundings = { path, drawn, family, director, directorInterfaces, interfacesOf, vips }
  const realServers = [...drawn.realServers].map(([host, realServer]) =>
    resolveRealServer(host, realServer, around),
  )
  const byName = new Map(realServers.map((realServer) => [realServer.name, realServer]))
  const model = {
    name,
    path,
    drawn,
    family,
    director,
    vipInterface:
      director === undefined || drawn.vip === undefined
        ? undefined
        : (interfaceOfSubnet(directorInterfaces, drawn.vip) ?? 'lo'),
    insideVips: inside.flatMap((address) => insideVipOn(directorInterfaces, family, address)),
    realServers,
    realServerOf: (host: string) => byName.get(host),
    sorryServer: sorryServerOf(around, ownerOf),
    onBackup: undefined,
  } as const
  return { ...model, virtualService: virtualServiceOf(model) }
}

/** Of a service by mark that others set: what its real servers can be sent, IPv4 where they have both. */
function familyWithoutVip({ realServers }: Service, interfacesOf: InterfacesOf): Family {
  const families = new Set(
    [...realServers].flatMap(([host, { address }]) =>
      address !== undefined
        ? [familyOf(address)]
        : (interfacesOf(host) ?? [])
            .filter(({ name }) => name !== 'lo')
            .flatMap(({ addresses }) => addresses.map((own) => familyOf(own.address))),
    ),
  )
  return families.has(6) && !families.has(4) ? 6 : 4
}

function insideVipOn(interfaces: readonly InterfaceState[], family: Family, address: IpAddress): InsideVip[] {
  if (familyOf(address) !== family) return []
  const where = interfaceOfSubnet(interfaces, address)
  return where === undefined ? [] : [{ address, interface: where }]
}

/** The interface with an address whose subnet contains this one. */
function interfaceOfSubnet(interfaces: readonly InterfaceState[], address: IpAddress): string | undefined {
  return interfaces.find(
    ({ name, addresses }) =>
      name !== 'lo' &&
      addresses.some(
        ({ address: own, prefix }) =>
          familyOf(own) === familyOf(address) &&
          prefix < addressBits(familyOf(own)) &&
          sharesPrefix(own, address, prefix),
      ),
  )?.name
}

interface Surroundings {
  readonly path: Path
  readonly drawn: Service
  readonly family: Family
  readonly director: string | undefined
  readonly directorInterfaces: readonly InterfaceState[]
  readonly interfacesOf: InterfacesOf
  readonly vips: ReadonlySet<IpAddress>
}

function resolveRealServer(name: string, drawn: RealServer, around: Surroundings): RealServerModel {
  const { drawn: service, family, director, directorInterfaces, interfacesOf, vips } = around
  const interfaces = interfacesOf(name)
  const mode = drawn.mode ?? service.mode
  const local = director !== undefined && name === director
  const own = (interfaces ?? [])
    .filter((candidate) => candidate.name !== 'lo')
    .flatMap((where) => where.addresses.map(({ address }) => ({ address, where })))
  const shares = ({ network }: InterfaceState) =>
    network !== undefined && directorInterfaces.some((other) => other.network === network)
  const free = own.filter(({ address }) => !vips.has(address))
  const same = free.filter(({ address }) => familyOf(address) === family)
  // A tunnel carries one family in the other, where there is no address of the VIP's.
  const ofFamily = same.length === 0 && mode === 'tun' ? free : same
  const near = ofFamily.filter(({ where }) => shares(where))
  // TUN reaches a real server anywhere; NAT and DR want the shared network, and without one a rule says so.
  const possible = near.length > 0 ? near : ofFamily
  const chosen =
    drawn.address === undefined
      ? possible.length === 1
        ? possible[0]
        : undefined
      : own.find(({ address }) => address === drawn.address)
  const network = chosen !== undefined && shares(chosen.where) ? chosen.where.network : undefined
  const ripFamily = chosen === undefined ? family : familyOf(chosen.address)
  const towards = directorInterfaces.find(
    (candidate) => network !== undefined && candidate.network === network,
  )
  const dip = towards?.addresses.find(
    ({ address }) => familyOf(address) === ripFamily && !vips.has(address),
  )?.address
  return {
    name,
    path: below(around.path, 'real-servers', name),
    drawn,
    mode,
    known: interfaces !== undefined,
    local,
    rip: drawn.address ?? chosen?.address,
    candidates: possible.map(({ address }) => address),
    interface: chosen?.where.name,
    otherInterfaces: own.some(({ where }) => where.name !== chosen?.where.name),
    network,
    dip,
    directorInterface: towards?.name,
    port: service.mark === undefined ? (drawn.port ?? service.port) : undefined,
    tunnel: drawn.tunnel ?? service.tunnel,
  }
}

/** A real server that gets requests when no other is left: what it needs, it needs before that. */
function sorryServerOf(
  around: Surroundings,
  ownerOf: (address: IpAddress) => string | undefined,
): RealServerModel | undefined {
  const { address, port } = around.drawn.sorryServer ?? {}
  const host = address === undefined ? undefined : ownerOf(address)
  if (address === undefined || host === undefined) return undefined
  const drawn: RealServer = {
    port,
    weight: 1,
    mode: undefined,
    address,
    thresholds: undefined,
    tunnel: undefined,
  }
  return { ...resolveRealServer(host, drawn, around), path: below(around.path, 'sorry-server') }
}

function virtualServiceOf(model: Omit<ServiceModel, 'virtualService'>): VirtualService | undefined {
  const { drawn, family, realServers } = model
  const target =
    drawn.mark !== undefined
      ? ({ kind: 'mark', mark: drawn.mark, family } as const)
      : drawn.vip !== undefined && drawn.port !== undefined
        ? ({ kind: 'address', protocol: drawn.protocol, address: drawn.vip, port: drawn.port } as const)
        : undefined
  if (target === undefined || model.director === undefined) return undefined
  return {
    target,
    scheduler: drawn.scheduler,
    flags: drawn.flags,
    persistence: persistenceOf(drawn, family),
    onePacket: drawn.onePacket,
    destinations: realServers.flatMap((realServer) => destinationOf(realServer, drawn)),
  }
}

function destinationOf(
  { drawn, mode, rip, port, tunnel, known }: RealServerModel,
  service: Service,
): Destination[] {
  if (mode === undefined || rip === undefined || !known) return []
  return [
    {
      address: rip,
      // Only NAT rewrites ports; the others keep the VIP's, whatever the file says (DR-PORT, TUN-PORT tell). A service
      // by mark has none: every port goes to the same port.
      port: service.mark !== undefined ? 0 : ((mode === 'nat' ? port : service.port) ?? 0),
      method: mode,
      weight: drawn.weight,
      upper: drawn.thresholds?.upper ?? 0,
      lower: drawn.thresholds?.lower ?? 0,
      tunnel: mode === 'tun' ? tunnel : undefined,
    },
  ]
}

function persistenceOf({ persistence }: Service, family: Family): PersistenceState | undefined {
  if (persistence === undefined) return undefined
  const { timeout, netmask, engine } = persistence
  return { timeout, granularity: maskLength(netmask, family), engine }
}
