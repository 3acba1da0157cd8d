import { say } from '../speech/say.js'
import { addressKind, familyOf } from '../topology/address.js'
import { askedPort } from '../hosts/asked-ports.js'
import { clientsOf } from '../hosts/clients.js'
import type { Client } from '../hosts/clients.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import { namedTo } from './answering.js'
import { everyWay } from './choices.js'
import type { Chance } from './choices.js'
import { opening, isClient, sendAnswer, sendReply, sendRequest, startFlight } from './exchange.js'
import type { Sent } from './exchange.js'
import type { Flight, Trouble } from './flight.js'
import { failedOver, isPair } from './failover.js'
import { walkFullSize } from './full-size.js'
import { looksAtStates } from './found.js'
import type { Packet } from './packet.js'
import { destinationRefusal, isBroadcast, serviceRefusal } from './refusals.js'
import { SORRY } from './sorry.js'
import type { Seen, Walk } from './walk.js'
import type { WalkHost, World } from './world.js'
import { worldOf } from './world.js'

/** Which walks are wanted; whatever is absent, all of them. */
export interface WalkWishes {
  readonly service?: string
  readonly client?: string
  /** Also one of weight 0, as a connection that was there before would go to it; `sorry`: as if none were left. */
  readonly realServer?: string
  /** At most so many for each service and client. */
  readonly limit?: number
}

const USUAL_LIMIT = 10_000

/**
 * Every walk of a cluster: for each service and client one for every way that chance can go, and for a pair of directors
 * the same with the other one active. Services and clients in the order of the file; the same cluster has the same walks.
 */
export function walkCluster(cluster: Cluster, wishes: WalkWishes = {}): readonly Walk[] {
  const after = failedOver(cluster)
  const services = cluster.services.filter(
    ({ name }) => wishes.service === undefined || name === wishes.service,
  )
  return [
    ...services.flatMap((service) => walkService(cluster, service, clientsOf(cluster, service), wishes)),
    ...services.filter(isPair).flatMap((service) => {
      const same = after?.services.find(({ name }) => name === service.name)
      // Clients stay who they are, whoever answers them.
      return after === undefined || same === undefined
        ? []
        : walkService(after, same, clientsOf(cluster, service), wishes)
    }),
  ]
}

function walkService(
  cluster: Cluster,
  service: ServiceModel,
  clients: readonly Client[],
  { client: wanted, realServer, limit = USUAL_LIMIT }: WalkWishes,
): Walk[] {
  const world = worldOf(cluster)
  const lack = lacking(world, service)
  if (lack !== undefined) return [unwalked(service, undefined, 'UNDETERMINED', lack)]
  const refusal = isObserved(world, service) ? undefined : serviceRefusal(cluster, service)
  if (refusal !== undefined)
    return [
      unwalked(
        service,
        undefined,
        'NO_SERVICE',
        say`${service.director ?? ''} does not have the service: ${refusal}`,
      ),
    ]
  const chosen = clients.filter(({ name }) => wanted === undefined || name === wanted)
  if (clients.length === 0) {
    return [
      unwalked(
        service,
        undefined,
        'UNDETERMINED',
        say`the drawing leaves no address for a client outside of it`,
      ),
    ]
  }
  return [
    ...refusedRealServers(world, service).filter(
      (walk) => realServer === undefined || walk.realServer === realServer,
    ),
    ...chosen.flatMap((client) =>
      everyWay(limit, (chance) => walkOnce(world, service, client, chance, realServer)),
    ),
  ]
}

/** Those that are in the drawing and not in the table: no request is ever sent to them. */
function refusedRealServers(world: World, service: ServiceModel): Walk[] {
  if (isObserved(world, service)) return []
  return service.realServers.flatMap((realServer) => {
    const refusal = destinationRefusal(world.cluster, service, realServer)
    if (refusal === undefined) return []
    return [
      unwalked(
        service,
        realServer.name,
        refusal.known ? 'NO_DESTINATION' : 'UNDETERMINED',
        say`${realServer.name} is no destination of the service: ${refusal.why}`,
      ),
    ]
  })
}

function isObserved({ cluster }: World, { director }: ServiceModel): boolean {
  return director !== undefined && cluster.hosts.get(director)?.observed !== undefined
}

/** What the drawing must say before a request can even be sent. */
function lacking({ hosts }: World, { drawn, director, name }: ServiceModel): string | undefined {
  if (drawn.vip === undefined) return say`${name} has no VIP that can be read, so nothing can be sent to it`
  if (addressKind(drawn.vip) !== 'unicast')
    return say`the VIP ${drawn.vip} of ${name} is no address of a host`
  const state = director === undefined ? undefined : hosts.get(director)?.state
  if (director === undefined || state === undefined) return say`${name} has no drawn director`
  if (isBroadcast(state, drawn.vip))
    return say`the VIP ${drawn.vip} of ${name} is the broadcast address of a subnet of ${director}`
  if (drawn.mark === undefined && drawn.port === undefined) return say`${name} has no port that can be read`
  return undefined
}

