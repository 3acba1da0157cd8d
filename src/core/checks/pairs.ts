import type { Cluster, HostModel } from '../hosts/cluster.js'
import type { ServiceModel } from '../hosts/services.js'
import { oncePerCluster } from './once.js'
import { misplacedHosts } from './structure.js'

/** A service with an active director and its backup, both drawn. */
export interface Pair {
  readonly service: ServiceModel
  /** The preferred one: it has the VIPs while it runs. */
  readonly active: HostModel
  readonly backup: HostModel
}

/** Every service of a pair, in the order of the file. More than two, or one twice, is no pair (PAIR-SIZE). */
export const pairs = oncePerCluster((cluster): readonly Pair[] =>
  cluster.services.flatMap((service): Pair[] => {
    const [first, second, ...more] = service.drawn.directors
    if (first === undefined || second === undefined || more.length > 0 || first === second) return []
    const active = cluster.hosts.get(first)
    const backup = cluster.hosts.get(second)
    return active === undefined || backup === undefined ? [] : [{ service, active, backup }]
  }),
)

/** The pairs whose two hosts are where they are drawn: their networks can be looked at. */
export const placedPairs = oncePerCluster((cluster): readonly Pair[] => {
  const misplaced = misplacedHosts(cluster)
  return pairs(cluster).filter(
    ({ active, backup }) => !misplaced.has(active.name) && !misplaced.has(backup.name),
  )
})

/** Every director that has a part in a pair, each once. */
export const pairedDirectors = oncePerCluster(
  (cluster): ReadonlySet<HostModel> =>
    new Set(pairs(cluster).flatMap(({ active, backup }) => [active, backup])),
)

/** Whether a host has an interface on a network. */
export function isOn({ drawn }: HostModel, network: string): boolean {
  for (const one of drawn.interfaces.values()) if (one.network === network) return true
  return false
}

/** The drawn networks that both hosts of a pair are on, those of the active one's interfaces in their order. */
export function commonNetworks(
  { topology }: Cluster,
  { active, backup }: Pick<Pair, 'active' | 'backup'>,
): string[] {
  return [...active.drawn.interfaces.values()].flatMap(({ network }) =>
    network !== undefined && topology.networks.has(network) && isOn(backup, network) ? [network] : [],
  )
}
