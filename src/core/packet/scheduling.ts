import { say } from '../speech/say.js'
import { sharesPrefix } from '../topology/address.js'
import type { IpAddress } from '../topology/address.js'
import type { Scheduler } from '../topology/types.js'
import type { Destination, VirtualService } from '../formats/ipvs-table.js'
import { SCHEDULER_FACTS } from '../hosts/schedulers.js'
import { hashBucket } from './scheduling-hash.js'
import { byLocality, byReplicatedLocality } from './scheduling-locality.js'
import { byMaglev, greatestDivisor } from './scheduling-maglev.js'
import { able, least, leastLoaded, overhead } from './scheduling-server.js'
import type { Arrival, Choose, Server } from './scheduling-server.js'

export interface TurnsOptions {
  /**
   * Connections are active until the end; otherwise each is over before the next one begins. Of UDP none is ever active
   * (ip_vs_ctl.c `__ip_vs_update_dest`, IP_VS_CONN_F_INACTIVE).
   */
  readonly keepOpen: boolean
}

/** Why nobody can tell whom a scheduler chooses, as the rest of a sentence; undefined: it can be told. */
export function unforeseeable(scheduler: Scheduler): string | undefined {
  return scheduler === 'twos'
    ? say`it draws two real servers at random for each connection (get_random_u32, ip_vs_twos.c) and takes the less loaded one`
    : undefined
}

/**
 * Whom the kernel's scheduler chooses for each connection of a sequence, on a table that was just made in the order of
 * its destinations; undefined where it refuses. With persistence a client comes back to where it was.
 *
 * @throws RangeError for a scheduler that cannot be foreseen (unforeseeable)
 */
export function turns(
  service: VirtualService,
  arrivals: readonly Arrival[],
  { keepOpen }: TurnsOptions,
): (Destination | undefined)[] {
  const table = tableOf(service)
  const choose = chooser(service, table)
  const templates: { readonly client: IpAddress; readonly server: Server }[] = []
  return arrivals.map((arrival) => {
    const granularity = service.persistence?.granularity
    const known =
      granularity === undefined
        ? undefined
        : templates.find(({ client }) => sharesPrefix(client, arrival.client, granularity))?.server
    const server = known ?? choose(arrival)
    if (server === undefined) return undefined
    if (known === undefined && granularity !== undefined) templates.push({ client: arrival.client, server })
    if (keepOpen) server.active++
    else server.inactive++
    const { upper } = server.destination
    if (upper > 0 && server.active + server.inactive >= upper) server.overloaded = true
    return server.destination
  })
}

/** As the kernel has it: what came last stands first (ip_vs_ctl.c `__ip_vs_update_dest`, list_add_rcu). */
function tableOf({ destinations }: VirtualService): Server[] {
  return destinations
    .map((destination) => ({ destination, active: 0, inactive: 0, overloaded: false }))
    .reverse()
}

function chooser(service: VirtualService, table: readonly Server[]): Choose {
  const { scheduler, flags } = service
  if (scheduler === 'sh' || scheduler === 'dh') return byHash(scheduler, flags, table)
  if (scheduler === 'mh') return byMaglev(service, table)
  const make = SCHEDULERS[scheduler]
  if (make === undefined) throw new RangeError(say`nobody can tell whom ${scheduler} chooses`)
  return make(table)
}

/** ip_vs_sed.c `ip_vs_sed_dest_overhead`: how it would be with this connection. */
const expected = ({ active }: Server): number => active + 1

const SCHEDULERS: Readonly<Partial<Record<Scheduler, (table: readonly Server[]) => Choose>>> = {
  rr: roundRobin,
  wrr: weightedRoundRobin,
  lc: (table) => () => least(table.filter(able), (server) => overhead(server)),
  wlc: (table) => () => leastLoaded(table),
  lblc: byLocality,
  lblcr: byReplicatedLocality,
  sed: (table) => () => least(table.filter(able), (server) => expected(server) / server.destination.weight),
  nq: (table) => () => {
    const there = table.filter(able)
    return (
      there.find(({ active }) => active === 0) ??
      least(there, (server) => expected(server) / server.destination.weight)
    )
  },
  fo: (table) => () => least(table.filter(able), ({ destination: { weight } }) => -weight),
  ovf: (table) => () =>
    least(
      table.filter((server) => able(server) && server.active <= server.destination.weight),
      ({ destination: { weight } }) => -weight,
    ),
}

