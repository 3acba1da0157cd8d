import { said, say, toSay } from '../speech/say.js'
import { withPort } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Mode } from '../topology/types.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { targetText } from '../hosts/needs.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { BACKUP_ONLY } from '../hosts/sysctl.js'
import type { Entry, Flight, OpenHop } from './flight.js'
import { memoryOf, note } from './flight.js'
import type { Packet, PortsHeader } from './packet.js'
import { PROTOCOL_NUMBER } from './packet.js'
import { masqueradeOf } from './masquerade.js'
import { SORRY, sorryDestination } from './sorry.js'
import type { WalkHost } from './world.js'

/** What IPVS makes of a packet for an address of the host (ip_vs_core.c `ip_vs_in_hook`). */
export type Scheduled =
  /** No service of its: the packet goes on to the host's own programs. */
  | { readonly kind: 'not-mine'; readonly why: string | undefined }
  | { readonly kind: 'entry'; readonly entry: Entry }
  /** A service without anyone to send it to. */
  | { readonly kind: 'nobody'; readonly why: string }
  /** It is sent to where nothing is drawn. */
  | { readonly kind: 'beyond'; readonly why: string }

/** The mark a packet gets before it is routed; 0: none. */
export function markOf({ marks }: WalkHost, { outer, ip, l4 }: Packet): number {
  if (outer !== undefined || 'icmp' in l4) return 0
  const found = marks.find(
    ({ vip, protocol, ports }) =>
      vip === ip.dst &&
      PROTOCOL_NUMBER[protocol] === ip.protocol &&
      (ports.length === 0 || ports.includes(l4.dstPort)),
  )
  return found?.mark ?? 0
}

export function schedule(flight: Flight, hop: OpenHop, packet: Packet, mark: number): Scheduled {
  const { host } = hop
  const { l4 } = packet
  if (host.state.virtualServices.length === 0) return { kind: 'not-mine', why: undefined }
  if ('icmp' in l4) return { kind: 'not-mine', why: undefined }
  if (isIdleBackup(flight, host)) {
    return {
      kind: 'not-mine',
      why: say`${host.name} is the backup and has backup_only=1: its IPVS lets everything pass`,
    }
  }
  const known = memoryOf(flight, host).entries.find((entry) => isOf(entry, packet, l4))
  if (known !== undefined) {
    note(hop, 'service', say`IPVS knows this connection and sends it to ${destinationText(known.of)} again`)
    return { kind: 'entry', entry: known }
  }
  const service = findService(host.state.virtualServices, packet, l4, mark)
  if (service === undefined) return { kind: 'not-mine', why: undefined }
  const name = targetText(service.target)
  // ip_vs_proto_tcp.c `tcp_conn_schedule`: only a SYN begins a connection.
  if (l4.flags !== undefined && l4.flags !== 'SYN') {
    return {
      kind: 'not-mine',
      why: say`IPVS has ${name}, but no entry for this connection, and the packet does not begin one`,
    }
  }
  const meant = flight.service.virtualService
  if (meant !== undefined && targetText(meant.target) !== targetText(service.target)) {
    note(hop, 'service', say`IPVS takes it for another service, ${name}`)
    flight.pending ??= {
      verdict: 'NO_SERVICE',
      reason: say`IPVS of ${host.name} takes it for another service, ${name}`,
      at: host.name,
    }
    return chooseDestination(flight, hop, service, packet, l4)
  }
  note(hop, 'service', say`IPVS has the service ${name}`)
  return chooseDestination(flight, hop, service, packet, l4)
}

/** ip_vs.h `sysctl_backup_only`: acts only while the backup sync daemon runs. */
function isIdleBackup({ world }: Flight, { name, state }: WalkHost): boolean {
  const { services, topology } = world.cluster
  if (Number(state.sysctls.get(BACKUP_ONLY) ?? 0) === 0 || topology.vrrp?.sync !== true) return false
  return services.some(({ drawn: { directors } }) => directors.indexOf(name) > 0)
}

function isOf(entry: Entry, { ip }: Packet, l4: PortsHeader): boolean {
  return (
    entry.client === ip.src &&
    entry.clientPort === l4.srcPort &&
    entry.vip === ip.dst &&
    entry.vport === l4.dstPort
  )
}

