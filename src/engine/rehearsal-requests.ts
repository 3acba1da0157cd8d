import { say } from '../core/speech/say.js'
import { askedPort } from '../core/hosts/asked-ports.js'
import { OUTSIDE_CLIENT } from '../core/hosts/clients.js'
import type { Cluster } from '../core/hosts/cluster.js'
import type { ServiceModel } from '../core/hosts/services.js'
import { PROTOCOL_NUMBER } from '../core/packet/packet.js'
import { walkCluster } from '../core/packet/walk-cluster.js'
import type { Walk } from '../core/packet/walk.js'
import type { LabRequest } from '../lab/asking/job.js'

/** What is asked of one service by one client, and what the walk says of it. */
export interface Question {
  readonly service: string
  readonly client: string
  readonly request: LabRequest
  /** How often: enough to come to every real server there is. */
  readonly times: number
  /** One for every way that chance can go. */
  readonly walks: readonly Walk[]
}

export interface Questions {
  readonly questions: readonly Question[]
  /** What cannot be asked, and walks that do not begin; one sentence each. */
  readonly notes: readonly string[]
  /** Walks that nobody can take: the drawing keeps the service or a real server out. */
  readonly unbegun: readonly Walk[]
}

/** Requests of one client to one service: a scheduler by weight comes round within so many. */
const MOST_TIMES = 16
/** Seven seconds each: those that come to nothing are asked as often as there are real servers, to this end. */
const MOST_IN_VAIN = 4

/** Every request there is to make: from every drawn client to every service. */
export function questionsFor(cluster: Cluster): Questions {
  const notes: string[] = []
  const questions: Question[] = []
  const unbegun: Walk[] = []
  for (const service of cluster.services) {
    // The virtual hosts are those of the drawn state: of a pair, the first director is the active one.
    const walks = walkCluster(cluster, { service: service.name }).filter(
      ({ director }) => director === service.director,
    )
    unbegun.push(...walks.filter(({ hops }) => hops.length === 0))
    for (const client of clientsToAsk(cluster, service, walks)) {
      const own = walks.filter((walk) => walk.client === client && walk.hops.length > 0)
      const request = requestOf(client, service, own)
      if (typeof request === 'string') notes.push(`${service.name}: ${request}`)
      else
        questions.push({
          service: service.name,
          client,
          request,
          times: timesFor(service, own),
          walks: own.length > 0 ? own : walks.filter(({ hops }) => hops.length === 0),
        })
    }
  }
  notes.push(...unbegun.map(({ service, reason }) => `${service}: ${reason}`))
  return { questions, notes: [...new Set(notes)], unbegun }
}

/** Those who walk; where no walk begins, every drawn client all the same: that nobody answers is worth showing. */
function clientsToAsk(
  { hosts }: Cluster,
  { family }: ServiceModel,
  walks: readonly Walk[],
): readonly string[] {
  const walking = new Set(walks.flatMap(({ client, hops }) => (hops.length > 0 ? [client] : [])))
  if (walking.size > 0) return [...walking]
  return [...hosts.values()].flatMap(({ name, role, gateways, drawn }) =>
    role === 'client' && gateways.has(family) && drawn.interfaces.size > 0 ? [name] : [],
  )
}

function requestOf(client: string, service: ServiceModel, walks: readonly Walk[]): LabRequest | string {
  if (client === OUTSIDE_CLIENT) {
    return say`no client is drawn that could ask for it, and one that is not drawn is no host of the lab; draw one`
  }
  const { protocol, vip } = service.drawn
  if (protocol === 'sctp') return say`the lab has no program that speaks SCTP, so nobody asks`
  const asked = walks[0]?.hops[0]?.packetOut
  if (asked !== undefined && !('icmp' in asked.l4)) {
    const spoken = asked.ip.protocol === PROTOCOL_NUMBER.udp ? 'udp' : 'tcp'
    return { client, protocol: spoken, address: asked.ip.dst, port: asked.l4.dstPort }
  }
  if (vip === undefined) return say`it has no VIP that could be asked`
  return { client, protocol, address: vip, port: askedPort(service) }
}

function timesFor({ virtualService }: ServiceModel, walks: readonly Walk[]): number {
  const reached = new Set(walks.flatMap(({ realServer }) => (realServer === undefined ? [] : [realServer])))
  if (!walks.some(({ served }) => served === true)) {
    return Math.min(MOST_IN_VAIN, Math.max(1, reached.size))
  }
  const weights = (virtualService?.destinations ?? []).flatMap(({ weight }) => (weight > 0 ? [weight] : []))
  const round = weights.reduce((sum, weight) => sum + weight, 0) / Math.min(...weights, Infinity)
  return Math.min(MOST_TIMES, Math.max(1, reached.size, Math.ceil(round)))
}