/** A walk that does not even begin. */
function unwalked(
  { name, director }: ServiceModel,
  realServer: string | undefined,
  verdict: 'UNDETERMINED' | 'NO_SERVICE' | 'NO_DESTINATION',
  reason: string,
): Walk {
  return {
    service: name,
    client: '',
    director,
    realServer,
    arpWinner: undefined,
    served: verdict === 'UNDETERMINED' ? undefined : false,
    verdict,
    reason,
    seen: undefined,
    at: director ?? '',
    hops: [],
  }
}

function walkOnce(
  world: World,
  service: ServiceModel,
  client: Client,
  chance: Chance,
  only: string | undefined,
): Walk {
  const { vip } = service.drawn
  if (vip === undefined) return unwalked(service, undefined, 'UNDETERMINED', say`there is no VIP`)
  const flight = startFlight(world, service, { client, vip, vport: askedPort(service) }, chance, only)
  const end = exchange(flight)
  return {
    service: service.name,
    client: client.name,
    director: service.director,
    realServer: flight.sorry ? SORRY : flight.realServer,
    arpWinner: flight.arpWinner,
    ...end,
    hops: flight.hops,
  }
}

type End = Pick<Walk, 'served' | 'verdict' | 'reason' | 'seen' | 'at'>

function exchange(flight: Flight): End {
  const { protocol, vip } = flight.request
  const family = familyOf(vip)
  const asked = sendRequest(flight, opening(protocol, family, false))
  if (asked.kind === 'ends') return failed(flight, asked.trouble, 'request')
  if (asked.kind === 'outside') {
    return failed(flight, misled(flight, say`the request came back to the client`), 'request')
  }
  const { host: server, packet } = asked
  const director = passedDirector(flight)
  flight.realServer ??= server.name
  const answered = sendReply(flight, server, packet, opening(protocol, family, true))
  if (answered.kind === 'ends') return failed(flight, answered.trouble, 'reply')
  if (!isClient(flight, answered)) {
    const by = answered.kind === 'taken' ? answered.host.name : ''
    return failed(
      flight,
      misled(flight, say`the reply ends at ${by}, which has the client's address too`),
      'reply',
    )
  }
  const refusal = refusedReply(flight, server, answered.packet)
  if (refusal !== undefined) return failed(flight, refusal, 'reply')
  return director ? established(flight, server, packet) : bypassed(flight, server)
}

function misled({ request }: Flight, reason: string): Trouble {
  return { verdict: 'ARP_AMBIGUOUS', reason, at: request.client.name, answer: undefined, seen: 'timeout' }
}

function passedDirector({ memory }: Flight): boolean {
  return [...memory.values()].some(({ entries }) => entries.length > 0)
}

/** The client takes a reply only from whom it asked. */
function refusedReply({ request }: Flight, server: WalkHost, { ip, l4 }: Packet): Trouble | undefined {
  const { vip, vport, client, protocol } = request
  if ('icmp' in l4 || (ip.src === vip && l4.srcPort === vport)) return undefined
  // What an INIT ACK names is looked up, too (sctp/input.c `__sctp_rcv_init_lookup`).
  const asked = { address: vip, port: vport }
  if (protocol === 'sctp' && l4.srcPort === vport && namedTo(client.address, server, asked).includes(vip))
    return undefined
  return {
    verdict: 'REPLY_SKIPS_DIRECTOR',
    reason: say`${client.name} asked ${vip} port ${vport} and gets an answer from ${ip.src} port ${l4.srcPort}, which it refuses: the reply did not pass the director, which would have put the VIP back`,
    at: client.name,
    answer: undefined,
    seen: 'timeout',
  }
}

function bypassed({ request, arpWinner }: Flight, server: WalkHost): End {
  return {
    served: false,
    verdict: 'SERVED_BYPASSING_DIRECTOR',
    reason: say`${server.name} answers ${request.client.name} by itself: the request never came to the director${
      arpWinner === undefined ? '' : say`, since ${arpWinner} answered for the VIP`
    }`,
    seen: 'reply',
    at: server.name,
  }
}

