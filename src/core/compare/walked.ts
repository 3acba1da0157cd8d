import type { Cluster } from '../hosts/cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import { LEGS } from '../packet/walk.js'
import type { Hop, Walk } from '../packet/walk.js'
import type { Crossing, End } from './crossings.js'

/** By client, then by real server. */
export type WalkedCrossings = ReadonlyMap<string, ReadonlyMap<string, readonly Crossing[]>>

/** The links that served requests and their replies cross; the first walk of several that chance allows. */
export function walkedCrossings(
  cluster: Cluster,
  service: string,
  clients: readonly string[],
): WalkedCrossings {
  return new Map(
    clients.map((client) => {
      const found = new Map<string, readonly Crossing[]>()
      for (const walk of walkCluster(cluster, { service, client })) {
        const { realServer, served } = walk
        if (served !== true || realServer === undefined || found.has(realServer)) continue
        found.set(realServer, crossingsOf(cluster, walk))
      }
      return [client, found] as const
    }),
  )
}

function crossingsOf(cluster: Cluster, { hops }: Walk): Crossing[] {
  return LEGS.flatMap((leg) => {
    const ofLeg = hops.filter((hop) => hop.leg === leg)
    return ofLeg.flatMap((hop, index): Crossing[] => {
      const next = ofLeg[index + 1]
      const from = drawnEnd(cluster, hop.host, hop.out)
      const to = next === undefined ? undefined : drawnEnd(cluster, next.host, next.in)
      return from === undefined && to === undefined ? [] : [{ leg, from, to, overhead: overheadOf(hop) }]
    })
  })
}

/** Clients and routers that are not drawn have no links that would be known. */
function drawnEnd({ hosts }: Cluster, host: string, interfaceName: string | undefined): End | undefined {
  return interfaceName === undefined || !hosts.has(host) ? undefined : { host, interface: interfaceName }
}

function overheadOf({ packetOut }: Hop): number {
  return packetOut?.outer === undefined ? 0 : packetOut.outer.length - packetOut.ip.length
}