/** ip_vs_ctl.c `ip_vs_service_find`: by mark, then by address and port, then the one for every port. */
function findService(
  services: readonly VirtualService[],
  { ip }: Packet,
  { dstPort }: PortsHeader,
  mark: number,
): VirtualService | undefined {
  const byMark = services.find(
    ({ target }) =>
      target.kind === 'mark' && mark !== 0 && target.mark === mark && target.family === ip.family,
  )
  if (byMark !== undefined) return byMark
  const at = (port: number) =>
    services.find(
      ({ target }) =>
        target.kind === 'address' &&
        target.address === ip.dst &&
        target.port === port &&
        PROTOCOL_NUMBER[target.protocol] === ip.protocol,
    )
  const every = at(0)
  // Without persistence the kernel schedules nothing by it (ip_vs_core.c `ip_vs_schedule`).
  return at(dstPort) ?? (every?.persistence === undefined ? undefined : every)
}

/**
 * Whoever the scheduler could choose in the course of time: everyone with a weight and below its threshold. Hashing
 * schedulers without fallback keep the place of one without weight, and refuse who comes to it (ip_vs_sh.c).
 */
function chooseDestination(
  flight: Flight,
  hop: OpenHop,
  service: VirtualService,
  packet: Packet,
  l4: PortsHeader,
): Scheduled {
  const { destinations } = service
  if (destinations.length === 0) return { kind: 'nobody', why: say`the service has no real server` }
  const possible = flight.only === undefined ? everyCandidate(service) : onlyCandidate(flight, service)
  if (possible.length === 0) {
    const why =
      flight.only === SORRY
        ? say`the service has no sorry server that anybody would put in`
        : destinations.some((destination) => isSorry(flight, destination))
          ? say`keepalived has put the sorry server in, and taken ${flight.only ?? say`the others`} out of the table`
          : say`every real server of the service has weight 0`
    return { kind: 'nobody', why }
  }
  const { destination: chosen, refuses } = flight.chance.choose(possible)
  const named = realServerOf(flight, chosen)?.name
  flight.sorry = isSorry(flight, chosen)
  const owner = flight.sorry ? ownerOf(flight, chosen.address) : undefined
  flight.realServer = named ?? owner ?? chosen.address
  if (flight.sorry && owner === undefined) {
    return {
      kind: 'beyond',
      why: say`no real server of weight is left, so the request goes to the sorry server ${chosen.address}, which is no host of the drawing`,
    }
  }
  if (refuses !== undefined) {
    return { kind: 'nobody', why: say`${service.scheduler} chose ${flight.realServer}, which ${refuses}` }
  }
  const others = possible.length - 1
  const could =
    others === 0
      ? ''
      : say`; it could also be ${others === 1 ? say`another one` : say`one of ${others} others`}`
  note(
    hop,
    'schedule',
    flight.sorry
      ? say`no real server of weight is left, and keepalived has put the sorry server in: ${flight.realServer}, ${destinationText(chosen)}, by ${said(METHOD_NAMES[chosen.method])}`
      : chosen.weight === 0
        ? say`${flight.realServer} has weight 0: only connections that were there before go to it, and this one is taken for one`
        : say`${service.scheduler} sends it to ${flight.realServer}, ${destinationText(chosen)}, by ${said(METHOD_NAMES[chosen.method])}${could}`,
  )
  const entry: Entry = {
    protocol: flight.request.protocol,
    client: packet.ip.src,
    clientPort: l4.srcPort,
    vip: packet.ip.dst,
    vport: l4.dstPort,
    destination: chosen.address,
    // A service for every port, or by mark, keeps the port that was asked for.
    destinationPort: chosen.method === 'nat' && chosen.port !== 0 ? chosen.port : l4.dstPort,
    method: hop.host.route(chosen.address).kind === 'local' ? 'local' : chosen.method,
    of: chosen,
    onePacket: service.onePacket,
  }
  const memory = memoryOf(flight, hop.host)
  memory.entries = [...memory.entries, entry]
  return { kind: 'entry', entry }
}

const HASHES: readonly string[] = ['sh', 'mh', 'dh']
const KEEPS_WEIGHTLESS: readonly string[] = ['sh', 'dh']

interface Candidate {
  readonly destination: Destination
  /** The scheduler comes to it and finds that it takes nothing. */
  readonly refuses?: string
}

const everyone = new WeakMap<VirtualService, readonly Candidate[]>()

function everyCandidate(service: VirtualService): readonly Candidate[] {
  const known = everyone.get(service) ?? candidates(service)
  everyone.set(service, known)
  return known
}

