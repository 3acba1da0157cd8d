import type { IpAddress } from '../topology/address.js'
import { familyOf } from '../topology/address.js'
import { entryInterface } from '../checks/places.js'
import { sourceOfRequests, wayTo } from '../checks/replies.js'
import { requestWay } from '../checks/ways.js'
import type { Client } from '../hosts/clients.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import { lookupRoute } from '../hosts/routing.js'
import type { RealServerModel, ServiceModel } from '../hosts/services.js'
import { overheadOnWire } from '../packet/tunnel.js'
import type { Leg } from '../packet/walk.js'

/** A link that one direction of an exchange crosses, from an interface to an interface. */
export interface Crossing {
  readonly leg: Leg
  /** Undefined: somebody who is not drawn. */
  readonly from: End | undefined
  readonly to: End | undefined
  /** Bytes of a tunnel's header around each packet. */
  readonly overhead: number
}

export interface End {
  readonly host: string
  readonly interface: string
}

/** What takes part in one exchange; all of it is drawn. */
export interface Parties {
  readonly service: ServiceModel
  readonly client: Client
  readonly director: HostModel
  readonly realServer: RealServerModel
  readonly host: HostModel
  readonly vip: IpAddress
  readonly rip: IpAddress
}

/**
 * The links a request and its reply cross as the forwarding method means them to. They follow the routes of the drawing
 * where those lead there. Where they do not, which a rule tells, the missing piece is one link from end to end: so a
 * method can be judged before its findings are mended.
 */
export function intendedCrossings(
  cluster: Cluster,
  parties: Parties,
  there = toDirector(cluster, parties),
): readonly Crossing[] {
  const { director, client, realServer } = parties
  if (realServer.local) return [...there, ...toClient(cluster, director.name, client)]
  return [
    ...there,
    ...toRealServer(cluster, parties),
    ...(realServer.mode === 'nat'
      ? [...backToDirector(cluster, parties), ...toClient(cluster, director.name, client)]
      : straightBack(cluster, parties)),
  ]
}

/** Of a client the same, whichever real server its request is for. */
export function toDirector(
  cluster: Cluster,
  { service, client, director, vip }: Pick<Parties, 'service' | 'client' | 'director' | 'vip'>,
): readonly Crossing[] {
  const way = requestWay(cluster, service, client)
  if (way.length > 1) return between(cluster, way, vip, 'request')
  const from = client.drawn ? leaving(cluster.hosts.get(client.name), vip) : undefined
  return [crossing('request', from, frontOf(service, director, client))]
}

/** The interface by which requests come in where no drawn host hands them over. */
function frontOf({ vipInterface }: ServiceModel, director: HostModel, client: Client): End | undefined {
  return vipInterface !== undefined && vipInterface !== 'lo'
    ? { host: director.name, interface: vipInterface }
    : leaving(director, client.address)
}

function toRealServer(cluster: Cluster, parties: Parties): Crossing[] {
  const { realServer, director, host, rip } = parties
  const overhead = realServer.mode === 'tun' ? overheadOnWire(realServer.tunnel, familyOf(rip)) : 0
  const { hosts } = wayTo(cluster, director.name, rip).path
  const arrives = hosts.at(-1) === host.name && (realServer.mode !== 'dr' || hosts.length === 2)
  const crossings = arrives ? between(cluster, hosts, rip, 'request') : [inOneStep(parties)]
  return crossings.map((each) => ({ ...each, overhead }))
}

function inOneStep({ service, director, client, realServer, host, rip }: Parties): Crossing {
  const from = leaving(director, rip) ?? frontOf(service, director, client)
  return crossing('request', from, endAt(host, realServer.interface))
}

function backToDirector(cluster: Cluster, parties: Parties): Crossing[] {
  const { client, director, realServer, host, vip } = parties
  const asked = sourceOfRequests(parties)
  const reply = wayTo(cluster, host.name, client.address).path.hosts
  const at = reply.indexOf(director.name, 1)
  if (asked === undefined && at > 0) return between(cluster, reply.slice(0, at + 1), client.address, 'reply')
  const inside = asked ?? realServer.dip ?? vip
  const { hosts } = wayTo(cluster, host.name, inside).path
  if (hosts.length > 1 && hosts.at(-1) === director.name) return between(cluster, hosts, inside, 'reply')
  const there = inOneStep(parties)
  return [crossing('reply', there.to, there.from)]
}

function straightBack(cluster: Cluster, { client, director, realServer, host }: Parties): Crossing[] {
  const crossings = toClient(cluster, host.name, client)
  const usable =
    crossings.length > 0 &&
    crossings.every(({ from, to }) => from?.host !== director.name && to?.host !== director.name)
  return usable ? crossings : [crossing('reply', endAt(host, realServer.interface), undefined)]
}

/** Empty where the routes do not lead to the client, or out of the drawing towards it. */
function toClient(cluster: Cluster, from: string, client: Client): Crossing[] {
  const { hosts, end } = wayTo(cluster, from, client.address).path
  const drawn = between(cluster, hosts, client.address, 'reply')
  const last = hosts.at(-1) ?? from
  if (client.drawn && last === client.name) return drawn
  // A drawn router knows the way out, even if the drawing does not say it.
  const routerKnows = end === 'no-route' && !client.drawn && cluster.hosts.get(last)?.role === 'router'
  if (routerKnows) return drawn
  if (end === 'loop' || end === 'no-route' || (end === 'arrived' && client.drawn)) return []
  return [...drawn, crossing('reply', leaving(cluster.hosts.get(last), client.address), undefined)]
}

/** From each of the hosts to the next, by their routes to an address. */
function between({ hosts }: Cluster, names: readonly string[], destination: IpAddress, leg: Leg): Crossing[] {
  return names.slice(1).map((name, index) => {
    const from = hosts.get(names[index] ?? '')
    const into = hosts.get(name)
    const entry =
      from === undefined || into === undefined ? undefined : entryInterface(from, into, destination)
    return crossing(leg, leaving(from, destination), into === undefined ? undefined : endAt(into, entry))
  })
}

function crossing(leg: Leg, from: End | undefined, to: End | undefined): Crossing {
  return { leg, from, to, overhead: 0 }
}

function leaving(host: HostModel | undefined, destination: IpAddress): End | undefined {
  if (host === undefined) return undefined
  const lookup = lookupRoute(host.state, destination)
  return lookup.kind === 'none' || lookup.kind === 'local' ? undefined : endAt(host, lookup.interface)
}

function endAt({ name }: HostModel, interfaceName: string | undefined): End | undefined {
  return interfaceName === undefined ? undefined : { host: name, interface: interfaceName }
}