/** ip_vs_rr.c `ip_vs_rr_schedule`. */
function roundRobin(table: readonly Server[]): Choose {
  let last = -1
  return () => {
    for (let step = 1; step <= table.length; step++) {
      const at = (last + step) % table.length
      const server = table[at]
      if (server === undefined || !able(server)) continue
      last = at
      return server
    }
    return undefined
  }
}

/** ip_vs_wrr.c `ip_vs_wrr_schedule`: rounds of a falling weight, which only those pass that have at least that. */
function weightedRoundRobin(table: readonly Server[]): Choose {
  const start = startOfRounds(table)
  let { current } = start
  let at = -1
  return () => {
    if (start.highest === 0 || !table.some(able)) return undefined
    for (;;) {
      for (at++; at < table.length; at++) {
        const server = table[at]
        if (server !== undefined && able(server) && server.destination.weight >= current) return server
      }
      at = -1
      current -= start.step
      if (current <= 0) current = start.highest
    }
  }
}

/** Where the rounds begin after destinations have come one after the other (`ip_vs_wrr_dest_changed`). */
function startOfRounds(table: readonly Server[]): {
  readonly step: number
  readonly highest: number
  readonly current: number
} {
  let step = 1
  let highest = 0
  let current = 0
  const weights = table.map(({ destination: { weight } }) => weight).reverse()
  for (const count of weights.keys()) {
    const there = weights.slice(0, count + 1).filter((weight) => weight > 0)
    step = there.reduce(greatestDivisor, 0) || 1
    highest = Math.max(0, ...there) - (step - 1)
    if (current > highest || current === 0) current = highest
    else if (step > 1) current = Math.floor(current / step) * step + 1
  }
  return { step, highest, current }
}

/** Buckets of the tables of ip_vs_sh.c and ip_vs_dh.c (IP_VS_SH_TAB_SIZE). */
const BUCKETS = 256

function byHash(scheduler: 'sh' | 'dh', flags: VirtualService['flags'], table: readonly Server[]): Choose {
  const buckets = scheduler === 'sh' ? weightedBuckets(table) : plainBuckets(table)
  const own = SCHEDULER_FACTS[scheduler].flags
  const withPort = own !== undefined && flags.includes(own.port)
  const fallsBack = own !== undefined && flags.includes(own.fallback)
  return ({ client, clientPort, vip }) => {
    const address = scheduler === 'sh' ? client : vip
    if (address === undefined) return undefined
    const bucket = (offset: number) => (hashBucket(address, withPort ? clientPort : 0) + offset) % BUCKETS
    const first = buckets[bucket(0)]
    if (first === undefined || able(first) || !fallsBack) {
      return first !== undefined && able(first) ? first : undefined
    }
    for (let offset = 0; offset < BUCKETS; offset++) {
      const other = buckets[bucket(offset + bucket(0))]
      if (other !== undefined && able(other)) return other
    }
    return undefined
  }
}

/** `ip_vs_sh_reassign`: each has as many buckets in a row as its weight says, one where that is 0. */
function weightedBuckets(table: readonly Server[]): Server[] {
  const result: Server[] = []
  while (result.length < BUCKETS && table.length > 0) {
    for (const server of table) {
      for (let count = 0; count < Math.max(1, server.destination.weight); count++) result.push(server)
    }
  }
  return result.slice(0, BUCKETS)
}

/** `ip_vs_dh_reassign`. */
function plainBuckets(table: readonly Server[]): Server[] {
  const result: Server[] = []
  while (result.length < BUCKETS && table.length > 0) result.push(...table)
  return result.slice(0, BUCKETS)
}
