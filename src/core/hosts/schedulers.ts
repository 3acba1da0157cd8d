import type { Scheduler, SchedulerFlag } from '../topology/types.js'

/** What is to know of a scheduler of the kernel (net/netfilter/ipvs/ip_vs_NAME.c). */
export interface SchedulerFacts {
  /** In a sentence. */
  readonly meaning: string
  /** The first kernel that has it; undefined: every one in use. */
  readonly since: string | undefined
  /** What decides which real server a connection gets. */
  readonly by: 'turn' | 'load' | 'source' | 'destination' | 'weight'
  /** What a weight is: a share of the load, a rank, a number of connections, or nothing unless it is 0. */
  readonly weights: 'share' | 'rank' | 'connections' | 'zero'
  /** The one that is like it and shares by weight, where this one does not. */
  readonly weighted: Scheduler | undefined
  /** Flags of its own by name: what the client's port does, and what becomes of clients whose real server is out. */
  readonly flags: { readonly port: SchedulerFlag; readonly fallback: SchedulerFlag } | undefined
  /** Whether it can tell how loaded a real server is when the service is UDP. */
  readonly countsUdp: boolean
}

const PLAIN = { since: undefined, weighted: undefined, flags: undefined, countsUdp: true } as const

export const SCHEDULER_FACTS: Readonly<Record<Scheduler, SchedulerFacts>> = {
  rr: {
    ...PLAIN,
    meaning: 'Round robin: one real server after the other, whatever its weight (0 takes none).',
    by: 'turn',
    weights: 'zero',
    weighted: 'wrr',
  },
  wrr: {
    ...PLAIN,
    meaning: 'Weighted round robin: one after the other, each as often as its weight says.',
    by: 'turn',
    weights: 'share',
  },
  lc: {
    ...PLAIN,
    meaning: 'Least connections: the real server that has the fewest, whatever its weight (0 takes none).',
    by: 'load',
    weights: 'zero',
    weighted: 'wlc',
  },
  wlc: {
    ...PLAIN,
    meaning: 'Weighted least connections: the real server that has the fewest for its weight.',
    by: 'load',
    weights: 'share',
  },
  lblc: {
    ...PLAIN,
    meaning:
      'Locality-based least connections: one destination address stays with one real server while that is not overloaded; for caches.',
    by: 'destination',
    weights: 'share',
  },
  lblcr: {
    ...PLAIN,
    meaning:
      'Locality-based with replication: one destination address stays with a set of real servers that grows under load; for caches.',
    by: 'destination',
    weights: 'share',
  },
  dh: {
    ...PLAIN,
    meaning:
      'Destination hashing: by the destination address. With one VIP every client gets the same real server.',
    by: 'destination',
    weights: 'zero',
  },
  sh: {
    ...PLAIN,
    meaning:
      'Source hashing: by the client’s address, so one client stays with one real server; with sh-port by its port too.',
    by: 'source',
    weights: 'share',
    flags: { port: 'sh-port', fallback: 'sh-fallback' },
  },
  sed: {
    ...PLAIN,
    meaning:
      'Shortest expected delay: the real server that has the fewest for its weight, the new connection counted.',
    by: 'load',
    weights: 'share',
  },
  nq: {
    ...PLAIN,
    meaning:
      'Never queue: a real server that has nothing to do, else the one with the shortest expected delay.',
    by: 'load',
    weights: 'share',
  },
  fo: {
    ...PLAIN,
    meaning: 'Weighted failover: the real server of the highest weight takes all.',
    since: '3.18',
    by: 'weight',
    weights: 'rank',
  },
  ovf: {
    ...PLAIN,
    meaning:
      'Weighted overflow: the real server of the highest weight, until it has as many active connections as its weight; then the next.',
    since: '4.3',
    by: 'weight',
    weights: 'connections',
    countsUdp: false,
  },
  mh: {
    ...PLAIN,
    meaning:
      'Maglev hashing: by the client’s address (mh-port: and port); few clients move when a real server comes or goes.',
    since: '4.18',
    by: 'source',
    weights: 'share',
    flags: { port: 'mh-port', fallback: 'mh-fallback' },
  },
  twos: {
    ...PLAIN,
    meaning:
      'Power of two choices: of two real servers taken at random by weight, the less loaded one. Not every kernel is built with it.',
    since: '5.12',
    by: 'load',
    weights: 'share',
  },
}

/** The flags that only one scheduler knows, with it; `flag-1` and its like are taken by all. */
export const FLAG_OWNERS: ReadonlyMap<SchedulerFlag, Scheduler> = new Map(
  (['sh', 'mh'] as const).flatMap((scheduler) => {
    const { flags } = SCHEDULER_FACTS[scheduler]
    return flags === undefined ? [] : [flags.port, flags.fallback].map((flag) => [flag, scheduler] as const)
  }),
)
