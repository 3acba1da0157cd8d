import { setTimeout as sleep } from 'node:timers/promises'
import { joined, say } from '../../core/speech/say.js'
import type { Cluster } from '../../core/hosts/cluster.js'
import { takesAsOwn } from '../../core/hosts/observe.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { observationWishes, withActiveDirectors } from '../../core/hosts/observed-cluster.js'
import type { ServiceModel } from '../../core/hosts/services.js'
import { targetOptions } from '../../core/formats/ipvsadm.js'
import { probe } from '../host/helper.js'
import type { HostConnection, ProbeWishes } from '../host/helper.js'
import { closeAll, connectAll, onEvery } from './connections.js'
import { wishesOf } from './probe-all.js'
import type { VerifyOptions } from './verify.js'

/** Whose turn it is with which service, where keepalived decides that. */
export interface Turns {
  /** Each with the director that has it. */
  readonly services: readonly ServiceModel[]
  /** The directors, as they were when that was known. */
  readonly observed: ReadonlyMap<string, ObservedHost>
  /** Services that no director has, or both have, when the time to agree was over: the rest of a finding, by name. */
  readonly open: ReadonlyMap<string, string>
}

/** Between two looks, in milliseconds. */
const EVERY_MS = 1000
/** Beside the intervals of VRRP and of checks: until keepalived has started or read its file again, on a slow host. */
const PATIENCE_SECONDS = 60

/**
 * Waits until VRRP has settled: of each pair one director has the VIP, the preferred one where it takes it back; and keepalived
 * has something in the table to send requests to.
 */
export async function takenTurns(
  cluster: Cluster,
  connections: ReadonlyMap<string, HostConnection>,
  options: VerifyOptions,
): Promise<Turns> {
  const managed = cluster.topology.manage.director === 'keepalived'
  const names = new Set(managed ? cluster.services.flatMap(({ drawn }) => drawn.directors) : [])
  const directors = [...names].flatMap((name) => connections.get(name) ?? [])
  if (directors.length === 0) return { services: cluster.services, observed: new Map(), open: new Map() }
  const until = Date.now() + 1000 * (PATIENCE_SECONDS + intervals(cluster))
  let before = ''
  for (let told = false; ; told = true) {
    const { results } = await onEvery(directors, 'verify', (connection) =>
      probe(connection, cluster.topology.name ?? '', wishes(cluster, connection.host), options.signal),
    )
    const late = Date.now() > until
    const { services } = withActiveDirectors(cluster, results, false)
    const holders = cluster.services.map((service) => holdersOf(service, results).join(' ')).join('\n')
    const open = new Map(
      cluster.services.flatMap((service) => {
        const why = unsettled(cluster, service, results, { steady: holders === before, late })
        return why === undefined ? [] : [[service.name, why] as const]
      }),
    )
    before = holders
    if (open.size === 0 || late || options.signal?.aborted === true) {
      const ours = new Set(cluster.services.map(({ name }) => name))
      return { services: services.filter(({ name }) => ours.has(name)), observed: results, open }
    }
    if (!told) options.tell(say`waiting for keepalived: ${[...open.values()].join('; ')}`)
    await sleep(EVERY_MS, undefined, { signal: options.signal }).catch(() => undefined)
  }
}

/** The same by connections of its own. @returns what has not settled */
export async function awaitTurns(cluster: Cluster, options: VerifyOptions): Promise<readonly string[]> {
  if (cluster.topology.manage.director !== 'keepalived') return []
  const names = new Set(cluster.services.flatMap(({ drawn }) => drawn.directors))
  const connected = await connectAll(
    [...names].flatMap((name) => cluster.hosts.get(name) ?? []),
    options,
  )
  try {
    return [...(await takenTurns(cluster, connected.results, options)).open.values()]
  } finally {
    await closeAll(connected.results.values())
  }
}

export interface Moment {
  /** Whoever has each VIP had it a look before. */
  readonly steady: boolean
  /** The time to agree is over. */
  readonly late: boolean
}

/** Why the turn of a service is not clear, in words; undefined where it is. */
export function unsettled(
  { topology }: Cluster,
  service: ServiceModel,
  observed: ReadonlyMap<string, ObservedHost>,
  { steady, late }: Moment,
): string | undefined {
  const { vip, directors } = service.drawn
  const looked = directors.filter((name) => observed.has(name))
  if (vip === undefined || looked.length === 0) return undefined
  const holders = holdersOf(service, observed)
  const [holder] = holders
  if (holder === undefined) {
    // One that nobody can look at may have it.
    if (looked.length < directors.length) return undefined
    return say`${vip} was not taken by ${joined(looked)}; see the log of keepalived there`
  }
  if (holders.length > 1) {
    return say`${joined(holders)} both have ${vip}: they do not hear each other's VRRP (IP protocol 112)`
  }
  const [preferred = ''] = directors
  const comesBack = topology.vrrp?.preempt !== false && observed.get(preferred)?.daemons.has('keepalived')
  if (holder !== preferred && !late && !(steady && comesBack !== true)) {
    return say`${vip} is at ${holder}, and ${preferred} is preferred`
  }
  return emptyPool(service, holder, observed)
}

function emptyPool(
  { name, virtualService }: ServiceModel,
  holder: string,
  observed: ReadonlyMap<string, ObservedHost>,
): string | undefined {
  if (virtualService === undefined) return undefined
  const target = targetOptions(virtualService.target)
  const found = observed
    .get(holder)
    ?.state.virtualServices.find((each) => targetOptions(each.target) === target)
  return found !== undefined && found.destinations.length > 0
    ? undefined
    : say`keepalived on ${holder} has nobody to send requests of ${name} to: no real server has passed its checks`
}

function holdersOf({ drawn: { vip, directors } }: ServiceModel, observed: ReadonlyMap<string, ObservedHost>) {
  return directors.filter((name) => {
    const live = observed.get(name)
    return vip !== undefined && live !== undefined && takesAsOwn(live, vip)
  })
}

/** Seconds: adverts that stay away are waited for three times (RFC 5798), and checks go by intervals of their own. */
function intervals({ topology, services }: Cluster): number {
  const checks = services.map(({ drawn: { health } }) => (health?.interval ?? 5) + (health?.timeout ?? 5))
  return 5 * (topology.vrrp?.advert ?? 1) + Math.max(0, ...checks)
}

function wishes(cluster: Cluster, host: string): ProbeWishes {
  return { ...wishesOf(cluster, host), ways: observationWishes(cluster, host).ways }
}
