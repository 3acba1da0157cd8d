import type { Cluster } from '../hosts/cluster.js'
import { LEGS } from '../packet/walk.js'
import type { Leg } from '../packet/walk.js'
import type { Assumptions } from './assumptions.js'
import type { End } from './crossings.js'
import { exchangeOf } from './exchange.js'
import type { Exchange } from './exchange.js'
import { NO_LOAD, added, framed, scaled } from './frames.js'
import type { Load } from './frames.js'
import type { Journey, Journeys } from './journeys.js'
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
  const exchangeFor = exchanges(cluster, journeys, assumptions)
  const ports = new Map<string, Map<string, { in: Load; out: Load }>>()
  const whole = { request: NO_LOAD, reply: NO_LOAD }
  const put = (
    end: End | undefined,
    direction: 'in' | 'out',
    runs: Exchange[Leg],
    overhead: number,
    share: number,
  ) => {
    if (end === undefined) return
    const ofHost = ports.get(end.host) ?? new Map<string, { in: Load; out: Load }>()
    ports.set(end.host, ofHost)
    const name = portOf(cluster, end)
    const port = ofHost.get(name) ?? { in: NO_LOAD, out: NO_LOAD }
    ofHost.set(name, port)
    port[direction] = added(port[direction], scaled(framed(runs, overhead, tagOf(cluster, end)), share))
  }
  for (const journey of journeys.all) {
    const exchange = exchangeFor(journey)
    for (const leg of LEGS) whole[leg] = added(whole[leg], scaled(framed(exchange[leg], 0, 0), journey.share))
    for (const { leg, from, to, overhead } of journey.crossings) {
      put(from, 'out', exchange[leg], overhead, journey.share)
      put(to, 'in', exchange[leg], overhead, journey.share)
    }
  }
  const serving = new Set(journeys.all.map(({ realServer }) => realServer.name))
  return {
    ...whole,
    // In the order of the file.
    ports: [...cluster.hosts.values()].flatMap(({ name: host, state }) => {
      const ofHost = ports.get(host)
      if (ofHost === undefined) return []
      return [...new Set([...state.interfaces.keys(), ...ofHost.keys()])].flatMap((name) => {
        const load = ofHost.get(name)
        const side = sideOf(cluster, journeys, serving, host)
        return load === undefined
          ? []
          : [{ host, interface: name, side, ...load, rate: rateOf(cluster, assumptions, host, name) }]
      })
    }),
  }
}

/** The exchange of a journey by what fits through its links; most journeys have the same. */
function exchanges(
  cluster: Cluster,
  { service }: Journeys,
  { requestBytes, replyBytes }: Assumptions,
): (journey: Journey) => Exchange {
  const { family, drawn } = service
  const known = new Map<string, Exchange>()
  return (journey) => {
    const requestMtu = largestPacket(cluster, journey, 'request')
    const replyMtu = largestPacket(cluster, journey, 'reply')
    const key = `${requestMtu} ${replyMtu}`
    const exchange =
      known.get(key) ??
      exchangeOf({ protocol: drawn.protocol, family, requestBytes, replyBytes, requestMtu, replyMtu })
    known.set(key, exchange)
    return exchange
  }
}

/** From beyond the drawing nobody counts on more than Ethernet's. */
const BEYOND = 1500

/**
 * Bytes of the largest packet that gets through every link of a leg (RFC 1191), a tunnel's header taken off, and that
 * both ends offer: what a client may send is what its own link takes, too.
 */
function largestPacket(cluster: Cluster, { client, crossings }: Journey, leg: Leg): number {
  const sizes = crossings
    .filter((crossing) => crossing.leg === leg)
    .flatMap(({ from, to, overhead }) =>
      [from, to].flatMap((end) => (end === undefined ? [] : [mtuOf(cluster, end) - overhead])),
    )
  return Math.min(client.network === undefined ? BEYOND : Infinity, ...sizes)
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
