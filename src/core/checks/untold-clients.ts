import { say } from '../speech/say.js'
import type { Cluster } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import { isChoosy, isTakenForStranger, tellings } from './askings.js'
import { way } from './journeys.js'
import type { Obstacle } from './journeys.js'
import { clientsOfService } from './replies.js'
import { hasGatewayFault } from './structure.js'

/** Which clients of a service by tunnel the director's own messages do not get to, and why. */
export type UntoldClients = ReadonlyMap<ServiceModel, ReadonlyMap<string, Obstacle>>

export function untoldClients(cluster: Cluster): UntoldClients {
  const result = new Map<ServiceModel, ReadonlyMap<string, Obstacle>>()
  for (const service of cluster.services) {
    const { director, realServers } = service
    if (director === undefined || hasGatewayFault(cluster, director, service.family)) continue
    if (!realServers.some(({ mode }) => mode === 'tun')) continue
    const stuck = clientsOfService(cluster, service).flatMap(({ name, address, drawn }) => {
      const at =
        way(cluster, director, address, drawn ? name : undefined) ??
        silentTo(cluster, service, drawn ? name : undefined)
      return at === undefined ? [] : [[name, at] as const]
    })
    if (stuck.length > 0) result.set(service, new Map(stuck))
  }
  return result
}

/** A client that does not answer the director's ARP, though it has not asked itself: its requests come over a router. */
function silentTo(
  cluster: Cluster,
  { name }: ServiceModel,
  client: string | undefined,
): Obstacle | undefined {
  const host = cluster.hosts.get(client ?? '')
  if (host === undefined || !isChoosy(host)) return undefined
  const unanswered = tellings(cluster).find(
    (asking) => asking.service === name && asking.asked === host && isTakenForStranger(asking),
  )
  return unanswered === undefined
    ? undefined
    : {
        at: host.name,
        what: say`answers no ARP that asks with an address of another subnet (arp_ignore 2)`,
        takes: false,
      }
}
