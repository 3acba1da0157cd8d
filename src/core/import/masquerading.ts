import type { DrawnHosts } from './draw-hosts.js'
import { vipOf } from './join.js'
import type { JoinedService, NamedDirector } from './join.js'

/** Why a service is drawn as masqueraded: that was seen, or nothing else lets its replies come back. */
export type Masquerading = 'seen' | 'assumed'

/**
 * Of a running director. Real servers of NAT that are on none of its networks, as pods of other nodes are, are answered past
 * it unless it masquerades.
 */
export function masqueradingOf(
  service: JoinedService,
  directors: readonly NamedDirector[],
  { hosts, ownerOf }: DrawnHosts,
): Masquerading | undefined {
  const { destinations } = service
  const [name] = service.directors
  const director = directors.find((each) => each.name === name)
  if (director?.observed !== true || vipOf(service) === undefined) return undefined
  if (destinations.length === 0 || destinations.some(({ method }) => method !== 'nat')) return undefined
  if (director.masquerades !== undefined) return director.masquerades ? 'seen' : undefined
  const own = new Set(hosts.find((each) => each.name === name)?.interfaces.map(({ segment }) => segment))
  const beyond = destinations.some(
    ({ address }) => ownerOf(address)?.interfaces.every(({ segment }) => !own.has(segment)) === true,
  )
  return beyond ? 'assumed' : undefined
}
