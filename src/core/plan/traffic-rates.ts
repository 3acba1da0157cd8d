import type { Counters } from '../hosts/observed-traffic.js'
import type { DirectorStatus } from './director-status.js'

/** What was counted in a second, by the key of a service or destination. */
export type Rates = ReadonlyMap<string, Counters>

/** Between two readings of a director; nothing of what was added, or added again, in between. */
export function ratesBetween(before: DirectorStatus, after: DirectorStatus, seconds: number): Rates {
  const earlier = new Map(counted(before))
  return new Map(
    counted(after).flatMap(([key, now]): [string, Counters][] => {
      const then = earlier.get(key)
      if (then === undefined || seconds <= 0) return []
      const rate = (what: keyof Counters) => (now[what] - then[what]) / seconds
      const rates: Counters = {
        connections: rate('connections'),
        packetsIn: rate('packetsIn'),
        packetsOut: rate('packetsOut'),
        bytesIn: rate('bytesIn'),
        bytesOut: rate('bytesOut'),
      }
      return Object.values(rates).some((each) => each < 0) ? [] : [[key, rates]]
    }),
  )
}

function counted({ services }: DirectorStatus): [string, Counters][] {
  return services.flatMap((service) =>
    [service, ...service.destinations].flatMap(({ key, counters }): [string, Counters][] =>
      counters === undefined ? [] : [[key, counters]],
    ),
  )
}