/** The connection is there: whether it carries anything, and what will become of it. */
function established(flight: Flight, server: WalkHost, opened: Packet): End {
  const { request, hops } = flight
  const handshake = hops.slice()
  const reason = say`the request went to ${flight.realServer ?? server.name} by the director, and ${request.client.name} takes the reply`
  let more = ''
  if (request.protocol === 'tcp') {
    hops.length = 0
    const large = walkFullSize(flight, server, opened)
    if (large.kind === 'lost') {
      const { trouble } = large
      return {
        served: false,
        verdict: trouble.verdict,
        reason: say`the connection is made, and full-size packets are lost: ${trouble.reason}`,
        seen: 'timeout',
        at: trouble.at,
      }
    }
    more =
      large.lessons.length === 0
        ? ''
        : say`; of full-size packets ${large.lessons.join(', ')}, and the sender learns it`
    if (mayForget(flight)) {
      hops.length = 0
      const closed = sendRequest(flight, { flags: 'FIN ACK', length: familyOf(request.vip) === 4 ? 52 : 72 })
      if (closed.kind === 'ends') {
        return {
          served: true,
          verdict: closed.trouble.verdict,
          reason: say`${reason}, but the connection never ends: ${closed.trouble.reason}`,
          seen: 'reply',
          at: closed.trouble.at,
        }
      }
    }
    hops.splice(0, hops.length, ...handshake)
  }
  if (request.protocol === 'sctp' && mayForget(flight)) {
    hops.length = 0
    const echoed = sendRequest(flight, COOKIE_ECHO)
    if (echoed.kind === 'ends') {
      const { trouble } = echoed
      return {
        served: false,
        verdict: trouble.verdict,
        reason: say`the association is begun and never made: the COOKIE ECHO is lost: ${trouble.reason}`,
        seen: 'timeout',
        at: trouble.at,
      }
    }
    hops.splice(0, hops.length, ...handshake)
  }
  if (flight.pending?.verdict === 'NO_SERVICE') return { served: false, ...flight.pending, seen: 'reply' }
  const at = request.client.name
  if (flight.ambiguous !== undefined) {
    return {
      served: true,
      verdict: 'ARP_AMBIGUOUS',
      reason: say`${reason}: this time. ${ambiguity(flight)}`,
      seen: 'reply',
      at,
    }
  }
  if (flight.announced !== undefined) {
    const { host, network } = flight.announced
    return {
      served: true,
      verdict: 'ARP_POISONABLE',
      reason: say`${reason}: this time. ${host} asked for its neighbours on ${network} with the VIP as sender, and whoever had an entry for the VIP there now has ${host} in it`,
      seen: 'reply',
      at: host,
    }
  }
  return { served: true, verdict: 'SERVED', reason: `${reason}${more}`, seen: 'reply', at }
}

/** What a client of SCTP sends after the INIT ACK, with the cookie of that in it. */
const COOKIE_ECHO: Sent = { flags: 'COOKIE ECHO', length: 284 }

const forgetful = new WeakMap<World, boolean>()

/** Only a firewall that looks at connections can lose the end of one that began well. */
function mayForget({ world }: Flight): boolean {
  const known =
    forgetful.get(world) ??
    [...world.hosts.values()].some(
      (host) => host.state.drops.some(({ state: of }) => of !== undefined) || looksAtStates(host),
    )
  forgetful.set(world, known)
  return known
}

function ambiguity({ ambiguous }: Flight): string {
  if (ambiguous === undefined) return ''
  const { address, network, hosts } = ambiguous
  return say`${hosts.join(say` and `)} all answer for ${address} on ${network}, and it is chance who counts`
}

function failed(flight: Flight, trouble: Trouble, leg: 'request' | 'reply'): End {
  // What is said of the first host that should have acted otherwise counts, wherever that led.
  const { verdict, reason: cause, at } = flight.pending ?? trouble
  const reason = cause + shorterWay(flight)
  const seen = whatIsSeen(flight, trouble, leg)
  const misdirected = misdirection(flight)
  if (misdirected !== undefined) {
    return { served: false, verdict: 'ARP_AMBIGUOUS', reason: `${misdirected}; ${reason}`, seen, at }
  }
  return { served: verdict === 'UNDETERMINED' ? undefined : false, verdict, reason, seen, at }
}

function whatIsSeen(flight: Flight, { answer, seen }: Trouble, leg: 'request' | 'reply'): Seen | undefined {
  if (seen !== undefined) return seen
  // What becomes of a reply is told to the real server, if anybody.
  if (leg === 'reply') return 'timeout'
  return answer === undefined ? undefined : sendAnswer(flight, answer)
}

/** A walk is of the first packet; the next one may go by the way a router has told the client of. */
function shorterWay({ world, request, redirects }: Flight): string {
  const way = world.hosts.get(request.client.name)?.route(request.vip)
  const told = redirects.find(
    ({ sender, gateway }) =>
      sender === request.client.address && way?.kind === 'via' && way.gateway !== gateway,
  )
  return told === undefined
    ? ''
    : say`; ${told.router.name} has told ${request.client.name} of a shorter way by ${told.gateway}, and what is sent again may go by that`
}

/** It failed because somebody else than the drawing means answered for an address. */
function misdirection(flight: Flight): string | undefined {
  const { ambiguous, arpWinner, service, world } = flight
  if (ambiguous === undefined) return undefined
  const meant =
    ambiguous.address === flight.request.vip
      ? service.drawn.directors.includes(arpWinner ?? '')
      : wonByOwner(flight, ambiguous.address, world.cluster.ownerOn(ambiguous.network, ambiguous.address))
  return meant ? undefined : ambiguity(flight)
}

function wonByOwner(
  { memory, service, realServer: chosen }: Flight,
  address: Packet['ip']['src'],
  owner: string | undefined,
): boolean {
  const there = service.realServers.filter(({ rip }) => rip === address)
  const realServer = (there.find(({ name }) => name === chosen) ?? there[0])?.name
  for (const { neighbours } of memory.values()) {
    const winner = neighbours.find((neighbour) => neighbour.address === address)?.host
    if (winner !== undefined) return winner === (realServer ?? owner)
  }
  return true
}
