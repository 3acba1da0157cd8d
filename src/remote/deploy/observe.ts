import { say } from '../../core/speech/say.js'
import type { Cluster, HostModel } from '../../core/hosts/cluster.js'
import type { ObservedHost } from '../../core/hosts/observe.js'
import { observationWishes, observedCluster, tableWasRead } from '../../core/hosts/observed-cluster.js'
import { deployedHosts } from '../../core/plan/plan.js'
import { LOOKS, probe } from '../host/helper.js'
import type { ProbeWishes } from '../host/helper.js'
import { canBeReached, closeAll, connectAll, onEvery } from './connections.js'
import type { HostFailure, Reach } from './connections.js'
import { wishesOf } from './probe-all.js'

export interface ObserveOptions extends Reach {
  /** Clients and routers too, where it is known how to reach them; a deployment has no need of them. */
  readonly whom?: 'deployed hosts' | 'all hosts'
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
  /** Clients and routers that were to be read and are taken as drawn, and why. */
  readonly asDrawn: readonly Pick<HostFailure, 'host' | 'message'>[]
}

/** Reads every director and real server, and whom else is asked for, one round trip each. Changes nothing. */
export async function observeCluster(cluster: Cluster, options: ObserveOptions): Promise<Observation> {
  const deployed = deployedHosts(cluster)
  const others = options.whom === 'all hosts' ? outsiders(cluster) : []
  const reachable = others.filter((model) => canBeReached(model, options))
  const models = [...deployed, ...reachable]
  options.tell(say`connecting to ${models.length} hosts`)
  const connected = await connectAll(models, options)
  try {
    if (connected.results.size > 0) options.tell(say`reading their state`)
    const probed = await onEvery([...connected.results.values()], 'probe', (connection) =>
      probe(
        connection,
        cluster.topology.name ?? 'unnamed',
        wishesToObserve(cluster, connection.host),
        options.signal,
      ),
    )
    const observed = probed.results
    const failures = [...connected.failures, ...probed.failures]
    const isOutside = ({ host }: { readonly host: string }) => others.some(({ name }) => name === host)
    return {
      cluster: observedCluster(cluster, observed),
      observed,
      failures: [...failures.filter((each) => !isOutside(each)), ...notTold(cluster, observed)],
      asDrawn: [
        ...others
          .filter((model) => !reachable.includes(model))
          .map(({ name }) => ({
            host: name,
            message: say`neither the drawing (ssh) nor ssh_config says how to reach it`,
          })),
        ...failures
          .filter(isOutside)
          .map(({ host, step, message }) => ({ host, message: `${step}: ${message}` })),
      ],
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
    looks: LOOKS,
    keepalived: planned.keepalived ?? false,
  }
}

function outsiders(cluster: Cluster): HostModel[] {
  return [...cluster.hosts.values()].filter(({ role }) => role === 'client' || role === 'router')
}

/** What a probe that came back does not tell all the same. */
export function notTold(cluster: Cluster, observed: ReadonlyMap<string, ObservedHost>): HostFailure[] {
  const directors = new Set(cluster.services.flatMap(({ drawn }) => drawn.directors))
  return [...observed].flatMap(([host, live]): HostFailure[] => {
    const failure = (message: string) => ({ host, step: 'probe' as const, message, unknown: false })
    const { unread, tools } = live
    const [line] = unread
    return [
      ...(line === undefined
        ? []
        : [
            failure(
              say`${unread.length === 1 ? say`a line` : say`${unread.length} lines`} of what it says cannot be read: ${line}`,
            ),
          ]),
      ...(!directors.has(host) || tableWasRead(live)
        ? []
        : [
            failure(
              tools.has('ipvsadm')
                ? say`its IPVS table is for root alone; log in as root, or say ssh: { sudo: true } of this host in the drawing`
                : say`its IPVS table cannot be read without ipvsadm; install it: apt-get install ipvsadm (or dnf install ipvsadm)`,
            ),
          ]),
    ]
  })
}
