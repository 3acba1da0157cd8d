import type { Client } from '../hosts/clients.js'
import type { Cluster } from '../hosts/cluster.js'
import { LEGS } from '../packet/walk.js'
import type { Leg } from '../packet/walk.js'
import type { Assumptions } from './assumptions.js'
import type { Crossing, End } from './crossings.js'
import { exchangeOf } from './exchange.js'
import type { Exchange } from './exchange.js'
import { NO_LOAD, addTo, framed } from './frames.js'
import type { Load, Sum } from './frames.js'
import type { Journeys } from './journeys.js'
import { mtuOf, portOf, rateOf, tagOf } from './ports.js'
import type { PortLoad, Side } from './traffic.js'

export interface Loads {
  /** As clients send and receive them. */
  readonly request: Load
  readonly reply: Load
  readonly ports: readonly PortLoad[]
}

/** What one request puts on every port, averaged over all journeys. */
export function loadsOf(cluster: Cluster, journeys: Journeys, assumptions: Assumptions): Loads {
  const ports = new Map<string, Map<string, PortSums>>()
  const placeOf = placesOf(cluster, ports)
  const exchangeFor = exchanges(journeys, assumptions)
  const whole: Record<Leg, Sum> = { request: noSum(), reply: noSum() }
  for (const { client, share, crossings } of journeys.all) {
    const ends = crossings.map(({ from, to }): Ends => [from && placeOf(from), to && placeOf(to)])
    const largest = largestPackets(client, crossings, ends)
    const framedIn = exchangeFor(largest)
    for (const leg of LEGS) addTo(whole[leg], framedIn(leg, 0, 0), share)
    for (const [index, { leg, overhead }] of crossings.entries()) {
      const [from, to] = ends[index] ?? []
      if (from !== undefined) addTo(from.sums.out, framedIn(leg, overhead, from.tag), share)
      if (to !== undefined) addTo(to.sums.in, framedIn(leg, overhead, to.tag), share)
    }
  }
  const serving = new Set(journeys.all.map(({ realServer }) => realServer.name))
  return {
    ...whole,
    // In the order of the file.
    ports: [...cluster.hosts.values()].flatMap(({ name: host, state }) => {
      const ofHost = ports.get(host)
      if (ofHost === undefined) return []
      const side = sideOf(cluster, journeys, serving, host)
      const names =
        ofHost.size === 1 ? ofHost.keys() : new Set([...state.interfaces.keys(), ...ofHost.keys()])
      return [...names].flatMap((name) => {
        const load = ofHost.get(name)
        return load === undefined
          ? []
          : [{ host, interface: name, side, ...load, rate: rateOf(cluster, assumptions, host, name) }]
      })
    }),
  }
}

interface PortSums {
  readonly in: Sum
  readonly out: Sum
}

/** One end of a link: what it takes, and the port it is part of. */
interface Place {
  /** Bytes. */
  readonly mtu: number
  readonly tag: number
  readonly sums: PortSums
}

const noSum = (): Sum => ({ ...NO_LOAD })

function placesOf(cluster: Cluster, ports: Map<string, Map<string, PortSums>>): (end: End) => Place {
  const known = new Map<string, Map<string, Place>>()
  return (end) => {
    const ofHost = inMap(known, end.host, () => new Map<string, Place>())
    return inMap(ofHost, end.interface, () => {
      const sums = inMap(ports, end.host, () => new Map<string, PortSums>())
      return {
        mtu: mtuOf(cluster, end),
        tag: tagOf(cluster, end),
        sums: inMap(sums, portOf(cluster, end), () => ({ in: noSum(), out: noSum() })),
      }
    })
  }
}

function inMap<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

type FramedIn = (leg: Leg, overhead: number, tag: number) => Load

/** What an exchange takes on a link, by what fits through the links of its journey; most journeys have the same. */
function exchanges(
  { service }: Journeys,
  { requestBytes, replyBytes }: Assumptions,
): (largest: Readonly<Record<Leg, number>>) => FramedIn {
  const { family, drawn } = service
  const known = new Map<string, FramedIn>()
  return ({ request: requestMtu, reply: replyMtu }) =>
    inMap(known, `${requestMtu} ${replyMtu}`, () => {
      const sizes = { protocol: drawn.protocol, family, requestBytes, replyBytes, requestMtu, replyMtu }
      return framedIn(exchangeOf(sizes))
    })
}

function framedIn(exchange: Exchange): FramedIn {
  const known: Readonly<Record<Leg, Map<number, Map<number, Load>>>> = {
    request: new Map(),
    reply: new Map(),
  }
  return (leg, overhead, tag) => {
    const ofOverhead = inMap(known[leg], overhead, () => new Map<number, Load>())
    return inMap(ofOverhead, tag, () => framed(exchange[leg], overhead, tag))
  }
}

/** From beyond the drawing nobody counts on more than Ethernet's. */
const BEYOND = 1500

type Ends = readonly [from: Place | undefined, to: Place | undefined]

/**
 * Bytes of the largest packets that get through every link of a leg (RFC 1191), a tunnel's header taken off, and that
 * both ends offer: what a client may send is what its own link takes, too.
 */
function largestPackets(
  client: Client,
  crossings: readonly Crossing[],
  ends: readonly Ends[],
): Readonly<Record<Leg, number>> {
  const beyond = client.network === undefined ? BEYOND : Infinity
  const least: Record<Leg, number> = { request: beyond, reply: beyond }
  for (const [index, { leg, overhead }] of crossings.entries()) {
    const [from, to] = ends[index] ?? []
    const mtu = Math.min(from?.mtu ?? Infinity, to?.mtu ?? Infinity)
    least[leg] = Math.min(least[leg], mtu - overhead)
  }
  return least
}

function sideOf(
  { hosts }: Cluster,
  { director }: Journeys,
  serving: ReadonlySet<string>,
  host: string,
): Side {
  if (host === director) return 'director'
  if (serving.has(host)) return 'real-server'
  return hosts.get(host)?.role === 'client' ? 'client' : 'router'
}

/** The part of the requests that the busiest real server gets. */
export function busiestShare({ all }: Journeys): number {
  const shares = new Map<string, number>()
  for (const { realServer, share } of all) {
    shares.set(realServer.name, (shares.get(realServer.name) ?? 0) + share)
  }
  return Math.max(...shares.values())
}