function onlyCandidate(flight: Flight, { destinations }: VirtualService): readonly Candidate[] {
  if (flight.only === SORRY) {
    const { cluster } = flight.world
    const there = destinations.find((destination) => isSorry(flight, destination))
    const sorry = there ?? sorryDestination(cluster, flight.service)
    return sorry === undefined ? [] : [{ destination: sorry }]
  }
  return destinations
    .filter((destination) => realServerOf(flight, destination)?.name === flight.only)
    .map((destination) => ({ destination }))
}

function isSorry(flight: Flight, destination: Destination): boolean {
  return (
    destination.address === flight.service.drawn.sorryServer?.address &&
    realServerOf(flight, destination) === undefined
  )
}

function ownerOf({ world }: Flight, address: IpAddress): string | undefined {
  return [...world.hosts.values()].find(({ route }) => route(address).kind === 'local')?.name
}

function candidates({ scheduler, flags, destinations }: VirtualService): readonly Candidate[] {
  if (destinations.every(({ weight }) => weight <= 0)) return []
  const { flags: own } = SCHEDULER_FACTS[scheduler]
  const fallsBack = own !== undefined && flags.includes(own.fallback)
  const keepsPlace = HASHES.includes(scheduler) && !fallsBack
  return destinations.flatMap((destination): Candidate[] => {
    const { weight, upper } = destination
    if (weight <= 0) {
      // mh gives no place to what had no weight when it came (ip_vs_mh.c `ip_vs_mh_permutate`).
      return KEEPS_WEIGHTLESS.includes(scheduler) && !fallsBack
        ? [{ destination, refuses: say`has weight 0 and keeps its place` }]
        : []
    }
    const full: Candidate = {
      destination,
      refuses: say`keeps its place when it has its ${upper} connections`,
    }
    return keepsPlace && upper > 0 ? [{ destination }, full] : [{ destination }]
  })
}

const METHOD_NAMES: Readonly<Record<Mode, string>> = { nat: 'NAT', tun: toSay`a tunnel`, dr: 'DR' }

export function realServerOf(
  { service }: Flight,
  { address, port }: Destination,
): RealServerModel | undefined {
  const there = realServersByAddress(service).get(address)
  return there?.find((realServer) => realServer.port === port) ?? there?.[0]
}

const byAddress = new WeakMap<ServiceModel, ReadonlyMap<IpAddress, readonly RealServerModel[]>>()

function realServersByAddress(service: ServiceModel): ReadonlyMap<IpAddress, readonly RealServerModel[]> {
  const known = byAddress.get(service)
  if (known !== undefined) return known
  const made = new Map<IpAddress, RealServerModel[]>()
  for (const realServer of service.realServers) {
    if (realServer.rip === undefined) continue
    const there = made.get(realServer.rip)
    if (there === undefined) made.set(realServer.rip, [realServer])
    else there.push(realServer)
  }
  byAddress.set(service, made)
  return made
}

/** The entry by which a packet for a real server of NAT was rewritten, while IPVS knows it (ip_vs_conn.c `ip_vs_conn_hash`). */
export function natEntry(flight: Flight, host: WalkHost, packet: Packet): Entry | undefined {
  const entry = rewritingEntry(flight, host, packet)
  return entry?.onePacket === true ? undefined : entry
}

/** The same, also of a one-packet connection, which is in no table. */
export function rewritingEntry(flight: Flight, host: WalkHost, { ip, l4 }: Packet): Entry | undefined {
  if ('icmp' in l4) return undefined
  return memoryOf(flight, host).entries.find(
    (entry) =>
      entry.of.method === 'nat' &&
      entry.destination === ip.dst &&
      entry.destinationPort === l4.dstPort &&
      (masqueradeOf(host, entry) ?? entry.client) === ip.src &&
      entry.clientPort === l4.srcPort,
  )
}

/** The entry a packet of a real server of NAT belongs to, on its way to the client (ip_vs_core.c `ip_vs_out_hook`). */
export function replyEntry(flight: Flight, host: WalkHost, packet: Packet): Entry | undefined {
  const { ip, l4 } = packet
  if ('icmp' in l4) return undefined
  return memoryOf(flight, host).entries.find(
    (entry) =>
      !entry.onePacket &&
      entry.of.method === 'nat' &&
      entry.destination === ip.src &&
      entry.destinationPort === l4.srcPort &&
      entry.client === ip.dst &&
      entry.clientPort === l4.dstPort,
  )
}

function destinationText({ address, port }: Destination): string {
  return port === 0 ? address : withPort(address, port)
}
