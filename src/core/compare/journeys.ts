import { say } from '../speech/say.js'
import type { Client } from '../hosts/clients.js'
import { clientsOf } from '../hosts/clients.js'
import type { Cluster } from '../hosts/cluster.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import type { Crossing, Parties } from './crossings.js'
import { intendedCrossings, toDirector } from './crossings.js'
import { walkedCrossings } from './walked.js'

/** The requests of one client that go to one real server. */
export interface Journey {
  readonly client: Client
  readonly realServer: RealServerModel
  /** Of all requests; those of all journeys are 1. */
  readonly share: number
  readonly crossings: readonly Crossing[]
}

export interface Journeys {
  readonly service: ServiceModel
  readonly director: string
  readonly basis: 'walked' | 'intended'
  readonly all: readonly Journey[]
  /** Real servers that take requests. */
  readonly realServers: number
  /** More real servers take a part of the requests; some schedulers send everything to one. */
  readonly spread: boolean
}

/** Of more clients than that, only the first are looked at: they come by the same few ways. */
const MOST_CLIENTS = 16

/** Of more combinations the ways are not walked: where a method works, those that are meant are those that are taken. */
const MOST_WALKED = 64

/** Who sends how much where; or, as the rest of a sentence, what is missing to tell. */
export function journeysOf(cluster: Cluster, service: ServiceModel): Journeys | string {
  const { vip } = service.drawn
  const director = service.director === undefined ? undefined : cluster.hosts.get(service.director)
  if (director === undefined) return say`it has no director that is drawn`
  if (vip === undefined) return say`it has no VIP, so where its requests come by is not known`
  const clients = clientsOf(cluster, service).slice(0, MOST_CLIENTS)
  if (clients.length === 0) return say`nobody who could ask for it is known`
  const { shares, spread } = requestShares(service)
  const reachable = service.realServers.flatMap((realServer) => {
    const host = cluster.hosts.get(realServer.name)
    const share = shares.get(realServer) ?? 0
    const { rip, mode } = realServer
    return host === undefined || rip === undefined || mode === undefined || share === 0
      ? []
      : [{ realServer, host, rip, share }]
  })
  if (reachable.length === 0) return say`no real server with a known address takes requests`
  const whole = reachable.reduce((sum, { share }) => sum + share, 0) * clients.length
  const pairs = reachable.flatMap((to) => clients.map((client) => ({ ...to, client })))
  const askers = pairs.length > MOST_WALKED ? [] : clients.map(({ name }) => name)
  const walked = walkedCrossings(cluster, service.name, askers)
  const ways = pairs.map(({ client, realServer }) => walked.get(client.name)?.get(realServer.name))
  const begun = new Map<Client, readonly Crossing[]>()
  const there = (client: Client) => {
    const known = begun.get(client) ?? toDirector(cluster, { service, client, director, vip })
    begun.set(client, known)
    return known
  }
  const all = pairs.map(({ client, realServer, host, rip, share }, index): Journey => {
    const parties: Parties = { service, client, director, realServer, host, vip, rip }
    const crossings = ways[index] ?? intendedCrossings(cluster, parties, there(client))
    return { client, realServer, share: share / whole, crossings }
  })
  return {
    service,
    director: director.name,
    basis: ways.every((way) => way !== undefined) ? 'walked' : 'intended',
    all,
    realServers: reachable.length,
    spread,
  }
}

/** What part of the requests each real server gets when all are busy. */
function requestShares({ drawn, realServers }: ServiceModel): {
  readonly shares: ReadonlyMap<RealServerModel, number>
  readonly spread: boolean
} {
  const { by, weights } = SCHEDULER_FACTS[drawn.scheduler]
  const taking = realServers.filter((realServer) => realServer.drawn.weight > 0)
  // One VIP is one destination address: dh has but one choice. lblc and lblcr leave a real server that is overloaded.
  if (weights === 'rank' || (by === 'destination' && weights === 'zero')) {
    const most = Math.max(...taking.map((realServer) => realServer.drawn.weight))
    const one = taking.find((realServer) => weights !== 'rank' || realServer.drawn.weight === most)
    return { shares: new Map(one === undefined ? [] : [[one, 1]]), spread: false }
  }
  return {
    shares: new Map(taking.map((each) => [each, weights === 'zero' ? 1 : each.drawn.weight])),
    spread: true,
  }
}
