import { addressOwners, deriveCluster } from '../hosts/cluster.js'
import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'

export function isPair({ drawn: { directors } }: Pick<ServiceModel, 'drawn'>): boolean {
  return directors.length > 1
}

/**
 * The cluster once every pair's other director is the active one: VIPs and inside VIPs are on that, and everybody else
 * is as before. Undefined where there is no pair, and where hosts were looked at: those are as they are.
 */
export function failedOver(cluster: Cluster): Cluster | undefined {
  if (!cluster.services.some(isPair)) return undefined
  if ([...cluster.hosts.values()].some(({ observed }) => observed !== undefined)) return undefined
  const directors = new Set(cluster.services.filter(isPair).flatMap(({ drawn }) => drawn.directors))
  const services = new Map(
    [...cluster.topology.services].map(([name, service]) => {
      const [first, ...others] = service.directors
      return [
        name,
        first === undefined || others.length === 0 ? service : { ...service, directors: [...others, first] },
      ]
    }),
  )
  const after = deriveCluster({ ...cluster.topology, services })
  const hosts = new Map(
    [...cluster.hosts].map(([name, host]) => [
      name,
      directors.has(name) ? takenOver(host, after.hosts.get(name) ?? host) : host,
    ]),
  )
  return { ...after, hosts, ownerOn: addressOwners(hosts.values()) }
}

/** What was set for the time it was active stays set. */
function takenOver(before: HostModel, after: HostModel): HostModel {
  const sysctls = new Map([...before.state.sysctls, ...after.state.sysctls])
  return { ...after, state: { ...after.state, sysctls } }
}
