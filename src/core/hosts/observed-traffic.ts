/** What a director counts. Keys are those of services (`targetOptions`) and destinations (`destinationKey`). */
export interface Traffic {
  /** Of each destination. */
  readonly connections: ReadonlyMap<string, Connections>
  /** Of each service and each destination, since it was added; empty where nobody has looked. */
  readonly counters: ReadonlyMap<string, Counters>
  /** Its synchronisation daemons, in the words of ipvsadm. */
  readonly sync: readonly string[]
}

export interface Connections {
  /** Open. */
  readonly active: number
  /** Ended, and kept for late packets; of UDP all of them. */
  readonly inactive: number
}

export interface Counters {
  readonly connections: number
  readonly packetsIn: number
  readonly packetsOut: number
  readonly bytesIn: number
  readonly bytesOut: number
}

type Listing = ReadonlyMap<string, readonly number[]>

/**
 * @param thresholds of `ipvsadm -L -n --thresholds`, whose last two columns are connections
 * @param stats of `ipvsadm -L -n --stats --exact`
 * @param daemons lines of `ipvsadm -L --daemon`
 */
export function readTraffic(thresholds: Listing, stats: Listing, daemons: readonly string[]): Traffic {
  return {
    connections: read(thresholds, ([, , active, inactive]) =>
      isCount(active) && isCount(inactive) ? { active, inactive } : undefined,
    ),
    counters: read(stats, ([connections, packetsIn, packetsOut, bytesIn, bytesOut]) =>
      isCount(connections) &&
      isCount(packetsIn) &&
      isCount(packetsOut) &&
      isCount(bytesIn) &&
      isCount(bytesOut)
        ? { connections, packetsIn, packetsOut, bytesIn, bytesOut }
        : undefined,
    ),
    sync: daemons.filter((line) => line.includes('sync daemon')).map((line) => line.trim()),
  }
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isInteger(value)
}

function read<T>(listing: Listing, take: (figures: readonly number[]) => T | undefined): Map<string, T> {
  return new Map(
    [...listing].flatMap(([key, figures]): [string, T][] => {
      const value = take(figures)
      return value === undefined ? [] : [[key, value]]
    }),
  )
}
