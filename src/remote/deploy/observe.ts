import type { Cluster } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { observationWishes, observedCluster, tableWasRead } from '../../core/hosts/observed-cluster.js'
import { deployedHosts } from '../../core/plan/plan.js'
import { probe } from '../host/helper.js'
import type { ProbeWishes } from '../host/helper.js'
import { closeAll, connectAll, onEvery } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { wishesOf } from './probe-all.js'

export interface ObserveOptions extends Reach {
  /** What a person follows; one line, without full stop. */
  readonly tell: (message: string) => void
}

/** A drawing held against what is there. */
export interface Observation {
  /** Hosts that were read are as found; the others as the drawing means them. */
  readonly cluster: Cluster
  readonly observed: ReadonlyMap<string, ObservedHost>
  /** What could not be read, by host: nothing is known of it. */
  readonly failures: readonly HostFailure[]
}

/** Reads every director and real server, one round trip each. Changes nothing. */
export async function observeCluster(cluster: Cluster, options: ObserveOptions): Promise<Observation> {
  const models = deployedHosts(cluster)
  options.tell(`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  try {
    if (connected.results.size > 0) options.tell('reading their state')
    const probed = await onEvery([...connected.results.values()], 'probe', (connection) =>
      probe(
        connection,
        cluster.topology.name ?? 'unnamed',
        wishesToObserve(cluster, connection.host),
        options.signal,
      ),
    )
    const observed = probed.results
    return {
      cluster: observedCluster(cluster, observed),
      observed,
      failures: [...connected.failures, ...probed.failures, ...notTold(cluster, observed)],
    }
  } finally {
    await closeAll(connected.results.values())
  }
}

/** What a plan reads, and what else decides about deliveries. */
export function wishesToObserve(cluster: Cluster, host: string): ProbeWishes {
  const planned = wishesOf(cluster, host)
  const { sysctls, modules, ways } = observationWishes(cluster, host)
  return {
    sysctls: [...new Set([...planned.sysctls, ...sysctls])],
    modules: [...new Set([...planned.modules, ...modules])],
    ways,
  }
}

/** What a probe that came back does not tell all the same. */
export function notTold(cluster: Cluster, observed: ReadonlyMap<string, ObservedHost>): HostFailure[] {
  const directors = new Set(cluster.services.flatMap(({ drawn }) => drawn.directors))
  return [...observed].flatMap(([host, live]): HostFailure[] => {
    const failure = (message: string) => ({ host, step: 'probe', message, unknown: false })
    const { unread, tools } = live
    const [line] = unread
    return [
      ...(line === undefined
        ? []
        : [
            failure(
              `${unread.length === 1 ? 'a line' : `${unread.length} lines`} of what it says cannot be read: ${line}`,
            ),
          ]),
      ...(!directors.has(host) || tableWasRead(live)
        ? []
        : [
            failure(
              tools.has('ipvsadm')
                ? 'its IPVS table is for root alone; log in as root, or say ssh: { sudo: true } of this host in the drawing'
                : 'its IPVS table cannot be read without ipvsadm; install it: apt-get install ipvsadm',
            ),
          ]),
    ]
  })
}
