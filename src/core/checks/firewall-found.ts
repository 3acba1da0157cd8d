import type { Cluster, HostModel } from '../hosts/cluster.js'
import { walkCluster } from '../packet/walk-cluster.js'
import type { Walk } from '../packet/walk.js'
import { oncePerCluster } from './once.js'

export interface Stopped {
  readonly host: HostModel
  /** As the walk says it. */
  readonly reason: string
  readonly services: string[]
  /** It is dropped; otherwise that cannot be told. */
  readonly isKnown: boolean
}

/** Where the walk of a request ends in the rules of a host that was read: to know what they do is to walk there. */
export const stoppedByRules = oncePerCluster((cluster: Cluster): readonly Stopped[] => {
  const filters = [...cluster.hosts.values()].some(({ observed }) => {
    const ruleset = observed?.ruleset
    return (
      ruleset !== undefined &&
      (ruleset.unread.length > 0 || ruleset.chains.some(({ base }) => base !== undefined))
    )
  })
  if (!filters) return []
  const found = new Map<string, Stopped>()
  for (const walk of walkCluster(cluster)) {
    const host = cluster.hosts.get(walk.at)
    const said = filterWords(walk)
    if (host?.observed?.ruleset === undefined || said === undefined) continue
    const key = `${host.name} ${said}`
    const known = found.get(key)
    const isKnown = walk.verdict !== 'UNDETERMINED'
    if (known === undefined) found.set(key, { host, reason: said, services: [walk.service], isKnown })
    else if (!known.services.includes(walk.service)) known.services.push(walk.service)
  }
  return [...found.values()]
})

/** What a walk says of a firewall, without what comes before it. */
function filterWords({ reason }: Walk): string | undefined {
  return /(the firewall of \S+ (?:drops|refuses) it: |what the firewall of \S+ does with it ).*$/.exec(
    reason,
  )?.[0]
}
